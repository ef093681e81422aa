// Costs of entries by the way in which they began: sums by symbol and choice, with their squares for an interval. Older entries
// weigh less with time, and all of it is bounded. Part of `telemetry/router`, so that each entry counts once. Pure.
import { type Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { EntryChoice } from "#domain/documents/tuning.ts";
import type { EVIDENCE_SOURCES, WordOf } from "#domain/documents/words.ts";
import { type EntrySample, type FeeRates, replayedBps } from "./entry-samples.ts";
import type { OrderMetrics } from "./order-metrics.ts";
import type { Share } from "./router-sums.ts";

/** Symbols with sums of their own; the one that was left alone longest makes room. Ten times the symbols of docs/budget.md. */
export const MOST_EVIDENCE = 100;
/** Choices of one symbol: steps of its offset, taking, and replays. The one that was left alone longest makes room. */
export const MOST_CHOICES = 6;
/** From this many entries on all of them weigh half: a choice that was good last year is judged by this month. */
export const HALVED_AT = 200;
const PLACES = 4;
const BPS_PER_UNIT = 10_000;

export interface ChoiceSums extends EntryChoice {
  /** `replayed`: of entries that began otherwise. */
  readonly source: Exclude<WordOf<typeof EVIDENCE_SOURCES>, "reckoned">;
  readonly entries: number;
  /** Of costs in bps, and of their squares. */
  readonly cost: DecimalString;
  readonly squares: DecimalString;
  /** Of shares of the plan: filled, and filled by orders that rested; and what those cost, in bps of the plan. */
  readonly filled: DecimalString;
  readonly rested: DecimalString;
  readonly restedCost: DecimalString;
  readonly updatedAtMs: number;
}

/** Of entries since a choice is proposed: what they cost, and what the choice would have cost; sums of bps. */
export interface ShadowSums extends EntryChoice {
  readonly sinceMs: number;
  readonly entries: number;
  readonly actual: DecimalString;
  readonly wouldBe: DecimalString;
}

export interface SymbolEvidence {
  readonly symbol: string;
  readonly referenceUsd: DecimalString | null;
  readonly makerFees: Share;
  readonly takerFees: Share;
  /** The one that moved last comes last. */
  readonly choices: readonly ChoiceSums[];
  readonly shadow: ShadowSums | null;
}

const NOTHING: Share = { usd: "0", ofUsd: "0" };

export function newEvidence(symbol: string): SymbolEvidence {
  const fees = { makerFees: NOTHING, takerFees: NOTHING };
  return { symbol, referenceUsd: null, ...fees, choices: [], shadow: null };
}

export function isChoice(one: EntryChoice, other: EntryChoice): boolean {
  return one.firstStep === other.firstStep && one.offsetTicks === other.offsetTicks;
}

/** Fees of every order tell the venue's rates, also those of closings. */
export function withFeesOf(
  evidence: SymbolEvidence,
  { feeUsd, liquidity, notionalUsd }: OrderMetrics,
): SymbolEvidence {
  if (feeUsd === null || notionalUsd === null || liquidity === null || liquidity === "mixed") return evidence;
  const field = liquidity === "maker" ? "makerFees" : "takerFees";
  const { usd, ofUsd } = evidence[field];
  return { ...evidence, [field]: { usd: sum(usd, feeUsd), ofUsd: sum(ofUsd, notionalUsd) } };
}

export function ratesOf({ makerFees, takerFees }: SymbolEvidence): FeeRates {
  return { makerBps: rateOf(makerFees), takerBps: rateOf(takerFees) };
}

function rateOf({ usd, ofUsd }: Share): Decimal | null {
  return dec(ofUsd).isZero() ? null : dec(usd).mul(BPS_PER_UNIT).div(dec(ofUsd)).toDecimalPlaces(PLACES);
}

export interface SampleGround {
  /** How an entry rests that does not take at once, by the config; null: not known. */
  readonly resting: EntryChoice | null;
  readonly atMs: number;
}

export function withSample(
  evidence: SymbolEvidence,
  sample: EntrySample,
  { resting, atMs }: SampleGround,
): SymbolEvidence {
  const { choice, costBps, filled, rested, restedCostBps } = sample;
  const own = { costBps, filled, rested, restedCostBps };
  const measured = withEntry(evidence.choices, { ...choice, source: "measured", updatedAtMs: atMs }, own);
  const other = choice.firstStep === "maker" ? TAKING : resting;
  const replayed = other === null ? null : replayedBps(sample, ratesOf(evidence));
  const zero = dec("0");
  const choices =
    other === null || replayed === null
      ? measured
      : withEntry(
          measured,
          { ...other, source: "replayed", updatedAtMs: atMs },
          { costBps: replayed, filled: zero, rested: zero, restedCostBps: zero },
        );
  const shadow = shadowAfter(evidence.shadow, sample, other === null ? null : { other, replayed });
  return { ...evidence, referenceUsd: sample.referenceUsd, choices, shadow };
}

export const TAKING: EntryChoice = { firstStep: "market", offsetTicks: 0 };

type Counted = Pick<EntrySample, "costBps" | "filled" | "rested" | "restedCostBps">;
type Which = Pick<ChoiceSums, "firstStep" | "offsetTicks" | "source" | "updatedAtMs">;

function withEntry(choices: readonly ChoiceSums[], which: Which, counted: Counted): readonly ChoiceSums[] {
  const known = sumsFor(choices, which, which.source);
  const before = known ?? { ...which, entries: 0, ...NO_SUMS };
  const after: ChoiceSums = {
    ...before,
    updatedAtMs: which.updatedAtMs,
    entries: before.entries + 1,
    cost: plus(before.cost, counted.costBps),
    squares: plus(before.squares, counted.costBps.pow(2)),
    filled: plus(before.filled, counted.filled),
    rested: plus(before.rested, counted.rested),
    restedCost: plus(before.restedCost, counted.restedCostBps),
  };
  const moved = [
    ...choices.filter((each) => each !== known),
    after.entries >= HALVED_AT ? halved(after) : after,
  ];
  return moved.slice(-MOST_CHOICES);
}

const NO_SUMS = { cost: "0", squares: "0", filled: "0", rested: "0", restedCost: "0" };

export function sumsFor(
  choices: readonly ChoiceSums[],
  choice: EntryChoice,
  source: ChoiceSums["source"],
): ChoiceSums | undefined {
  return choices.find((each) => isChoice(each, choice) && each.source === source);
}

function halved(sums: ChoiceSums): ChoiceSums {
  const half = (amount: DecimalString) => decimalString(dec(amount).div(2).toDecimalPlaces(PLACES));
  return {
    ...sums,
    entries: sums.entries / 2,
    cost: half(sums.cost),
    squares: half(sums.squares),
    filled: half(sums.filled),
    rested: half(sums.rested),
    restedCost: half(sums.restedCost),
  };
}

/** Only of entries that began otherwise than the proposed choice, in the step that can be replayed. */
function shadowAfter(
  shadow: ShadowSums | null,
  { costBps }: EntrySample,
  replay: { readonly other: EntryChoice; readonly replayed: Decimal | null } | null,
): ShadowSums | null {
  if (shadow === null || replay === null || replay.replayed === null || !isChoice(shadow, replay.other))
    return shadow;
  return {
    ...shadow,
    entries: shadow.entries + 1,
    actual: plus(shadow.actual, costBps),
    wouldBe: plus(shadow.wouldBe, replay.replayed),
  };
}

function plus(amount: DecimalString, more: Decimal): DecimalString {
  return decimalString(dec(amount).plus(more));
}

function sum(one: DecimalString, other: DecimalString): DecimalString {
  return plus(one, dec(other));
}
