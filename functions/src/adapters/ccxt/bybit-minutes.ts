// Last prices of past minutes, from Bybit's candles, which come with the newest first.
import type { bybit } from "ccxt";
import { z } from "zod";
import type { MinutePrice } from "#domain/documents/trade.ts";
import { saysInvalidSymbol } from "./bybit-codes.ts";
import { CATEGORY } from "./bybit-markets.ts";
import { candleShape, pageShape, resultOf } from "./bybit-shapes.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { read } from "./venue-shapes.ts";

/** The endpoint's largest page. */
const PAGE_SIZE = 1_000;
const MINUTE_MS = 60_000;

/** Empty for a symbol that the venue does not list. */
export async function readMinutePrices(
  calls: VenueCalls,
  exchange: bybit,
  symbol: string,
  fromMs: number,
): Promise<readonly MinutePrice[]> {
  const span = { start: fromMs, end: fromMs + PAGE_SIZE * MINUTE_MS - 1 };
  const query = { category: CATEGORY, symbol, interval: "1", ...span, limit: PAGE_SIZE };
  const candles = await orNull(saysInvalidSymbol, () =>
    calls.read(async () => {
      const { list } = resultOf(pageShape, await exchange.publicGetV5MarketKline(query), "candles");
      return read(z.array(candleShape), list, "candles");
    }),
  );
  return (candles ?? [])
    .map(([openMs, , , , closeUsd]) => ({ openMs, closeUsd }))
    .toSorted((a, b) => a.openMs - b.openMs);
}
