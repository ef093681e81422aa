// A symbol's last 24 hours, from its last 1,440 minute candles.
import { type Engine, symbolStateOf } from "./engine.ts";

const DAY_MINUTES = 1440;

export interface Day {
  readonly openMs: number;
  /** In ticks. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** In lots. */
  readonly volume: number;
  /** In ticks x lots. */
  readonly quote: number;
  readonly trades: number;
}

export function dayOf(engine: Engine, symbolName: string): Day {
  const symbol = symbolStateOf(engine, symbolName);
  const candles = symbol.candles.minutes.slice(-DAY_MINUTES);
  const first = candles[0];
  const day = { high: symbol.lastTicks, low: symbol.lastTicks, volume: 0, quote: 0, trades: 0 };
  for (const candle of candles) {
    day.high = Math.max(day.high, candle.high);
    day.low = Math.min(day.low, candle.low);
    day.volume += candle.volume;
    day.quote += candle.quote;
    day.trades += candle.trades;
  }
  return {
    ...day,
    openMs: first?.openMs ?? engine.state.clockMs,
    open: first?.open ?? symbol.lastTicks,
  };
}
