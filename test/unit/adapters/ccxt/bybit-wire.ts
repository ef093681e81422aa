// Shared by the tests of the Bybit adapter: a venue over a wire that answers by path, and the venue's records in the shapes of
// its documentation (bybit-exchange.github.io, docs/v5), with values of our own.
import type { bybit } from "ccxt";
import { createBybitCcxt } from "#adapters/ccxt/bybit-client.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpRequest, HttpResponse } from "#adapters/http/http-transport.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { StopRequest, Venue } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import { createFakeClock, type FakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import type { ScriptedAnswer } from "#test/support/memory/transport.ts";

export const MARKET: Market = {
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  tickSizeUsd: "0.1",
  stepSizeBase: "0.001",
  minQtyBase: "0.001",
  maxQtyBase: "1190",
  maxMarketQtyBase: "119",
  minNotionalUsd: "5",
  venueMarket: { category: "linear", symbol: "BTCUSDT" },
};

/** Answers of one path, in their order; the last one is repeated. */
type Script = Readonly<Record<string, ScriptedAnswer | readonly ScriptedAnswer[]>>;

export interface ScriptedBybit {
  readonly venue: Venue;
  readonly clock: FakeClock;
  readonly sent: readonly HttpRequest[];
  /** `POST /v5/order/create` …, in the order of sending. */
  readonly paths: () => readonly string[];
}

export const CREATE = "POST /v5/order/create";
export const CANCEL = "POST /v5/order/cancel";
export const REALTIME = "GET /v5/order/realtime";
export const HISTORY = "GET /v5/order/history";
export const WALLET = "GET /v5/account/wallet-balance";
export const POSITIONS = "GET /v5/position/list";
export const LOG = "GET /v5/account/transaction-log";
export const EXECUTIONS = "GET /v5/execution/list";

interface Wiring {
  /** A ccxt client of the test's own. */
  readonly ccxt?: bybit;
  /** In place of the production address. */
  readonly origin?: string;
  readonly clock?: FakeClock;
}

export function scriptedBybit(script: Script, wiring: Wiring = {}): ScriptedBybit {
  const { ccxt = createBybitCcxt(), origin = null, clock = createFakeClock() } = wiring;
  const sent: HttpRequest[] = [];
  const pathOf = ({ method, url }: HttpRequest): string => `${method} ${new URL(url).pathname}`;
  const left = new Map(Object.entries(script).map(([path, answers]) => [path, [answers].flat()]));
  const venue = createCcxtVenue({
    venue: "bybit-linear",
    keys: { apiKey: "key", secret: "secret" },
    origin,
    clock,
    identity: createSeededIdentity(1),
    logger: createMemoryLogger(),
    requestTimeoutMs: 5_000,
    ccxt,
    async transport(request) {
      sent.push(request);
      const answers = left.get(pathOf(request)) ?? [];
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) throw new Error(`No answer scripted for ${pathOf(request)}`);
      if (next instanceof Error) throw next;
      const response = typeof next === "function" ? next(request) : next;
      return { status: 200, headers: {}, body: "", ...response };
    },
  });
  return { venue, clock, sent, paths: () => sent.map(pathOf) };
}

/** A good answer of v5. */
export function good(result: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const body = { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: 1_767_323_045_700 };
  return { status: 200, headers, body: JSON.stringify(body) };
}

export function list(rows: readonly unknown[], nextPageCursor = ""): HttpResponse {
  return good({ category: "linear", list: rows, nextPageCursor });
}

export function refusal(
  retCode: number,
  retMsg: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): HttpResponse {
  const body = { retCode, retMsg, result: {}, retExtInfo: {}, time: 1_767_323_045_700 };
  return { status, headers, body: JSON.stringify(body) };
}

export const ACKNOWLEDGED = good({
  orderId: "5d6ae8bc-3c50-4d3e-a7f1-1a0c2f6b7d10",
  orderLinkId: "b-0123456789abcdef",
});

export function orderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "b-0123456789abcdef",
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    qtyBase: "0.013",
    priceUsd: null,
    timeInForce: null,
    reduceOnly: false,
    ...changes,
  };
}

export const STOP_REQUEST: StopRequest = {
  clientStopId: "p-0123456789abcdef",
  kind: "stop",
  symbol: "BTCUSDT",
  side: "sell",
  qtyBase: "0.013",
  triggerPriceUsd: "90000.1",
};

type Changes = Readonly<Record<string, unknown>>;

