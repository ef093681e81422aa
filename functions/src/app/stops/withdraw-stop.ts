// One withdrawal at the venue, and the market that its request needs. Must not commit: the answer is a fact for the books.

import type { Books, ExecutionDeps } from "#app/books";
import { withMarket } from "#app/books";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import type { Market } from "#domain/documents/market.ts";
import { VenueError } from "#ports/venue.ts";
import { withdrawStop } from "./ask-stops.ts";

/** Null when the venue could not be asked or its word settles nothing: the exit stays to be withdrawn. */
export async function withdrawOne(
  deps: ExecutionDeps,
  given: Books,
  symbol: string,
  id: string,
): Promise<StopFact | null> {
  try {
    const market = await marketOf(deps, given, symbol);
    if (market === null) return null;
    return await withdrawStop(await deps.venueFor(given.profile), market, id);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, code } = error;
    deps.logger.warn("An exit could not be withdrawn", { clientStopId: id, kind, code });
    return null;
  }
}

export async function marketOf(deps: ExecutionDeps, books: Books, symbol: string): Promise<Market | null> {
  return (await withMarket(deps, books, symbol)).universe?.markets[symbol] ?? null;
}
