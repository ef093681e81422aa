// Storage, faults and clock work for Bybit's dialect as for Binance's: a snapshot with the records after it is the same
// exchange; each fault reaches the client in the shape that it has at this venue.
import { expect, test } from "vitest";
import { createExchange } from "#local/exchange/exchange.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { readFaultRule } from "#local/exchange/faults/read-rule.ts";
import type { CommitRecord } from "#local/exchange/types.ts";
import {
  BTC,
  type BybitExchange,
  type List,
  makeBybit,
  place,
  readAnswer,
  START_MS,
} from "./bybit-exchange.ts";

const CREATE = { method: "POST", path: "/v5/order/create" };
const order = { ...BTC, side: "Buy", orderType: "Market", qty: "0.010", orderLinkId: "probe" };

/** Every kind of request that changes something, an admin action, and hours of market. */
function act(venue: BybitExchange, leverage: string): void {
  venue.ask("POST", "/v5/position/set-leverage", { ...BTC, buyLeverage: leverage, sellLeverage: leverage });
  place(venue, { side: "Buy", orderType: "Market", qty: "0.300" });
  const { orderId } = place(venue, { side: "Buy", qty: "0.010", price: "90000.00" });
  venue.ask("POST", "/v5/order/amend", { ...BTC, orderId: String(orderId), qty: "0.020" });
  const stop = { side: "Sell", orderType: "Market", triggerDirection: 2, qty: "0.300", reduceOnly: true };
  place(venue, { ...stop, triggerPrice: "80000.00", orderLinkId: `stop-${leverage}` });
  place(venue, { ...stop, triggerPrice: "94900.00" });
  venue.pass(2 * 3_600_000);
  venue.exchange.admin("jump", { symbol: "BTCUSDT", percent: -2 });
  venue.ask("POST", "/v5/order/cancel", { ...BTC, orderLinkId: `stop-${leverage}` });
  venue.pass(9 * 3_600_000);
  venue.ask("POST", "/v5/order/cancel-all", { category: "linear", settleCoin: "USDT" });
  venue.exchange.admin("settings", { dualSidePosition: false });
}

test("a snapshot anywhere plus the records after it gives an equal exchange, which goes on equally", () => {
  const records: CommitRecord[] = [];
  const venue = makeBybit({ moving: true, onCommit: (record) => records.push(record) });
  place(venue, { side: "Sell", qty: "0.010", price: "99000.00" });
  const snapshot = venue.exchange.snapshot();
  records.length = 0;
  act(venue, "9");
  const restore = { snapshot, records: JSON.parse(JSON.stringify(records)) as CommitRecord[] };
  const again = makeBybit({ moving: true, restore });
  again.pass(venue.nowMs() - START_MS);
  expect(again.exchange.hash()).toBe(venue.exchange.hash());
  for (const each of [venue, again]) act(each, "8");
  expect(again.exchange.hash()).toBe(venue.exchange.hash());
});

test("a state of one venue is no state of the other", () => {
  const { exchange } = makeBybit();
  const restore = { snapshot: exchange.snapshot(), records: [] };
  const open = () => createExchange({ seed: 5, nowMs: () => START_MS, restore });
  expect(open).toThrow("Stored exchange state is of bybit-linear; the settings say binance-usdm");
});

const lost: readonly (readonly [string, (when: "before" | "after") => FaultEffect, object])[] = [
  [
    "a 502",
    (when) => ({ kind: "httpError", when, status: 502, body: "<html>" }),
    { status: 502, body: "<html>" },
  ],
  ["a reset", (when) => ({ kind: "reset", when }), { transport: { reset: true } }],
  ["an empty body", (when) => ({ kind: "body", when, content: "empty" }), { status: 200, body: "" }],
];
test.each(lost)("%s strikes before or after the order took effect", (_name, effect, answer) => {
  for (const when of ["before", "after"] as const) {
    const venue = makeBybit();
    venue.exchange.addFault({ effect: effect(when), match: { ...CREATE, symbol: "BTCUSDT" }, count: 1 });
    venue.ask("GET", "/v5/order/realtime", { ...BTC });
    expect(venue.send("POST", "/v5/order/create", order)).toMatchObject(answer);
    const { list } = venue.ask<List>("GET", "/v5/order/realtime", { ...BTC, orderLinkId: "probe" });
    expect(list).toHaveLength(when === "before" ? 0 : 1);
  }
});

test("a fault aimed at another symbol passes an order by", () => {
  const venue = makeBybit();
  const effect: FaultEffect = { kind: "reset", when: "before" };
  venue.exchange.addFault({ effect, match: { ...CREATE, symbol: "ETHUSDT" } });
  venue.ask("POST", "/v5/order/create", order);
});

test("a venue's error is a retCode, with the status that the rule says", () => {
  const venue = makeBybit();
  const effect = { kind: "venueError", when: "after", status: 200, code: 10016, msg: "Server error." };
  venue.exchange.addFault(readFaultRule({ effect, match: CREATE, count: 1 }));
  const response = venue.send("POST", "/v5/order/create", order);
  expect([response.status, readAnswer(response)]).toMatchObject([
    200,
    { retCode: 10016, retMsg: "Server error." },
  ]);
  expect(venue.call("POST", "/v5/order/create", order).retCode).toBe(110072);
});

