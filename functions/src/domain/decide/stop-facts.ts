// How the books move with the venue's word on a resting exit. A fact counts once, however often it is told. An exit that
// closes its group ends it under its own name, at the price that the venue names.
import { surroundingsOf, withClosings, withGroupMoved } from "#domain/books/bookkeeping.ts";
import {
  exitKindOf,
  isLive,
  liveStop,
  liveTakeProfits,
  withStopToCancel,
} from "#domain/books/resting-exits.ts";
import { Decimal as Dec, type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState, StopToCancel } from "#domain/documents/control.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import { closingId } from "#domain/documents/ids.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Rejection } from "#domain/documents/order.ts";
import type { ExitKind, OrderSide } from "#domain/documents/words.ts";
import { type GroupSurroundings, isGroupEnded, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { withUntriedClosing } from "./closing.ts";
import { closingSide } from "./protective-stop.ts";
import { absenceCounts, isAbsenceConfirmed } from "./resend.ts";

/** The venue's word on one exit. `ended`: it waits no longer and took nothing. */
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
      readonly side: OrderSide;
      /** Venue's time. */
      readonly atMs: number;
    };

/** By so much the venue's clock may be ahead of ours: requests that are older when they arrive are refused (recvWindow). */
const CLOCKS_DIFFER_MS = 5_000;

type Filled = Extract<StopFact, { type: "filled" }>;

export interface FactBooks {
  /** The group that holds the exit's symbol; null when none does. */
  readonly group: Group | null;
  readonly control: ControlState;
}

interface Around {
  readonly market: Market | null;
  readonly protections: ProtectionsConfig;
  readonly nowMs: number;
}

/**
 * The books after one fact; the same objects when it says nothing about them (any more), so that it counts once. An exit that
 * the look-up denies is replaced soon, for the position needs a floor. The look-up may lag, so it is withdrawn besides.
 */
export function applyStopFact(before: FactBooks, fact: StopFact, around: Around): FactBooks {
  const { group, control } = before;
  const moved = group === null ? null : withOwnExit(group, fact, around.nowMs);
  if (group !== null && moved !== null) {
    if (moved === group) return before;
    // Before it was moved: an exit that is gone is told apart by its kind no more.
    const kind = exitKindOf(control, group, fact.clientStopId) ?? "stop";
    const doubted = fact.type === "notKnown" ? withDenied(control, moved, { fact, kind }) : control;
    const beyond = withPassedShare({ group: moved, control: doubted }, { fact, kind }, around);
    return withFill(beyond, { fact, kind, isOwn: true }, around);
  }
  const { [fact.clientStopId]: left, ...others } = control.stopsToCancel;
  if (left === undefined) return before;
  const after = leftStopAfter(left, fact, around.nowMs);
  if (after === left) return before;
  const stopsToCancel = after === null ? others : { ...others, [fact.clientStopId]: after };
  const without = { ...control, stopsToCancel };
  const isOwn = left.groupId === group?.groupId;
  if (!isOwn && !canTakeFrom(group, fact)) return { group, control: without };
  return withFill({ group, control: without }, { fact, kind: left.kind, isOwn }, around);
}

/**
 * Whether an exit that another group left behind can have taken from this one. It is reduce-only: it takes from a position of
 * the other side than its own order, and from none that came after it. A fill doubtful by the clocks counts as earlier: a
 * group that is too large in the books is put right by reconcile, one that has ended in them is held without a stop.
 */
function canTakeFrom(group: Group | null, fact: StopFact): boolean {
  if (group === null || fact.type !== "filled") return false;
  return fact.side === closingSide(group) && fact.atMs > group.openedAtMs + CLOCKS_DIFFER_MS;
}

/** With the exit that this denial has ended, to be withdrawn. */
function withDenied(
  control: ControlState,
  group: Group,
  { fact, kind }: { readonly fact: StopFact; readonly kind: ExitKind },
): ControlState {
  const denied = [group.stop, ...group.takeProfits].find((exit) => exit?.clientStopId === fact.clientStopId);
  if (denied === undefined || denied === null || isLive(denied)) return control;
  return { ...control, stopsToCancel: withStopToCancel(control, { ...group, kind }, denied) };
}

