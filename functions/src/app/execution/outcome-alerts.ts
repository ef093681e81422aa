// The alerts of an order's outcome, stored in the batch that books it: an exit that ended early, an order that the venue
// never showed, a ban that its answer told of.
import type { Books } from "#app/books";
import { alertOfBan } from "#app/books";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { OrderBooks } from "#domain/books/bookkeeping.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { alertOfEndedExit } from "./exit-alerts.ts";

/** `bannedUntilMs` is that of the answer; 0 for none. */
export function outcomeAlerts(
  { control }: Pick<Books, "control">,
  before: Order,
  after: OrderBooks,
  { bannedUntilMs, nowMs }: { readonly bannedUntilMs: number; readonly nowMs: number },
): readonly DocumentWrite[] {
  const alerts = [
    alertOfEndedExit(before, after.order, after.group, control.journalSeq),
    alertOfAbsence(before, after.order, control.journalSeq),
    alertOfBan(control, bannedUntilMs, nowMs),
  ];
  return alerts.flatMap((alert) => (alert === null ? [] : alertWrites(alert, nowMs)));
}

/** Null for an exit by a signal, of which every early end is told anyway. */
function alertOfAbsence(before: Order, after: Order, journalSeq: number): AlertCondition | null {
  const { accountId, request } = after;
  const { clientOrderId, side, qtyBase, symbol, reduceOnly } = request;
  if (after.status !== "ABSENT" || before.status === "ABSENT" || (reduceOnly && isFromSignal(after)))
    return null;
  return {
    accountId,
    severity: "critical",
    code: "ORDER_ABSENT",
    message: `The venue has not shown the order ${clientOrderId} (${side} ${qtyBase} ${symbol}) since it was sent; it is not sent again`,
    remedy: "Compare orders and position of the symbol at the venue with the page; it is watched for a day",
    // One that was shown and is absent again is told again.
    dedupeKey: `${clientOrderId}/${journalSeq}`,
  };
}
