// Plans one look of a flatten from the venue's positions. Pure. A position is closed by one order at a time,
// in the group that holds it or in one made for it; price bounds give way to market orders.

import type { WatchdogConfig } from "#domain/documents/config.ts";
import type { ControlState, FlattenOrder } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, groupId } from "#domain/documents/ids.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import type { HeldPosition } from "#domain/nav/nav-book.ts";
import { adoptedGroup } from "./adopted-group.ts";
import { boundedPrice, type Closing, closableQty } from "./closing.ts";
import { isPassedOver } from "./resend.ts";

/** Group and orders of a position that no strategy opened here are booked under this name. */
export const FLATTEN_STRATEGY_ID = "flatten";

export interface FlattenLook {
  readonly control: ControlState;
  readonly flatten: FlattenOrder;
  readonly groups: Readonly<Record<string, Group>>;
  /** Live ones. */
  readonly orders: Readonly<Record<string, Order>>;
  readonly marks: Readonly<Record<string, TopOfBook>>;
  readonly watchdog: Pick<WatchdogConfig, "flattenSlippageBps" | "flattenLimitTries">;
  readonly configVersion: number;
}

export type FlattenPlan =
  /** `adopts`: no group accounted for the position, so the closing brings one. */
  | { readonly kind: "close"; readonly closing: Closing; readonly adopts: boolean }
  /** An order that may still shrink it is under way: two at once would be sized from the same position. */
  | { readonly kind: "wait" }
  /** Less than the venue's smallest order: no order can close it. The group that holds it, if one does. */
  | { readonly kind: "dust"; readonly group: Group | null };

export function planFlatten(
  look: FlattenLook,
  position: HeldPosition,
  market: Market,
  nowMs: number,
): FlattenPlan {
  const { control, flatten, watchdog } = look;
  const inFlight = Object.values(look.orders).some(
    (order) => order.request.symbol === position.symbol && order.request.reduceOnly && !isPassedOver(order),
  );
  if (inFlight) return { kind: "wait" };
  const held = Object.values(look.groups).find(
    ({ symbol, side }) => symbol === position.symbol && side === position.side,
  );
  const group = held ?? adopted(control.accountId, flatten, position, nowMs);
  const mark = look.marks[position.symbol];
  // A missing price leaves the closing without a bound: being flat matters more than the price.
  const limited =
    mark !== undefined && triesOf(control.accountId, flatten, group) < watchdog.flattenLimitTries;
  const qtyBase = closableQty(position.qtyBase, market, limited);
  if (qtyBase === null) return { kind: "dust", group: held ?? null };
  const limitUsd = limited ? boundedPrice(position.side, mark, watchdog.flattenSlippageBps, market) : null;
  const closing: Closing = {
    group,
    qtyBase,
    limitUsd,
    causeId: flatten.flattenId,
    step: flatten.step,
    exitReason: "flatten",
    configVersion: look.configVersion,
    mark: mark ?? null,
  };
  return { kind: "close", closing, adopts: held === undefined };
}

/** Orders of this flatten that the group has had. */
function triesOf(accountId: string, { flattenId, step }: FlattenOrder, group: Group): number {
  const own = new Set(Array.from({ length: step }, (_, each) => clientOrderId(accountId, flattenId, each)));
  return group.orderIds.filter((id) => own.has(id)).length;
}

/** Opened by hand, by an unknown order, or by a group that is set aside. */
function adopted(
  accountId: string,
  { flattenId, step }: FlattenOrder,
  position: HeldPosition,
  nowMs: number,
): Group {
  const id = groupId(accountId, `${flattenId}/${step}`);
  return adoptedGroup({ groupId: id, accountId, strategyId: FLATTEN_STRATEGY_ID }, position, nowMs);
}