test("a rate limit is 10006 with the time to wait for, and a ban HTTP 403 with the rule's own", () => {
  const venue = makeBybit();
  venue.exchange.addFault({ effect: { kind: "rateLimit", status: 429, retryAfterS: 3 }, count: 1 });
  const limited = venue.send("GET", "/v5/market/time");
  expect(readAnswer(limited).retCode).toBe(10006);
  expect(limited.headers["X-Bapi-Limit-Reset-Timestamp"]).toBe(String(venue.nowMs() + 3_000));
  venue.exchange.addFault({ effect: { kind: "rateLimit", status: 418, retryAfterS: 3 }, count: 1 });
  expect(venue.send("GET", "/v5/market/time")).toMatchObject({
    status: 403,
    headers: { "Retry-After": "3" },
  });
});

test("latency arrives as a delay of the request or of its answer", () => {
  const venue = makeBybit();
  for (const when of ["before", "after"] as const)
    venue.exchange.addFault({ effect: { kind: "latency", when, latencyMs: 700 }, count: 1 });
  expect(venue.send("GET", "/v5/market/time").transport.latencyMs).toBe(1_400);
});

test("a skewed clock refuses the client's time, and shows in every answer", () => {
  const venue = makeBybit();
  venue.exchange.addFault({ effect: { kind: "clockSkew", skewMs: 8_000 } });
  const { retCode, time } = venue.call("GET", "/v5/account/info");
  expect([retCode, time]).toEqual([10002, venue.nowMs() + 8_000]);
});

test("a stale answer is the first success, for the same account and query only", () => {
  const venue = makeBybit();
  venue.exchange.addFault({
    effect: { kind: "stale" },
    match: { path: "/v5/(market/tickers|position/list)" },
  });
  const ask = (path: string, symbol: string) =>
    venue.ask<List>("GET", path, { category: "linear", symbol }).list[0];
  const [quote, held] = [ask("/v5/market/tickers", "BTCUSDT"), ask("/v5/position/list", "BTCUSDT")];
  venue.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 96_000 });
  place(venue, { side: "Buy", orderType: "Market" });
  expect(ask("/v5/market/tickers", "BTCUSDT")).toEqual(quote);
  expect(ask("/v5/position/list", "BTCUSDT")).toEqual(held);
  expect(ask("/v5/market/tickers", "ETHUSDT")?.symbol).toBe("ETHUSDT");
});

const rows: readonly (readonly [string, FaultEffect, object | undefined])[] = [
  ["missing", { kind: "row", symbol: "BTCUSDT", how: "missing" }, undefined],
  ["empty", { kind: "row", symbol: "BTCUSDT", how: "empty" }, { bid1Price: "", ask1Price: "" }],
  ["odd", { kind: "row", symbol: "BTCUSDT", how: "odd" }, { symbol: "BTCUSDT", note: "unlisted" }],
  [
    "odd in a field",
    { kind: "oddRow", when: "after", subject: "BTCUSDT", field: "markPrice", value: "?" },
    { markPrice: "?" },
  ],
];
test.each(rows)("a row of a list is %s, the others are whole", (_name, effect, expected) => {
  const venue = makeBybit();
  const tickers = (): List["list"] =>
    venue.ask<List>("GET", "/v5/market/tickers", { category: "linear" }).list;
  const whole = tickers();
  venue.exchange.addFault({ effect });
  const struck = tickers();
  const bitcoin = struck.find(({ symbol }) => symbol === "BTCUSDT");
  if (expected === undefined) expect(bitcoin).toBeUndefined();
  else expect(bitcoin).toMatchObject(expected);
  expect(struck.filter(({ symbol }) => symbol !== "BTCUSDT")).toEqual(
    whole.filter(({ symbol }) => symbol !== "BTCUSDT"),
  );
});

test("a coin of the wallet is odd in a field", () => {
  const venue = makeBybit();
  const effect: FaultEffect = {
    kind: "oddRow",
    when: "after",
    subject: "USDT",
    field: "equity",
    value: null,
  };
  venue.exchange.addFault({ effect });
  const { list } = venue.ask<List>("GET", "/v5/account/wallet-balance", { accountType: "UNIFIED" });
  expect(list[0]?.coin).toMatchObject([{ coin: "USDT", equity: null, walletBalance: "100000" }]);
});

test("orders carry no price of their fills, positions keep theirs", () => {
  const venue = makeBybit();
  const { orderId } = place(venue, { side: "Buy", orderType: "Market" });
  venue.exchange.addFault({ effect: { kind: "unpriced" } });
  const query = { ...BTC, orderId: String(orderId) };
  expect(venue.ask<List>("GET", "/v5/order/realtime", query).list).toMatchObject([
    { avgPrice: "", cumExecValue: "0", cumExecQty: "0.010" },
  ]);
  expect(venue.ask<List>("GET", "/v5/position/list", BTC).list[0]?.avgPrice).not.toBe("");
});
