// Sums over orders, by symbol and strategy. Every figure is a sum, so orders count the same in whatever order they come, and one
// can be taken out again: an order of which more becomes known replaces itself and counts once. Rates are made of the sums by
// the reader. Pure.
import { type Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import { type Latencies, type OrderMetrics, signed } from "./order-metrics.ts";

/**
 * Upper ends of a histogram's bins in ms; the last bin is open. From one round trip to Firestore to the time in which the
 * venue refuses an order that has not arrived (`SEND_WINDOW_MS`, 5 s).
 */
export const LATENCY_BINS_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000] as const;

/** An amount in USD, and the value that it is measured against: their quotient is the rate. */
export interface Share {
  readonly usd: DecimalString;
  readonly ofUsd: DecimalString;
}

export interface LatencySums {
  readonly count: number;
  readonly sumMs: number;
  /** One more than `LATENCY_BINS_MS`. */
  readonly bins: readonly number[];
}

export interface RouterSums {
  /** Orders that ended. */
  readonly orders: number;
  readonly filled: number;
  readonly rejected: number;
  /** Refused because they would have taken; not among `rejected`. */
  readonly wouldTake: number;
  readonly fallbacks: number;
  readonly repegs: number;
  readonly filledBase: DecimalString;
  readonly notionalUsd: DecimalString;
  readonly makerUsd: DecimalString;
  readonly takerUsd: DecimalString;
  /** Each over the orders of which it is known. */
  readonly slippage: Share;
  readonly fees: Share;
  readonly adverse1Minute: Share;
  readonly adverse5Minutes: Share;
  readonly latency: Readonly<Record<keyof Latencies, LatencySums>>;
}

const NOTHING: Share = { usd: "0", ofUsd: "0" };
const NO_LATENCY: LatencySums = { count: 0, sumMs: 0, bins: [...LATENCY_BINS_MS.map(() => 0), 0] };

export const NO_SUMS: RouterSums = {
  orders: 0,
  filled: 0,
  rejected: 0,
  wouldTake: 0,
  fallbacks: 0,
  repegs: 0,
  filledBase: "0",
  notionalUsd: "0",
  makerUsd: "0",
  takerUsd: "0",
  slippage: NOTHING,
  fees: NOTHING,
  adverse1Minute: NOTHING,
  adverse5Minutes: NOTHING,
  latency: { toDecided: NO_LATENCY, toSent: NO_LATENCY, toAccepted: NO_LATENCY, toFilled: NO_LATENCY },
};

/** The sums of one order alone. */
export function sumsOf(metrics: OrderMetrics): RouterSums {
  const { filledBase, notionalUsd, referenceUsd, feeUsd, makerUsd, side, latencyMs } = metrics;
  const base = dec(filledBase);
  const value = notionalUsd === null ? null : dec(notionalUsd);
  const wanted = referenceUsd === null || value === null ? null : dec(referenceUsd).mul(base);
  const costOf = (paid: Decimal | null, instead: Decimal | null): Decimal | null =>
    paid === null || instead === null ? null : signed(side, paid.minus(instead));
  const afterOf = (priceUsd: DecimalString | null) => (priceUsd === null ? null : dec(priceUsd).mul(base));
  return {
    orders: 1,
    filled: base.isZero() ? 0 : 1,
    rejected: metrics.status === "REJECTED" && !metrics.wouldTake ? 1 : 0,
    wouldTake: metrics.wouldTake ? 1 : 0,
    fallbacks: metrics.isFallback ? 1 : 0,
    repegs: metrics.isRepegged ? 1 : 0,
    filledBase,
    notionalUsd: notionalUsd ?? "0",
    makerUsd: makerUsd ?? "0",
    takerUsd: value === null || makerUsd === null ? "0" : decimalString(value.minus(dec(makerUsd))),
    slippage: shareOf(costOf(value, wanted), wanted),
    fees: shareOf(feeUsd === null ? null : dec(feeUsd), value),
    adverse1Minute: shareOf(costOf(value, afterOf(metrics.priceAfter1MinuteUsd)), value),
    adverse5Minutes: shareOf(costOf(value, afterOf(metrics.priceAfter5MinutesUsd)), value),
    latency: mapped(latencyMs, latencyOf),
  };
}

export function plus(one: RouterSums, other: RouterSums): RouterSums {
  return combined(one, other, 1);
}

/** `one` without `other`, which is among it. */
export function minus(one: RouterSums, other: RouterSums): RouterSums {
  return combined(one, other, -1);
}

type Sign = 1 | -1;

function combined(one: RouterSums, other: RouterSums, sign: Sign): RouterSums {
  const count = (field: Counts): number => one[field] + sign * other[field];
  const usd = (field: Amounts): DecimalString => amount(one[field], other[field], sign);
  const share = (field: Shares): Share => ({
    usd: amount(one[field].usd, other[field].usd, sign),
    ofUsd: amount(one[field].ofUsd, other[field].ofUsd, sign),
  });
  return {
    orders: count("orders"),
    filled: count("filled"),
    rejected: count("rejected"),
    wouldTake: count("wouldTake"),
    fallbacks: count("fallbacks"),
    repegs: count("repegs"),
    filledBase: usd("filledBase"),
    notionalUsd: usd("notionalUsd"),
    makerUsd: usd("makerUsd"),
    takerUsd: usd("takerUsd"),
    slippage: share("slippage"),
    fees: share("fees"),
    adverse1Minute: share("adverse1Minute"),
    adverse5Minutes: share("adverse5Minutes"),
    latency: mapped(one.latency, (sums, stage) => combinedLatency(sums, other.latency[stage], sign)),
  };
}

type Counts = "orders" | "filled" | "rejected" | "wouldTake" | "fallbacks" | "repegs";
type Amounts = "filledBase" | "notionalUsd" | "makerUsd" | "takerUsd";
type Shares = "slippage" | "fees" | "adverse1Minute" | "adverse5Minutes";

function amount(one: DecimalString, other: DecimalString, sign: Sign): DecimalString {
  return decimalString(dec(one).plus(dec(other).mul(sign)));
}

function shareOf(usd: Decimal | null, ofUsd: Decimal | null): Share {
  return usd === null || ofUsd === null ? NOTHING : { usd: decimalString(usd), ofUsd: decimalString(ofUsd) };
}

function latencyOf(ms: number | null): LatencySums {
  if (ms === null) return NO_LATENCY;
  const found = LATENCY_BINS_MS.findIndex((upToMs) => ms <= upToMs);
  const bin = found === -1 ? LATENCY_BINS_MS.length : found;
  return { count: 1, sumMs: ms, bins: NO_LATENCY.bins.map((_, place) => (place === bin ? 1 : 0)) };
}

function combinedLatency(one: LatencySums, other: LatencySums, sign: Sign): LatencySums {
  return {
    count: one.count + sign * other.count,
    sumMs: one.sumMs + sign * other.sumMs,
    bins: one.bins.map((count, bin) => count + sign * (other.bins[bin] ?? 0)),
  };
}

function mapped<From, To>(
  stages: Readonly<Record<keyof Latencies, From>>,
  to: (value: From, stage: keyof Latencies) => To,
): Readonly<Record<keyof Latencies, To>> {
  return {
    toDecided: to(stages.toDecided, "toDecided"),
    toSent: to(stages.toSent, "toSent"),
    toAccepted: to(stages.toAccepted, "toAccepted"),
    toFilled: to(stages.toFilled, "toFilled"),
  };
}
