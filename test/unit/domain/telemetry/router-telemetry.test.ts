// Sums by symbol and strategy: exact, the same in whatever order orders come and however often, and bounded in size.
// Proves: domain/telemetry/router-sums.ts, schemas/telemetry.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import {
  MOST_CHOICES,
  MOST_EVIDENCE,
  newEvidence,
  type SymbolEvidence,
  TAKING,
} from "#domain/telemetry/choice-evidence.ts";
import { MOST_OPEN_ENTRIES } from "#domain/telemetry/entry-outcomes.ts";
import type { OpenEntry } from "#domain/telemetry/entry-samples.ts";
import { adverseBps, type OrderMetrics } from "#domain/telemetry/order-metrics.ts";
import {
  LATENCY_BINS_MS,
  minus,
  NO_SUMS,
  plus,
  type RouterSums,
  sumsOf,
} from "#domain/telemetry/router-sums.ts";
import {
  MOST_NEWEST,
  MOST_ROWS,
  newRouterTelemetry,
  type RouterTelemetry,
  withOrder,
} from "#domain/telemetry/router-telemetry.ts";
import { routerTelemetrySchema } from "#schemas/telemetry.ts";
import { NOW_MS } from "#test/support/factories.ts";

const BYTES_OF_A_DOCUMENT = 1_048_576;
const EMPTY = newRouterTelemetry("main", 0, NOW_MS);

const metrics = (overrides: Partial<OrderMetrics> = {}): OrderMetrics => ({
  clientOrderId: "b1",
  symbol: "BTCUSDT",
  strategyId: "trend",
  side: "buy",
  reduceOnly: false,
  status: "FILLED",
  wouldTake: false,
  referenceUsd: "50000",
  limitUsd: "50075",
  filledBase: "0.1",
  notionalUsd: "5002.5",
  feeUsd: "2.50125",
  liquidity: "taker",
  makerUsd: "0",
  isFallback: false,
  isRepegged: false,
  latencyMs: { toDecided: 40, toSent: 60, toAccepted: 250, toFilled: 6_000 },
  priceAfter1MinuteUsd: "50000",
  priceAfter5MinutesUsd: null,
  lastFillAtMs: NOW_MS,
  endedAtMs: NOW_MS,
  ...overrides,
});

const LONG = "123456789.1234";
const WIDEST_EVIDENCE: readonly SymbolEvidence[] = Array.from({ length: MOST_EVIDENCE }, (_, place) => ({
  ...newEvidence(`COIN${place}USDT`),
  referenceUsd: LONG,
  makerFees: { usd: LONG, ofUsd: LONG },
  takerFees: { usd: LONG, ofUsd: LONG },
  choices: Array.from({ length: MOST_CHOICES }, (_none, offsetTicks) => ({
    firstStep: "maker" as const,
    offsetTicks,
    source: "measured" as const,
    entries: 199,
    cost: LONG,
    squares: LONG,
    filled: LONG,
    rested: LONG,
    restedCost: LONG,
    updatedAtMs: NOW_MS,
  })),
  shadow: { ...TAKING, sinceMs: NOW_MS, entries: 9_999, actual: LONG, wouldBe: LONG },
}));
const WIDEST_OPEN: readonly OpenEntry[] = Array.from({ length: MOST_OPEN_ENTRIES }, (_, place) => ({
  intentId: `${place}`.padStart(32, "i"),
  symbol: "BTCUSDT",
  side: "buy",
  choice: TAKING,
  referenceUsd: LONG,
  boundUsd: LONG,
  ownTouchUsd: LONG,
  filledBase: LONG,
  paidUsd: LONG,
  restedBase: LONG,
  restedUsd: LONG,
  feeUsd: LONG,
  priceAfter1MinuteUsd: LONG,
  isUnknown: false,
}));

const fold = (orders: readonly OrderMetrics[], from: RouterTelemetry = EMPTY): RouterTelemetry =>
  orders.reduce(withOrder, from);
