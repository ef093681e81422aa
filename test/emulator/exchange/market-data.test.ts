// Prices, candles and depth: incremental candles equal folded ones, kline files replay as they were, quotes
// never cross, symbols move together, and memory stays bounded.
import { describe, expect, test } from "vitest";
import { CANDLES_KEPT, candlesOf, emptySeries, recordTick } from "#local/exchange/engine/candles.ts";
import { closeTimeOf, isInterval, openTimeOf } from "#local/exchange/engine/intervals.ts";
import { feedPriceUsd, parseKlineCsv } from "#local/exchange/engine/kline-feed.ts";
import { codeOf, makeExchange, START_MS, touch } from "./test-exchange.ts";

const MINUTE_MS = 60_000;

type Kline = [number, string, string, string, string, string, number, string, number, string, string, string];

describe("candles", () => {
  test("a long candle is the fold of its minutes, the growing minute included", () => {
    const x = makeExchange({ moving: true, historyMinutes: 0 });
    x.pass(23 * MINUTE_MS + 7_000);
    const ask = (interval: string): Kline[] =>
      x.ask("GET", "/fapi/v1/klines", { symbol: "BTCUSDT", interval, limit: 1500 });
    const minutes = ask("1m");
    for (const [interval, length] of [
      ["5m", 5],
      ["15m", 15],
      ["1h", 60],
    ] as const) {
      for (const candle of ask(interval)) {
        const inside = minutes.filter(([open]) => open >= candle[0] && open < candle[0] + length * MINUTE_MS);
        expect(candle[1]).toBe(inside[0]?.[1]);
        expect(Number(candle[2])).toBe(Math.max(...inside.map((minute) => Number(minute[2]))));
        expect(Number(candle[3])).toBe(Math.min(...inside.map((minute) => Number(minute[3]))));
        expect(candle[4]).toBe(inside.at(-1)?.[4]);
        expect(Number(candle[5])).toBeCloseTo(
          inside.reduce((sum, minute) => sum + Number(minute[5]), 0),
          6,
        );
      }
    }
  });

  test("startTime, endTime and limit select as on Binance", () => {
    const x = makeExchange({ historyMinutes: 120 });
    const ask = (fields: Record<string, number>): number[] =>
      x
        .ask<Kline[]>("GET", "/fapi/v1/klines", { symbol: "BTCUSDT", interval: "1m", ...fields })
        .map((kline) => kline[0]);
    const from = START_MS - 60 * MINUTE_MS;
    expect(ask({ startTime: from, limit: 3 })).toEqual([from, from + MINUTE_MS, from + 2 * MINUTE_MS]);
    expect(ask({ endTime: from, limit: 2 })).toEqual([from - MINUTE_MS, from]);
    const swapped = { symbol: "BTCUSDT", interval: "1m", startTime: 2, endTime: 1 };
    expect(codeOf(x.send("GET", "/fapi/v1/klines", swapped))).toBe(-1023);
    expect(codeOf(x.send("GET", "/fapi/v1/klines", { symbol: "BTCUSDT", interval: "7m" }))).toBe(-1120);
  });

  test("a ring holds no more than it should, however long it runs", () => {
    const series = emptySeries();
    for (let minute = 0; minute < 4_000; minute += 1)
      recordTick(series, { timeMs: minute * MINUTE_MS, ticks: 100 + (minute % 7), lots: 1, takerBuys: true });
    expect(series.minutes.length).toBeLessThan(CANDLES_KEPT + 100);
    expect(candlesOf(series, "1h")).toHaveLength(Math.ceil(4_000 / 60));
  });

  test("weeks open on Monday and months on the first", () => {
    const sunday = Date.UTC(2026, 1, 1, 13);
    expect(openTimeOf("1w", sunday)).toBe(Date.UTC(2026, 0, 26));
    expect(openTimeOf("1M", sunday)).toBe(Date.UTC(2026, 1, 1));
    expect(closeTimeOf("1M", Date.UTC(2026, 1, 1))).toBe(Date.UTC(2026, 2, 1) - 1);
    expect(isInterval("1y")).toBe(false);
  });

  test("history ends at the first quote and is there for the first request", () => {
    const x = makeExchange({ historyMinutes: 200 });
    const klines = x.ask<Kline[]>("GET", "/fapi/v1/klines", {
      symbol: "BTCUSDT",
      interval: "1m",
      limit: 1500,
    });
    expect(klines).toHaveLength(200);
    expect(klines.at(-1)?.[4]).toBe("95000.00");
  });
});

