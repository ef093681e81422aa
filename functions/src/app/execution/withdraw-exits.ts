// Withdraws exits that rest, as soon as the next order of their wish has to take. Nothing is marked before the cancel: the wish
// says what follows, and each order of it is sized anew. Under a halt they are withdrawn too, and the wish waits like any other.
// Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { latchBan, latchRefusal, reloadBooks } from "#app/books";
import { isHeldBy } from "#domain/books/lease.ts";
import { isLeftBehind, isRestingExit, isRestOver } from "#domain/decide/exit-route.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { VenueError } from "#ports/venue.ts";
import { askTops, type TopsBySymbol } from "./leg-orders.ts";
import { cancelOrder } from "./resolve-order.ts";

interface RestingExit {
  readonly group: Group;
  readonly order: Order;
}

/** Whether an exit rests, which is looked at as often as an entry on its route. */
export function hasRestingExit(books: Books): boolean {
  return restingExits(books).length > 0;
}

/** Only those that the venue has shown: one in doubt is the look-up's, which withdraws it itself. */
function restingExits({ orders, groups }: Books): readonly RestingExit[] {
  return Object.values(orders).flatMap((order) => {
    const group = groups[order.groupId];
    const isThere = isRestingExit(order) && !isUnresolved(order.status);
    return isThere && group !== undefined ? [{ group, order }] : [];
  });
}

export async function withdrawExits(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  const { control } = given;
  const isBanned = control.throttles.venueBannedUntilMs > deps.clock.nowMs();
  // A flatten withdraws every order by itself.
  if (!hasRestingExit(given) || control.flatten !== null || isBanned) return given;
  // Nothing was committed in this turn yet: another instance may have moved on from these books.
  const isProved = isHeldBy(control.lease, deps.holderId, deps.clock.nowMs());
  let books = isProved ? given : await reloadBooks(deps, given.accountId);
  const tops = await askTops(deps, books, pricedSymbols(deps, books));
  for (const { order } of restingExits(books)) {
    // As the withdrawal before has left it.
    const group = books.groups[order.groupId];
    if (group !== undefined && isDue(deps, books, { group, order }, tops))
      books = await withdraw(deps, books, order, actor);
  }
  return books;
}

/** Of those that are not withdrawn whatever their price is. */
function pricedSymbols(deps: ExecutionDeps, books: Books): readonly string[] {
  const { control } = books;
  const ground = { control, nowMs: deps.clock.nowMs() };
  return restingExits(books)
    .filter(({ group, order }) => !isRestOver(group, order, ground))
    .map(({ group }) => group.symbol);
}

function isDue(
  deps: ExecutionDeps,
  { control }: Books,
  { group, order }: RestingExit,
  tops: TopsBySymbol,
): boolean {
  const isOver = isRestOver(group, order, { control, nowMs: deps.clock.nowMs() });
  return isOver || isLeftBehind(group, tops.get(group.symbol) ?? null);
}

async function withdraw(
  deps: ExecutionDeps,
  books: Books,
  { request: { clientOrderId } }: Order,
  actor: string,
): Promise<Books> {
  try {
    return await cancelOrder(deps, books, clientOrderId, { actor, mayRelease: false });
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, code } = error;
    deps.logger.warn("An exit that rests could not be withdrawn", { clientOrderId, kind, code });
    return await latchRefusal(deps, await latchBan(deps, books, error, actor), error, actor);
  }
}