const total = ({ rows, others }: RouterTelemetry): RouterSums =>
  rows.reduce((sum, row) => plus(sum, row.sums), others);
const byRow = ({ rows }: RouterTelemetry) =>
  new Map(rows.map(({ symbol, strategyId, sums }) => [`${symbol}/${strategyId}`, sums]));

describe("the sums of a symbol and strategy", () => {
  it("are those of its orders, side-correct", () => {
    const sold = metrics({
      clientOrderId: "b2",
      side: "sell",
      notionalUsd: "4990",
      feeUsd: "0.998",
      liquidity: "maker",
      makerUsd: "4990",
      latencyMs: { toDecided: null, toSent: 61, toAccepted: 50, toFilled: null },
      priceAfter1MinuteUsd: "50010",
      priceAfter5MinutesUsd: "49900",
    });
    const rested = metrics({
      clientOrderId: "b3",
      status: "CANCELED",
      filledBase: "0",
      notionalUsd: null,
      feeUsd: null,
      makerUsd: null,
      liquidity: null,
      isRepegged: true,
      priceAfter1MinuteUsd: null,
    });
    const refused = { ...rested, isRepegged: false, status: "REJECTED" } as const;
    const { rows } = fold([
      metrics(),
      sold,
      rested,
      { ...refused, clientOrderId: "b4", wouldTake: true },
      { ...refused, clientOrderId: "b5" },
    ]);
    expect(rows).toHaveLength(1);
    const { latency, ...sums } = rows[0]?.sums ?? NO_SUMS;
    expect(sums).toEqual({
      orders: 5,
      filled: 2,
      rejected: 1,
      wouldTake: 1,
      fallbacks: 0,
      repegs: 1,
      filledBase: "0.2",
      notionalUsd: "9992.5",
      makerUsd: "4990",
      takerUsd: "5002.5",
      // Bought 2.5 dearer than 5,000, sold 10 cheaper.
      slippage: { usd: "12.5", ofUsd: "10000" },
      fees: { usd: "3.49925", ofUsd: "9992.5" },
      // Bought for 5,002.5 what was worth 5,000; sold for 4,990 what was worth 5,001.
      adverse1Minute: { usd: "13.5", ofUsd: "9992.5" },
      // Of the sell alone: 0.1 × 49,900 = 4,990 is what it was sold for.
      adverse5Minutes: { usd: "0", ofUsd: "4990" },
    });
    // The order that went unfilled passed the same stages.
    expect(latency.toSent).toEqual({ count: 5, sumMs: 301, bins: [0, 5, 0, 0, 0, 0, 0, 0] });
    expect(latency.toAccepted.bins).toEqual([1, 0, 4, 0, 0, 0, 0, 0]);
    expect(latency.toFilled.bins).toEqual([0, 0, 0, 0, 0, 0, 0, 4]);
    expect(latency.toDecided.count).toBe(4);
  });

  it("puts a wait of exactly a bin's end into that bin", () => {
    for (const [bin, ms] of LATENCY_BINS_MS.entries()) {
      const bins = (toSent: number) =>
        sumsOf(metrics({ latencyMs: { ...metrics().latencyMs, toSent } })).latency.toSent.bins;
      expect(bins(ms)[bin]).toBe(1);
      expect(bins(ms + 1)[bin + 1]).toBe(1);
    }
  });
});

/** Small amounts with eight places, as venues have them. */
const amounts = fc
  .integer({ min: 1, max: 10_000_000_000 })
  .map((units) => decimalString(dec(String(units)).div(100_000_000)));
