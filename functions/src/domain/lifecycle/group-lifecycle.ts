// How a position group moves with its orders. Keeps true that a group of zero quantity with no live order is ended,
// and that the same evidence applied twice changes nothing (fills are cumulative deltas).
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group, GroupStatus } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { fillDelta } from "./order-lifecycle.ts";

export function isGroupEnded(status: GroupStatus): boolean {
  return status === "CLOSED" || status === "CLOSED_WITH_DUST" || status === "FAILED";
}

/** What else is going on in the group, apart from the order at hand. */
export interface GroupSurroundings {
  /** Live orders of the group after this change, the order at hand included if it is live. */
  readonly liveEntries: number;
  readonly liveReductions: number;
  /** Null when the market is unknown: then nothing is called dust. */
  readonly market: Market | null;
  readonly atMs: number;
}

/** Group after `previous` became `next`. Average entry is volume-weighted; exits realise against it. */
export function nextGroup(group: Group, previous: Order, next: Order, around: GroupSurroundings): Group {
  const delta = fillDelta(previous, next);
  const filled = delta.qtyBase.isZero() ? group : withFill(group, next, delta);
  return withExitReason(withStatus(filled, around), next);
}

/** Why it ended: what the order that ended it was for. A group that a late fill reopens has not ended after all. */
function withExitReason(group: Group, order: Order): Group {
  const ended = isGroupEnded(group.status) && group.averageEntryUsd !== null;
  const exitReason = ended ? (group.exitReason ?? order.exitReason ?? "signal") : null;
  return exitReason === group.exitReason ? group : { ...group, exitReason };
}

function withFill(group: Group, order: Order, delta: ReturnType<typeof fillDelta>): Group {
  const heldQty = dec(group.qtyBase);
  const entryUsd = group.averageEntryUsd === null ? null : dec(group.averageEntryUsd);
  if (!order.request.reduceOnly) {
    const qty = heldQty.plus(delta.qtyBase);
    const costUsd = (entryUsd?.mul(heldQty) ?? dec("0")).plus(delta.costUsd);
    return {
      ...group,
      qtyBase: decimalString(qty),
      averageEntryUsd: decimalString(costUsd.div(qty).toDecimalPlaces(12)),
      entryNotionalUsd: decimalString(dec(group.entryNotionalUsd).plus(delta.costUsd).toDecimalPlaces(12)),
    };
  }
  const direction = group.side === "long" ? 1 : -1;
  const gainUsd =
    entryUsd === null ? dec("0") : delta.costUsd.minus(entryUsd.mul(delta.qtyBase)).mul(direction);
  const left = heldQty.minus(delta.qtyBase);
  return {
    ...group,
    // The venue refuses reduce-only beyond the position; what our books lacked is corrected by reconcile, not here.
    qtyBase: decimalString(left.isNegative() ? dec("0") : left),
    realizedPnlUsd: decimalString(dec(group.realizedPnlUsd).plus(gainUsd).toDecimalPlaces(12)),
  };
}

/** Status that follows from what is held and what is live. Ends the group in the same step in which it runs empty. */
export function withStatus(group: Group, around: GroupSurroundings): Group {
  const status = statusOf(group, around);
  const endedAtMs = isGroupEnded(status) ? (group.endedAtMs ?? around.atMs) : null;
  if (status === group.status && endedAtMs === group.endedAtMs) return { ...group, updatedAtMs: around.atMs };
  return { ...group, status, endedAtMs, updatedAtMs: around.atMs };
}

function statusOf(group: Group, { liveEntries, liveReductions, market }: GroupSurroundings): GroupStatus {
  const opened = group.averageEntryUsd !== null;
  if (liveEntries + liveReductions > 0) {
    if (!opened) return "OPENING";
    return liveReductions > 0 ? "REDUCING" : "ACTIVE";
  }
  if (!opened) return "FAILED";
  const qty = dec(group.qtyBase);
  if (qty.isZero()) return "CLOSED";
  // Less than the venue's smallest order cannot be closed by an order.
  return market !== null && qty.lt(dec(market.minQtyBase)) ? "CLOSED_WITH_DUST" : "ACTIVE";
}
