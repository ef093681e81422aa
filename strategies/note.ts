// The note of an action, made from what decided it. Classes of volatility are by a day's movement, so that those of an hour
// and of four are comparable.
import type { Note } from "./interface.ts";
import { TIMEFRAME_MS, type Timeframe } from "./timeframes.ts";

/** A day's movement, in basis points, below which a market counts as calm: large coins move two to four percent a day. */
const CALM_BELOW_BPS = 200;
/** And from which on it counts as wild. */
const WILD_FROM_BPS = 600;
const WHOLE_BPS = 10_000;

/** `rangeUsd`: movement over one candle, as the ATR says it. */
export function noted(
  reason: string,
  at: { readonly rangeUsd: number; readonly priceUsd: number; readonly timeframe: Timeframe },
): Note {
  const volatilityBps = Math.round((at.rangeUsd / at.priceUsd) * WHOLE_BPS);
  // Movements add up with the root of time.
  const dailyBps = volatilityBps * Math.sqrt(TIMEFRAME_MS["1d"] / TIMEFRAME_MS[at.timeframe]);
  return { reason, volatilityBps, tier: tierOf(dailyBps) };
}

function tierOf(dailyBps: number): string {
  if (dailyBps < CALM_BELOW_BPS) return "calm";
  return dailyBps < WILD_FROM_BPS ? "normal" : "wild";
}