const anyMetrics = fc.record({
  symbol: fc.constantFrom("BTCUSDT", "ETHUSDT", "SOLUSDT"),
  strategyId: fc.constantFrom("trend", "patient"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  referenceUsd: fc.option(amounts),
  notionalUsd: fc.option(amounts),
  filledBase: amounts,
  feeUsd: fc.option(amounts),
  priceAfter1MinuteUsd: fc.option(amounts),
  priceAfter5MinutesUsd: fc.option(amounts),
  isFallback: fc.boolean(),
  isRepegged: fc.boolean(),
});
const anyOrders = fc
  .array(anyMetrics, { minLength: 1, maxLength: 20 })
  .map((drawn) =>
    drawn.map((each, place) => metrics({ ...each, makerUsd: null, clientOrderId: `b${place}` })),
  );

describe("folding", () => {
  it("gives the same sums in whatever order, and however often an order comes", () => {
    const shuffled = anyOrders.chain((orders) =>
      fc.tuple(
        fc.constant(orders),
        fc.shuffledSubarray(orders, { minLength: orders.length }),
        fc.array(fc.constantFrom(...orders), { maxLength: 10 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([orders, others, again]) => {
        const once = byRow(fold(orders));
        expect(byRow(fold(others))).toEqual(once);
        expect(byRow(fold([...others, ...again]))).toEqual(once);
      }),
    );
  });

  it("takes an order out exactly as it went in", () => {
    fc.assert(
      fc.property(anyOrders, (orders) => {
        const sums = orders.map(sumsOf);
        const all = sums.reduce(plus, NO_SUMS);
        expect(sums.reduce(minus, all)).toEqual(NO_SUMS);
      }),
    );
  });

  it("counts an order of which more becomes known once, as it is known last", () => {
    const before = metrics({
      status: "ABSENT",
      filledBase: "0",
      notionalUsd: null,
      feeUsd: null,
      makerUsd: null,
    });
    const telemetry = fold([before, metrics({ clientOrderId: "b2" }), metrics()]);
    expect(total(telemetry)).toMatchObject({ orders: 2, filled: 2, notionalUsd: "10005" });
    expect(telemetry.newest.map(({ clientOrderId }) => clientOrderId)).toEqual(["b2", "b1"]);
  });
});

describe("the document", () => {
  const wide = Array.from({ length: MOST_ROWS + 30 }, (_, place) =>
    metrics({
      clientOrderId: `b${String(place).padStart(35, "0")}`,
      symbol: `COIN${place}USDT`,
      strategyId: "s".repeat(64),
      notionalUsd: "123456.123456789012",
      filledBase: "12345.12345678",
      feeUsd: "1234.123456789012",
    }),
  );

  it("keeps what had to make room among the others: nothing is lost from the whole", () => {
    const telemetry = fold(wide);
    expect(telemetry.rows).toHaveLength(MOST_ROWS);
    expect(telemetry.newest).toHaveLength(MOST_NEWEST);
    expect(telemetry.rows[0]?.symbol).toBe("COIN30USDT");
    expect(telemetry.others.orders).toBe(30);
    expect(total(telemetry)).toEqual(wide.map(sumsOf).reduce(plus, NO_SUMS));
  });

  it("moves the row of each order to the end, so that the one left alone longest goes", () => {
    const kept = metrics({ ...wide[0], clientOrderId: "again" });
    const telemetry = fold([...wide.slice(0, MOST_ROWS), kept, ...wide.slice(MOST_ROWS, MOST_ROWS + 1)]);
    expect(telemetry.rows.some(({ symbol }) => symbol === kept.symbol)).toBe(true);
    expect(telemetry.rows.some(({ symbol }) => symbol === "COIN1USDT")).toBe(false);
  });

  it("stays below half of the largest document, and is read as it was written", () => {
    const telemetry = { ...fold(wide), evidence: WIDEST_EVIDENCE, openEntries: WIDEST_OPEN };
    expect(JSON.stringify(telemetry).length).toBeLessThan(BYTES_OF_A_DOCUMENT / 2);
    expect(routerTelemetrySchema.parse(telemetry)).toEqual(telemetry);
  });

  it("knows of each newest order what its rate was", () => {
    const [last] = fold([metrics()]).newest;
    // Bought for 5,002.5 what was worth 5,000 a minute later: 2.5 ÷ 5,002.5 × 10,000 = 4.9975
    expect(last && adverseBps(last, last.priceAfter1MinuteUsd)).toBe(5);
  });
});
