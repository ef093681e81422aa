// Kline intervals and where their candles open (UTC; weeks on Monday, months by calendar).

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

const FIXED_INTERVALS_MS = {
  "3m": 3 * MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "2h": 2 * HOUR_MS,
  "4h": 4 * HOUR_MS,
  "6h": 6 * HOUR_MS,
  "8h": 8 * HOUR_MS,
  "12h": 12 * HOUR_MS,
  "1d": DAY_MS,
  "3d": 3 * DAY_MS,
} as const;

/** Intervals longer than a minute, each folded from closed minutes. */
export const LONG_INTERVALS = [...Object.keys(FIXED_INTERVALS_MS), "1w", "1M"] as readonly LongInterval[];
export type LongInterval = keyof typeof FIXED_INTERVALS_MS | "1w" | "1M";
export type Interval = "1m" | LongInterval;

export function isInterval(text: string): text is Interval {
  return text === "1m" || (LONG_INTERVALS as readonly string[]).includes(text);
}

/** Opening time of the candle of `interval` that holds `timeMs`. */
export function openTimeOf(interval: Interval, timeMs: number): number {
  if (interval === "1m") return timeMs - (timeMs % MINUTE_MS);
  if (interval === "1w") return timeMs - ((timeMs - FIRST_MONDAY_MS) % WEEK_MS);
  if (interval === "1M") {
    const date = new Date(timeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = FIXED_INTERVALS_MS[interval];
  return timeMs - (timeMs % length);
}

/** Last millisecond of the candle that opened at `openMs`. */
export function closeTimeOf(interval: Interval, openMs: number): number {
  if (interval === "1m") return openMs + MINUTE_MS - 1;
  if (interval === "1w") return openMs + WEEK_MS - 1;
  if (interval === "1M") {
    const date = new Date(openMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 1;
  }
  return openMs + FIXED_INTERVALS_MS[interval] - 1;
}

/** Least length of each long interval: within it no calendar has to be asked. */
export const SHORTEST_MS: Readonly<Record<LongInterval, number>> = {
  ...FIXED_INTERVALS_MS,
  "1w": WEEK_MS,
  "1M": 28 * DAY_MS,
};
