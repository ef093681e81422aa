// Whether the books still have orders or stops whose fate at the venue is open. Healing goes on until
// none is left: how long the product takes to believe an absence is its own affair, and not the simulator's.
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { isEnded, isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import type { Engine } from "#local/exchange/engine/engine.ts";
import { findOrder } from "#local/exchange/engine/orders.ts";
import type { DocumentData } from "#ports/documents.ts";

/** A doubt that lasts longer than this is a fault: a person would have had to look long before. */
export const LONGEST_DOUBT_MS = 30 * 60_000;

export interface VenueNow {
  readonly engine: Engine;
  readonly nowMs: number;
}

export function isInDoubt(documents: Readonly<Record<string, DocumentData>>, venue: VenueNow): boolean {
  return Object.entries(documents).some(([path, data]) => {
    if (path.includes("/orders/")) return isOpenQuestion(data as unknown as Order, venue);
    if (!path.endsWith("/control/state")) return false;
    const { stopsToCancel } = data as unknown as ControlState;
    return Object.keys(stopsToCancel ?? {}).length > 0;
  });
}

/**
 * An order without an answer; and one that was acknowledged and that the venue has hidden since, because it ended unfilled
 * days ago: one denial of a look-up is no end, so one pass cannot end it. The matching engine says which are hidden: the
 * product's own count of denials would let it choose how long it is waited for.
 */
function isOpenQuestion(order: Order, { engine, nowMs }: VenueNow): boolean {
  if (isUnresolved(order.status)) return true;
  if (isEnded(order.status)) return false;
  const { symbol, clientOrderId } = order.request;
  return (
    findOrder(engine, order.accountId, { symbol, clientOrderId, orderId: undefined }, nowMs) === undefined
  );
}
