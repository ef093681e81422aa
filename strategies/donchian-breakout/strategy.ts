// Enters where the price leaves the channel of its last candles of four hours, and adds while it goes on. An example to copy
// and data for tests: no profit is claimed.
import { z } from "zod";
import { amount } from "../amount.ts";
import { defineStrategy } from "../define.ts";
import { atr, settled } from "../indicators.ts";
import type { Action, Candles, OpenGroup } from "../interface.ts";
import { noted } from "../note.ts";
import { decimal, whole } from "../parameters.ts";

const WHOLE_BPS = 10_000;

export const strategy = defineStrategy({
  id: "donchian-breakout",
  version: 1,
  earnsFrom:
    "Breakouts that become trends: it adds to what already earns, so that a long move is held at full size.",
  losesWhen:
    "Breakouts fail: the price turns back into its channel, and a position that was added to loses on every entry.",
  timeframes: ["4h"],
  symbols: {
    kind: "filtered",
    minDailyVolumeUsd: "20000000",
    minListedDays: 120,
    maxSpreadBps: 8,
    atMost: 30,
  },
  informative: [],
  warmUpCandles: ({ channel, exitChannel, range }) =>
    Math.max(channel + 1, exitChannel + 1, settled.wilder(range)),
  parameters: z.object({
    channel: whole({
      default: 20,
      min: 5,
      max: 100,
      unit: "candles",
      meaning: "length of the channel that is left",
    }),
    exitChannel: whole({
      default: 10,
      min: 3,
      max: 50,
      unit: "candles",
      meaning: "length of the channel that ends it",
    }),
    range: whole({ default: 20, min: 5, max: 50, unit: "candles", meaning: "period of the ATR" }),
    stopRanges: decimal({ default: 2, min: 0.5, max: 6, unit: "× ATR", meaning: "distance of the stop" }),
    pyramids: whole({ default: 3, min: 0, max: 6, unit: "entries", meaning: "entries that are added" }),
    stepRanges: decimal({
      default: 0.5,
      min: 0.2,
      max: 3,
      unit: "× ATR",
      meaning: "profit that asks for the next",
    }),
    riskBps: whole({
      default: 40,
      min: 5,
      max: 200,
      unit: "bps of NAV",
      meaning: "loss of each entry at the stop",
    }),
  }),
  indicators: ({ range }) => ({ range: atr(range) }),
  decide: ({ indicators, candles, parameters, group }): readonly Action[] => {
    const priceUsd = candles.last.close;
    const rangeUsd = indicators.range.value;
    const at = { rangeUsd, priceUsd, timeframe: "4h" } as const;
    const size = { kind: "riskBps", riskBps: parameters.riskBps } as const;
    const stop = { kind: "distanceUsd", distanceUsd: amount(rangeUsd * parameters.stopRanges) } as const;
    if (group === null) {
      const side = sideOfBreakout(candles, parameters.channel);
      if (side === null) return [];
      const exits = {
        stop,
        takeProfits: [],
        breakEvenAfter: null,
        trailing: null,
        timeLimitMs: null,
      } as const;
      const reason = `left the channel of ${parameters.channel} candles for a ${side}`;
      return [{ kind: "open", side, size, exits, ladder: null, ...noted(reason, at) }];
    }
    const back = sideOfBreakout(candles, parameters.exitChannel);
    if (back !== null && back !== group.side)
      return [
        { kind: "close", ...noted(`left the channel of ${parameters.exitChannel} candles against it`, at) },
      ];
    const stepUsd = rangeUsd * parameters.stepRanges;
    if (group.pyramids >= parameters.pyramids || profitSinceEntryUsd(group, priceUsd) < stepUsd) return [];
    const minDistanceBps = Math.min(WHOLE_BPS, Math.floor((stepUsd / priceUsd) * WHOLE_BPS));
    const pyramid = { maxEntries: parameters.pyramids, minDistanceBps };
    const reason = `${parameters.stepRanges} ATR beyond the entry at ${group.lastEntryUsd}`;
    return [{ kind: "add", size, stop, pyramid, ...noted(reason, at) }];
  },
});

function sideOfBreakout(candles: Candles, length: number): "long" | "short" | null {
  if (candles.last.close > candles.highest(length)) return "long";
  return candles.last.close < candles.lowest(length) ? "short" : null;
}

function profitSinceEntryUsd({ side, lastEntryUsd }: OpenGroup, priceUsd: number): number {
  const riseUsd = priceUsd - Number(lastEntryUsd);
  return side === "long" ? riseUsd : -riseUsd;
}
