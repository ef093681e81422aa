// Binance's exchangeInfo, as ccxt parses it, into our markets. Keeps of ccxt's record only what an order needs, so that
// a universe of hundreds of markets stays far below a document's limit.
import { z } from "zod";
import type { Market } from "#domain/documents/market.ts";
import { type UnreadRow, VenueError } from "#ports/venue.ts";
import { lotSizeShape, minNotionalShape, priceFilterShape, symbolShape } from "./binance-shapes.ts";
import { whole } from "./venue-rows.ts";
import { read } from "./venue-shapes.ts";

/** Everything else would need conversion into the account's currency: profits, fees and limits are in this one. */
export const SETTLEMENT_ASSET = "USDT";

/** The part of ccxt's market record that its `createOrder` reads. */
const ccxtMarketShape = z.object({
  id: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  settle: z.string(),
  baseId: z.string(),
  quoteId: z.string(),
  settleId: z.string(),
  type: z.literal("swap"),
  spot: z.literal(false),
  swap: z.literal(true),
  future: z.literal(false),
  option: z.literal(false),
  contract: z.literal(true),
  linear: z.literal(true),
  inverse: z.literal(false),
  contractSize: z.number(),
  precision: z.object({ amount: z.number(), price: z.number() }),
  info: z.object({ symbol: z.string(), orderTypes: z.array(z.string()) }),
});

/** Judged before the rest is read: a market of another kind may have any shape. */
const kindShape = z.object({
  info: z.object({
    symbol: z.string(),
    status: z.string(),
    contractType: z.string(),
    quoteAsset: z.string(),
    marginAsset: z.string(),
  }),
});

/** Perpetual contracts that trade now and settle in USDT; others are left out. Throws PartlyReadError, which names the odd. */
export function marketsOf(ccxtMarkets: readonly unknown[]): readonly Market[] {
  const markets: Market[] = [];
  const unread: UnreadRow[] = [];
  for (const ccxtMarket of ccxtMarkets) {
    const kind = kindShape.safeParse(ccxtMarket);
    if (!kind.success || !isTraded(kind.data.info)) continue;
    try {
      const { info } = read(z.object({ info: symbolShape }), ccxtMarket, "market");
      markets.push(marketOf(ccxtMarket, info));
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      unread.push({ of: "symbol", subject: kind.data.info.symbol, reason: error.message });
    }
  }
  return whole("markets", markets, unread);
}

function isTraded(kind: z.output<typeof kindShape>["info"]): boolean {
  const { contractType, status, quoteAsset, marginAsset } = kind;
  const isOurs = quoteAsset === SETTLEMENT_ASSET && marginAsset === SETTLEMENT_ASSET;
  return isOurs && contractType === "PERPETUAL" && status === "TRADING";
}

function marketOf(ccxtMarket: unknown, info: z.output<typeof symbolShape>): Market {
  const { symbol, baseAsset, quoteAsset } = info;
  const filter = (type: string): Record<string, unknown> => {
    const found = info.filters.find(({ filterType }) => filterType === type);
    if (found === undefined) {
      throw new VenueError("unknown", "UNREADABLE", `The venue's market ${symbol} has no ${type} filter`);
    }
    return found;
  };
  const lot = read(lotSizeShape, filter("LOT_SIZE"), `LOT_SIZE of ${symbol}`);
  const marketLot = read(lotSizeShape, filter("MARKET_LOT_SIZE"), `MARKET_LOT_SIZE of ${symbol}`);
  return {
    symbol,
    baseAsset,
    quoteAsset,
    tickSizeUsd: read(priceFilterShape, filter("PRICE_FILTER"), `PRICE_FILTER of ${symbol}`).tickSize,
    stepSizeBase: lot.stepSize,
    minQtyBase: lot.minQty,
    maxQtyBase: lot.maxQty,
    maxMarketQtyBase: marketLot.maxQty,
    minNotionalUsd: read(minNotionalShape, filter("MIN_NOTIONAL"), `MIN_NOTIONAL of ${symbol}`).notional,
    venueMarket: read(ccxtMarketShape, ccxtMarket, `market ${symbol}`),
  };
}

/** ccxt's record out of a stored market. Throws VenueError `rejected` `MARKET` when it is not one. */
export function ccxtMarketOf(market: Market): z.output<typeof ccxtMarketShape> {
  const result = ccxtMarketShape.safeParse(market.venueMarket);
  if (result.success && result.data.id === market.symbol) return result.data;
  throw new VenueError(
    "rejected",
    "MARKET",
    `The stored market of ${market.symbol} is not ccxt's record of it: refresh universe/binance-usdm`,
    { cause: result.error },
  );
}
