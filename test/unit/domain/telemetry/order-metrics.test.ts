// One order's figures, each against a number worked out by hand: side-correct, from its own trades alone, and null where
// something is not known.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import type { MinutePrice, Trade } from "#domain/documents/trade.ts";
import {
  adverseBps,
  bpsOf,
  feeBps,
  type MetricsGround,
  metricsOf,
  slippageBps,
} from "#domain/telemetry/order-metrics.ts";
import { NOW_MS, order, restingChoice } from "#test/support/factories.ts";

/** 30.678 s into its minute, so one minute later is in the next one. */
const FILL_MS = Date.UTC(2026, 0, 2, 3, 4, 30, 678);
const MINUTE_MS = 60_000;
const FILL_MINUTE_MS = Date.UTC(2026, 0, 2, 3, 4);

const trade = (overrides: Partial<Trade> = {}): Trade => ({
  tradeId: "1",
  venueOrderId: "77",
  symbol: "BTCUSDT",
  side: "buy",
  qtyBase: "0.1",
  priceUsd: "50000",
  fee: "2.5",
  feeAsset: "USDT",
  realizedPnlUsd: "0",
  isMaker: false,
  atMs: FILL_MS,
  ...overrides,
});

const filled = (overrides: Parameters<typeof order>[0] = {}) =>
  order({
    status: "FILLED",
    venueOrderId: "77",
    filledQtyBase: "0.1",
    averagePriceUsd: "50000",
    ...overrides,
  });

const ground = (overrides: Partial<MetricsGround> = {}): MetricsGround => ({
  trades: [trade()],
  coinPrices: new Map(),
  minutes: [],
  ...overrides,
});

const minute = (after: number, closeUsd: string): MinutePrice => ({
  openMs: FILL_MINUTE_MS + after * MINUTE_MS,
  closeUsd,
});

const of = (given = filled(), known: Partial<MetricsGround> = {}, leg: EntryLeg | null = null) =>
  metricsOf({ order: given, leg, endedAtMs: NOW_MS }, ground(known));

const route = (overrides: Partial<LegRoute> = {}): LegRoute => ({
  choice: restingChoice(),
  stage: "maker",
  referenceUsd: "50000",
  boundUsd: "50075",
  repricesLeft: 1,
  repegsLeft: 4,
  restsUntilMs: NOW_MS,
  expiresAtMs: NOW_MS,
  cancelling: null,
  steps: ["first", "second"].map((id) => ({ clientOrderId: id, filledBase: "0", averagePriceUsd: null })),
  intentId: "intent-1",
  signalId: "signal-1",
  nextStep: 2,
  signalledAtMs: NOW_MS,
  receivedAtMs: NOW_MS,
  ...overrides,
});

const leg = (of: Partial<LegRoute> = {}): EntryLeg => ({
  kind: "base",
  place: 0,
  status: "WORKING",
  qtyBase: "1",
  priceUsd: "50000",
  clientOrderId: "second",
  filledBase: "0",
  averagePriceUsd: null,
  refusedFor: [],
  oddity: null,
  route: route(of),
  updatedAtMs: NOW_MS,
});

describe("slippage", () => {
  // The touch of the factory is 50,000 / 50,001.
  it.each([
    // 0.1 × 50,026.0005 = 5,002.60005 for 5,000.1 wanted: 2.50005 ÷ 5,000.1 × 10,000 = 5.00
    ["a buy above the ask", "buy", "50026.0005", "50001", 5],
    // 49,991 ÷ 50,001 − 1 = −10 ÷ 50,001: −2.00
    ["a buy that rested below", "buy", "49991", "50001", -2],
    // 50,000 − 49,950 = 50 ÷ 50,000: 10.00
    ["a sell below the bid", "sell", "49950", "50000", 10],
    ["a sell that rested above", "sell", "50020", "50000", -4],
  ] as const)("of %s", (_, side, priceUsd, referenceUsd, bps) => {
    const metrics = of(filled({ request: { side } }), { trades: [trade({ side, priceUsd })] });
    expect(metrics.referenceUsd).toBe(referenceUsd);
    expect(slippageBps(metrics)).toBe(bps);
  });

  it("of an order of a route counts from where its plan was decided, not from its own touch", () => {
    const later = filled({ request: { clientOrderId: "second" } });
    const metrics = of(later, { trades: [trade({ priceUsd: "50050" })] }, leg());
    // 50 ÷ 50,000
    expect([metrics.referenceUsd, slippageBps(metrics)]).toEqual(["50000", 10]);
  });

  it("is not known without a touch, and without a fill", () => {
    const blind = filled();
    expect(slippageBps(of({ ...blind, basis: { ...blind.basis, touch: null, mark: null } }))).toBeNull();
    expect(slippageBps(of(filled({ status: "CANCELED", filledQtyBase: "0" }), { trades: [] }))).toBeNull();
  });

  it("of a closing, which asks for no touch, counts from the mark", () => {
    const closing = filled({ request: { side: "sell", reduceOnly: true } });
    const metrics = of({ ...closing, basis: { ...closing.basis, touch: null } });
    expect(metrics.referenceUsd).toBe(closing.basis.mark?.bidUsd);
  });
});

