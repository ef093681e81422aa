// Every endpoint of the exchange with its weight, as Binance documents them. What is not here answers 404.
import {
  accountConfig,
  accountV2,
  accountV3,
  balances,
  commissionRate,
  feeBurn,
  income,
  keyRestrictions,
  leverageBracket,
  multiAssetsMode,
  orderRateLimits,
  positionMode,
  positionRiskV2,
  positionRiskV3,
  symbolConfig,
  userTrades,
} from "./account-routes.ts";
import { deleteAlgo, deleteOpenAlgos, getAlgo, getAllAlgos, getOpenAlgos, postAlgo } from "./algo-routes.ts";
import { dayTicker } from "./day-ticker.ts";
import { exchangeInfo } from "./exchange-info.ts";
import { bookTicker, depth, fundingRates, klines, premiumIndex, tickerPrice } from "./market.ts";
import { readBatch } from "./order-request.ts";
import {
  deleteAllOpenOrders,
  deleteBatch,
  deleteOrder,
  getAllOrders,
  getOpenOrder,
  getOpenOrders,
  getOrder,
  postBatch,
  postOrder,
  putBatch,
  putOrder,
  testOrder,
} from "./order-routes.ts";
import type { Params } from "./params.ts";
import type { Route, RouteTable } from "./route.ts";
import { postLeverage, postMarginType, postPositionMargin, postPositionMode } from "./setting-routes.ts";

const bySymbol = (one: number, all: number) => (params: Params) =>
  params.optional("symbol") === undefined ? all : one;

/** Weight by the asked number of rows: the first step whose bound is not exceeded. */
const byLimit =
  (standard: number, ...steps: readonly (readonly [number, number])[]) =>
  (params: Params) => {
    const limit = params.integer("limit") ?? standard;
    return (steps.find(([bound]) => limit <= bound) ?? steps.at(-1) ?? [0, 1])[1];
  };

const klineWeight = byLimit(500, [99, 1], [499, 2], [1000, 5], [1500, 10]);
const depthWeight = byLimit(500, [50, 2], [100, 5], [500, 10], [1000, 20]);

const read = (weight: Route["weight"], handle: Route["handle"]): Route => ({
  security: "public",
  weight,
  handle,
});
const signed = (weight: Route["weight"], handle: Route["handle"]): Route => ({
  security: "signed",
  weight,
  handle,
});
const trade = (weight: number, orders: Route["orders"], handle: Route["handle"]): Route => ({
  security: "signed",
  weight,
  handle,
  ...(orders === undefined ? {} : { orders }),
});
const one = (): number => 1;

export const ROUTES: RouteTable = {
  "GET /fapi/v1/ping": read(1, () => ({})),
  "GET /fapi/v1/time": read(1, ({ nowMs }) => ({ serverTime: nowMs })),
  "GET /fapi/v1/exchangeInfo": read(1, exchangeInfo),
  "GET /fapi/v1/depth": read(depthWeight, depth),
  "GET /fapi/v1/klines": read(klineWeight, klines),
  "GET /fapi/v1/markPriceKlines": read(klineWeight, klines),
  "GET /fapi/v1/ticker/24hr": read(bySymbol(1, 40), dayTicker),
  "GET /fapi/v1/ticker/price": read(bySymbol(1, 2), tickerPrice),
  "GET /fapi/v2/ticker/price": read(bySymbol(1, 2), tickerPrice),
  "GET /fapi/v1/ticker/bookTicker": read(bySymbol(2, 5), bookTicker),
  "GET /fapi/v1/premiumIndex": read(bySymbol(1, 10), premiumIndex),
  "GET /fapi/v1/fundingRate": read(1, fundingRates),
  "GET /fapi/v1/fundingInfo": read(0, () => []),

  "GET /fapi/v3/account": signed(5, accountV3),
  "GET /fapi/v2/account": signed(5, accountV2),
  "GET /fapi/v3/balance": signed(5, balances),
  "GET /fapi/v2/balance": signed(5, balances),
  "GET /fapi/v3/positionRisk": signed(5, positionRiskV3),
  "GET /fapi/v2/positionRisk": signed(5, positionRiskV2),
  "GET /fapi/v1/accountConfig": signed(5, accountConfig),
  "GET /fapi/v1/symbolConfig": signed(5, symbolConfig),
  "GET /fapi/v1/leverageBracket": signed(1, leverageBracket),
  "GET /fapi/v1/commissionRate": signed(20, commissionRate),
  "GET /fapi/v1/positionSide/dual": signed(30, positionMode),
  "GET /fapi/v1/multiAssetsMargin": signed(30, multiAssetsMode),
  "GET /fapi/v1/feeBurn": signed(30, feeBurn),
  "GET /sapi/v1/account/apiRestrictions": signed(1, keyRestrictions),
  "GET /fapi/v1/rateLimit/order": signed(1, orderRateLimits),
  "GET /fapi/v1/userTrades": signed(5, userTrades),
  "GET /fapi/v1/income": signed(30, income),
  "POST /fapi/v1/leverage": signed(1, postLeverage),
  "POST /fapi/v1/marginType": signed(1, postMarginType),
  "POST /fapi/v1/positionSide/dual": signed(1, postPositionMode),
  "POST /fapi/v1/positionMargin": signed(1, postPositionMargin),

  "POST /fapi/v1/order": trade(0, one, postOrder),
  "POST /fapi/v1/order/test": trade(0, one, testOrder),
  "PUT /fapi/v1/order": trade(1, one, putOrder),
  "GET /fapi/v1/order": signed(1, getOrder),
  "DELETE /fapi/v1/order": signed(1, deleteOrder),
  "POST /fapi/v1/batchOrders": trade(5, (params) => readBatch(params).length, postBatch),
  "PUT /fapi/v1/batchOrders": trade(5, (params) => readBatch(params).length, putBatch),
  "DELETE /fapi/v1/batchOrders": signed(1, deleteBatch),
  "GET /fapi/v1/openOrder": signed(1, getOpenOrder),
  "GET /fapi/v1/openOrders": signed(bySymbol(1, 40), getOpenOrders),
  "GET /fapi/v1/allOrders": signed(5, getAllOrders),
  "DELETE /fapi/v1/allOpenOrders": signed(1, deleteAllOpenOrders),

  "POST /fapi/v1/algoOrder": trade(0, one, postAlgo),
  "GET /fapi/v1/algoOrder": signed(1, getAlgo),
  "DELETE /fapi/v1/algoOrder": signed(1, deleteAlgo),
  "GET /fapi/v1/openAlgoOrders": signed(bySymbol(1, 40), getOpenAlgos),
  "GET /fapi/v1/allAlgoOrders": signed(5, getAllAlgos),
  "DELETE /fapi/v1/algoOpenOrders": signed(1, deleteOpenAlgos),
};
