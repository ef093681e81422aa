// Requests and answers of Bybit's API in the words by which the simulation names them, which are those of its first venue: so
// faults, lags and invariants know one language. Reads the bytes of the wire; must not ask the adapter what they mean.
import type { HttpRequest, HttpResponse } from "#adapters/http/http-transport.ts";
import { CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";

export interface Meaning {
  /** `POST /fapi/v1/order` */
  readonly name: string;
  readonly fields: URLSearchParams;
}

type Fields = Readonly<Record<string, string>>;

/** Questions that mean the same at both venues. Missing: asked at Bybit only. */
const LISTS: Readonly<Record<string, string>> = {
  "GET /v5/market/tickers": "GET /fapi/v1/ticker/bookTicker",
  "GET /v5/market/instruments-info": "GET /fapi/v1/exchangeInfo",
  "GET /v5/execution/list": "GET /fapi/v1/userTrades",
  "GET /v5/account/transaction-log": "GET /fapi/v1/income",
};
const LOOK_UPS: ReadonlySet<string> = new Set(["GET /v5/order/realtime", "GET /v5/order/history"]);

export function meaningOf(name: string, { body }: HttpRequest, query: string): Meaning {
  const asked = new URLSearchParams(query);
  if (name === "POST /v5/order/create") return creation(fieldsOf(body));
  if (name === "POST /v5/order/cancel") return named("DELETE", fieldsOf(body));
  if (LOOK_UPS.has(name) && asked.has("orderLinkId")) return named("GET", Object.fromEntries(asked));
  if (LOOK_UPS.has(name)) return { name: "GET /fapi/v1/openOrders", fields: asked };
  // Of one symbol it is asked for the settings.
  if (name === "GET /v5/position/list" && !asked.has("symbol"))
    return { name: "GET /fapi/v3/positionRisk", fields: asked };
  return { name: LISTS[name] ?? name, fields: asked };
}

/** Empty for a body that is none; numbers and truths as text. */
function fieldsOf(body: string | null): Fields {
  const form: unknown = body === null ? {} : JSON.parse(body);
  return Object.fromEntries(Object.entries(form as object).map(([field, value]) => [field, String(value)]));
}

/** Orders and stops share path and id field there; the form of our ids tells them apart. */
function named(method: "GET" | "DELETE", { symbol = "", orderLinkId = "" }: Fields): Meaning {
  const isStop = CLIENT_STOP_ID.test(orderLinkId);
  const fields = new URLSearchParams({
    symbol,
    [isStop ? "clientAlgoId" : "origClientOrderId"]: orderLinkId,
  });
  return { name: `${method} /fapi/v1/${isStop ? "algoOrder" : "order"}`, fields };
}

function creation(form: Fields): Meaning {
  const { symbol = "", qty = "", orderType, price, timeInForce, reduceOnly, orderLinkId = "" } = form;
  const side = form.side === "Buy" ? "BUY" : "SELL";
  const common = { symbol, side, quantity: qty, ...(reduceOnly === undefined ? {} : { reduceOnly }) };
  if (form.triggerPrice !== undefined) {
    const isStop = (form.triggerDirection === "1") === (side === "BUY");
    const type = isStop ? "STOP_MARKET" : "TAKE_PROFIT_MARKET";
    const own = { type, triggerPrice: form.triggerPrice, clientAlgoId: orderLinkId };
    return { name: "POST /fapi/v1/algoOrder", fields: new URLSearchParams({ ...common, ...own }) };
  }
  const fields = new URLSearchParams({
    ...common,
    type: orderType === "Market" ? "MARKET" : "LIMIT",
    ...(price === undefined ? {} : { price }),
    ...(timeInForce === undefined ? {} : { timeInForce: timeInForce === "PostOnly" ? "GTX" : timeInForce }),
    newClientOrderId: orderLinkId,
  });
  return { name: "POST /fapi/v1/order", fields };
}

/** An answer as its first venue would give it: a refusal with a status of its own, prices as rows. Others stay as they are. */
export function answerInWords({ name, fields }: Meaning, response: HttpResponse): HttpResponse {
  const said = parsed(response.body);
  if (response.status !== 200 || said === null) return response;
  const { retCode, retMsg, result, time } = said;
  if (retCode !== 0)
    return { ...response, status: 400, body: JSON.stringify({ code: retCode, msg: retMsg }) };
  if (name !== "GET /fapi/v1/ticker/bookTicker") return response;
  const rows = (result?.list ?? []).map((row) => tickerOf(row, time));
  return { ...response, body: JSON.stringify(fields.has("symbol") ? rows[0] : rows) };
}

function tickerOf(row: Readonly<Record<string, unknown>>, time: unknown): Readonly<Record<string, unknown>> {
  if (!("bid1Price" in row)) return row;
  const { symbol, bid1Price, bid1Size, ask1Price, ask1Size } = row;
  return { symbol, bidPrice: bid1Price, bidQty: bid1Size, askPrice: ask1Price, askQty: ask1Size, time };
}

/** An answer without the rows that the venue does not show yet: those whose field is a time after `atMs`. */
export function withoutYoung(response: HttpResponse, field: string, atMs: number): HttpResponse {
  const said = parsed(response.body);
  const list = said?.result?.list;
  if (said === null || list === undefined) return response;
  const shown = list.filter((row) => !(Number(row[field]) > atMs));
  if (shown.length === list.length) return response;
  return { ...response, body: JSON.stringify({ ...said, result: { ...said.result, list: shown } }) };
}

interface Said {
  readonly retCode: number;
  readonly retMsg: string;
  readonly result?: { readonly list?: readonly Readonly<Record<string, unknown>>[] };
  readonly time: unknown;
}

/** Null for a body that is no answer of v5. */
function parsed(body: string): Said | null {
  if (!body.startsWith('{"retCode"')) return null;
  try {
    return JSON.parse(body) as Said;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Refusals of the first venue that faults are made of, as Bybit says the same. */
const REFUSALS: Readonly<Record<number, readonly [code: number, msg: string]>> = {
  [-2019]: [110007, "ab not enough for new order"],
  [-2022]: [110017, "Reduce-only rule not satisfied"],
  // Bybit would take the order and cancel it, which the engine does by itself.
  [-5022]: [110007, "ab not enough for new order"],
  [-4164]: [110094, "Order notional value below the lower limit"],
  [-4061]: [10001, "position idx not match position mode"],
  [-2015]: [10003, "API key is invalid."],
  [-4088]: [10027, "Transactions are banned."],
  [-1100]: [10001, "Request parameter error."],
  [-1000]: [10016, "Server error."],
  [-1006]: [10000, "Server Timeout"],
  [-1007]: [10000, "Server Timeout"],
};

/** The same fault at Bybit, which refuses with HTTP 200. */
export function effectAtBybit(effect: FaultEffect): FaultEffect {
  if (effect.kind !== "venueError") return effect;
  const [code, msg] = REFUSALS[effect.code] ?? [10016, "Server error."];
  return { ...effect, status: 200, code, msg };
}

/** Paths of the first venue by which faults are aimed, and the same at Bybit. */
const PATHS: Readonly<Record<string, string>> = {
  "/fapi/v1/ticker/bookTicker": "/v5/market/tickers",
  "/fapi/v3/account": "/v5/account/wallet-balance",
  "/fapi/v3/positionRisk": "/v5/position/list",
  "/fapi/v1/openOrders": "/v5/order/realtime",
  "/fapi/v1/openAlgoOrders": "/v5/order/realtime",
  "/fapi/v1/income": "/v5/account/transaction-log",
  "/fapi/v1/exchangeInfo": "/v5/market/instruments-info",
};

/** Null where Bybit has no path of that meaning, or one that means more. */
export function pathAtBybit(pattern: string, method: string | undefined): string | null {
  const path = pattern.replace(/^\^/, "").replace(/\$$/, "");
  if (path === "/fapi/v1/order")
    return method === "POST" ? "/v5/order/create" : "/v5/order/(realtime|history)";
  return PATHS[path] ?? null;
}
