// Last prices of past minutes, from Binance's candles.
import type { binanceusdm } from "ccxt";
import { z } from "zod";
import type { MinutePrice } from "#domain/documents/trade.ts";
import { saysInvalidSymbol } from "./binance-codes.ts";
import { candleShape } from "./binance-shapes.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { read } from "./venue-shapes.ts";

/** A page that costs the venue 5 of a minute's 2,400. */
const PAGE_SIZE = 1_000;

/** Empty for a symbol that the venue does not list. */
export async function readMinutePrices(
  calls: VenueCalls,
  exchange: binanceusdm,
  symbol: string,
  fromMs: number,
): Promise<readonly MinutePrice[]> {
  const query = { symbol, interval: "1m", startTime: fromMs, limit: PAGE_SIZE };
  const answer = await orNull(saysInvalidSymbol, () =>
    calls.read(async () => read(z.array(candleShape), await exchange.fapiPublicGetKlines(query), "candles")),
  );
  return (answer ?? []).map(([openMs, , , , closeUsd]) => ({ openMs, closeUsd }));
}
