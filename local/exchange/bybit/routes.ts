// Every endpoint of Bybit's that is answered here, with its requests a second for a unified account ("Rate Limit Rules",
// docs/v5/rate-limit, UTA 2.0). Paths that are missing answer 404.
import {
  accountInfo,
  collateralInfo,
  feeRate,
  keyInformation,
  setMarginMode,
  walletBalance,
} from "./account-routes.ts";
import { executions } from "./executions.ts";
import { coins, instruments, riskLimits } from "./instruments.ts";
import { fundingHistory, klines, markKlines, orderbook, tickers, time } from "./market-routes.ts";
import { history, realtime } from "./order-queries.ts";
import { amend, cancelAll, cancelOne, create } from "./order-routes.ts";
import { positions, postLeverage, switchMode } from "./position-routes.ts";
import type { BybitRoute, BybitRoutes } from "./route.ts";
import { transactionLog } from "./transaction-log.ts";

const read = (handle: BybitRoute["handle"]): BybitRoute => ({
  security: "public",
  perSecond: Number.POSITIVE_INFINITY,
  handle,
});
const signed = (perSecond: number, handle: BybitRoute["handle"]): BybitRoute => ({
  security: "signed",
  perSecond,
  handle,
});
const trade = (perSecond: number, handle: BybitRoute["handle"]): BybitRoute => ({
  security: "trade",
  perSecond,
  handle,
});

export const ROUTES: BybitRoutes = {
  "GET /v5/market/time": read(time),
  "GET /v5/market/instruments-info": read(instruments),
  "GET /v5/market/risk-limit": read(riskLimits),
  "GET /v5/market/orderbook": read(orderbook),
  "GET /v5/market/tickers": read(tickers),
  "GET /v5/market/kline": read(klines),
  "GET /v5/market/mark-price-kline": read(markKlines),
  "GET /v5/market/funding/history": read(fundingHistory),

  "POST /v5/order/create": trade(10, create),
  "POST /v5/order/amend": trade(10, amend),
  "POST /v5/order/cancel": trade(10, cancelOne),
  "POST /v5/order/cancel-all": trade(10, cancelAll),
  "GET /v5/order/realtime": signed(50, realtime),
  "GET /v5/order/history": signed(50, history),
  "GET /v5/execution/list": signed(50, executions),

  "GET /v5/position/list": signed(50, positions),
  "POST /v5/position/set-leverage": trade(10, postLeverage),
  // The page gives no rate for the three settings below and the coins; ten a second is the rate of their neighbours.
  "POST /v5/position/switch-mode": trade(10, switchMode),
  "POST /v5/account/set-margin-mode": trade(10, setMarginMode),
  "GET /v5/asset/coin/query-info": signed(10, coins),

  "GET /v5/account/info": signed(50, accountInfo),
  "GET /v5/account/wallet-balance": signed(50, walletBalance),
  "GET /v5/account/collateral-info": signed(50, collateralInfo),
  "GET /v5/account/fee-rate": signed(10, feeRate),
  "GET /v5/account/transaction-log": signed(50, transactionLog),
  "GET /v5/user/query-api": signed(10, keyInformation),
};
