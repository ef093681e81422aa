// Which rule a resting stop stands on: the account's floor, the plan, break-even or the trailing distance. The venue knows
// only a price, so it is the rule whose price is nearest to it. Pure.

import { stopTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { UNFILTERED } from "./unfiltered-market.ts";

export type StopKind = "floor" | "plan" | "breakEven" | "trailing" | "unknown";

/** A resting price is a rule's price on the venue's tick: a tick of a cheap coin is up to a tenth of a percent of its price. */
const TICK_SHARE = "0.001";

const WORDS: Readonly<Record<StopKind, string>> = {
  floor: "the account’s floor",
  plan: "of the plan",
  breakEven: "at break-even",
  trailing: "trailing",
  unknown: "about to be moved",
};

interface Candidate {
  readonly kind: StopKind;
  readonly priceUsd: Decimal;
}

function candidates(group: Group, floorBps: number | null): readonly Candidate[] {
  const { plan, averageEntryUsd, takenBase } = group;
  const by = (kind: StopKind, alone: Group["plan"], floor: number | null): readonly Candidate[] => {
    const priceUsd = stopTriggerUsd({ ...group, plan: alone }, floor, UNFILTERED);
    return priceUsd === null ? [] : [{ kind, priceUsd }];
  };
  const floor = by("floor", null, floorBps);
  if (plan === null) return floor;
  const none = { ...plan, stop: null, breakEvenAfter: null, trailing: null };
  const mayBeEven = plan.breakEvenAfter !== null && averageEntryUsd !== null && !/^[0.]+$/.test(takenBase);
  return [
    ...by("plan", { ...none, stop: plan.stop }, null),
    ...by("trailing", { ...none, trailing: plan.trailing }, null),
    ...(mayBeEven ? [{ kind: "breakEven" as const, priceUsd: dec(averageEntryUsd) }] : []),
    ...floor,
  ];
}

/** `unknown`: it rests where no rule of now asks for one, because it is about to be moved. */
export function stopKind(
  group: Group,
  floorBps: number | null,
  triggerPriceUsd: string,
): { readonly kind: StopKind; readonly words: string } {
  const trigger = dec(triggerPriceUsd);
  const away = ({ priceUsd }: Candidate) => priceUsd.minus(trigger).abs();
  const [nearest] = candidates(group, floorBps).toSorted((a, b) => away(a).cmp(away(b)));
  const isIt = nearest !== undefined && away(nearest).lte(trigger.mul(TICK_SHARE));
  const kind = isIt ? nearest.kind : "unknown";
  return { kind, words: WORDS[kind] };
}
