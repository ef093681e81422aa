// Candles of a longer timeframe, joined from shorter ones: the same as the venue's own, as long as no shorter one is missing.
// A first or last one that is not whole is left out.
import type { Candle } from "../interface.ts";
import { TIMEFRAME_MS, type Timeframe } from "../timeframes.ts";

export function joinedCandles(candles: readonly Candle[], timeframe: Timeframe): readonly Candle[] {
  const lengthMs = TIMEFRAME_MS[timeframe];
  const parts = new Map<number, Candle[]>();
  for (const candle of candles) {
    const openAtMs = Math.floor(candle.openAtMs / lengthMs) * lengthMs;
    const part = parts.get(openAtMs);
    if (part === undefined) parts.set(openAtMs, [candle]);
    else part.push(candle);
  }
  return [...parts].flatMap(([openAtMs, part]) => {
    const [first, last] = [part[0], part.at(-1)];
    const closeAtMs = openAtMs + lengthMs;
    if (first?.openAtMs !== openAtMs || last?.closeAtMs !== closeAtMs) return [];
    return [
      {
        openAtMs,
        closeAtMs,
        open: first.open,
        high: Math.max(...part.map(({ high }) => high)),
        low: Math.min(...part.map(({ low }) => low)),
        close: last.close,
        volume: part.reduce((sum, { volume }) => sum + volume, 0),
      },
    ];
  });
}
