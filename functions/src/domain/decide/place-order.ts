// The one place that makes an order: its record, its reservation, its group's slot and its send in the
// throttle. All four are committed together before the order is sent. Pure.

import { withClosings, withReservation, withSlot } from "#domain/books/bookkeeping.ts";
import type { DecimalString } from "#domain/decimal.ts";
import type { DecisionBasis } from "#domain/documents/basis.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import { withSend } from "#domain/risk/order-rate.ts";

/**
 * How long after the decision the venue may still accept the order. Long enough for a slow request, far shorter than
 * a lease, so that a paused sender cannot land an order that its successor has already judged absent.
 */
export const SEND_WINDOW_MS = 5_000;

/** The intent that an order is for, or the closing that the system itself decided (see `isFromSignal`). */
export type OrderCause = Pick<
  Order,
  "intentId" | "signalId" | "strategyId" | "step" | "exitReason" | "signalReceivedAtMs" | "intentExpiresAtMs"
>;

export interface PlannedOrder {
  readonly request: OrderRequest;
  readonly cause: OrderCause;
  /** The group that it opens, adds to or shrinks, as it is before the order. */
  readonly group: Group;
  /** Exposure that it may add; zero for a reduction. */
  readonly notionalUsd: DecimalString;
  readonly basis: DecisionBasis;
}

/** The documents that store an order; `control` also holds what is reserved for it. */
export interface PlacedOrder {
  readonly order: Order;
  readonly group: Group;
  readonly control: ControlState;
}

/** `control` carries the lease under which the order is stored and sent. */
export function placeOrder(control: ControlState, planned: PlannedOrder, nowMs: number): PlacedOrder {
  const { request, notionalUsd } = planned;
  const { clientOrderId: id, symbol, side, reduceOnly, qtyBase } = request;
  const order = newOrder(control, planned, nowMs);
  const group: Group = {
    ...planned.group,
    status: reduceOnly ? "REDUCING" : planned.group.status,
    orderIds: [...planned.group.orderIds, id],
    updatedAtMs: nowMs,
  };
  const reservation = { groupId: group.groupId, symbol, side, reduceOnly, qtyBase, notionalUsd };
  const { throttles } = control;
  return {
    order,
    group,
    control: {
      ...control,
      reservations: withReservation({ ...control.reservations, [id]: reservation }, order),
      slots: withSlot(control.slots, group),
      closings: withClosings(control.closings, group),
      throttles: { ...throttles, orderSentAtMs: withSend(throttles.orderSentAtMs, nowMs) },
      updatedAtMs: nowMs,
    },
  };
}

function newOrder(
  { accountId, lease }: ControlState,
  { request, cause, group, basis }: PlannedOrder,
  nowMs: number,
): Order {
  return {
    ...cause,
    request,
    accountId,
    groupId: group.groupId,
    status: "SUBMITTING",
    venueOrderId: null,
    filledQtyBase: "0",
    averagePriceUsd: null,
    rejection: null,
    absences: { count: 0, lastAtMs: null },
    deniedSinceMs: null,
    sends: 1,
    openSends: [1],
    sendDeadlineMs: nowMs + SEND_WINDOW_MS,
    fence: lease.fence,
    basis,
    createdAtMs: nowMs,
    sentAtMs: nowMs,
    acknowledgedAtMs: null,
    filledAtMs: null,
    updatedAtMs: nowMs,
  };
}
