// The safety entries of a base (DCA), worked out whole before the base is sent: price, quantity and value of each, on the
// venue's steps. Prices count from the price that the base is decided on. Pure.
import { ceilToStep, Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { DcaPlan, EntryPlan } from "#domain/documents/entry-plan.ts";
import { deviationsBps, sizesBps } from "#domain/documents/entry-plan-faults.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";

const BPS_PER_UNIT = 10_000;

export interface LadderStep {
  /** From 1, the nearest. */
  readonly place: number;
  readonly qtyBase: Decimal;
  /** At which it is sent: a long's on the tick below, a short's on the one above. */
  readonly priceUsd: Decimal;
  readonly notionalUsd: Decimal;
}

export interface Ladder {
  readonly steps: readonly LadderStep[];
  /** Of all steps together, the base left out. */
  readonly notionalUsd: Decimal;
  /** Value of base and steps over the base's, before rounding: a base is made smaller together with its ladder. */
  readonly weight: Decimal;
  /** The same of the largest single order among them. */
  readonly largestWeight: Decimal;
}

/** The plan of an entry: the signal's own, whole, else the strategy's; null: neither has one. */
export function plannedEntries(intent: Intent, { strategies }: AccountConfig): EntryPlan | null {
  return intent.entries ?? strategies[intent.strategyId]?.entries ?? null;
}

/**
 * The safety entries that an entry brings along where it opens a group. None where the signal states its position: that is
 * the whole of it, and Ballast does not go past it.
 */
export function plannedDca(intent: Intent, config: AccountConfig): DcaPlan | null {
  return intent.size.kind === "targetBase" ? null : (plannedEntries(intent, config)?.dca ?? null);
}

/** `base` is the entry as it is sized, at the price that it may get. */
export function ladderOf(
  plan: DcaPlan,
  side: Side,
  base: { readonly priceUsd: Decimal; readonly notionalUsd: Decimal },
  { tickSizeUsd, stepSizeBase }: Market,
): Ladder {
  const [tick, step] = [dec(tickSizeUsd), dec(stepSizeBase)];
  const sizes = sizesBps(plan);
  const steps = deviationsBps(plan).map((bps, index): LadderStep => {
    const away = base.priceUsd.mul(bps).div(BPS_PER_UNIT);
    const priceUsd =
      side === "long"
        ? floorToStep(base.priceUsd.minus(away), tick)
        : ceilToStep(base.priceUsd.plus(away), tick);
    const valueUsd = base.notionalUsd.mul(sizes[index] ?? 0).div(BPS_PER_UNIT);
    const qtyBase = priceUsd.gt(0) ? floorToStep(valueUsd.div(priceUsd), step) : dec("0");
    return { place: index + 1, qtyBase, priceUsd, notionalUsd: qtyBase.mul(priceUsd) };
  });
  const weights = sizes.map((bps) => bps.div(BPS_PER_UNIT));
  return {
    steps,
    notionalUsd: steps.reduce((sum, { notionalUsd }) => sum.plus(notionalUsd), dec("0")),
    weight: weights.reduce((sum, weight) => sum.plus(weight), dec("1")),
    largestWeight: Decimal.max(1, ...weights),
  };
}

/** The steps as legs that wait. */
export function waitingLegs({ steps }: Ladder, atMs: number): readonly EntryLeg[] {
  return steps.map(({ place, qtyBase, priceUsd }) => ({
    kind: "dca",
    place,
    status: "WAITING",
    qtyBase: qtyBase.toFixed(),
    priceUsd: priceUsd.toFixed(),
    clientOrderId: null,
    filledBase: "0",
    averagePriceUsd: null,
    refusedFor: [],
    oddity: null,
    route: null,
    updatedAtMs: atMs,
  }));
}
