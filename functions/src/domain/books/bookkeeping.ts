// How one event on an order changes order, group and control together. Slots in use are exactly the groups
// not ended, a live order is exactly one reservation of the quantity it may still fill, and throttles and
// protections change with their cause.

import { dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, Reservation, Slot } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { isGroupEnded, nextGroup } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded, nextOrder, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { isFailedSend, withFailedSend } from "#domain/protections/error-burst.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";

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
  const live = Object.values(reservations).filter(
    (reservation) => reservation.groupId === before.group.groupId,
  );
  const group = nextGroup(before.group, before.order, order, {
    liveEntries: live.filter((reservation) => !reservation.reduceOnly).length,
    liveReductions: live.filter((reservation) => reservation.reduceOnly).length,
    market,
    atMs: event.atMs,
  });
  const slots = withSlot(before.control.slots, group);
  const brakes = brakesAfter(before, event, group, config);
  const absentOrders = withAbsence(before.control.absentOrders, order, event.atMs);
  const control = {
    ...before.control,
    ...brakes,
    reservations,
    slots,
    absentOrders,
    updatedAtMs: event.atMs,
  };
  return { order, group, control };
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
  return { ...others, [group.groupId]: { symbol, side, strategyId, qtyBase, sinceMs: openedAtMs } };
}
