// Two ways to begin entries of a symbol, compared by what they cost: by entries of their own, by entries of the present one
// replayed, or reckoned from those for one tick more or less. Pure.
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import { clampedChoice } from "#domain/documents/tuned-choice.ts";
import type { ChoiceEvidence, EntryChoice, MeasuredCost, StandingChoice } from "#domain/documents/tuning.ts";
import {
  type ChoiceSums,
  isChoice,
  ratesOf,
  type SymbolEvidence,
  sumsFor,
  TAKING,
} from "./choice-evidence.ts";

const BPS_PER_UNIT = 10_000;
const PLACES = 2;

/** Of each side of a comparison. The interval of a mean says little for fewer: costs of entries are far from a bell. */
export const LEAST_ENTRIES = 30;
/**
 * Standard errors that a difference has to exceed. A comparison is looked at after each entry, for months: by two of them one
 * of twenty looks at pure chance would move a choice (test/unit/domain/telemetry/tune.test.ts counts moves by chance).
 */
export const STANDARD_ERRORS = 3;
/** And by so much besides: less is not worth another way of trading. A tenth of a taker's fee. */
export const MARGIN_BPS = 0.5;
/** Entries of a choice that had none for longer say nothing about now. */
export const EVIDENCE_LASTS_MS = 30 * 86_400_000;
/** Of what one tick more might change about which orders fill, this share is reckoned with until it is measured. */
const TICKS_EFFECT = 0.25;

export interface TuningGround {
  readonly router: RouterConfig;
  readonly evidence: SymbolEvidence;
  /** Null: not known, and no offset moves. */
  readonly tickSizeUsd: string | null;
  /** While it is set nothing moves. */
  readonly isFrozen: boolean;
  readonly nowMs: number;
}

export function ownChoice({ offsetTicks }: Pick<RouterConfig, "offsetTicks">): EntryChoice {
  return { firstStep: "maker", offsetTicks };
}

type Candidate = Pick<StandingChoice, "choice" | "evidence">;

/** The one that saves most, of those that have proved better. */
export function bestOf(ground: TuningGround, present: EntryChoice): Candidate | null {
  const proved = candidatesOf(ground, present).flatMap((choice): readonly Candidate[] => {
    const evidence = comparedWith(ground, present, choice);
    return evidence !== null && isBetter(evidence) ? [{ choice, evidence }] : [];
  });
  const [best] = proved.toSorted((one, other) =>
    advantage(other.evidence).comparedTo(advantage(one.evidence)),
  );
  return best ?? null;
}

/** A step of one tick, or the other way to begin. */
function candidatesOf({ router }: TuningGround, present: EntryChoice): readonly EntryChoice[] {
  if (present.firstStep === "market") return [ownChoice(router)];
  const { offsetTicks } = present;
  const rests = [offsetTicks - 1, offsetTicks + 1].map((ticks) => ({ ...present, offsetTicks: ticks }));
  const within = rests.filter(
    (choice) => choice.offsetTicks >= 0 && isChoice(clampedChoice(choice, router), choice),
  );
  return [...within, TAKING];
}

/** Null without enough entries of either. */
export function comparedWith(
  ground: TuningGround,
  present: EntryChoice,
  choice: EntryChoice,
): ChoiceEvidence | null {
  const own = youngSums(ground, present, "measured");
  if (own === undefined || own.entries < LEAST_ENTRIES) return null;
  const other = otherCost(ground, own, choice);
  if (other === null) return null;
  const share = (total: string) =>
    dec(total).mul(BPS_PER_UNIT).div(own.entries).round().clamp(0, BPS_PER_UNIT).toNumber();
  return { present: costOf(own), ...other, filledBps: share(own.filled), restedBps: share(own.rested) };
}

function otherCost(
  ground: TuningGround,
  own: ChoiceSums,
  choice: EntryChoice,
): Pick<ChoiceEvidence, "other" | "source"> | null {
  for (const source of ["measured", "replayed"] as const) {
    const sums = youngSums(ground, choice, source);
    if (sums !== undefined && sums.entries >= LEAST_ENTRIES) return { other: costOf(sums), source };
  }
  const isStep = choice.firstStep === "maker" && own.firstStep === "maker";
  const reckoned = isStep ? reckonedBps(ground, own, choice.offsetTicks - own.offsetTicks) : null;
  if (reckoned === null) return null;
  return { other: { ...costOf(own), costBps: decimalString(reckoned) }, source: "reckoned" };
}

function youngSums(
  { evidence, nowMs }: TuningGround,
  choice: EntryChoice,
  source: ChoiceSums["source"],
): ChoiceSums | undefined {
  const sums = sumsFor(evidence.choices, choice, source);
  return sums !== undefined && nowMs - sums.updatedAtMs < EVIDENCE_LASTS_MS ? sums : undefined;
}

function costOf({ entries, cost, squares }: ChoiceSums): MeasuredCost {
  const mean = dec(cost).div(entries);
  const variance = Decimal.max(
    0,
    dec(squares)
      .minus(dec(cost).mul(mean))
      .div(entries - 1),
  );
  const halfWidth = variance.div(entries).sqrt().mul(STANDARD_ERRORS);
  return { entries, costBps: rounded(mean), halfWidthBps: rounded(halfWidth) };
}

function rounded(amount: Decimal): string {
  return decimalString(amount.toDecimalPlaces(PLACES));
}

/**
 * The cost of one tick further inside as it is reckoned, or of one back: the tick on all that rests, and a share of what then fills
 * by resting in place of the end of the route, or the other way round.
 */
function reckonedBps(
  { evidence, tickSizeUsd }: TuningGround,
  own: ChoiceSums,
  ticks: number,
): Decimal | null {
  const { takerBps } = ratesOf(evidence);
  if (tickSizeUsd === null || evidence.referenceUsd === null || dec(own.rested).isZero()) return null;
  const tickBps = dec(tickSizeUsd).mul(BPS_PER_UNIT).div(dec(evidence.referenceUsd));
  const rested = dec(own.rested).div(own.entries);
  const missed = Decimal.max(0, dec("1").minus(rested));
  const ofRested = dec(own.restedCost).div(dec(own.rested));
  const endSum = dec(own.cost).minus(dec(own.restedCost));
  const ofEnd = missed.isZero() ? takerBps : endSum.div(own.entries).div(missed);
  if (ofEnd === null) return null;
  const mean = dec(own.cost).div(own.entries);
  const saved = ofEnd.minus(ofRested).mul(TICKS_EFFECT);
  const changed = ticks > 0 ? missed.mul(saved.minus(tickBps.mul(TICKS_EFFECT))).neg() : rested.mul(saved);
  return mean.plus(tickBps.mul(rested).mul(ticks)).plus(changed).toDecimalPlaces(PLACES);
}

export function advantage({ present, other }: ChoiceEvidence): Decimal {
  return dec(present.costBps).minus(dec(other.costBps));
}

/** Beyond the interval of the difference, and the margin. */
export function isBetter(evidence: ChoiceEvidence): boolean {
  const { present, other } = evidence;
  const interval = dec(present.halfWidthBps).pow(2).plus(dec(other.halfWidthBps).pow(2)).sqrt();
  return advantage(evidence).gt(interval.plus(MARGIN_BPS));
}
