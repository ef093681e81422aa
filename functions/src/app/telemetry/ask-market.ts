// Asks the venue for all that metrics of ended orders need beside the books: trades of a symbol, prices of the minutes after
// them, and of coins that fees were paid in. Two requests a symbol, for few symbols a run; the first that fails ends the asking.
import type { ExecutionDeps } from "#app/books";
import { decode } from "#app/documents";
import { coinPricesOf, pricesAt } from "#app/settlement";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Market } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import { minuteOf } from "#domain/settlement/group-accounts.ts";
import { CLOCK_MARGIN_MS } from "#domain/settlement/walk-trades.ts";
import {
  type EndedOrder,
  FIRST_LOOK_MS,
  isFilledAtAll,
  type MetricsGround,
  SECOND_LOOK_MS,
} from "#domain/telemetry/order-metrics.ts";
import { VenueError } from "#ports/venue.ts";
import { universeSchema } from "#schemas/nav.ts";

/** The answers by symbol, and the first failure, after which nothing more was asked. */
export interface MarketAnswers {
  readonly grounds: ReadonlyMap<string, MetricsGround>;
  /** Empty where nothing was asked. */
  readonly markets: Readonly<Record<string, Market>>;
  readonly failure: VenueError | null;
}

export const NOT_ASKED: MarketAnswers = { grounds: new Map(), markets: {}, failure: null };

/** Throws DocumentError, UnusableDocumentError where the markets cannot be read. */
export async function askMarket(
  deps: ExecutionDeps,
  profile: AccountProfile,
  ended: readonly EndedOrder[],
): Promise<MarketAnswers> {
  const filled = ended.filter(({ order }) => isFilledAtAll(order));
  const symbols = [...new Set(filled.map(({ order }) => order.request.symbol))];
  const grounds = new Map<string, MetricsGround>();
  if (symbols.length === 0) return NOT_ASKED;
  const markets = await marketsOf(deps, profile);
  for (const symbol of symbols) {
    const market = markets[symbol];
    // A delisted one: its orders count without trades once their time is over.
    if (market === undefined) continue;
    const orders = filled.filter(({ order }) => order.request.symbol === symbol);
    try {
      grounds.set(symbol, await groundOf(deps, profile, market, orders));
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      return { grounds, markets, failure: error };
    }
  }
  return { grounds, markets, failure: null };
}

async function groundOf(
  deps: ExecutionDeps,
  profile: AccountProfile,
  market: Market,
  ended: readonly EndedOrder[],
): Promise<MetricsGround> {
  const venue = await deps.venueFor(profile);
  const sinceMs = Math.min(...ended.map(({ order }) => order.createdAtMs)) - CLOCK_MARGIN_MS;
  const ids = new Set(ended.map(({ order }) => order.venueOrderId));
  const trades = (await venue.fetchFills(market, sinceMs)).filter(({ venueOrderId }) =>
    ids.has(venueOrderId),
  );
  const nowMs = deps.clock.nowMs();
  const looks = trades.flatMap(({ atMs }) => [atMs + FIRST_LOOK_MS, atMs + SECOND_LOOK_MS]);
  const minutes = await pricesAt(venue, market.symbol, [...new Set(looks.map(minuteOf))], nowMs);
  return { trades, minutes, coinPrices: await coinPricesOf(venue, trades, nowMs) };
}

/** The pass that went before has them mostly in memory. */
async function marketsOf(
  deps: ExecutionDeps,
  { accountId, venue }: AccountProfile,
): Promise<Readonly<Record<string, Market>>> {
  const cached = deps.cache.get(accountId)?.universe;
  if (cached !== undefined && cached !== null) return cached.markets;
  const [snapshot] = await deps.documents.getAll([paths.universe(venue)]);
  return snapshot === undefined ? {} : (decode(universeSchema, snapshot)?.markets ?? {});
}
