// The alerts of an order's outcome, stored in the batch that books it: an exit that ended early, an order that the venue
// never showed, a ban that its answer told of.
import type { Books } from "#app/books";
import { alertOfBan } from "#app/books";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { OrderBooks } from "#domain/books/bookkeeping.ts";
import type { Group } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { refusalRemedy, refusalText } from "#domain/telling/refusal-words.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { alertOfEndedExit } from "./exit-alerts.ts";
import { alertsOfEndedRoutes } from "./route-alerts.ts";

/** `bannedUntilMs` is that of the answer; 0 for none. */
export function outcomeAlerts(
  { control }: Pick<Books, "control">,
  { order: before, group }: Pick<OrderBooks, "order" | "group">,
  after: OrderBooks,
  { bannedUntilMs, nowMs }: { readonly bannedUntilMs: number; readonly nowMs: number },
): readonly DocumentWrite[] {
  const alerts = [
    alertOfEndedExit(before, after.order, after.group, control.journalSeq),
    alertOfEndedLeg(before, after.order, after.group, control.journalSeq),
    alertOfAbsence(before, after.order, control.journalSeq),
    ...alertsOfRoutes(before, { group, after }, control.journalSeq),
    alertOfBan(control, bannedUntilMs, nowMs),
  ];
  return alerts.flatMap((alert) => (alert === null ? [] : alertWrites(alert, nowMs)));
}

/** An absent order has its own alert, and a position that is being left wants no more of its entries. */
function alertsOfRoutes(
  before: Order,
  { group, after }: { readonly group: Group; readonly after: OrderBooks },
  journalSeq: number,
): readonly AlertCondition[] {
  const { status, rejection } = after.order;
  if (status === "ABSENT" || isEnded(before.status) || after.group.closing !== null) return [];
  return alertsOfEndedRoutes(group, after.group, { why: "ORDER_ENDED", denials: [], rejection, journalSeq });
}

/** Of a safety entry of one order that ended without its whole quantity: no receipt tells of it. */
function alertOfEndedLeg(
  before: Order,
  after: Order,
  { legs, strategyId }: Group,
  journalSeq: number,
): AlertCondition | null {
  const { accountId, request, rejection, filledQtyBase, status } = after;
  const leg = legs.find(
    ({ kind, clientOrderId, route }) =>
      kind === "dca" && clientOrderId === request.clientOrderId && route === null,
  );
  // An absent one has its own alert.
  const isNews = !isEnded(before.status) && isEnded(status) && status !== "FILLED" && status !== "ABSENT";
  if (leg === undefined || !isNews) return null;
  const cause = rejection === null ? "" : `: ${refusalText(rejection)}`;
  return {
    accountId,
    severity: "warning",
    code: "ENTRY_LEG_ENDED",
    message: `Safety entry ${leg.place} of ${strategyId} in ${request.symbol} ended ${status} with ${filledQtyBase} of ${request.qtyBase}${cause}. It is not sent again; those after it go on`,
    remedy: refusalRemedy(rejection, "Add to the position by an alert if the rest of it is wanted"),
    dedupeKey: `${request.clientOrderId}/${journalSeq}`,
  };
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
