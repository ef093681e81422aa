// The contradictions of an exit plan that no single field shows, in a sentence each. A plan that has one is refused
// wherever it comes from, never mended. Pure.
import type { ExitPlan, TakeProfitLevel } from "./exit-plan.ts";

const WHOLE_BPS = 10_000;

/** Empty for a plan that can be carried out at some price. */
export function faultsOfPlan({ stop, takeProfits, breakEvenAfter }: ExitPlan): readonly string[] {
  const shares = takeProfits.reduce((sum, { shareBps }) => sum + shareBps, 0);
  const needsRisk = takeProfits.some(({ level }) => level.kind === "riskMultiple");
  return [
    ...(shares > WHOLE_BPS ? [`take-profits sell ${shares} bps of the position, more than the whole`] : []),
    ...(needsRisk && stop === null
      ? ["a take-profit counts in multiples of a risk, and there is no stop"]
      : []),
    ...(breakEvenAfter !== null && breakEvenAfter > takeProfits.length
      ? [`the stop moves after take-profit ${breakEvenAfter}, and there are ${takeProfits.length}`]
      : []),
    ...(isNearestFirst(takeProfits.map(({ level }) => level))
      ? []
      : ["take-profits do not stand in their order, the nearest first"]),
  ];
}

/** Levels of one kind are compared among themselves; those of different kinds only once the entry price is known. */
function isNearestFirst(levels: readonly TakeProfitLevel[]): boolean {
  const of = (kind: TakeProfitLevel["kind"]) => levels.filter((level) => level.kind === kind).map(amountOf);
  const prices = of("priceUsd");
  return (
    (rises(prices) || rises(prices.toReversed())) &&
    (["bps", "distanceUsd", "riskMultiple"] as const).every((kind) => rises(of(kind)))
  );
}

function rises(values: readonly number[]): boolean {
  return values.every((value, place) => place === 0 || value > (values[place - 1] ?? 0));
}

/** As a number: it is compared and never sent. */
function amountOf(level: TakeProfitLevel): number {
  switch (level.kind) {
    case "bps":
      return level.bps;
    case "priceUsd":
      return Number(level.priceUsd);
    case "distanceUsd":
      return Number(level.distanceUsd);
    case "riskMultiple":
      return Number(level.riskMultiple);
  }
}
