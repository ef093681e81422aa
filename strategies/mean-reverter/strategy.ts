// Buys falls that went too far below their average on candles of 15 minutes, in steps, and sells at the way back. An example
// to copy and data for tests: no profit is claimed.
import { z } from "zod";
import { amount } from "../amount.ts";
import { defineStrategy } from "../define.ts";
import { atr, ema, rsi, settled } from "../indicators.ts";
import type { Action } from "../interface.ts";
import { noted } from "../note.ts";
import { decimal, whole } from "../parameters.ts";

const HOUR_MS = 3_600_000;
const WHOLE_BPS = 10_000;
/** Ballast's own bound for a stop. */
const FURTHEST_STOP_BPS = 9_999;

export const strategy = defineStrategy({
  id: "mean-reverter",
  version: 1,
  earnsFrom:
    "Falls that overshoot and come back: the ladder lowers the average entry, so that a part of the way back is enough.",
  losesWhen:
    "A fall goes on: the whole ladder is filled, and the stop beyond it takes many small profits at once.",
  timeframes: ["15m"],
  symbols: {
    kind: "filtered",
    minDailyVolumeUsd: "100000000",
    minListedDays: 180,
    maxSpreadBps: 3,
    atMost: 10,
  },
  informative: [],
  warmUpCandles: ({ mean, strength, range }) =>
    Math.max(settled.ema(mean), settled.wilder(strength), settled.wilder(range)) + 1,
  parameters: z.object({
    mean: whole({ default: 60, min: 10, max: 150, unit: "candles", meaning: "period of the average" }),
    strength: whole({ default: 14, min: 5, max: 30, unit: "candles", meaning: "period of the RSI" }),
    range: whole({ default: 14, min: 5, max: 50, unit: "candles", meaning: "period of the ATR" }),
    oversold: whole({
      default: 30,
      min: 5,
      max: 45,
      unit: "RSI",
      meaning: "at or below it a fall went too far",
    }),
    farRanges: decimal({
      default: 2,
      min: 0.5,
      max: 6,
      unit: "× ATR",
      meaning: "least distance below the average",
    }),
    safetyOrders: whole({ default: 3, min: 1, max: 8, unit: "entries", meaning: "steps of the ladder" }),
    navBps: whole({
      default: 100,
      min: 10,
      max: 1_000,
      unit: "bps of NAV",
      meaning: "size of the first entry",
    }),
    profitBps: whole({
      default: 120,
      min: 20,
      max: 1_000,
      unit: "bps",
      meaning: "take-profit above the average entry",
    }),
    limitHours: whole({ default: 24, min: 1, max: 240, unit: "hours", meaning: "age at which it gives up" }),
  }),
  indicators: ({ mean, strength, range }) => ({
    mean: ema(mean),
    strength: rsi(strength),
    range: atr(range),
  }),
  decide: ({ indicators, candles, parameters, group }): readonly Action[] => {
    const { mean, strength, range } = indicators;
    const priceUsd = candles.last.close;
    const at = { rangeUsd: range.value, priceUsd, timeframe: "15m" } as const;
    if (group !== null) {
      const isBack = group.side === "long" && priceUsd >= mean.value;
      return isBack ? [{ kind: "close", ...noted("the price is back at its average", at) }] : [];
    }
    const isFar = mean.value - priceUsd >= range.value * parameters.farRanges;
    if (strength.value > parameters.oversold || !isFar) return [];
    const stepBps = Math.max(1, Math.round((range.value / priceUsd) * WHOLE_BPS));
    return [
      {
        kind: "open",
        side: "long",
        size: { kind: "navBps", navBps: parameters.navBps },
        exits: {
          // Beyond the last step of the ladder, by as much as two further steps.
          stop: { kind: "bps", bps: Math.min(stepBps * (parameters.safetyOrders + 2), FURTHEST_STOP_BPS) },
          takeProfits: [{ level: { kind: "bps", bps: parameters.profitBps }, shareBps: WHOLE_BPS }],
          breakEvenAfter: null,
          trailing: null,
          timeLimitMs: parameters.limitHours * HOUR_MS,
        },
        ladder: {
          safetyOrders: parameters.safetyOrders,
          deviationBps: stepBps,
          stepScale: "1",
          firstSizeBps: WHOLE_BPS,
          volumeScale: "1",
        },
        ...noted(`RSI ${amount(Math.max(strength.value, 1)).slice(0, 4)} and far below the average`, at),
      },
    ];
  },
});
