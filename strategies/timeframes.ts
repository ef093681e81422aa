// Timeframes and their lengths: one list for the interface, the runtime and the tools. Candles begin at whole multiples of
// their length since 1970 in UTC, as both venues cut them; a week would not, and is left out.

const MINUTE_MS = 60_000;

export const TIMEFRAME_MS = {
  "1m": MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "4h": 240 * MINUTE_MS,
  "1d": 1_440 * MINUTE_MS,
} as const;

export type Timeframe = keyof typeof TIMEFRAME_MS;

export const TIMEFRAMES = Object.keys(TIMEFRAME_MS) as readonly Timeframe[];

/** When the newest candle of this length that is closed at that moment did close. */
export function lastCloseMs(timeframe: Timeframe, atMs: number): number {
  return Math.floor(atMs / TIMEFRAME_MS[timeframe]) * TIMEFRAME_MS[timeframe];
}
