// Prices for the stops that follow them. Without an answer they stay where they rest, and the next look asks again.

import type { ExecutionDeps } from "#app/books";
import { type Tops, trails } from "#domain/decide/trailing.ts";
import type { Group } from "#domain/documents/group.ts";
import { type Venue, VenueError } from "#ports/venue.ts";

/** Nothing is asked where no stop follows a price. */
export async function pricesOfTrails(
  deps: ExecutionDeps,
  venue: Venue,
  groups: Readonly<Record<string, Group>>,
): Promise<Tops> {
  const symbols = [
    ...new Set(
      Object.values(groups)
        .filter(trails)
        .map(({ symbol }) => symbol),
    ),
  ];
  if (symbols.length === 0) return {};
  try {
    const tops = await venue.fetchTopOfBook(symbols);
    return Object.fromEntries(tops.map((top) => [top.symbol, top]));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("Prices for trailing stops could not be read", { kind: error.kind, code: error.code });
    return {};
  }
}
