// A market that the universe document lacks, because it is broken, missing, or no longer lists the symbol.
// The venue is asked instead, so an open position can be reduced and an open order resolved in each case.
import type { Universe } from "#domain/documents/market.ts";
import { partlyFor } from "#ports/venue.ts";
import type { Books, ExecutionDeps } from "./books.ts";

/** Books that know the symbol's market, asked of the venue itself if need be; unchanged if it does not list it. */
export async function withMarket(deps: ExecutionDeps, books: Books, symbol: string): Promise<Books> {
  if (books.universe?.markets[symbol] !== undefined) return books;
  const venue = await deps.venueFor(books.profile);
  const found = (await partlyFor(venue.fetchMarkets(), symbol)).find((market) => market.symbol === symbol);
  if (found === undefined) return books;
  deps.logger.warn("A market was asked of the venue: the universe document lacks it", { symbol });
  const known = books.universe?.markets ?? {};
  const universe: Universe = {
    ...books.universe,
    asOfMs: deps.clock.nowMs(),
    venue: books.profile.venue,
    markets: { ...known, [symbol]: found },
  };
  return { ...books, universe };
}
