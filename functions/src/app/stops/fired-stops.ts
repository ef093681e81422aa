// Before a position that differs from the books is believed: whether an exit of ours explains the difference. What an
// exit took is booked at its price, under its own name, and never again as an adjustment.

import type { Books, ExecutionDeps } from "#app/books";
import { liveExits } from "#domain/books/resting-exits.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import { VenueError } from "#ports/venue.ts";
import { recordStopFacts } from "./act-on-stops.ts";
import { lookUpStop } from "./ask-stops.ts";
import { marketOf } from "./withdraw-stop.ts";

/**
 * Books after every stop of the group's symbol was asked for; `explains` while one of them took something, works, or
 * cannot be asked for: then the positions are to be compared anew.
 */
export async function bookFiredStops(
  deps: ExecutionDeps,
  given: Books,
  groupId: string,
  actor: string,
): Promise<{ readonly books: Books; readonly explains: boolean }> {
  const group = given.groups[groupId];
  if (group === undefined) return { books: given, explains: false };
  const { symbol } = group;
  const left = Object.entries(given.control.stopsToCancel).filter(([, stop]) => stop.symbol === symbol);
  const own = liveExits(group).map(({ clientStopId }) => clientStopId);
  const ids = [...left.map(([id]) => id), ...own];
  const facts: StopFact[] = [];
  let open = false;
  if (ids.length === 0) return { books: given, explains: false };
  try {
    const market = await marketOf(deps, given, symbol);
    if (market === null) return { books: given, explains: true };
    const venue = await deps.venueFor(given.profile);
    for (const id of ids) {
      const fact = await lookUpStop(venue, market, id);
      if (fact === null) open = true;
      else facts.push(fact);
    }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("A stop could not be looked up", { symbol, kind: error.kind, code: error.code });
    open = true;
  }
  const books = await recordStopFacts(deps, given, { groupId, facts }, { actor, mayRelease: false });
  return { books, explains: open || facts.some(({ type }) => type === "filled") };
}
