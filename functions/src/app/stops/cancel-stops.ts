// Withdrawing every stop of an account, for a flatten that has closed everything: ours by the books, then whatever else
// waits at the venue in its symbols, since it would hit the next position.

import type { Books, ExecutionDeps } from "#app/books";
import { withNone } from "#domain/decide/plan-exits.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { partly } from "#ports/venue.ts";
import { recordStopFacts } from "./act-on-stops.ts";
import { commitStopChange, type StopContext } from "./commit-stops.ts";
import { listStops } from "./list-stops.ts";
import { marketOf, withdrawOne } from "./withdraw-stop.ts";

/**
 * Books after one pass, and whether nothing waits at the venue any more. Bounded: one withdrawal per stop. Throws
 * VenueError when the venue cannot be asked for its list.
 */
export async function cancelStopsOf(
  deps: ExecutionDeps,
  given: Books,
  symbols: readonly string[],
  actor: string,
): Promise<{ readonly books: Books; readonly isDone: boolean }> {
  const context: StopContext = { actor, mayRelease: false };
  let books = given;
  for (const groupId of Object.keys(books.groups)) books = await dropExits(deps, books, groupId, context);
  for (const [id, { groupId, symbol }] of Object.entries(books.control.stopsToCancel)) {
    const fact = await withdrawOne(deps, books, symbol, id);
    if (fact === null) continue;
    const holder =
      books.groups[groupId] ?? Object.values(books.groups).find((each) => each.symbol === symbol);
    books = await recordStopFacts(deps, books, { groupId: holder?.groupId ?? null, facts: [fact] }, context);
  }
  const venue = await deps.venueFor(books.profile);
  const { readable, unread } = await partly(listStops(deps, venue, books, symbols));
  let left = unread.length;
  for (const { clientStopId, symbol } of readable) {
    const market = await marketOf(deps, books, symbol);
    const isGone = market !== null && (await venue.cancelStop(market, clientStopId));
    if (!isGone) left += 1;
    deps.logger.warn("A conditional order was withdrawn", { clientStopId, symbol, isGone });
  }
  return { books, isDone: left === 0 && isEmpty(books.control) };
}

function isEmpty({ stopsToCancel }: ControlState): boolean {
  return Object.keys(stopsToCancel).length === 0;
}

/** The group's exits, remembered for withdrawal whatever config and plan want. */
function dropExits(deps: ExecutionDeps, given: Books, groupId: string, context: StopContext): Promise<Books> {
  return commitStopChange(deps, given, context, ({ groups, control }) => {
    const group = groups[groupId];
    if (group === undefined) return null;
    const dropped = withNone({ group, control }, deps.clock.nowMs());
    if (dropped.group === group) return null;
    return { kind: "STOP_DROPPED", subject: groupId, ...dropped };
  });
}
