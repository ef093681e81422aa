// The adapter obeys the venue's own count ahead of time, over the local exchange: another program behind the same address
// uses the minute up, and reads that can wait do, while an exit still goes out.
// Proves: adapters/ccxt/binance-usage.ts
import { describe, expect, it } from "vitest";
import { classOf } from "#adapters/ccxt/binance-usage.ts";
import { createVenueOpener } from "#adapters/ccxt/ccxt-venue.ts";
import { createExchange } from "#local/exchange/exchange.ts";
import type { Venue } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { failureOf } from "./binance-wire.ts";

const HOST = "https://fapi.binance.com";
/** Weight of one question for all day tickers, from the venue's table. */
const DAY_TICKERS_WEIGHT = 40;
const LIMIT = 2_400;

describe("requests of the adapter", () => {
  it.each([
    ["DELETE", "/fapi/v1/order?symbol=BTCUSDT", null, "exit"],
    ["DELETE", "/fapi/v1/algoOrder", null, "exit"],
    ["GET", "/fapi/v1/time", null, "exit"],
    ["POST", "/fapi/v1/order", "symbol=BTCUSDT&reduceOnly=true", "exit"],
    ["POST", "/fapi/v1/algoOrder?reduceOnly=true", null, "exit"],
    ["POST", "/fapi/v1/order", "symbol=BTCUSDT&reduceOnly=false", "entry"],
    ["POST", "/fapi/v1/order", "symbol=BTCUSDT", "entry"],
    ["GET", "/fapi/v1/order?symbol=BTCUSDT", null, "truth"],
    ["GET", "/fapi/v1/openOrders", null, "truth"],
    ["GET", "/fapi/v1/openAlgoOrders", null, "truth"],
    ["GET", "/fapi/v3/account", null, "truth"],
    ["GET", "/fapi/v3/positionRisk", null, "truth"],
    ["GET", "/fapi/v1/ticker/bookTicker", null, "entry"],
    ["GET", "/fapi/v1/userTrades", null, "history"],
    ["GET", "/fapi/v1/income", null, "history"],
    ["GET", "/fapi/v1/exchangeInfo", null, "history"],
    ["GET", "/fapi/v1/klines", null, "history"],
    ["GET", "/fapi/v1/leverageBracket", null, "history"],
  ] as const)("%s %s %s belongs to %s", (method, path, body, of) => {
    expect(classOf({ method, url: `${HOST}${path}`, headers: {}, body })).toBe(of);
  });
});

function openTwo() {
  const clock = createFakeClock();
  clock.advance(60_000 - (clock.nowMs() % 60_000));
  const exchange = createExchange({ seed: 7, nowMs: () => clock.nowMs(), historyMinutes: 0 });
  exchange.admin("pause");
  const toExchange = createExchangeTransport(exchange, clock, 5_000);
  const open = createVenueOpener();
  const venueOf = (accountId: string): Venue =>
    open({
      venue: "binance-usdm",
      keys: { apiKey: "local-key", secret: "local-secret" },
      origin: "http://127.0.0.1:1",
      clock,
      identity: createSeededIdentity(accountId.length),
      logger: createMemoryLogger(),
      requestTimeoutMs: 5_000,
      transport: toExchange.send,
    });
  /** Another program behind the same address. */
  const spend = (weight: number): void => {
    for (let spent = 0; spent < weight; spent += DAY_TICKERS_WEIGHT)
      exchange.handle({ method: "GET", path: "/fapi/v1/ticker/24hr", query: "", body: "", headers: {} });
  };
  return { clock, exchange, sent: toExchange.sent, first: venueOf("first"), second: venueOf("other"), spend };
}

describe("an address whose minute is nearly used up", () => {
  it("asks for no history, still asks how its account stands, and asks for all once the minute is over", async () => {
    const { clock, first, sent, spend } = openTwo();
    spend(LIMIT * 0.75);
    await first.fetchPositions();
    const sentBefore = sent.length;
    const failure = await failureOf(first.fetchIncome(clock.nowMs() - 60_000));
    expect(failure).toMatchObject({ kind: "retryable", reason: "tooManyRequests" });
    expect(sent).toHaveLength(sentBefore);
    await first.fetchPositions();
    clock.advance(60_000);
    await expect(first.fetchIncome(clock.nowMs() - 60_000)).resolves.toBeInstanceOf(Array);
  });

  it("tells every account of the process, by the answer to one of them", async () => {
    const { clock, first, second, sent, spend } = openTwo();
    spend(LIMIT * 0.75);
    await first.fetchPositions();
    const sentBefore = sent.length;
    expect(await failureOf(second.fetchIncome(clock.nowMs()))).toMatchObject({ code: "NO_ROOM" });
    expect(sent).toHaveLength(sentBefore);
  });

  it("keeps an entry from leaving, and lets an exit go", async () => {
    const { clock, first, sent, spend } = openTwo();
    const [market] = await first.fetchMarkets();
    if (market === undefined) throw new Error("The exchange lists no market");
    const order = {
      symbol: market.symbol,
      type: "market",
      qtyBase: "0.02",
      priceUsd: null,
      timeInForce: null,
    } as const;
    const until = () => ({ market, sendDeadlineMs: clock.nowMs() + 5_000 });
    await first.createOrder({ ...order, clientOrderId: "b-1", side: "buy", reduceOnly: false }, until());
    spend(LIMIT * 0.9);
    await first.fetchPositions();
    const sentBefore = sent.length;
    const entry = { ...order, clientOrderId: "b-2", side: "buy", reduceOnly: false } as const;
    expect(await failureOf(first.createOrder(entry, until()))).toMatchObject({ code: "NO_ROOM" });
    expect(sent).toHaveLength(sentBefore);
    const exit = { ...order, clientOrderId: "b-3", side: "sell", reduceOnly: true } as const;
    expect(await first.createOrder(exit, until())).toMatchObject({ status: "FILLED" });
    expect(await first.fetchPositions()).toEqual([]);
  });

  it("meets no refusal of the venue by asking on, where it would be banned otherwise", async () => {
    const { exchange, clock, first, spend } = openTwo();
    spend(LIMIT * 0.95);
    for (let asked = 0; asked < 200; asked += 1) {
      await first.fetchPositions().catch(() => null);
      await first.fetchIncome(clock.nowMs()).catch(() => null);
    }
    const after = exchange.handle({ method: "GET", path: "/fapi/v1/time", query: "", body: "", headers: {} });
    expect(after.status).toBe(200);
  });
});