/** Null when none of the group's live exits is meant; the same group when the fact says nothing new of it. */
function withOwnExit(group: Group, fact: StopFact, nowMs: number): Group | null {
  const stop = liveStop(group);
  if (stop?.clientStopId === fact.clientStopId) {
    const after = ownExitAfter(stop, fact, nowMs);
    return after === stop ? group : { ...group, stop: after };
  }
  const level = liveTakeProfits(group).find(({ clientStopId }) => clientStopId === fact.clientStopId);
  if (level === undefined) return null;
  const after = ownExitAfter(level, fact, nowMs);
  if (after === level) return group;
  return { ...group, takeProfits: group.takeProfits.map((each) => (each === level ? after : each)) };
}

function ownExitAfter<Exit extends RestingExit>(exit: Exit, fact: StopFact, nowMs: number): Exit {
  const changed = { ...exit, updatedAtMs: nowMs };
  switch (fact.type) {
    case "rests":
      return exit.status === "RESTING" ? exit : { ...changed, status: "RESTING" };
    case "refused":
      return { ...changed, status: "GONE", refusal: fact.refusal };
    case "notKnown": {
      const doubted = doubtedOnce(exit, nowMs);
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
function doubtedOnce<Doubted extends StopToCancel | RestingExit>(stop: Doubted, nowMs: number): Doubted {
  if (!absenceCounts(stop, nowMs)) return stop;
  return { ...stop, absences: { count: stop.absences.count + 1, lastAtMs: nowMs } };
}

/**
 * A take-profit whose price had passed before it could rest: its share is closed at once. It counts as taken from here on, so
 * that no level asks for it again while the wish is on its way.
 */
function withPassedShare(
  { group, control }: { readonly group: Group; readonly control: ControlState },
  { fact, kind }: { readonly fact: StopFact; readonly kind: ExitKind },
  { market, nowMs }: Around,
): FactBooks & { readonly group: Group } {
  if (fact.type !== "refused" || fact.refusal.reason !== "wouldFireNow" || kind === "stop")
    return { group, control };
  const exit = group.takeProfits.find(({ clientStopId }) => clientStopId === fact.clientStopId);
  if (exit === undefined || isLive(exit)) return { group, control };
  const share = dec(exit.qtyBase);
  const wished = withUntriedClosing(group, {
    causeId: closingId(group.accountId, exit.clientStopId),
    exitReason: "takeProfit",
    targetBase: decimalString(targetWithout(group, share, market)),
    sinceMs: nowMs,
  });
  const after = { ...wished, takenBase: decimalString(dec(group.takenBase).plus(share)) };
  return { group: after, control: { ...control, closings: withClosings(control.closings, after) } };
}

/** Quantity that stays once the share is closed; none, where the rest would be too little for any order. */
function targetWithout({ qtyBase, closing }: Group, share: Decimal, market: Market | null): Decimal {
  const left = closing === null ? dec(qtyBase) : Dec.min(dec(qtyBase), dec(closing.targetBase));
  const rest = Dec.max(left.minus(share), 0);
  return market !== null && rest.lt(dec(market.minQtyBase)) ? dec("0") : rest;
}

interface Taken {
  readonly fact: StopFact;
  readonly kind: ExitKind;
  /** It is this group's; else one before it left it behind, and it took from the one that holds the symbol now. */
  readonly isOwn: boolean;
}

function withFill(
  { group, control }: FactBooks,
  { fact, kind, isOwn }: Taken,
  { market, protections, nowMs }: Around,
): FactBooks {
  if (fact.type !== "filled" || group === null) return { group, control };
  const around = surroundingsOf(group, control.reservations, market, nowMs);
  const counts = isOwn && kind === "takeProfit" ? withTaken(group, fact) : group;
  const taken = withExitFill(counts, fact, kind, around);
  const { group: after, ...books } = withGroupMoved(control, group, taken, around);
  const brakes = { protections: withGroupEnded(control.protections, group, after, protections) };
  return { group: after, control: { ...control, ...books, ...brakes } };
}

/** It was not part of the share that a wish is closing already, so the wish goes on beyond it. */
function withTaken(group: Group, { filledQtyBase }: Filled): Group {
  const { closing } = group;
  const taken = Dec.min(dec(filledQtyBase), dec(group.qtyBase));
  const takenBase = decimalString(dec(group.takenBase).plus(taken));
  if (closing === null || closing.exitReason !== "takeProfit") return { ...group, takenBase };
  const targetBase = decimalString(Dec.max(dec(closing.targetBase).minus(taken), 0));
  return { ...group, takenBase, closing: { ...closing, targetBase } };
}

function withExitFill(group: Group, fact: Filled, kind: ExitKind, around: GroupSurroundings): Group {
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
    ? { ...after, exitReason: kind === "stop" ? "stoploss" : "takeProfit" }
    : after;
}
