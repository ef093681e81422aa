// The stop that should rest at the venue for a group: of what is held, at the nearest of all levels that ask for one.
// Pure; the next step towards it is planned beside the group's other exits (plan-exits.ts).

import { Decimal as Dec, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderSide } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { stopTriggerUsd } from "./exit-triggers.ts";

export type WantedExit = Pick<RestingExit, "qtyBase" | "triggerPriceUsd">;

/** Null when nothing asks for a stop, or when the group's quantity is below the venue's smallest order. */
export function wantedStop(group: Group, floorBps: number | null, market: Market): WantedExit | null {
  if (isGroupEnded(group.status)) return null;
  const triggerUsd = stopTriggerUsd(group, floorBps, market);
  if (triggerUsd === null) return null;
  // One market order closes at most this much; the stop guards a larger position up to it.
  const guarded = Dec.min(dec(group.qtyBase), dec(market.maxMarketQtyBase));
  const qtyBase = floorToStep(guarded, dec(market.stepSizeBase));
  if (qtyBase.lt(dec(market.minQtyBase))) return null;
  return { qtyBase: decimalString(qtyBase), triggerPriceUsd: decimalString(triggerUsd) };
}

export function closingSide(group: Group): OrderSide {
  return group.side === "long" ? "sell" : "buy";
}

/** Whether the price had passed the stop before it could rest: the group is to be closed, not guarded. */
export function isBeyondStop({ status, stop }: Group): boolean {
  return !isGroupEnded(status) && stop?.status === "GONE" && stop.refusal?.reason === "wouldFireNow";
}
