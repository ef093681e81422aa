// Withdrawing every stop of an account, for a flatten that has closed everything: ours by the books, then whatever else
// waits at the venue in its symbols, since it would hit the next position.

import type { Books, ExecutionDeps } from "#app/books";
import { liveStop, planStop } from "#domain/decide/protective-stop.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { partly } from "#ports/venue.ts";
import { marketOf, withdrawOne } from "./act-on-stops.ts";
import { commitStopChange, recordStopFacts, type StopContext } from "./commit-stops.ts";
import { listStops } from "./list-stops.ts";

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
  for (const groupId of Object.keys(books.groups)) books = await dropStop(deps, books, groupId, context);
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

/** The group's stop, remembered for withdrawal whatever the config wants. */
function dropStop(deps: ExecutionDeps, given: Books, groupId: string, context: StopContext): Promise<Books> {
  return commitStopChange(deps, given, context, ({ accountId, groups, control, universe }) => {
    const group = groups[groupId];
    const stop = group === undefined ? null : liveStop(group);
    if (group === undefined || stop === null) return null;
    const market = universe?.markets[group.symbol] ?? null;
    const rules = { accountId, stopBps: null, market, nowMs: deps.clock.nowMs() };
    const planned = planStop({ group, control: { ...control, flatten: null } }, rules);
    if (planned.group === group) return null;
    return {
      kind: "STOP_DROPPED",
      subject: stop.clientStopId,
      group: planned.group,
      control: { ...planned.control, flatten: control.flatten },
    };
  });
}
