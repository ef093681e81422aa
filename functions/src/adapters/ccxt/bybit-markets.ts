// Bybit's instruments as our markets: perpetual contracts that settle in USDT and trade now. An order takes its market's
// amounts as they are, so of the venue's record only the names are kept.
import { z } from "zod";
import type { Market } from "#domain/documents/market.ts";
import { type UnreadRow, VenueError } from "#ports/venue.ts";
import { instrumentShape } from "./bybit-shapes.ts";
import { whole } from "./venue-rows.ts";
import { faultsOf } from "./venue-shapes.ts";

/** Product type of every question about contracts that settle in a stablecoin. */
export const CATEGORY = "linear";
/** Everything else would need conversion into the account's currency: profits, fees and limits are in this one. */
export const SETTLEMENT_COIN = "USDT";

/** Judged before the rest is read: an instrument of another kind may have any shape. */
const kindShape = z.object({
  symbol: z.string(),
  contractType: z.string(),
  status: z.string(),
  quoteCoin: z.string(),
  settleCoin: z.string(),
});

/** Throws PartlyReadError, which names the odd. */
export function marketsOf(instruments: readonly unknown[]): readonly Market[] {
  const markets: Market[] = [];
  const unread: UnreadRow[] = [];
  for (const instrument of instruments) {
    const kind = kindShape.safeParse(instrument);
    if (!kind.success || !isTraded(kind.data)) continue;
    const row = instrumentShape.safeParse(instrument);
    if (row.success) markets.push(marketOf(row.data));
    else unread.push({ of: "symbol", subject: kind.data.symbol, reason: faultsOf(row.error) });
  }
  return whole("markets", markets, unread);
}

function isTraded({ contractType, status, quoteCoin, settleCoin }: z.output<typeof kindShape>): boolean {
  const isOurs = quoteCoin === SETTLEMENT_COIN && settleCoin === SETTLEMENT_COIN;
  return isOurs && contractType === "LinearPerpetual" && status === "Trading";
}

function marketOf(instrument: z.output<typeof instrumentShape>): Market {
  const { symbol, baseCoin, quoteCoin, priceFilter, lotSizeFilter } = instrument;
  return {
    symbol,
    baseAsset: baseCoin,
    quoteAsset: quoteCoin,
    tickSizeUsd: priceFilter.tickSize,
    stepSizeBase: lotSizeFilter.qtyStep,
    minQtyBase: lotSizeFilter.minOrderQty,
    maxQtyBase: lotSizeFilter.maxOrderQty,
    maxMarketQtyBase: lotSizeFilter.maxMktOrderQty,
    minNotionalUsd: lotSizeFilter.minNotionalValue,
    venueMarket: { category: CATEGORY, symbol },
  };
}

const ownShape = z.object({ category: z.literal(CATEGORY), symbol: z.string() });

/** Throws VenueError `rejected` `MARKET` for a market that is another one, or of another venue: its steps are not these. */
export function assertMarketOf(symbol: string, market: Market): void {
  const own = ownShape.safeParse(market.venueMarket);
  if (market.symbol === symbol && own.success && own.data.symbol === symbol) return;
  const text = `The stored market of ${symbol} is not Bybit's record of it: refresh universe/current`;
  throw new VenueError("rejected", "MARKET", text, { cause: own.error });
}