/** An order's record, of a market order that is filled. */
export function rawOrder(changes: Changes = {}): Record<string, unknown> {
  return {
    orderId: "5d6ae8bc-3c50-4d3e-a7f1-1a0c2f6b7d10",
    orderLinkId: "b-0123456789abcdef",
    blockTradeId: "",
    symbol: "BTCUSDT",
    price: "99709.5",
    qty: "0.013",
    side: "Buy",
    isLeverage: "",
    positionIdx: 0,
    orderStatus: "Filled",
    createType: "CreateByUser",
    cancelType: "UNKNOWN",
    rejectReason: "EC_NoError",
    avgPrice: "94961.5",
    leavesQty: "0.000",
    leavesValue: "0",
    cumExecQty: "0.013",
    cumExecValue: "1234.4995",
    cumExecFee: "0.67897473",
    timeInForce: "IOC",
    orderType: "Market",
    stopOrderType: "",
    orderIv: "",
    triggerPrice: "",
    takeProfit: "",
    stopLoss: "",
    tpTriggerBy: "",
    slTriggerBy: "",
    triggerDirection: 0,
    triggerBy: "",
    lastPriceOnCreated: "94960.0",
    reduceOnly: false,
    closeOnTrigger: false,
    smpType: "None",
    smpGroup: 0,
    smpOrderId: "",
    tpslMode: "",
    tpLimitPrice: "",
    slLimitPrice: "",
    placeType: "",
    createdTime: "1767323045690",
    updatedTime: "1767323045700",
    ...changes,
  };
}

/** A limit order that rests in the book. */
export const RESTING: Changes = {
  orderType: "Limit",
  timeInForce: "GTC",
  price: "94000.1",
  orderStatus: "New",
  avgPrice: "",
  cumExecQty: "0.000",
  cumExecValue: "0",
};

/** A conditional order that waits for its trigger. */
export function rawStop(changes: Changes = {}): Record<string, unknown> {
  return rawOrder({
    orderId: "c4a1f0de-8e0b-4a51-9a1b-6f3d1a7b2c99",
    orderLinkId: STOP_REQUEST.clientStopId,
    side: "Sell",
    price: "",
    orderStatus: "Untriggered",
    avgPrice: "",
    cumExecQty: "0.000",
    cumExecValue: "0",
    stopOrderType: "Stop",
    triggerPrice: "90000.10",
    triggerDirection: 2,
    triggerBy: "MarkPrice",
    reduceOnly: true,
    ...changes,
  });
}

export function rawPosition(changes: Changes = {}): Record<string, unknown> {
  return {
    positionIdx: 0,
    riskId: 1,
    riskLimitValue: "2000000",
    symbol: "BTCUSDT",
    side: "Buy",
    size: "0.020",
    avgPrice: "50000.00",
    positionValue: "1000",
    tradeMode: 0,
    positionStatus: "Normal",
    autoAddMargin: 0,
    adlRankIndicator: 2,
    leverage: "10",
    positionBalance: "0",
    markPrice: "50500.00",
    liqPrice: "",
    bustPrice: "",
    positionMM: "5.555",
    positionIM: "101",
    takeProfit: "",
    stopLoss: "",
    trailingStop: "0",
    unrealisedPnl: "10",
    curRealisedPnl: "-0.55",
    cumRealisedPnl: "-0.55",
    seq: 140_612_148_849_382,
    isReduceOnly: false,
    mmrSysUpdatedTime: "",
    leverageSysUpdatedTime: "",
    createdTime: "1767320000000",
    updatedTime: "1767323045700",
    ...changes,
  };
}

export function rawWallet(balances: Readonly<Record<string, unknown>>, changes: Changes = {}): HttpResponse {
  const coin = Object.entries(balances).map(([name, walletBalance]) => ({
    coin: name,
    walletBalance,
    equity: walletBalance,
    usdValue: "1",
    unrealisedPnl: "0",
    bonus: "0",
    marginCollateral: true,
    collateralSwitch: true,
  }));
  const account = {
    accountType: "UNIFIED",
    accountIMRate: "0.01",
    accountMMRate: "0.005",
    totalEquity: "1010.5",
    totalWalletBalance: "1000.5",
    totalMarginBalance: "1010.5",
    totalAvailableBalance: "909.5",
    totalPerpUPL: "10",
    totalInitialMargin: "101",
    totalMaintenanceMargin: "5.555",
    coin,
    ...changes,
  };
  return good({ list: [account] });
}

/** The error that a call ends with. Throws when it ends well or with anything but a VenueError. */
export async function failureOf(call: Promise<unknown>): Promise<VenueError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof VenueError) return outcome.error;
  throw "error" in outcome
    ? outcome.error
    : new Error(`Expected a VenueError, got ${JSON.stringify(outcome)}`);
}
