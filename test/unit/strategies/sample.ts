// A small strategy for tests of the runtime and the checks, whose decision the test gives; and candles to lay before it.
import { z } from "zod";
import { defineStrategy } from "#strategies/define.ts";
import { ema } from "#strategies/indicators.ts";
import type { Action, Candle, Moment, Strategy, WantedSymbols } from "#strategies/interface.ts";
import { whole } from "#strategies/parameters.ts";
import { TIMEFRAME_MS, type Timeframe } from "#strategies/timeframes.ts";

type Decide = (
  moment: Moment<{ readonly period: number }, { readonly mean: ReturnType<typeof ema> }>,
) => readonly Action[];

export const NOTE = { reason: "test", volatilityBps: 10, tier: null } as const;
export const OPEN_LONG: Action = {
  kind: "open",
  side: "long",
  size: { kind: "strategyDefault" },
  exits: null,
  ladder: null,
  ...NOTE,
};

export interface SampleChanges {
  readonly warmUpCandles?: number;
  readonly timeframes?: readonly [Timeframe, ...Timeframe[]];
  readonly symbols?: WantedSymbols;
  readonly informative?: readonly string[];
}

export function sample(decide: Decide, changed: SampleChanges = {}): Strategy {
  const { warmUpCandles = 20, timeframes = ["1h"], informative = [] } = changed;
  const { symbols = { kind: "listed", symbols: ["BTCUSDT"] } } = changed;
  return defineStrategy({
    id: "sample",
    version: 1,
    earnsFrom: "Nothing.",
    losesWhen: "Never.",
    timeframes,
    symbols,
    informative,
    warmUpCandles: () => warmUpCandles,
    parameters: z.object({
      period: whole({ default: 3, min: 2, max: 10, unit: "candles", meaning: "period of the average" }),
    }),
    indicators: ({ period }) => ({ mean: ema(period) }),
    decide,
  });
}

export const START_MS = Date.UTC(2026, 0, 1);

/** Candles from START_MS on, whose closes rise from 100 by one. */
export function rising(count: number, timeframe: Timeframe = "1h"): readonly Candle[] {
  const lengthMs = TIMEFRAME_MS[timeframe];
  return Array.from({ length: count }, (_, place) => ({
    openAtMs: START_MS + place * lengthMs,
    closeAtMs: START_MS + (place + 1) * lengthMs,
    open: 99 + place,
    high: 101 + place,
    low: 98 + place,
    close: 100 + place,
    volume: 1,
  }));
}
