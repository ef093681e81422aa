// The last gate of an order that shrinks a position: it sells a long, buys back a short, and takes at most
// the held quantity that no live reduction has claimed. So no order, however sized, can flip or grow the
// position.

import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import { denial } from "./context.ts";

/** The group's quantity less the quantity promised to live reductions; at least zero. */
export function freeToReduceBase(control: ControlState, group: Group): Decimal {
  const free = Object.values(control.reservations)
    .filter(({ groupId, reduceOnly }) => groupId === group.groupId && reduceOnly)
    .reduce((left, { qtyBase }) => left.minus(dec(qtyBase)), dec(group.qtyBase));
  return free.isNegative() ? dec("0") : free;
}

export function checkReduceOnly(
  control: ControlState,
  group: Group,
  request: OrderRequest,
): readonly Denial[] {
  const free = freeToReduceBase(control, group);
  const opposite = request.side === (group.side === "long" ? "sell" : "buy");
  const shrinks =
    request.reduceOnly && opposite && request.symbol === group.symbol && dec(request.qtyBase).lte(free);
  if (shrinks) return [];
  const { symbol: subject, qtyBase: actual } = request;
  const limit = decimalString(free);
  return [denial("REDUCE_ONLY_WOULD_INCREASE_POSITION", { limit, actual, unit: "base", subject })];
}
