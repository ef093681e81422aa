// An order that had ended as absent, forgotten or refused, and that the venue shows after all. Pure: when an absent order
// is looked for, and whether its fill still belongs into its group or has been accounted for otherwise.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { AbsentOrder, ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Side } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

const MINUTE_MS = 60_000;
/** How long an absent order is watched: the longest reported lag of order data was hours (Binance.Net 592). */
export const WATCH_MS = 24 * 60 * MINUTE_MS;
/** Looked up every minute at first, since a venue that recovers does so soon; then once an hour. */
const FIRST_MINUTES = 10;
const MINUTES_BETWEEN = 60;

/** Whether the minute of `nowMs` is one in which the order is looked up. */
export function isLookDue({ sinceMs }: AbsentOrder, nowMs: number): boolean {
  const minutes = Math.floor((nowMs - sinceMs) / MINUTE_MS);
  return minutes < FIRST_MINUTES || minutes % MINUTES_BETWEEN === 0;
}

export function isWatchOver({ sinceMs }: AbsentOrder, nowMs: number): boolean {
  return nowMs - sinceMs >= WATCH_MS;
}

/** Position of the order's symbol at the venue, signed: positive long. */
export type SignedBase = Decimal;

export function signed(position: { readonly side: Side; readonly qtyBase: string } | undefined): SignedBase {
  if (position === undefined) return dec("0");
  return position.side === "long" ? dec(position.qtyBase) : dec(position.qtyBase).neg();
}

/**
 * Whether the quantity that `after` has beyond `before` belongs into the group: no other group holds the symbol, and with
 * it the books come nearer to what the venue holds. Else the position has been corrected already, or will be.
 */
export function belongsInGroup(
  { before, after, group }: { readonly before: Order; readonly after: Order; readonly group: Group },
  control: ControlState,
  venueBase: SignedBase,
): boolean {
  const more = dec(after.filledQtyBase).minus(dec(before.filledQtyBase));
  const isTaken = Object.entries(control.slots).some(
    ([id, { symbol }]) => symbol === group.symbol && id !== group.groupId,
  );
  if (more.isZero() || isTaken) return false;
  if (before.request.reduceOnly && isGroupEnded(group.status)) return false;
  const sign = group.side === "long" ? 1 : -1;
  const booked = dec(group.qtyBase).mul(sign);
  const change = more.mul(before.request.side === "buy" ? 1 : -1);
  const without = venueBase.minus(booked).abs();
  return venueBase.minus(booked.plus(change)).abs().lt(without);
}
