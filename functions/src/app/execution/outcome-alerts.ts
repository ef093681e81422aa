// Alerts of an order's end that people must hear of: one that the venue never showed, and an exit that could not be sent. Stored in
// the batch that ends the order.
import { alertWrites } from "#app/telling";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import type { DocumentWrite } from "#ports/documents.ts";

export function outcomeAlerts(before: Order, after: Order, nowMs: number): readonly DocumentWrite[] {
  if (after.status === before.status) return [];
  if (after.status === "ABSENT") return absentAlert(after, nowMs);
  if (after.status === "REJECTED" && isExitNeverTaken(before)) return notSentAlert(after, nowMs);
  return [];
}

/** Tried until its time was over, and turned away each time. */
function isExitNeverTaken(order: Order): boolean {
  return order.request.reduceOnly && isFromSignal(order) && order.openSends.length === 0;
}

function absentAlert({ accountId, request }: Order, nowMs: number): readonly DocumentWrite[] {
  const { clientOrderId, side, qtyBase, symbol, reduceOnly } = request;
  const rest = reduceOnly ? "what it was to close may still be held" : "it is not sent again";
  return alertWrites(
    {
      accountId,
      severity: "critical",
      code: "ORDER_ABSENT",
      message: `The venue has not shown the order ${clientOrderId} (${side} ${qtyBase} ${symbol}) since it was sent; ${rest}`,
      remedy: "Compare orders and position of the symbol at the venue with the page; it is watched for a day",
      dedupeKey: clientOrderId,
    },
    nowMs,
  );
}

function notSentAlert({ accountId, request, rejection }: Order, nowMs: number): readonly DocumentWrite[] {
  const { clientOrderId, side, qtyBase, symbol } = request;
  return alertWrites(
    {
      accountId,
      severity: "critical",
      code: "EXIT_NOT_TAKEN",
      message: `The venue took no try of the exit ${side} ${qtyBase} ${symbol}, which is given up: ${rejection?.code} ${rejection?.message}`,
      remedy: "The position is still held: close it by a flatten or at the venue",
      dedupeKey: clientOrderId,
    },
    nowMs,
  );
}
