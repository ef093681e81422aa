// Only disturbances that cover it excuse a long time, and the floor under a position is read from the matching engine alone.
import { describe, expect, it } from "vitest";
import { placeAlgoOrder } from "#local/exchange/engine/algo-orders.ts";
import { positionOf, specOf } from "#local/exchange/engine/engine.ts";
import { placeOrder } from "#local/exchange/engine/orders.ts";
import { createExchange } from "#local/exchange/exchange.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { Disturbances, inTheWayMs } from "./disturbances.ts";
import { bareSpans } from "./invariants/floors.ts";

const SYMBOL = "BTCUSDT";
const OURS = `b${"a".repeat(30)}`;

describe("the longest undisturbed part of a span", () => {
  const span = { sinceMs: 100, untilMs: 1_000 };
  const among = (...all: readonly (readonly [sinceMs: number, lastsMs: number])[]): Disturbances => {
    const disturbances = new Disturbances();
    for (const [sinceMs, lastsMs] of all) disturbances.add("test", sinceMs, lastsMs);
    return disturbances;
  };

  it.each([
    ["all of it where nothing happened", [], [100, 1_000]],
    [
      "all of it where nothing happened during it",
      [
        [0, 99],
        [1_001, 50],
      ],
      [100, 1_000],
    ],
    ["after a disturbance that began before it", [[0, 300]], [300, 1_000]],
    ["the longer one of two, cut by a moment", [[400, 0]], [400, 1_000]],
    [
      "between two that overlap others",
      [
        [100, 100],
        [150, 200],
        [800, 400],
      ],
      [350, 800],
    ],
    ["nothing under one that covers it", [[50, 2_000]], [100, 100]],
  ] as const)("%s", (_what, all, [sinceMs, untilMs]) => {
    expect(among(...all).longestFree(span)).toEqual({ sinceMs, untilMs });
  });

  it("begins when faults end, and not before the end of what outlasts them", () => {
    const disturbances = among([50, Number.POSITIVE_INFINITY]);
    disturbances.end(400);
    expect(disturbances.longestFree(span)).toEqual({ sinceMs: 400, untilMs: 1_000 });
    disturbances.add("unreadable", 300, 400);
    expect(disturbances.longestFree(span)).toEqual({ sinceMs: 700, untilMs: 1_000 });
  });

  it.each([
    [418, { "Retry-After": "2" }, 2_100],
    [429, { "Retry-After": "2" }, 2_100],
    [429, {}, 100],
    [503, { "Retry-After": "2" }, 100],
  ])(
    "begins when the venue may be asked again, although faults end before: %i %o",
    (status, headers, sinceMs) => {
      const disturbances = new Disturbances();
      disturbances.addAnswer({ status, headers, body: "" }, 100);
      disturbances.end(400);
      expect(disturbances.longestFree({ sinceMs: 100, untilMs: 9_000 })).toEqual({ sinceMs, untilMs: 9_000 });
    },
  );

  it("is not cut by alerts and prices", () => {
    expect(inTheWayMs({ kind: "jump", symbol: SYMBOL, percent: 1 })).toBeNull();
    expect(inTheWayMs({ kind: "ban", seconds: 3 })).toBe(3_000);
    expect(inTheWayMs({ kind: "killInstances" })).toBe(0);
  });
});

describe("a position without a stop", () => {
  const account = () => {
    let nowMs = NOW_MS;
    const exchange = createExchange({ seed: 11, nowMs: () => nowMs, historyMinutes: 0 });
    exchange.admin("pause");
    const { engine } = exchange;
    const [accountId = ""] = engine.state.accounts.keys();
    const spec = specOf(engine, SYMBOL);
    const at = (ms: number): void => {
      nowMs = NOW_MS + ms;
      exchange.advanceTo(nowMs);
    };
    const trade = (side: "BUY" | "SELL", lots: number, clientOrderId = OURS): void => {
      const order = { accountId, symbol: SYMBOL, side, lots, clientOrderId, type: "MARKET" } as const;
      placeOrder(engine, { ...order, timeInForce: "GTC", priceTicks: 0, reduceOnly: side === "SELL" });
    };
    const guard = (lots: number): void => {
      const order = { accountId, symbol: SYMBOL, side: "SELL", orderType: "STOP_MARKET", lots } as const;
      const triggerTicks = Math.round((Number(spec.startPriceUsd) * 0.97) / spec.tickUsd);
      const how = { timeInForce: "GTC", workingType: "CONTRACT_PRICE", reduceOnly: true } as const;
      const none = { priceTicks: 0, closePosition: false, priceProtect: false };
      placeAlgoOrder(engine, { ...order, ...how, ...none, triggerTicks, clientAlgoId: `p${lots}` });
    };
    const spans = () =>
      bareSpans(exchange, nowMs).map(({ sinceMs, untilMs, lots }) => [
        sinceMs - NOW_MS,
        untilMs - NOW_MS,
        lots,
      ]);
    return {
      at,
      trade,
      guard,
      spans,
      held: () => positionOf(engine.state.accounts.get(accountId) as never, SYMBOL).lots,
    };
  };

  it("is bare from its fill until a stop of its size waits, and again when it grows", () => {
    const { at, trade, guard, spans } = account();
    trade("BUY", 50);
    at(300);
    guard(50);
    at(1_000);
    trade("BUY", 30);
    at(1_700);
    expect(spans()).toEqual([
      [0, 300, 50],
      [1_000, 1_700, 80],
    ]);
    guard(80);
    at(5_000);
    expect(spans()).toHaveLength(2);
  });

  it("is bare no longer once it is closed", () => {
    const { at, trade, spans, held } = account();
    trade("BUY", 50);
    at(400);
    trade("SELL", 50);
    at(9_000);
    expect(held()).toBe(0);
    expect(spans()).toEqual([[0, 400, 50]]);
  });

  it("is nobody's to guard once a hand has traded in its symbol", () => {
    const { at, trade, spans } = account();
    trade("BUY", 50);
    at(400);
    trade("BUY", 50, "by-hand");
    at(9_000);
    expect(spans()).toEqual([[0, 400, 50]]);
  });
});
