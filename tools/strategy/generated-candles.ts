// Candle series that are made and not recorded: the same name gives the same series on every machine. They hold calm, trend,
// panic and jumps, since a check says nothing about a market that never moved. They are no picture of a real market.

import type { Candle } from "#strategies/interface.ts";
import { lastCloseMs, TIMEFRAME_MS, type Timeframe } from "#strategies/timeframes.ts";

export interface Wanted {
  /** Any text; each gives another series. */
  readonly name: string;
  readonly timeframe: Timeframe;
  readonly count: number;
  readonly endsAtMs: number;
}

/** One stretch of a market: drift and movement of a candle as fractions of the price. */
interface Regime {
  readonly drift: number;
  readonly movement: number;
}

const REGIMES: readonly Regime[] = [
  { drift: 0, movement: 0.004 },
  { drift: 0.0015, movement: 0.006 },
  { drift: -0.0015, movement: 0.006 },
  { drift: -0.004, movement: 0.015 },
  { drift: 0.004, movement: 0.015 },
  { drift: 0, movement: 0.0008 },
];
const LEAST_STRETCH = 20;
const MOST_STRETCH = 120;
/** One candle in so many opens away from the last close. */
const JUMPS_ONE_IN = 150;
const JUMP_MOVEMENTS = 6;
const FIRST_PRICE = 100;

/** Numbers from 0 to 1 that only the text decides (xmur3 and mulberry32, both in the public domain). */
export function drawsOf(text: string): () => number {
  let state = 1_779_033_703 ^ text.length;
  for (const character of text) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 3_432_918_353);
    state = (state << 13) | (state >>> 19);
  }
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Oldest first, without a gap; the last one closes at or just before `endsAtMs`. */
export function generatedCandles({ name, timeframe, count, endsAtMs }: Wanted): readonly Candle[] {
  const draw = drawsOf(`${name} ${timeframe}`);
  const lengthMs = TIMEFRAME_MS[timeframe];
  const firstOpenMs = lastCloseMs(timeframe, endsAtMs) - count * lengthMs;
  let regime: Regime = { drift: 0, movement: 0.004 };
  let left = 0;
  let price = FIRST_PRICE;
  return Array.from({ length: count }, (_, place): Candle => {
    if (left === 0) {
      regime = REGIMES[Math.floor(draw() * REGIMES.length)] ?? regime;
      left = LEAST_STRETCH + Math.floor(draw() * (MOST_STRETCH - LEAST_STRETCH));
    }
    left -= 1;
    const { drift, movement } = regime;
    const jump = draw() * JUMPS_ONE_IN < 1 ? (draw() - 0.5) * JUMP_MOVEMENTS * movement : 0;
    const open = price * (1 + jump);
    const close = open * (1 + drift + (draw() - 0.5) * 2 * movement);
    const reach = 1 + draw() * movement;
    price = close;
    return {
      openAtMs: firstOpenMs + place * lengthMs,
      closeAtMs: firstOpenMs + (place + 1) * lengthMs,
      open,
      high: Math.max(open, close) * reach,
      low: Math.min(open, close) / reach,
      close,
      volume: 10 + draw() * 1_000,
    };
  });
}
