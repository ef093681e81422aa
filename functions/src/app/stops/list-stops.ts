// The venue's list of waiting stops, asked for in the cheapest way: by symbol it costs a fortieth of asking for all.

import type { Books, ExecutionDeps } from "#app/books";
import { PartlyReadError, partly, type UnreadRow, type Venue, type VenueStop } from "#ports/venue.ts";
import { marketOf } from "./withdraw-stop.ts";

/** From here on one question for all symbols costs the venue no more than one for each. */
const ALL_FROM_SYMBOLS = 40;

/** Throws VenueError, and PartlyReadError once every symbol was asked. A symbol that the venue does not list has no stops. */
export async function listStops(
  deps: ExecutionDeps,
  venue: Venue,
  books: Books,
  symbols: readonly string[],
): Promise<readonly VenueStop[]> {
  if (symbols.length >= ALL_FROM_SYMBOLS) return await venue.fetchOpenStops("all");
  const stops: VenueStop[] = [];
  const odd: UnreadRow[] = [];
  for (const symbol of new Set(symbols)) {
    const market = await marketOf(deps, books, symbol);
    if (market === null) continue;
    const { readable, unread } = await partly(venue.fetchOpenStops([market]));
    stops.push(...readable);
    odd.push(...unread);
  }
  if (odd.length > 0) throw new PartlyReadError("open stops", stops, odd);
  return stops;
}

/** Where the account holds something, or left a stop behind. */
export function symbolsOfStops({ groups, control }: Books): readonly string[] {
  const held = Object.values(groups).map(({ symbol }) => symbol);
  return [...held, ...Object.values(control.stopsToCancel).map(({ symbol }) => symbol)];
}
