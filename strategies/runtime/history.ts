// Candles by symbol and timeframe, and the window of them that a moment may see. A window that is short, stale, torn or
// broken is refused with its reason: no signal comes of it, and never an old one.
import type { Candle } from "../interface.ts";
import { lastCloseMs, TIMEFRAME_MS, type Timeframe } from "../timeframes.ts";
import { ClosedCandles } from "./closed-candles.ts";

export interface CandleSeries {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Oldest first. */
  readonly candles: readonly Candle[];
}

export interface SeriesFault {
  readonly code: "SERIES_SHORT" | "SERIES_STALE" | "SERIES_TORN" | "SERIES_BROKEN";
  readonly message: string;
}

export type Window =
  | { readonly candles: ClosedCandles; readonly fault: null }
  | { readonly candles: null; readonly fault: SeriesFault };

export class CandleHistory {
  readonly #series = new Map<string, readonly Candle[]>();

  /** Copies and freezes: a strategy that changes a candle would change it for its neighbours. */
  constructor(series: readonly CandleSeries[]) {
    for (const { symbol, timeframe, candles } of series)
      this.#series.set(
        keyOf(symbol, timeframe),
        candles.map((candle) => Object.freeze({ ...candle })),
      );
  }

  /** The newest `count` candles that are closed at that moment. */
  window(
    symbol: string,
    timeframe: Timeframe,
    at: { readonly nowMs: number; readonly count: number },
  ): Window {
    const all = this.#series.get(keyOf(symbol, timeframe)) ?? [];
    const end = lastPlaceClosedBy(all, at.nowMs);
    const said = `${symbol} ${timeframe}`;
    if (end + 1 < at.count)
      return refused("SERIES_SHORT", `${said} has ${end + 1} closed candles, ${at.count} are needed`);
    const candles = new ClosedCandles(all, end, at.count);
    const wantedMs = lastCloseMs(timeframe, at.nowMs);
    if (candles.last.closeAtMs !== wantedMs)
      return refused(
        "SERIES_STALE",
        `${said} ends ${wantedMs - candles.last.closeAtMs} ms before its last candle`,
      );
    const fault = tornOrBroken(candles, said, TIMEFRAME_MS[timeframe]);
    return fault === null ? { candles, fault: null } : { candles: null, fault };
  }
}

function keyOf(symbol: string, timeframe: Timeframe): string {
  return `${symbol} ${timeframe}`;
}

/** Place of the last candle that has closed; −1: none has. By halving, since a history may hold millions. */
function lastPlaceClosedBy(candles: readonly Candle[], nowMs: number): number {
  let [low, high] = [0, candles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.closeAtMs ?? Number.POSITIVE_INFINITY) <= nowMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function tornOrBroken(candles: ClosedCandles, said: string, lengthMs: number): SeriesFault | null {
  let opensAtMs: number | null = null;
  let fault: SeriesFault | null = null;
  candles.visit((candle) => {
    const isTorn = opensAtMs !== null && candle.openAtMs !== opensAtMs;
    opensAtMs = candle.closeAtMs;
    if (!isWhole(candle, lengthMs))
      fault ??= {
        code: "SERIES_BROKEN",
        message: `${said}: the candle of ${timeText(candle)} contradicts itself`,
      };
    if (isTorn)
      fault ??= {
        code: "SERIES_TORN",
        message: `${said}: before the candle of ${timeText(candle)} others are missing`,
      };
  });
  return fault;
}

function isWhole({ openAtMs, closeAtMs, open, high, low, close, volume }: Candle, lengthMs: number): boolean {
  // A comparison with NaN is false, so a price that is no number fails here, too.
  const isFramed = low > 0 && high >= open && high >= close && open >= low && close >= low;
  return isFramed && high < Number.POSITIVE_INFINITY && volume >= 0 && closeAtMs - openAtMs === lengthMs;
}

function timeText({ openAtMs }: Candle): string {
  return new Date(openAtMs).toISOString();
}

function refused(code: SeriesFault["code"], message: string): Window {
  return { candles: null, fault: { code, message } };
}
