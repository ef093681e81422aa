// How one event on an order changes order, group and control together. Slots in use are exactly the groups
// not ended, a live order is exactly one reservation of the quantity it may still fill, and throttles and
// protections change with their cause.

import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, Reservation, Slot } from "#domain/documents/control.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import {
  type GroupSurroundings,
  isGroupEnded,
  nextGroup,
  withStatus,
} from "#domain/lifecycle/group-lifecycle.ts";
import { withLegEvent } from "#domain/lifecycle/leg-lifecycle.ts";
import { isEnded, nextOrder, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { remainderBase, reroutingBase } from "#domain/lifecycle/route-lifecycle.ts";
import { isFailedSend, withFailedSend } from "#domain/protections/error-burst.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { takeOverDust, withRemainder } from "./dust.ts";
import { withoutExitsOnceEnded } from "./resting-exits.ts";

/** The documents that one order concerns. */
export interface OrderBooks {
  readonly order: Order;
  readonly group: Group;
  readonly control: ControlState;
}

/** Books after the event. Pure: applying the same evidence again returns an equal result. */
export function settle(
  before: OrderBooks,
  event: OrderEvent,
  market: Market | null,
  config: AccountConfig,
): OrderBooks {
  const order = nextOrder(before.order, event);
  const reservations = withReservation(before.control.reservations, order);
  const { tradingState, flatten } = before.control;
  const routesEnd = tradingState.state !== "ACTIVE" || flatten !== null;
  const around = { ...surroundingsOf(before.group, reservations, market, event.atMs), routesEnd };
  const moved = nextGroup(before.group, before.order, order, around);
  const { group, ...books } = withGroupMoved(before.control, before.group, moved, around);
  const brakes = brakesAfter(before, event, group, config);
  const absentOrders = withAbsence(before.control.absentOrders, order, event.atMs);
  const control = {
    ...before.control,
    ...books,
    ...brakes,
    reservations,
    absentOrders,
    updatedAtMs: event.atMs,
  };
  return { order, group, control };
}

/**
 * The group's live orders are its reservations, those in doubt among them. A group that ended before one of them would
 * leave the books with its slot, and the order's fate would find no group to be booked into.
 */
export function surroundingsOf(
  { groupId }: Group,
  reservations: ControlState["reservations"],
  market: Market | null,
  atMs: number,
): GroupSurroundings {
  const live = Object.values(reservations).filter((reservation) => reservation.groupId === groupId);
  const liveReductions = live.filter(({ reduceOnly }) => reduceOnly).length;
  return { liveEntries: live.length - liveReductions, liveReductions, market, atMs };
}

/** The control document's part of a group beside its orders: slot, dust, exits left, and whether its trades are to be read. */
export type GroupBooks = Pick<
  ControlState,
  "slots" | "closings" | "dust" | "accountsDue" | "stopsToCancel"
> & {
  readonly group: Group;
};

/**
 * These after `before` became `after`. The group itself may take over dust of its symbol with its first fill, and leaves its
 * exits behind with its end, whatever ended it.
 */
export function withGroupMoved(
  control: ControlState,
  before: Group,
  after: Group,
  around: GroupSurroundings,
): GroupBooks {
  const left = withRemainder(control.dust, before, after);
  const taken = takeOverDust(after, left);
  const held = taken.group === after ? after : withReason(withStatus(taken.group, around));
  const dust = taken.group === after ? left : withRemainder(taken.dust, taken.group, held);
  const { group, stopsToCancel } = withoutExitsOnceEnded(
    isGroupEnded(held.status) ? withLegEvent(held, "withdrawn", around.atMs) : held,
    control.stopsToCancel,
    around.atMs,
  );
  const accountsDue = withAccountsDue(control.accountsDue, before, group, around.atMs);
  const closings = withClosings(control.closings, group);
  return { group, dust, slots: withSlot(control.slots, group), closings, accountsDue, stopsToCancel };
}

/** Dust of the other side can end a group: then the venue's netting did, and no order of ours. */
function withReason(group: Group): Group {
  return isGroupEnded(group.status) ? { ...group, exitReason: group.exitReason ?? "reconcile" } : group;
}

/** Its trades are to be read once it has moved. One that never held anything has none. */
function withAccountsDue(
  due: ControlState["accountsDue"],
  before: Group,
  { groupId, symbol, averageEntryUsd, qtyBase, realizedPnlUsd, endedAtMs }: Group,
  atMs: number,
): ControlState["accountsDue"] {
  const isSame = before.qtyBase === qtyBase && before.realizedPnlUsd === realizedPnlUsd;
  if ((isSame && before.endedAtMs === endedAtMs) || averageEntryUsd === null) return due;
  return { ...due, [groupId]: { symbol, dueAtMs: atMs, endedAtMs } };
}

/** Throttles and protections after the event: a failed send counts towards a burst, an ended group towards all else. */
function brakesAfter(
  { order, group, control }: OrderBooks,
  event: OrderEvent,
  groupAfter: Group,
  config: AccountConfig,
): Pick<ControlState, "throttles" | "protections"> {
  const { throttles, protections } = isFailedSend(order, event)
    ? withFailedSend(control, config.protections.errorBurst, event.atMs)
    : control;
  return { throttles, protections: withGroupEnded(protections, group, groupAfter, config.protections) };
}

/**
 * The quantity that the order may still fill, valued as it was when reserved; gone when the order has ended.
 */
export function withReservation(
  reservations: ControlState["reservations"],
  order: Order,
): Readonly<Record<string, Reservation>> {
  const { [order.request.clientOrderId]: current, ...others } = reservations;
  if (isEnded(order.status) || current === undefined) return isEnded(order.status) ? others : reservations;
  const leftBase = dec(order.request.qtyBase).minus(dec(order.filledQtyBase));
  const unitUsd = dec(current.notionalUsd).div(dec(current.qtyBase));
  return {
    ...others,
    [order.request.clientOrderId]: {
      ...current,
      qtyBase: decimalString(leftBase),
      notionalUsd: decimalString(leftBase.mul(unitUsd).toDecimalPlaces(12)),
    },
  };
}

/** Watched from the commit that ends the order as absent until the one in which the venue shows it. */
export function withAbsence(
  absentOrders: ControlState["absentOrders"],
  { request: { clientOrderId: id, symbol }, groupId, status }: Order,
  atMs: number,
): ControlState["absentOrders"] {
  const { [id]: known, ...others } = absentOrders;
  if (status === "ABSENT") return { ...others, [id]: known ?? { groupId, symbol, sinceMs: atMs } };
  return known === undefined ? absentOrders : others;
}

/** The slot of a group: there while it has not ended, gone in the same step in which it ends. */
export function withSlot(slots: ControlState["slots"], group: Group): Readonly<Record<string, Slot>> {
  const { [group.groupId]: _ended, ...others } = slots;
  if (isGroupEnded(group.status)) return others;
  const { symbol, side, strategyId, qtyBase, openedAtMs } = group;
  const aheadUsd = legsAheadUsd(group);
  const ahead = aheadUsd.isZero() ? {} : { legsUsd: decimalString(aheadUsd) };
  const betweenBase = reroutingBase(group);
  const between = betweenBase.isZero() ? {} : { reroutingBase: decimalString(betweenBase) };
  const slot: Slot = { symbol, side, strategyId, qtyBase, ...ahead, ...between, sinceMs: openedAtMs };
  return { ...others, [group.groupId]: slot };
}

/** Whether an entry of the account is between two orders: nothing else shows it, since nothing of it is at the venue. */
export function hasRerouting({ slots }: Pick<ControlState, "slots">): boolean {
  return Object.values(slots).some(({ reroutingBase = null }) => reroutingBase !== null);
}

/** Value of what may still be sent of the legs, at the prices that they were decided on. */
function legsAheadUsd({ legs }: Group): Decimal {
  return legs.reduce((sum, leg) => sum.plus(roomUsd(leg)), dec("0"));
}

/** The room that is kept for a leg that is not at the venue now. */
export function roomUsd(leg: EntryLeg): Decimal {
  const isAhead = leg.status === "WAITING" || leg.status === "REROUTING";
  return isAhead ? remainderBase(leg).mul(dec(leg.priceUsd)) : dec("0");
}

/** The groups with a wish: this one among them as long as it has one. */
export function withClosings(closings: ControlState["closings"], group: Group): ControlState["closings"] {
  const others = closings.filter((groupId) => groupId !== group.groupId);
  return group.closing === null ? others : [...others, group.groupId];
}