describe("kline files", () => {
  const row = (minute: number, prices: readonly number[]): string =>
    `${START_MS + minute * MINUTE_MS},${prices.join(",")},10,${START_MS + (minute + 1) * MINUTE_MS - 1},0,1,0,0,0`;
  const csv = `open_time,open,high,low,close,volume,close_time,quote_volume,count,a,b,ignore\n${row(0, [100, 110, 95, 105])}\n${row(1, [105, 106, 90, 92])}\n`;

  test("replay open, both extremes and close of every row", () => {
    const feed = parseKlineCsv(csv);
    const at = (seconds: number): number => feedPriceUsd(feed, START_MS + seconds * 1000);
    expect([at(0), at(20), at(40), Math.round(at(59.999))]).toEqual([100, 95, 110, 105]);
    expect([at(60), at(80), at(100)]).toEqual([105, 106, 90]);
    expect(at(120)).toBe(100);
  });

  test("drive the exchange's price, and may be in microseconds", () => {
    const micro = csv.replaceAll(/^(\d{13})/gm, "$1000");
    const x = makeExchange({ moving: true, klines: { LTCUSDT: micro } });
    x.pass(40_000);
    expect(touch(x, "LTCUSDT").bid).toBeCloseTo(110, 1);
    x.pass(60_000);
    expect(touch(x, "LTCUSDT").ask).toBeCloseTo(90, 1);
  });

  test.each([
    ["text", "hello\nworld\n", /line 1/],
    ["one row", `${row(0, [1, 1, 1, 1])}\n`, /fewer than two/],
    ["a gap", `${row(0, [1, 1, 1, 1])}\n${row(1, [1, 1, 1, 1])}\n${row(3, [1, 1, 1, 1])}\n`, /row 3/],
    ["a price of zero", `${row(0, [1, 1, 0, 1])}\n${row(1, [1, 1, 1, 1])}\n`, /line 1/],
  ])("refuse %s with the place named", (_name, text, message) => {
    expect(() => parseKlineCsv(text)).toThrow(message);
  });

  test("for a symbol that is not listed are refused", () => {
    expect(() => makeExchange({ klines: { NOPEUSDT: csv } })).toThrow(/NOPEUSDT is not listed/);
  });
});

