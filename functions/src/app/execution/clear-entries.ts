// Entries that rest in the way of a position that an operator closes: cancelled first, so that the close does not wait for
// them. What they fill meanwhile is the whole close's, and no share's. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { latchBan, latchRefusal, reloadBooks } from "#app/books";
import { isHeldBy } from "#domain/books/lease.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { VenueError } from "#ports/venue.ts";
import { cancelOrder, resolveOrder } from "./resolve-order.ts";

/** A venue that does not answer leaves the entry, and with it the close, for the next pass. */
export async function clearEntries(
  deps: ExecutionDeps,
  given: Books,
  { groupId, closing }: Group,
  actor: string,
): Promise<Books> {
  if (closing?.exitReason !== "operator" || entriesOf(given, groupId).length === 0) return given;
  // Nothing was committed in this turn yet: another instance may have moved on from these books.
  const isProved = isHeldBy(given.control.lease, deps.holderId, deps.clock.nowMs());
  let books = isProved ? given : await reloadBooks(deps, given.accountId);
  const entries = books.groups[groupId]?.closing?.exitReason === "operator" ? entriesOf(books, groupId) : [];
  for (const { request, status } of entries) {
    const clear = isUnresolved(status) ? resolveOrder : cancelOrder;
    try {
      books = await clear(deps, books, request.clientOrderId, { actor, mayRelease: false });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      const { kind, code } = error;
      deps.logger.warn("An entry could not be cleared", { groupId, kind, code });
      books = await latchRefusal(deps, await latchBan(deps, books, error, actor), error, actor);
    }
  }
  return books;
}

function entriesOf({ orders }: Books, groupId: string): readonly Order[] {
  return Object.values(orders).filter(
    (order) => order.groupId === groupId && !order.request.reduceOnly && !isPassedOver(order),
  );
}
