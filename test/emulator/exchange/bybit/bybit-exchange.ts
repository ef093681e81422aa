// An exchange in this process that speaks Bybit's dialect under a clock that only the test moves, and signed requests to it.
import { createHmac } from "node:crypto";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import type { ExchangeOptions } from "#local/exchange/options.ts";
import type { ExchangeRequest, ExchangeResponse } from "#local/exchange/types.ts";

/** 2026-01-05 00:10:00 UTC, a Monday, away from funding and interval borders. */
export const START_MS = Date.UTC(2026, 0, 5, 0, 10);
export const RECV_WINDOW_MS = 5_000;

export const ACCOUNTS = {
  local: { id: "local", apiKey: "local-key", secret: "local-secret", balanceUsdt: "100000" },
  other: { id: "other", apiKey: "other-key", secret: "other-secret", balanceUsdt: "100000" },
};
type Name = keyof typeof ACCOUNTS;

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Row = Record<string, unknown>;

export interface Answered<Result = Row> {
  readonly retCode: number;
  readonly retMsg: string;
  readonly result: Result;
  readonly time: number;
}

export interface BybitExchange {
  readonly exchange: Exchange;
  readonly nowMs: () => number;
  /** Moves the clock and the market. */
  readonly pass: (ms: number) => void;
  readonly send: (method: string, path: string, fields?: Fields, account?: Name) => ExchangeResponse;
  /** Like send, but read. */
  readonly call: <Result = Row>(
    method: string,
    path: string,
    fields?: Fields,
    account?: Name,
  ) => Answered<Result>;
  /** Like call, but a refusal throws, and the result is returned. */
  readonly ask: <Result = Row>(method: string, path: string, fields?: Fields, account?: Name) => Result;
}

export function signedRequest(
  asked: { method: string; path: string; fields: Fields; atMs: number; body?: string },
  { apiKey, secret }: { readonly apiKey: string; readonly secret: string } = ACCOUNTS.local,
): ExchangeRequest {
  const { method, path, fields, atMs } = asked;
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  const query = sent.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  const payload = method === "GET" ? query : (asked.body ?? JSON.stringify(Object.fromEntries(sent)));
  const text = `${atMs}${apiKey}${RECV_WINDOW_MS}${payload}`;
  return {
    method,
    path,
    query: method === "GET" ? payload : "",
    body: method === "GET" ? "" : payload,
    headers: {
      "x-bapi-api-key": apiKey,
      "x-bapi-timestamp": String(atMs),
      "x-bapi-recv-window": String(RECV_WINDOW_MS),
      "x-bapi-sign": createHmac("sha256", secret).update(text).digest("hex"),
    },
  };
}

export const readAnswer = <Result = Row>(response: ExchangeResponse): Answered<Result> =>
  JSON.parse(response.body) as Answered<Result>;

/** Two accounts of 100,000 USDT, prices paused at their start unless `moving`. */
export function makeBybit(
  options: Partial<ExchangeOptions> & { readonly moving?: boolean } = {},
): BybitExchange {
  let nowMs = START_MS;
  const { moving = false, ...rest } = options;
  const exchange = createExchange({
    dialect: "bybit-linear",
    seed: 5,
    historyMinutes: 0,
    accounts: Object.values(ACCOUNTS),
    nowMs: () => nowMs,
    setNowMs: (ms) => {
      nowMs = ms;
    },
    ...rest,
  });
  if (!moving) exchange.admin("pause");
  const send: BybitExchange["send"] = (method, path, fields = {}, account = "local") =>
    exchange.handle(signedRequest({ method, path, fields, atMs: nowMs }, ACCOUNTS[account]));
  const call: BybitExchange["call"] = (...request) => readAnswer(send(...request));
  const ask: BybitExchange["ask"] = <Result>(...request: Parameters<BybitExchange["send"]>): Result => {
    const { retCode, retMsg, result } = call<Result>(...request);
    if (retCode !== 0) throw new Error(`${request[0]} ${request[1]}: ${retCode} ${retMsg}`);
    return result;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    exchange.advanceTo(nowMs);
  };
  return { exchange, nowMs: () => nowMs, pass, send, call, ask };
}

export interface List {
  readonly list: readonly Row[];
  readonly nextPageCursor: string;
}

export const BTC = { category: "linear", symbol: "BTCUSDT" } as const;

/** Places an order and reads it back, because the answer is an acknowledgement only. */
export function place(test: BybitExchange, fields: Fields, account: Name = "local"): Row {
  const order = { ...BTC, orderType: "Limit", qty: "0.010", ...fields };
  const { orderId } = test.ask<{ orderId: string }>("POST", "/v5/order/create", order, account);
  return orderOf(test, orderId, account);
}

export function orderOf(test: BybitExchange, orderId: unknown, account: Name = "local"): Row {
  const query = { ...BTC, orderId: String(orderId) };
  const [order] = test.ask<List>("GET", "/v5/order/realtime", query, account).list;
  if (order === undefined) throw new Error(`Order ${String(orderId)} is not there`);
  return order;
}

/** The coins in a row of a wallet. */
export const coinsOf = (account: Row | undefined): readonly Row[] => (account?.coin ?? []) as readonly Row[];

export function walletUsd(test: BybitExchange, account: Name = "local"): string {
  const query = { accountType: "UNIFIED", coin: "USDT" };
  const { list } = test.ask<List>("GET", "/v5/account/wallet-balance", query, account);
  return String(coinsOf(list[0])[0]?.walletBalance);
}
