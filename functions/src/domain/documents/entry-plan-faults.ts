// The contradictions of an entry plan that no single field shows, in a sentence each. A plan that has one is refused wherever
// it comes from, never mended. Pure.
import { type Decimal, dec } from "#domain/decimal.ts";
import { type DcaPlan, type EntryPlan, LARGEST_SCALE } from "./entry-plan.ts";

const WHOLE_BPS = 10_000;
/** A ladder worth more than so many bases is a typing error in a scale. */
const MOST_BASES = 100;

/** Empty for a plan that can be carried out at some price. */
export function faultsOfEntryPlan({ dca }: EntryPlan): readonly string[] {
  if (dca === null) return [];
  const scales = [
    ["step scale", dca.stepScale],
    ["volume scale", dca.volumeScale],
  ] as const;
  const tooLarge = scales.filter(([, scale]) => dec(scale).gt(LARGEST_SCALE));
  if (tooLarge.length > 0)
    return tooLarge.map(([name, scale]) => `the ${name} is ${scale}, more than ${LARGEST_SCALE}`);
  const deepestBps = deviationsBps(dca).at(-1) ?? dec("0");
  const wholeBps = sizesBps(dca).reduce((sum, each) => sum.plus(each), dec("0"));
  return [
    ...(deepestBps.gte(WHOLE_BPS)
      ? [`the last safety entry is ${deepestBps.ceil().toFixed()} bps from the base, a whole price or more`]
      : []),
    ...(wholeBps.gt(WHOLE_BPS * MOST_BASES)
      ? [
          `the safety entries together are worth ${wholeBps.div(WHOLE_BPS).ceil().toFixed()} bases, more than ${MOST_BASES}`,
        ]
      : []),
  ];
}

/** Distance of each safety entry from the base's price, in basis points, the nearest first. */
export function deviationsBps({ safetyOrders, deviationBps, stepScale }: DcaPlan): readonly Decimal[] {
  let step = dec(String(deviationBps));
  let distance = dec("0");
  return Array.from({ length: safetyOrders }, () => {
    distance = distance.plus(step);
    step = step.mul(dec(stepScale));
    return distance;
  });
}

/** Value of each safety entry, in basis points of the base's. */
export function sizesBps({ safetyOrders, firstSizeBps, volumeScale }: DcaPlan): readonly Decimal[] {
  let size = dec(String(firstSizeBps));
  return Array.from({ length: safetyOrders }, () => {
    const own = size;
    size = size.mul(dec(volumeScale));
    return own;
  });
}
