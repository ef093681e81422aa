// Learns from the venue what became of one open order, and acts on it: fills and ends are booked, an order that rested too
// long is cancelled, an exit of which no witness shows a trace is sent again. An entry is never sent again.

import type { Books, ExecutionDeps } from "#app/books";
import { withMarket } from "#app/books";
import type { Order } from "#domain/documents/order.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { asAsked } from "./as-asked.ts";
import { type OutcomeContext, recordOutcome } from "./record-outcome.ts";
import { resolveDoubt } from "./resolve-doubt.ts";
import { marketOf, venueSaid } from "./send-order.ts";

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
  if (isUnresolved(order.status) && order.openSends.length === 0)
    return await resolveDoubt(deps, books, order, context);
  const market = marketOf(books, order);
  const venue = await deps.venueFor(books.profile);
  const found = await venue.findOrder(market, clientOrderId);
  if (found === null) return await resolveDoubt(deps, books, order, context);
  const said = await asAsked(deps, order, found);
  const outcome = { clientOrderId, event: venueSaid(said, deps.clock.nowMs()) };
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
  const said = await cancelledOrFound(deps, books, order);
  if (said === null) return await resolveDoubt(deps, books, order, context);
  const event = venueSaid(said, deps.clock.nowMs());
  return await recordOutcome(deps, books, { clientOrderId, event }, context);
}

async function cancelledOrFound(deps: ExecutionDeps, books: Books, order: Order) {
  const market = marketOf(books, order);
  const { clientOrderId } = order.request;
  const venue = await deps.venueFor(books.profile);
  const said =
    (await venue.cancelOrder(market, clientOrderId)) ?? (await venue.findOrder(market, clientOrderId));
  return said === null ? null : await asAsked(deps, order, said);
}
