// Folds one outcome into the first screen's view. Bounded: the screen shows the newest, the collections keep all.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { OrderRow, Overview } from "#domain/documents/views.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";

/** Orders on the first screen. */
const MAX_ORDER_ROWS = 25;

/** The part of one commit that the view shows. */
interface ShownChange {
  readonly control: ControlState;
  readonly slotLimit: number;
  /** Null: no group changed. */
  readonly group: Group | null;
  /** Null: no order changed. */
  readonly order: Order | null;
}

export function nextOverview(
  previous: Pick<Overview, "groups" | "orders"> | null,
  { control, slotLimit, group, order }: ShownChange,
): Overview {
  const otherGroups = (previous?.groups ?? []).filter((shown) => shown.groupId !== group?.groupId);
  const groups = group === null || isGroupEnded(group.status) ? otherGroups : [group, ...otherGroups];
  const otherRows = (previous?.orders ?? []).filter(
    (row) => row.clientOrderId !== order?.request.clientOrderId,
  );
  const orders = order === null ? otherRows : [orderRow(order), ...otherRows];
  return {
    accountId: control.accountId,
    tradingState: control.tradingState,
    groups: groups.filter((shown) => control.slots[shown.groupId] !== undefined),
    orders: orders.toSorted((a, b) => b.createdAtMs - a.createdAtMs).slice(0, MAX_ORDER_ROWS),
    slots: { used: Object.keys(control.slots).length, limit: slotLimit },
    updatedAtMs: control.updatedAtMs,
  };
}

/**
 * The view to go on from when the stored one may lack changes (it is missing, or was refused for a while): every open
 * group and order as the books have them, and of the stored rows those that had ended. A row that ended unseen is left
 * out: its order's document has it. A group that the books lack is shown as it was last, while its slot is in use.
 */
export function rebuiltOverview(
  previous: Overview | null,
  groups: readonly Group[],
  orders: readonly Order[],
): Pick<Overview, "groups" | "orders"> {
  const ended = (previous?.orders ?? []).filter(({ status }) => isEnded(status));
  const known = new Set(groups.map(({ groupId }) => groupId));
  const setAside = (previous?.groups ?? []).filter(({ groupId }) => !known.has(groupId));
  return { groups: [...groups, ...setAside], orders: [...orders.map(orderRow), ...ended] };
}

/** Whether every one of these groups is on the view, as it is and not as it was before its last change. */
export function showsAsTheyAre(overview: Overview, groups: readonly Group[]): boolean {
  const shown = new Map(overview.groups.map(({ groupId, updatedAtMs }) => [groupId, updatedAtMs]));
  return groups.every(({ groupId, updatedAtMs }) => shown.get(groupId) === updatedAtMs);
}

function orderRow(order: Order): OrderRow {
  const { request, sentAtMs, acknowledgedAtMs } = order;
  return {
    clientOrderId: request.clientOrderId,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    timeInForce: request.timeInForce,
    reduceOnly: request.reduceOnly,
    qtyBase: request.qtyBase,
    filledQtyBase: order.filledQtyBase,
    averagePriceUsd: order.averagePriceUsd,
    status: order.status,
    rejection: order.rejection,
    strategyId: order.strategyId,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
    toSentMs: sentAtMs === null ? null : sentAtMs - order.signalReceivedAtMs,
    toAcknowledgedMs: sentAtMs === null || acknowledgedAtMs === null ? null : acknowledgedAtMs - sentAtMs,
  };
}
