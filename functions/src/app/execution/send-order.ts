// The act between two commits: one venue call for one stored order, and what its answer means. Must only be called
// for an order whose sending has just been committed.

import type { Books, ExecutionDeps } from "#app/books";
import { type AccountRefusal, accountRefusalOf, FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "#app/books";
import { UnusableDocumentError } from "#app/documents";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { isRerouting } from "#domain/lifecycle/route-lifecycle.ts";
import { createdOrder } from "#ports/created.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";
import { rejectionOf, VenueError, type VenueOrder } from "#ports/venue.ts";
import { asAsked } from "./as-asked.ts";
import { type Outcome, type OutcomeContext, recordOutcomes } from "./record-outcome.ts";

/** Follow-ups double their distance up to this; from there the reconcile schedule is as soon. */
const MAX_FOLLOW_UP_GAP_MS = 30_000;

/**
 * How long the answers that are there wait for the others of their batch. Several times a healthy answer, so that a batch
 * costs one commit; far less than the venue's timeout, so that one hanging request leaves no other fill without its stop.
 */
const ANSWERS_TOGETHER_MS = 500;

/** The venue's answer to a request, as an event on its order. */
interface Answer {
  readonly event: OrderEvent;
  readonly venueBannedUntilMs: number;
  readonly accountRefusal: AccountRefusal | null;
}

/** Sends one order: see sendOrders. */
export async function sendOrder(
  deps: ExecutionDeps,
  books: Books,
  clientOrderId: string,
  context: OutcomeContext,
): Promise<Books> {
  return await sendOrders(deps, books, [clientOrderId], context);
}

/**
 * Sends the orders side by side as they are in books that were just committed, and records their outcomes: all in one
 * commit, or those that are known after a moment and then the rest. Throws LeaseLostError and DocumentError, never a
 * venue's refusal.
 */
export async function sendOrders(
  deps: ExecutionDeps,
  books: Books,
  clientOrderIds: readonly string[],
  context: OutcomeContext,
): Promise<Books> {
  const orders = clientOrderIds.map((id) => storedOrder(books, id));
  const known: Outcome[] = [];
  const failures: unknown[] = [];
  const asked = Promise.all(
    orders.map(async (order) => {
      try {
        known.push({ clientOrderId: order.request.clientOrderId, ...(await askVenue(deps, books, order)) });
      } catch (error) {
        failures.push(error); // its order is as open as that of a process that died
      }
    }),
  );
  let after = books;
  let recorded = 0;
  while (recorded + failures.length < orders.length) {
    await answersTogether(deps, asked, orders.length);
    const news = known.splice(0);
    recorded += news.length;
    const mayRelease = context.mayRelease && recorded === orders.length;
    if (news.length > 0) after = await recordOutcomes(deps, after, news, { ...context, mayRelease });
  }
  // A route goes on in this turn; should this process die before, the task does.
  const goesOn = clientOrderIds.some((id) => isOnItsWay(after, id));
  if (goesOn || clientOrderIds.some((id) => after.orders[id] !== undefined))
    await scheduleFollowUp(deps, books.accountId, FOLLOW_UP_AFTER_MS);
  if (failures.length > 0) throw failures[0];
  return after;
}

/** Whether the entry of the order is between two orders of its route. */
function isOnItsWay({ groups }: Books, clientOrderId: string): boolean {
  const legs = Object.values(groups).flatMap((group) => group.legs);
  return legs.some((leg) => isRerouting(leg) && leg.clientOrderId === clientOrderId);
}

/** Resolves when all have answered, or after the moment for which answers wait for each other. */
async function answersTogether(deps: ExecutionDeps, asked: Promise<unknown>, count: number): Promise<void> {
  if (count === 1) {
    await asked;
    return;
  }
  try {
    await deps.deadline.within(asked, ANSWERS_TOGETHER_MS);
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
  }
}

/** The record itself goes out, so record and request cannot differ before the venue's client. */
function storedOrder({ accountId, orders }: Books, clientOrderId: string): Order {
  const order = orders[clientOrderId];
  if (order?.status === "SUBMITTING") return order;
  const fault = `it is not stored as being sent, but as ${order?.status ?? "nothing"}`;
  throw new UnusableDocumentError(paths.order(accountId, clientOrderId), fault);
}

async function askVenue(deps: ExecutionDeps, books: Books, order: Order): Promise<Answer> {
  const nowMs = deps.clock.nowMs();
  if (nowMs >= order.sendDeadlineMs) {
    // Paused past our own deadline: the venue would refuse it, and no other process sends this one.
    const message = "The process was paused between storing and sending";
    return answer({ type: "notTaken", cause: { code: "SEND_DEADLINE_PASSED", message }, atMs: nowMs });
  }
  const market = marketOf(books, order);
  try {
    const venue = await deps.venueFor(books.profile);
    const { request, sendDeadlineMs } = order;
    const said = await createdOrder(venue, request, { market, sendDeadlineMs });
    return answer(venueSaid(await asAsked(deps, order, said), deps.clock.nowMs()));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, code, message } = error;
    const { clientOrderId } = order.request;
    deps.logger.warn("The venue did not take an order", { clientOrderId, kind, code, message });
    return afterError(error, deps.clock.nowMs());
  }
}

function answer(event: OrderEvent): Answer {
  return { event, venueBannedUntilMs: 0, accountRefusal: null };
}

/**
 * Only a refusal of this order ends it. One of the account, or of every request for a while, has not processed it; an
 * answer that leaves the outcome open leaves it to look-ups.
 */
function afterError(error: VenueError, atMs: number): Answer {
  const { kind } = error;
  const cause = rejectionOf(error);
  const accountRefusal = accountRefusalOf(error);
  const venueBannedUntilMs = kind === "banned" ? (error.retryAtMs ?? 0) : 0;
  const latches = { venueBannedUntilMs, accountRefusal };
  if (kind === "unknown") return { event: { type: "outcomeUnknown", cause, atMs }, ...latches };
  if (kind === "rejected" && accountRefusal === null)
    return { event: { type: "venueRefused", rejection: cause, atMs }, ...latches };
  return { event: { type: "notTaken", cause, atMs }, ...latches };
}

// Kept under the name by which the other use cases know it.
export { FOLLOW_UP_AFTER_MS, scheduleFollowUp };

/** The market of an open order. Throws UnusableDocumentError when neither the universe nor the venue listed it. */
export function marketOf(books: Books, order: Order): Market {
  const market = books.universe?.markets[order.request.symbol];
  if (market !== undefined) return market;
  const fault = `it lacks ${order.request.symbol}, in which an order is open`;
  throw new UnusableDocumentError(paths.universe(books.profile.venue), fault);
}

export function venueSaid(said: VenueOrder, atMs: number): OrderEvent {
  const { venueOrderId, status, filledQtyBase, averagePriceUsd, rejection } = said;
  const refused = rejection === undefined ? {} : { rejection };
  const evidence = { venueOrderId, status, filledQtyBase, averagePriceUsd, ...refused };
  return { type: "venueSaid", evidence, atMs };
}

/** Distance to the next look at orders whose youngest has been open for `openForMs`. */
export function followUpGapMs(openForMs: number): number {
  return Math.min(MAX_FOLLOW_UP_GAP_MS, Math.max(FOLLOW_UP_AFTER_MS, openForMs));
}
