// Learns from the venue what became of one open order, and acts on it: fills and ends are booked, an order that
// rested too long is cancelled, one that is proven absent is sent again or given up.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, withMarket } from "#app/books";
import { acquireLease } from "#domain/books/lease.ts";
import { SEND_WINDOW_MS } from "#domain/decide/place-order.ts";
import { absenceCounts, isAbsenceConfirmed, resendDenials } from "#domain/decide/resend.ts";
import type { Order } from "#domain/documents/order.ts";
import { isUnresolved, nextOrder } from "#domain/lifecycle/order-lifecycle.ts";
import { withSend } from "#domain/risk/order-rate.ts";
import { type OutcomeContext, recordOutcome } from "./record-outcome.ts";
import { marketOf, sendOrder, venueSaid } from "./send-order.ts";

/** Books after one look at the order. Throws VenueError when the venue cannot be asked. */
export async function resolveOrder(
  deps: ExecutionDeps,
  given: Books,
  clientOrderId: string,
  context: OutcomeContext,
): Promise<Books> {
  const order = given.orders[clientOrderId];
  if (order === undefined) return given;
  const books = await withMarket(deps, given, order.request.symbol);
  const market = marketOf(books, order);
  const venue = await deps.venueFor(books.profile);
  const found = await venue.findOrder(market, clientOrderId);
  if (found === null) {
    if (!isUnresolved(order.status)) return books; // the venue has had it; positions will tell (see reconcile)
    return await resolveUnknown(deps, books, order, context);
  }
  const outcome = { clientOrderId, event: venueSaid(found, deps.clock.nowMs()) };
  const seen = await recordOutcome(deps, books, outcome, context);
  const current = seen.orders[clientOrderId];
  if (current === undefined || deps.clock.nowMs() - current.createdAtMs < books.config.workingLimitMs)
    return seen;
  return await cancelOrder(deps, seen, clientOrderId, context);
}

/** Cancels at the venue and books what the venue says the order came to. */
export async function cancelOrder(
  deps: ExecutionDeps,
  given: Books,
  clientOrderId: string,
  context: OutcomeContext,
): Promise<Books> {
  const order = given.orders[clientOrderId];
  if (order === undefined) return given;
  const books = await withMarket(deps, given, order.request.symbol);
  const market = marketOf(books, order);
  const venue = await deps.venueFor(books.profile);
  const said =
    (await venue.cancelOrder(market, clientOrderId)) ?? (await venue.findOrder(market, clientOrderId));
  if (said === null) return books;
  const event = venueSaid(said, deps.clock.nowMs());
  return await recordOutcome(deps, books, { clientOrderId, event }, context);
}

async function resolveUnknown(
  deps: ExecutionDeps,
  books: Books,
  order: Order,
  context: OutcomeContext,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  if (!absenceCounts(order, nowMs)) return books;
  const { clientOrderId, symbol } = order.request;
  const denied = { clientOrderId, event: { type: "venueDoesNotKnow", atMs: nowMs } } as const;
  const noted = await recordOutcome(deps, books, denied, { ...context, mayRelease: false });
  const doubted = noted.orders[clientOrderId];
  if (doubted === undefined || !isUnresolved(doubted.status) || !isAbsenceConfirmed(doubted)) return noted;
  const current = await withMarket(deps, noted, symbol); // they may have been loaded anew
  if (resendDenials(current, doubted, nowMs).length > 0) {
    const absent = { clientOrderId, event: { type: "absenceConfirmed", atMs: nowMs } } as const;
    return await recordOutcome(deps, current, absent, context);
  }
  return await resend(deps, current, doubted, context);
}

/** Stores the new sending before it happens, under the same id, as for a first one. */
async function resend(
  deps: ExecutionDeps,
  books: Books,
  order: Order,
  context: OutcomeContext,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const lease = acquireLease(books.control.lease, deps.holderId, nowMs);
  const sendDeadlineMs = nowMs + SEND_WINDOW_MS;
  const { throttles } = books.control;
  const { clientOrderId } = order.request;
  const stored = await commitBooks(deps, books, {
    kind: "ORDER_RESENT",
    subject: clientOrderId,
    actor: context.actor,
    control: {
      ...books.control,
      lease,
      throttles: { ...throttles, orderSentAtMs: withSend(throttles.orderSentAtMs, nowMs) },
    },
    order: nextOrder(order, { type: "resent", sendDeadlineMs, fence: lease.fence, atMs: nowMs }),
  });
  return await sendOrder(deps, stored, clientOrderId, context);
}