describe("cost", () => {
  const [rested, taken] = [
    trade({ tradeId: "1", qtyBase: "0.06", priceUsd: "50000", fee: "0.6", isMaker: true }),
    trade({ tradeId: "2", qtyBase: "0.04", priceUsd: "50100", fee: "1.002" }),
  ];

  it("is the sum over the order's own trades: value, fee and what rested", () => {
    const other = trade({ tradeId: "3", venueOrderId: "78", fee: "99" });
    const metrics = of(filled(), { trades: [rested, other, taken] });
    // 0.06 × 50,000 + 0.04 × 50,100 = 3,000 + 2,004; 1.602 ÷ 5,004 × 10,000 = 3.2014…
    expect(metrics).toMatchObject({
      notionalUsd: "5004",
      feeUsd: "1.602",
      makerUsd: "3000",
      liquidity: "mixed",
    });
    expect(feeBps(metrics)).toBe(3.2);
  });

  it.each([
    ["maker", [{ ...rested, qtyBase: "0.1" }]],
    ["taker", [{ ...taken, qtyBase: "0.1" }]],
  ] as const)("is %s where all of it is", (liquidity, trades) => {
    expect(of(filled(), { trades }).liquidity).toBe(liquidity);
  });

  it("takes a fee in a coin at the price of the minute of its trade, and guesses none", () => {
    const inCoin = trade({ fee: "0.002", feeAsset: "BNB" });
    const priced = of(filled(), {
      trades: [inCoin],
      coinPrices: new Map([["BNB", [minute(0, "600"), minute(1, "900")]]]),
    });
    expect(priced.feeUsd).toBe("1.2");
    expect(of(filled(), { trades: [inCoin] })).toMatchObject({ feeUsd: null, liquidity: "taker" });
  });

  it("is not known while the venue's list lags behind; the price then is the order's own", () => {
    const metrics = of(filled({ averagePriceUsd: "50010" }), { trades: [rested] });
    expect(metrics).toMatchObject({ notionalUsd: "5001", feeUsd: null, makerUsd: null, liquidity: null });
    const unpriced = of(filled({ averagePriceUsd: null }), { trades: [] });
    expect(unpriced).toMatchObject({ notionalUsd: null, filledBase: "0.1" });
  });
});

describe("the market after the last fill", () => {
  const minutes = [minute(0, "1"), minute(1, "49975"), minute(4, "2"), minute(5, "50050"), minute(6, "3")];

  it("is the close of the minute that a look falls into, and adverse against the side", () => {
    const bought = of(filled(), { minutes });
    // Bought at 50,000: 49,975 after a minute is 25 lower, 50,050 after five is 50 higher.
    expect(adverseBps(bought, bought.priceAfter1MinuteUsd)).toBe(5);
    expect(adverseBps(bought, bought.priceAfter5MinutesUsd)).toBe(-10);
    const sold = of(filled({ request: { side: "sell" } }), { minutes, trades: [trade({ side: "sell" })] });
    expect(adverseBps(sold, sold.priceAfter1MinuteUsd)).toBe(-5);
    expect(adverseBps(sold, sold.priceAfter5MinutesUsd)).toBe(10);
  });

  it("counts from the last of several trades", () => {
    const trades = [trade({ qtyBase: "0.05", atMs: FILL_MS + 4 * MINUTE_MS }), trade({ qtyBase: "0.05" })];
    expect(of(filled(), { trades, minutes })).toMatchObject({
      lastFillAtMs: FILL_MS + 4 * MINUTE_MS,
      priceAfter1MinuteUsd: "50050",
      priceAfter5MinutesUsd: null,
    });
  });

  it("is not known where the minute is missing", () => {
    const metrics = of();
    expect(adverseBps(metrics, metrics.priceAfter1MinuteUsd)).toBeNull();
  });
});

