// How the books move with the venue's word on a protective stop. A fact counts once, however often it is
// told. A stop that closes its group ends it as a stop-loss, at the price that the venue names.
import { surroundingsOf, withGroupMoved } from "#domain/books/bookkeeping.ts";
import { Decimal as Dec, dec, decimalString } from "#domain/decimal.ts";
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState, StopToCancel } from "#domain/documents/control.ts";
import type { Group, ProtectiveStop } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Rejection } from "#domain/documents/order.ts";
import { type GroupSurroundings, isGroupEnded, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { liveStop, withStopToCancel } from "./protective-stop.ts";
import { absenceCounts, isAbsenceConfirmed } from "./resend.ts";

/** The venue's word on one stop. `ended`: it waits no longer and took nothing. */
export type StopFact =
  | { readonly type: "rests"; readonly clientStopId: string }
  | { readonly type: "refused"; readonly clientStopId: string; readonly refusal: Rejection }
  | { readonly type: "notKnown"; readonly clientStopId: string }
  | { readonly type: "ended"; readonly clientStopId: string }
  | {
      readonly type: "filled";
      readonly clientStopId: string;
      readonly filledQtyBase: string;
      /** Null: the venue named none, and `triggerPriceUsd` is the price that is known. */
      readonly averagePriceUsd: string | null;
      readonly triggerPriceUsd: string;
      /** The order that it became. */
      readonly venueOrderId: string | null;
    };

export interface FactBooks {
  /** The group that holds the stop's symbol; null when none does. */
  readonly group: Group | null;
  readonly control: ControlState;
}

interface Around {
  readonly market: Market | null;
  readonly protections: ProtectionsConfig;
  readonly nowMs: number;
}

/**
 * The books after one fact; the same objects when it says nothing about them (any more), so that it counts once. A stop that
 * the look-up denies is replaced soon, for the position needs a floor. The look-up may lag, so the stop is withdrawn besides.
 */
export function applyStopFact(before: FactBooks, fact: StopFact, around: Around): FactBooks {
  const { group, control } = before;
  const own = group?.stop?.clientStopId === fact.clientStopId ? liveStop(group) : null;
  if (group !== null && own !== null) {
    const after = ownStopAfter(own, fact, around.nowMs);
    if (after === own) return before;
    const isDenied = fact.type === "notKnown" && after.status === "GONE";
    const stopsToCancel = isDenied ? withStopToCancel(control, group, after) : control.stopsToCancel;
    return withFill(
      { group: { ...group, stop: after }, control: { ...control, stopsToCancel } },
      fact,
      around,
    );
  }
  const { [fact.clientStopId]: left, ...others } = control.stopsToCancel;
  if (left === undefined) return before;
  const after = leftStopAfter(left, fact, around.nowMs);
  if (after === left) return before;
  const stopsToCancel = after === null ? others : { ...others, [fact.clientStopId]: after };
  return withFill({ group, control: { ...control, stopsToCancel } }, fact, around);
}

function ownStopAfter(stop: ProtectiveStop, fact: StopFact, nowMs: number): ProtectiveStop {
  const changed = { ...stop, updatedAtMs: nowMs };
  switch (fact.type) {
    case "rests":
      return stop.status === "RESTING" ? stop : { ...changed, status: "RESTING" };
    case "refused":
      return { ...changed, status: "GONE", refusal: fact.refusal };
    case "notKnown": {
      const doubted = doubtedOnce(stop, nowMs);
      return isAbsenceConfirmed(doubted) ? { ...changed, ...doubted, status: "GONE" } : doubted;
    }
    case "ended":
    case "filled":
      return { ...changed, status: "GONE" };
  }
}

/** Null: nothing is left to withdraw. */
function leftStopAfter(stop: StopToCancel, fact: StopFact, nowMs: number): StopToCancel | null {
  if (fact.type === "rests") return stop;
  if (fact.type !== "notKnown") return null;
  const doubted = doubtedOnce(stop, nowMs);
  return isAbsenceConfirmed(doubted) ? null : doubted;
}

/** One "does not know" may be a lagging replica's; it counts only once the request can no longer arrive. */
function doubtedOnce<Doubted extends StopToCancel | ProtectiveStop>(stop: Doubted, nowMs: number): Doubted {
  if (!absenceCounts(stop, nowMs)) return stop;
  return { ...stop, absences: { count: stop.absences.count + 1, lastAtMs: nowMs } };
}

/** A stop that was left behind takes from the group that holds its symbol now. */
function withFill(
  { group, control }: FactBooks,
  fact: StopFact,
  { market, protections, nowMs }: Around,
): FactBooks {
  if (fact.type !== "filled" || group === null) return { group, control };
  const around = surroundingsOf(group, control.reservations, market, nowMs);
  const taken = withStopFill(group, fact, around);
  const { group: after, ...books } = withGroupMoved(control, group, taken, around);
  const brakes = { protections: withGroupEnded(control.protections, group, after, protections) };
  return { group: after, control: { ...control, ...books, ...brakes } };
}

function withStopFill(
  group: Group,
  fact: Extract<StopFact, { type: "filled" }>,
  around: GroupSurroundings,
): Group {
  const held = dec(group.qtyBase);
  const taken = Dec.min(dec(fact.filledQtyBase), held);
  const direction = group.side === "long" ? 1 : -1;
  const entryUsd = group.averageEntryUsd === null ? null : dec(group.averageEntryUsd);
  const exitUsd = dec(fact.averagePriceUsd ?? fact.triggerPriceUsd);
  const gainUsd = entryUsd === null ? dec("0") : exitUsd.minus(entryUsd).mul(taken).mul(direction);
  const { venueOrderId } = fact;
  const after = withStatus(
    {
      ...group,
      qtyBase: decimalString(held.minus(taken)),
      realizedPnlUsd: decimalString(dec(group.realizedPnlUsd).plus(gainUsd).toDecimalPlaces(12)),
      costEstimated: group.costEstimated || fact.averagePriceUsd === null,
      stopVenueOrderIds:
        venueOrderId === null ? group.stopVenueOrderIds : [...group.stopVenueOrderIds, venueOrderId],
    },
    around,
  );
  return isGroupEnded(after.status) && after.exitReason === null
    ? { ...after, exitReason: "stoploss" }
    : after;
}
