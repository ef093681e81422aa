// Follows trends on hourly candles, in the direction of the four-hour trend, with a stop by the ATR that moves up behind
// the price. An example to copy and data for tests: no profit is claimed.

import { z } from "zod";
import { amount } from "../amount.ts";
import { defineStrategy } from "../define.ts";
import { atr, ema, over, settled } from "../indicators.ts";
import type { Action, OpenGroup } from "../interface.ts";
import { noted } from "../note.ts";
import { decimal, whole } from "../parameters.ts";

/** A stop is moved by at least this part of its distance: each move replaces an order at the venue. */
const LEAST_MOVE_PART = 0.25;

export const strategy = defineStrategy({
  id: "trend-follower",
  version: 1,
  earnsFrom:
    "Few long moves that pay for many small losses: it buys strength, and lets it run behind a moving stop.",
  losesWhen:
    "The market goes sideways: each crossing that comes to nothing costs the distance to the stop, and fees.",
  timeframes: ["1h", "4h"],
  symbols: {
    kind: "filtered",
    minDailyVolumeUsd: "50000000",
    minListedDays: 90,
    maxSpreadBps: 5,
    atMost: 20,
  },
  informative: [],
  warmUpCandles: ({ slow, trend, range }) =>
    Math.max(settled.ema(slow), settled.ema(trend), settled.wilder(range)) + 1,
  parameters: z.object({
    fast: whole({ default: 8, min: 3, max: 50, unit: "candles", meaning: "period of the fast average" }),
    slow: whole({ default: 24, min: 10, max: 150, unit: "candles", meaning: "period of the slow average" }),
    trend: whole({
      default: 30,
      min: 10,
      max: 100,
      unit: "candles of 4 h",
      meaning: "period of the average that says which way the larger trend goes",
    }),
    range: whole({ default: 14, min: 5, max: 50, unit: "candles", meaning: "period of the ATR" }),
    stopRanges: decimal({ default: 3, min: 1, max: 10, unit: "× ATR", meaning: "distance of the stop" }),
    riskBps: whole({ default: 50, min: 5, max: 200, unit: "bps of NAV", meaning: "loss at the stop" }),
  }),
  indicators: ({ fast, slow, trend, range }) => ({
    fast: ema(fast),
    slow: ema(slow),
    trend: over({ timeframe: "4h" }, ema(trend)),
    range: atr(range),
  }),
  decide: ({ indicators, candles, candlesOf, parameters, group }): readonly Action[] => {
    const { fast, slow, trend, range } = indicators;
    const priceUsd = candles.last.close;
    const distanceUsd = range.value * parameters.stopRanges;
    const at = { rangeUsd: range.value, priceUsd, timeframe: "1h" } as const;
    const isAbove = fast.value > slow.value;
    const crossed = isAbove !== fast.before > slow.before;
    if (group !== null) {
      if (crossed && isAbove !== (group.side === "long"))
        return [
          { kind: "close", ...noted(`fast average crossed the slow one against the ${group.side}`, at) },
        ];
      const stopUsd = nearerStop(group, priceUsd, distanceUsd);
      if (stopUsd === null) return [];
      const reason = `stop follows the close of ${amount(priceUsd)} at ${parameters.stopRanges} ATR`;
      return [{ kind: "stop", stop: { kind: "priceUsd", priceUsd: amount(stopUsd) }, ...noted(reason, at) }];
    }
    const side = isAbove ? "long" : "short";
    const isWithTrend = isAbove === candlesOf("4h").last.close > trend.value;
    if (!crossed || !isWithTrend) return [];
    return [
      {
        kind: "open",
        side,
        size: { kind: "riskBps", riskBps: parameters.riskBps },
        exits: {
          stop: { kind: "distanceUsd", distanceUsd: amount(distanceUsd) },
          takeProfits: [],
          breakEvenAfter: null,
          trailing: null,
          timeLimitMs: null,
        },
        ladder: null,
        ...noted(`fast average crossed the slow one for a ${side}, with the trend of 4 h`, at),
      },
    ];
  },
});

/** Null where it would not be nearer to the price by a part of its distance that is worth an order. */
function nearerStop({ side, stopUsd }: OpenGroup, priceUsd: number, distanceUsd: number): number | null {
  const sign = side === "long" ? 1 : -1;
  const wantedUsd = priceUsd - sign * distanceUsd;
  if (wantedUsd <= 0) return null;
  const gainUsd = stopUsd === null ? Number.POSITIVE_INFINITY : sign * (wantedUsd - Number(stopUsd));
  return gainUsd >= LEAST_MOVE_PART * distanceUsd ? wantedUsd : null;
}
