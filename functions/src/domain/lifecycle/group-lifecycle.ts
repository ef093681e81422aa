// How a position group moves with its orders. A group of zero quantity without a live order is ended. Fills
// are cumulative, so the same evidence applied twice changes the group once.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group, GroupStatus } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { withOrderOfLeg, withRoutesEnded } from "./leg-lifecycle.ts";
import { type FillDelta, fillDelta } from "./order-lifecycle.ts";
import { isFlatAgain, isRerouting, type RouteGround } from "./route-lifecycle.ts";

export function isGroupEnded(status: GroupStatus): boolean {
  return status === "CLOSED" || status === "CLOSED_WITH_DUST" || status === "FAILED";
}

/** The rest of the group, apart from the order at hand. */
export interface GroupSurroundings extends RouteGround {
  /** Live orders of the group after this change, the order at hand included if it is live. */
  readonly liveEntries: number;
  readonly liveReductions: number;
  /** Null when the market is unknown: then nothing is called dust. */
  readonly market: Market | null;
}

/** Group after `previous` became `next`. Average entry is volume-weighted; exits realise against it. */
export function nextGroup(group: Group, previous: Order, next: Order, around: GroupSurroundings): Group {
  const delta = fillDelta(previous, next);
  const isNews = !delta.qtyBase.isZero() || delta.costUsd?.isZero() === false;
  const filled = isNews ? withFill(group, next, delta) : group;
  const moved = withOrderOfLeg(filled, previous, next, around);
  return withExitReason(withStatus(moved, around), next);
}

/** Why it ended: what the order that ended it was for. A group that a late fill reopens has not ended after all. */
function withExitReason(group: Group, order: Order): Group {
  const ended = isGroupEnded(group.status) && hasOpened(group);
  const exitReason = ended ? (group.exitReason ?? order.exitReason ?? "signal") : null;
  return exitReason === group.exitReason ? group : { ...group, exitReason };
}

/** Whether it ever held something; a first fill may come without a price. */
function hasOpened({ averageEntryUsd, qtyBase }: Group): boolean {
  return averageEntryUsd !== null || !dec(qtyBase).isZero();
}

function withFill(group: Group, order: Order, delta: FillDelta): Group {
  const costEstimated = group.costEstimated || delta.isEstimated;
  const moved = order.request.reduceOnly ? withExit(group, delta) : withEntry(group, delta);
  return { ...withGrownTarget(moved, order.request.reduceOnly ? dec("0") : delta.qtyBase), costEstimated };
}

/** The share that an operator closes counts from what was held then: what comes in meanwhile stays. */
export function withGrownTarget(group: Group, grown: Decimal): Group {
  const { closing } = group;
  if (closing?.exitReason !== "operator" || dec(closing.targetBase).isZero() || !grown.gt(0)) return group;
  const targetBase = decimalString(dec(closing.targetBase).plus(grown));
  return { ...group, closing: { ...closing, targetBase } };
}

function withEntry(group: Group, { qtyBase, costUsd }: FillDelta): Group {
  const heldQty = dec(group.qtyBase);
  const qty = heldQty.plus(qtyBase);
  const enteredBase = decimalString(dec(group.enteredBase).plus(qtyBase));
  if (costUsd === null) return { ...group, qtyBase: decimalString(qty), enteredBase };
  const heldUsd = group.averageEntryUsd === null ? dec("0") : dec(group.averageEntryUsd).mul(heldQty);
  const averageEntryUsd = qty.isZero()
    ? group.averageEntryUsd
    : decimalString(heldUsd.plus(costUsd).div(qty).toDecimalPlaces(12));
  return {
    ...group,
    qtyBase: decimalString(qty),
    enteredBase,
    averageEntryUsd,
    entryNotionalUsd: decimalString(dec(group.entryNotionalUsd).plus(costUsd).toDecimalPlaces(12)),
  };
}

/** Without a price, or without an entry to measure against, an exit claims no profit: the venue's trades will tell it. */
function withExit(group: Group, { qtyBase, costUsd }: FillDelta): Group {
  const entryUsd = group.averageEntryUsd === null ? null : dec(group.averageEntryUsd);
  const direction = group.side === "long" ? 1 : -1;
  const gainUsd =
    entryUsd === null || costUsd === null ? dec("0") : costUsd.minus(entryUsd.mul(qtyBase)).mul(direction);
  const left = dec(group.qtyBase).minus(qtyBase);
  return {
    ...group,
    // The venue refuses reduce-only beyond the position; what our books lacked is corrected by reconcile, not here.
    qtyBase: decimalString(left.isNegative() ? dec("0") : left),
    realizedPnlUsd: decimalString(dec(group.realizedPnlUsd).plus(gainUsd).toDecimalPlaces(12)),
  };
}

/**
 * Status that follows from what is held and what is live. Ends the group in the same step in which it runs empty: a route
 * does not open again what an exit has closed.
 */
export function withStatus(given: Group, around: GroupSurroundings): Group {
  const group = isFlatAgain(given) ? withRoutesEnded(given, around.atMs) : given;
  const status = statusOf(group, around);
  const endedAtMs = isGroupEnded(status) ? (group.endedAtMs ?? around.atMs) : null;
  const closing = isFulfilled(group, status, around) ? null : group.closing;
  return { ...group, status, endedAtMs, closing, updatedAtMs: around.atMs };
}

/**
 * A wish is over with its group, or once nothing is left to shrink and no order may change that. A close goes past an entry
 * in doubt, and none newer is let into its group: what that entry turns out to have opened is the close's too.
 */
function isFulfilled({ closing, qtyBase }: Group, status: GroupStatus, around: GroupSurroundings): boolean {
  if (closing === null || isGroupEnded(status)) return true;
  const entries = dec(closing.targetBase).isZero() ? around.liveEntries : 0;
  return around.liveReductions + entries === 0 && dec(qtyBase).lte(dec(closing.targetBase));
}

/** An entry between two orders of its route is as live as one that rests. */
function statusOf(group: Group, { liveEntries, liveReductions, market }: GroupSurroundings): GroupStatus {
  const opened = hasOpened(group);
  const rerouting = group.legs.filter(isRerouting).length;
  if (liveEntries + liveReductions + rerouting > 0) {
    if (!opened) return "OPENING";
    return liveReductions > 0 ? "REDUCING" : "ACTIVE";
  }
  if (!opened) return "FAILED";
  const qty = dec(group.qtyBase);
  if (qty.isZero()) return "CLOSED";
  // Less than the venue's smallest order cannot be closed by an order.
  return market !== null && qty.lt(dec(market.minQtyBase)) ? "CLOSED_WITH_DUST" : "ACTIVE";
}
