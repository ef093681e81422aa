// Orders that ended as absent are looked up for a day: now and then, and at once where a position of their symbol differs
// from the books, before anything is corrected.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { bookLateOrder } from "#app/execution";
import { acquireLease } from "#domain/books/lease.ts";
import { isLookDue, isWatchOver } from "#domain/decide/late-order.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { VenueError } from "#ports/venue.ts";

/** Whether this minute has anything to do for them. */
export function absentOrdersAreDue({ absentOrders }: ControlState, nowMs: number): boolean {
  return Object.values(absentOrders).some((each) => isWatchOver(each, nowMs) || isLookDue(each, nowMs));
}

/** One look at those that are due, and at all of the given symbols. A venue that does not answer is asked again later. */
export async function watchAbsentOrders(
  deps: ExecutionDeps,
  given: Books,
  symbols: ReadonlySet<string>,
  actor: string,
): Promise<Books> {
  let books = given;
  for (const [id, absent] of Object.entries(given.control.absentOrders)) {
    const nowMs = deps.clock.nowMs();
    if (!symbols.has(absent.symbol) && !isLookDue(absent, nowMs) && !isWatchOver(absent, nowMs)) continue;
    try {
      books = await bookLateOrder(deps, books, id, actor);
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      const { kind, code } = error;
      deps.logger.warn("An absent order could not be looked up", { clientOrderId: id, kind, code });
      continue;
    }
    if (isWatchOver(absent, nowMs)) books = await endWatch(deps, books, id, actor);
  }
  return books;
}

async function endWatch(deps: ExecutionDeps, books: Books, id: string, actor: string): Promise<Books> {
  const { control } = books;
  const { [id]: watched, ...absentOrders } = control.absentOrders;
  if (watched === undefined) return books;
  return await commitBooks(deps, books, {
    kind: "ABSENCE_WATCH_ENDED",
    subject: id,
    actor,
    control: {
      ...control,
      absentOrders,
      lease: acquireLease(control.lease, deps.holderId, deps.clock.nowMs()),
    },
  });
}