describe("an order of a route", () => {
  const ended = (id: string, overrides: Parameters<typeof order>[0] = {}) =>
    order({ status: "CANCELED", ...overrides, request: { clientOrderId: id, ...overrides.request } });

  it("was re-pegged where it was withdrawn for that, and not where it filled first", () => {
    const marked = leg({ cancelling: "repeg" });
    expect(of(ended("second"), {}, marked).isRepegged).toBe(true);
    expect(of(ended("second"), {}, leg({ cancelling: "time" })).isRepegged).toBe(false);
    expect(of(filled({ request: { clientOrderId: "second" } }), {}, marked).isRepegged).toBe(false);
  });

  it.each([
    ["of a signal's exit within its bound", "signal", "IOC", true],
    ["of an operator's", "operator", "IOC", true],
    ["of a flatten within its own bound", "flatten", "IOC", false],
    ["of an offset", "offset", "IOC", false],
    ["of an exit that rests", "signal", "GTX", false],
    ["of an exit at any price", "signal", null, false],
  ] as const)(
    "is the fallback of an exit that may rest first: %s",
    (_, exitReason, timeInForce, isFallback) => {
      const request = { timeInForce, reduceOnly: true };
      expect(of(filled({ exitReason, request }), {}, null).isFallback).toBe(isFallback);
    },
  );

  it("is the fallback where it takes after others; one that takes at once is none", () => {
    const bounded = { timeInForce: "IOC", type: "limit", priceUsd: "50075" } as const;
    expect(of(ended("second", { request: bounded }), {}, leg()).isFallback).toBe(true);
    expect(of(ended("first", { request: bounded }), {}, leg()).isFallback).toBe(false);
    expect(of(ended("second", { request: { timeInForce: "GTX" } }), {}, leg()).isFallback).toBe(false);
  });

  it("that would have taken is told from one that the venue refused", () => {
    const refused = (reason?: "wouldTake") =>
      of(
        ended("first", {
          status: "REJECTED",
          rejection: { code: "x", message: "x", ...(reason && { reason }) },
        }),
      );
    expect(refused("wouldTake").wouldTake).toBe(true);
    expect(refused().wouldTake).toBe(false);
  });
});

describe("latency by stage", () => {
  const stages = {
    signalReceivedAtMs: NOW_MS - 400,
    sentAtMs: NOW_MS + 30,
    acknowledgedAtMs: NOW_MS + 110,
    filledAtMs: NOW_MS + 1_110,
  };

  it("counts from the alert's arrival to the last fill", () => {
    expect(of(filled(stages)).latencyMs).toEqual({
      toDecided: 400,
      toSent: 30,
      toAccepted: 80,
      toFilled: 1_000,
    });
  });

  it.each([
    [
      "never sent",
      { sentAtMs: null, acknowledgedAtMs: null, filledAtMs: null },
      { toSent: null, toAccepted: null, toFilled: null },
    ],
    ["sent again", { sends: 2 }, { toSent: null, toAccepted: null, toFilled: 1_000 }],
    ["of two clocks that contradict each other", { sentAtMs: NOW_MS - 1 }, { toSent: null, toAccepted: 111 }],
    ["of our own decision", { signalId: "intent-1" }, { toDecided: null, toSent: 30 }],
    ["a later step of its alert", { step: 1 }, { toDecided: null, toSent: 30 }],
  ] as const)("of an order %s", (_, overrides, expected) => {
    expect(of(filled({ ...stages, ...overrides })).latencyMs).toMatchObject(expected);
  });

  it("of a later order of a route, or a safety entry, says nothing about the alert", () => {
    const later = filled({ ...stages, request: { clientOrderId: "second" } });
    expect(of(later, {}, leg()).latencyMs.toDecided).toBeNull();
    const first = filled({ ...stages, request: { clientOrderId: "first" } });
    expect(of(first, {}, leg()).latencyMs.toDecided).toBe(400);
    expect(of(first, {}, { ...leg(), kind: "dca" }).latencyMs.toDecided).toBeNull();
  });
});

it("a rate over nothing is none", () => {
  expect(bpsOf(dec("1"), dec("0"))).toBeNull();
});
