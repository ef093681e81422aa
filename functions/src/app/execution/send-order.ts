// The act between two commits: one venue call for one stored order, and what its answer means. Must only be called
// for an order whose sending has just been committed.

import type { Books, ExecutionDeps } from "#app/books";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "#app/books";
import { UnusableDocumentError } from "#app/documents";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { VenueError, type VenueOrder } from "#ports/venue.ts";
import { type OutcomeContext, recordOutcome } from "./record-outcome.ts";

/** Follow-ups double their distance up to this; from there the reconcile schedule is as soon. */
const MAX_FOLLOW_UP_GAP_MS = 30_000;

/** What the venue did with a request, as an event on its order. */
interface Answer {
  readonly event: OrderEvent;
  readonly venueBannedUntilMs: number;
}

/**
 * Sends the order as it is in books that were just committed, and records the outcome. Throws LeaseLostError and
 * DocumentError, never a venue's refusal.
 */
export async function sendOrder(
  deps: ExecutionDeps,
  books: Books,
  clientOrderId: string,
  context: OutcomeContext,
): Promise<Books> {
  const order = storedOrder(books, clientOrderId);
  const { event, venueBannedUntilMs } = await askVenue(deps, books, order);
  const after = await recordOutcome(
    deps,
    books,
    { clientOrderId, event },
    { ...context, venueBannedUntilMs },
  );
  await followUp(deps, order, event);
  return after;
}

/** What goes out is the record itself, so that nothing can differ from it before it reaches the venue's client. */
function storedOrder({ accountId, orders }: Books, clientOrderId: string): Order {
  const order = orders[clientOrderId];
  if (order?.status === "SUBMITTING") return order;
  const fault = `it is not stored as being sent, but as ${order?.status ?? "nothing"}`;
  throw new UnusableDocumentError(paths.order(accountId, clientOrderId), fault);
}

async function askVenue(deps: ExecutionDeps, books: Books, order: Order): Promise<Answer> {
  if (deps.clock.nowMs() >= order.sendDeadlineMs) {
    // Paused past our own deadline: the venue would refuse it, and a successor may already be looking for it.
    return unknown(deps, "SEND_DEADLINE_PASSED", "The process was paused between storing and sending");
  }
  const market = marketOf(books, order);
  try {
    const venue = await deps.venueFor(books.profile);
    const said = await venue.createOrder(order.request, { market, sendDeadlineMs: order.sendDeadlineMs });
    return { event: venueSaid(said, deps.clock.nowMs()), venueBannedUntilMs: 0 };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("The venue did not take an order", {
      clientOrderId: order.request.clientOrderId,
      kind: error.kind,
      code: error.code,
      message: error.message,
    });
    if (error.kind !== "rejected") {
      const bannedUntilMs = error.kind === "banned" ? (error.retryAtMs ?? 0) : 0;
      return { ...unknown(deps, error.code, error.message), venueBannedUntilMs: bannedUntilMs };
    }
    const rejection = { code: error.code, message: error.message };
    return { event: { type: "venueRefused", rejection, atMs: deps.clock.nowMs() }, venueBannedUntilMs: 0 };
  }
}

/** Not known to be at the venue, for whatever reason: only a look-up decides whether it is sent (again). */
function unknown(deps: ExecutionDeps, code: string, message: string): Answer {
  const event: OrderEvent = { type: "outcomeUnknown", cause: { code, message }, atMs: deps.clock.nowMs() };
  return { event, venueBannedUntilMs: 0 };
}

// Kept under the name by which the other use cases know it.
export { FOLLOW_UP_AFTER_MS, scheduleFollowUp };

/** The market of an open order. Throws UnusableDocumentError when neither the universe nor the venue listed it. */
export function marketOf(books: Books, order: Order): Market {
  const market = books.universe?.markets[order.request.symbol];
  if (market !== undefined) return market;
  const fault = `it lacks ${order.request.symbol}, in which an order is open`;
  throw new UnusableDocumentError(paths.universe, fault);
}

export function venueSaid(said: VenueOrder, atMs: number): OrderEvent {
  const { venueOrderId, status, filledQtyBase, averagePriceUsd } = said;
  return { type: "venueSaid", evidence: { venueOrderId, status, filledQtyBase, averagePriceUsd }, atMs };
}

async function followUp(deps: ExecutionDeps, order: Order, event: OrderEvent): Promise<void> {
  if (event.type === "venueRefused") return;
  if (event.type === "venueSaid" && isEnded(event.evidence.status)) return;
  await scheduleFollowUp(deps, order.accountId, FOLLOW_UP_AFTER_MS);
}

/** Distance to the next look at orders whose youngest has been open for `openForMs`. */
export function followUpGapMs(openForMs: number): number {
  return Math.min(MAX_FOLLOW_UP_GAP_MS, Math.max(FOLLOW_UP_AFTER_MS, openForMs));
}
