// Binance's book tickers as top of book: filtered by symbol before a row is read, so that a row in an odd shape leaves its
// own symbol without a price and no other. Must not make a price of an empty side.
import { z } from "zod";
import { dec } from "#domain/decimal.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { bookTickerShape } from "./binance-shapes.ts";
import { read } from "./venue-shapes.ts";

const namedShape = z.object({ symbol: z.string() });

/** Throws VenueError `unknown` `UNREADABLE` for an answer that is no list. */
export function topsOf(answer: unknown, symbols: readonly string[]): readonly TopOfBook[] {
  const wanted = new Set(symbols);
  return read(z.array(z.unknown()), answer, "top of book").flatMap((row) => {
    const named = namedShape.safeParse(row);
    return named.success && wanted.has(named.data.symbol) ? topOf(row) : [];
  });
}

function topOf(row: unknown): readonly TopOfBook[] {
  const ticker = bookTickerShape.safeParse(row);
  if (!ticker.success) return [];
  const { symbol, bidPrice, askPrice, time } = ticker.data;
  return isPrice(bidPrice) && isPrice(askPrice)
    ? [{ symbol, bidUsd: bidPrice, askUsd: askPrice, asOfMs: time }]
    : [];
}

/** Zero stands for an empty side of the book: no price at all. */
function isPrice(price: string): boolean {
  return dec(price).gt(0);
}
