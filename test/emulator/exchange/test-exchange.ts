// An exchange in this process under a clock that only the test moves, and signed requests to it.
import { createHmac } from "node:crypto";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import { DEFAULT_API_KEY, DEFAULT_SECRET, type ExchangeOptions } from "#local/exchange/options.ts";
import type { ExchangeResponse } from "#local/exchange/types.ts";

/** 2026-01-05 00:10:00 UTC, a Monday, away from funding and interval borders. */
export const START_MS = Date.UTC(2026, 0, 5, 0, 10);

const SECOND_ACCOUNT = {
  id: "other",
  apiKey: "other-key",
  secret: "other-secret",
  balanceUsdt: "100000",
};
const FIRST_ACCOUNT = { id: "local", apiKey: DEFAULT_API_KEY, secret: DEFAULT_SECRET, balanceUsdt: "100000" };

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface TestExchange {
  readonly exchange: Exchange;
  readonly nowMs: () => number;
  /** Moves the clock and the market. */
  readonly pass: (ms: number) => void;
  /** A signed request; `account` "other" uses the second key pair. */
  readonly send: (
    method: string,
    path: string,
    fields?: Fields,
    account?: "local" | "other",
  ) => ExchangeResponse;
  /** Like send, but a refusal throws, and the JSON body is returned. */
  readonly ask: <T = Record<string, unknown>>(
    method: string,
    path: string,
    fields?: Fields,
    account?: "local" | "other",
  ) => T;
}

function encode(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join("&");
}

/** Two accounts of 100,000 USDT, prices paused at their start unless `moving`. */
export function makeExchange(
  options: Partial<ExchangeOptions> & { readonly moving?: boolean } = {},
): TestExchange {
  let nowMs = START_MS;
  const { moving = false, ...rest } = options;
  const exchange = createExchange({
    seed: 5,
    historyMinutes: 0,
    accounts: [FIRST_ACCOUNT, SECOND_ACCOUNT],
    nowMs: () => nowMs,
    setNowMs: (ms) => {
      nowMs = ms;
    },
    ...rest,
  });
  if (!moving) exchange.admin("pause");
  const send: TestExchange["send"] = (method, path, fields = {}, account = "local") => {
    const keys = account === "local" ? FIRST_ACCOUNT : SECOND_ACCOUNT;
    const text = encode({ timestamp: nowMs, ...fields });
    const signed = `${text}&signature=${createHmac("sha256", keys.secret).update(text).digest("hex")}`;
    const inQuery = method === "GET" || method === "DELETE";
    const headers = { "x-mbx-apikey": keys.apiKey };
    return exchange.handle({
      method,
      path,
      query: inQuery ? signed : "",
      body: inQuery ? "" : signed,
      headers,
    });
  };
  const ask: TestExchange["ask"] = <T>(
    method: string,
    path: string,
    fields?: Fields,
    account?: "local" | "other",
  ) => {
    const response = send(method, path, fields, account);
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${response.body}`);
    return JSON.parse(response.body) as T;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    exchange.advanceTo(nowMs);
  };
  return { exchange, nowMs: () => nowMs, pass, send, ask };
}

export interface OrderAnswer {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly price: string;
  readonly avgPrice: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly cumQuote: string;
  readonly reduceOnly: boolean;
  readonly side: string;
  readonly timeInForce: string;
}

/** Places an order and reads it back, so that the answer shows its state and not its acknowledgement. */
export function place(test: TestExchange, fields: Fields, account: "local" | "other" = "local"): OrderAnswer {
  const type = fields.type ?? "LIMIT";
  const timeInForce = type === "LIMIT" ? { timeInForce: "GTC" } : {};
  const order = test.ask<OrderAnswer>(
    "POST",
    "/fapi/v1/order",
    { symbol: "BTCUSDT", type, ...timeInForce, ...fields },
    account,
  );
  const symbol = fields.symbol ?? "BTCUSDT";
  return test.ask<OrderAnswer>("GET", "/fapi/v1/order", { symbol, orderId: order.orderId }, account);
}

/** Code of a refused request; 0 when it was accepted. */
export function codeOf(response: ExchangeResponse): number {
  const body = JSON.parse(response.body) as { readonly code?: number };
  return response.status === 200 ? 0 : (body.code ?? 0);
}

/** Best bid and ask as numbers of USD. */
export function touch(
  test: TestExchange,
  symbol = "BTCUSDT",
): { readonly bid: number; readonly ask: number } {
  const ticker = test.ask<{ bidPrice: string; askPrice: string }>("GET", "/fapi/v1/ticker/bookTicker", {
    symbol,
  });
  return { bid: Number(ticker.bidPrice), ask: Number(ticker.askPrice) };
}
