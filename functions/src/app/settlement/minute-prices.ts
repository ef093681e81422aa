// Last prices of past minutes, asked for in few pages: of the coins that fees were paid in, and of any symbol. A minute that has
// not ended has no last price yet.
import type { MinutePrice, Trade } from "#domain/documents/trade.ts";
import { fxSymbol, SETTLEMENT_ASSET } from "#domain/nav/coins.ts";
import { minuteOf } from "#domain/settlement/group-accounts.ts";
import type { Venue } from "#ports/venue.ts";

/** Pages of minute prices of one symbol: each covers a thousand minutes. */
const MOST_PRICE_PAGES = 10;

/** By asset, of the minutes in which a fee was paid in it. */
export async function coinPricesOf(
  venue: Venue,
  trades: readonly Trade[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly MinutePrice[]>> {
  const minutes = new Map<string, Set<number>>();
  for (const { feeAsset, atMs } of trades) {
    if (feeAsset === SETTLEMENT_ASSET) continue;
    const known = minutes.get(feeAsset) ?? new Set<number>();
    minutes.set(feeAsset, known.add(minuteOf(atMs)));
  }
  const prices = new Map<string, readonly MinutePrice[]>();
  for (const [asset, wanted] of minutes)
    prices.set(asset, await pricesAt(venue, fxSymbol(asset), [...wanted], nowMs));
  return prices;
}

/** Of the wanted minutes those that the venue has; `wanted` are starts of minutes. */
export async function pricesAt(
  venue: Venue,
  symbol: string,
  wanted: readonly number[],
  nowMs: number,
): Promise<readonly MinutePrice[]> {
  const found = new Map<number, MinutePrice>();
  for (let pages = 0; pages < MOST_PRICE_PAGES; pages += 1) {
    const missing = wanted.filter((openMs) => openMs < minuteOf(nowMs) && !found.has(openMs));
    if (missing.length === 0) break;
    const page = await venue.fetchMinutePrices(symbol, Math.min(...missing));
    const ended = page.filter(({ openMs }) => openMs < minuteOf(nowMs));
    const news = ended.filter(({ openMs }) => missing.includes(openMs));
    for (const price of news) found.set(price.openMs, price);
    if (news.length === 0) break;
  }
  return [...found.values()];
}