describe("prices", () => {
  test("quotes never cross, and the mark stays between them, through every mood", () => {
    const x = makeExchange({ moving: true });
    for (const regime of ["calm", "trend", "volatile", "crash"]) {
      x.exchange.admin("regime", { regime });
      for (let step = 0; step < 200; step += 1) {
        x.pass(250);
        for (const [name, symbol] of x.exchange.engine.state.symbols) {
          expect(symbol.bidTicks).toBeLessThan(symbol.askTicks);
          const tick = x.exchange.engine.specs.get(name)?.tickE8 ?? 1n;
          expect(
            symbol.markUsdE8 >= BigInt(symbol.bidTicks) * tick &&
              symbol.markUsdE8 <= BigInt(symbol.askTicks) * tick,
          ).toBe(true);
        }
      }
    }
  });

  test("symbols are correlated through the market, and not the same", () => {
    const x = makeExchange({ moving: true });
    const returns: Record<string, number[]> = { BTCUSDT: [], ETHUSDT: [] };
    const price = (name: string): number => x.exchange.engine.state.symbols.get(name)?.midUsd ?? 0;
    for (let minute = 0; minute < 240; minute += 1) {
      const before = [price("BTCUSDT"), price("ETHUSDT")];
      x.pass(MINUTE_MS);
      returns.BTCUSDT?.push(price("BTCUSDT") / (before[0] ?? 1) - 1);
      returns.ETHUSDT?.push(price("ETHUSDT") / (before[1] ?? 1) - 1);
    }
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    const [btc = [], eth = []] = [returns.BTCUSDT, returns.ETHUSDT];
    const correlation = dot(btc, eth) / Math.sqrt(dot(btc, btc) * dot(eth, eth));
    expect(correlation).toBeGreaterThan(0.5);
    expect(correlation).toBeLessThan(0.99);
  });

  test("a crash opens with a gap and thins the book", () => {
    const x = makeExchange({ moving: true });
    const lots = (): number =>
      x
        .ask<{ bids: [string, string][] }>("GET", "/fapi/v1/depth", { symbol: "BTCUSDT", limit: 50 })
        .bids.reduce((sum, level) => sum + Number(level[1]), 0);
    const before = { price: touch(x).bid, lots: lots() };
    x.exchange.admin("regime", { regime: "crash" });
    expect(touch(x).bid).toBeLessThan(before.price * 0.975);
    expect(lots()).toBeLessThan(before.lots * 0.5);
  });

  test("resting orders show in the depth", () => {
    const x = makeExchange();
    const { bid, ask } = touch(x);
    const price = ((bid + ask) / 2).toFixed(1);
    x.ask("POST", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      price,
      quantity: "0.777",
    });
    const depth = x.ask<{ bids: [string, string][] }>("GET", "/fapi/v1/depth", {
      symbol: "BTCUSDT",
      limit: 5,
    });
    expect(depth.bids[0]).toEqual([`${price}0`, "0.777"]);
    expect(codeOf(x.send("GET", "/fapi/v1/depth", { symbol: "BTCUSDT", limit: 7 }))).toBe(-4021);
  });
});

describe("memory", () => {
  test("finished orders, trades and incomes are kept up to their limit, open orders always", () => {
    const x = makeExchange({
      history: { orders: 50, trades: 60, incomes: 70 },
      limits: { ordersPer10s: 1e6, ordersPerMinute: 1e6, weightPerMinute: 1e6 },
    });
    const open = x.ask<{ orderId: number }>("POST", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      price: "91000.0",
      quantity: "0.010",
    });
    for (let index = 0; index < 300; index += 1) {
      x.ask("POST", "/fapi/v1/order", {
        symbol: "BTCUSDT",
        side: index % 2 ? "BUY" : "SELL",
        type: "MARKET",
        quantity: "0.010",
        newClientOrderId: `n${index}`,
      });
    }
    const { state, byClientId } = x.exchange.engine;
    expect(state.orders.size).toBeLessThanOrEqual(56);
    expect(byClientId.size).toBe(state.orders.size);
    expect(state.trades.length).toBeLessThanOrEqual(66);
    expect(state.incomes.length).toBeLessThanOrEqual(77);
    expect(state.orders.has(open.orderId)).toBe(true);
  });

  test("forgetting an old order does not forget a newer one under the same client id", () => {
    const limits = { ordersPer10s: 1e6, ordersPerMinute: 1e6, weightPerMinute: 1e6 };
    const x = makeExchange({ history: { orders: 20, trades: 20, incomes: 20 }, limits });
    const market = { symbol: "BTCUSDT", type: "MARKET", quantity: "0.010" };
    x.ask("POST", "/fapi/v1/order", { ...market, side: "BUY", newClientOrderId: "again" });
    const limit = {
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      price: "91000.0",
      quantity: "0.010",
    };
    const open = x.ask<{ orderId: number }>("POST", "/fapi/v1/order", {
      ...limit,
      newClientOrderId: "again",
    });
    for (let index = 0; index < 60; index += 1) {
      x.ask("POST", "/fapi/v1/order", { ...market, side: index % 2 ? "BUY" : "SELL" });
    }
    const found = x.ask("GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "again" });
    expect(found).toMatchObject({ orderId: open.orderId });
  });
});
