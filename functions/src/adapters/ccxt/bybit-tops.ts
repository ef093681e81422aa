// Bybit's tickers as top of book: filtered by symbol before a row is read, so that a row in an odd shape leaves its own symbol
// without a price and no other. Must not make a price of an empty side.
import { z } from "zod";
import { dec } from "#domain/decimal.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { answerTimeShape, pageShape, resultOf, tickerShape } from "./bybit-shapes.ts";
import { read } from "./venue-shapes.ts";

const namedShape = z.object({ symbol: z.string() });

/** The rows carry no time: that of the answer stands for all of them. */
export function topsOf(answer: unknown, symbols: readonly string[]): readonly TopOfBook[] {
  const wanted = new Set(symbols);
  const { time } = read(answerTimeShape, answer, "top of book");
  return resultOf(pageShape, answer, "top of book").list.flatMap((row) => {
    const named = namedShape.safeParse(row);
    return named.success && wanted.has(named.data.symbol) ? topOf(row, time) : [];
  });
}

function topOf(row: unknown, asOfMs: number): readonly TopOfBook[] {
  const ticker = tickerShape.safeParse(row);
  if (!ticker.success) return [];
  const { symbol, bid1Price, ask1Price } = ticker.data;
  return dec(bid1Price).gt(0) && dec(ask1Price).gt(0)
    ? [{ symbol, bidUsd: bid1Price, askUsd: ask1Price, asOfMs }]
    : [];
}
