// Holds the symbols of its universe that rose most for their volatility, on daily candles: cross-sectional momentum. An
// example to copy and data for tests: no profit is claimed.
import { z } from "zod";
import { defineUniverseStrategy } from "../define.ts";
import { atr, roc, settled } from "../indicators.ts";
import type { Indicator, Moment, Note, SymbolAction } from "../interface.ts";
import { noted } from "../note.ts";
import { decimal, whole } from "../parameters.ts";

interface Ranked {
  readonly symbol: string;
  readonly isHeld: boolean;
  /** Rise over the look-back, in daily ranges. */
  readonly score: number;
  readonly note: (reason: string) => Note;
}

export const strategy = defineUniverseStrategy({
  id: "momentum-ranking",
  version: 1,
  earnsFrom:
    "Leaders that stay leaders for weeks: it holds the strongest symbols of the universe, and none while nothing rises.",
  losesWhen:
    "Leadership changes quickly, or all symbols fall at once: it sells after the turn, and its positions are alike.",
  timeframes: ["1d"],
  symbols: {
    kind: "filtered",
    minDailyVolumeUsd: "30000000",
    minListedDays: 250,
    maxSpreadBps: 8,
    atMost: 40,
  },
  informative: [],
  warmUpCandles: ({ lookBack, range }) => Math.max(lookBack + 1, settled.wilder(range)),
  parameters: z.object({
    lookBack: whole({
      default: 30,
      min: 5,
      max: 120,
      unit: "days",
      meaning: "time over which the rise is measured",
    }),
    range: whole({ default: 14, min: 5, max: 30, unit: "days", meaning: "period of the ATR" }),
    held: whole({ default: 3, min: 1, max: 10, unit: "symbols", meaning: "how many are held" }),
    spare: whole({
      default: 2,
      min: 0,
      max: 10,
      unit: "ranks",
      meaning: "how far a held one may fall behind before it is sold",
    }),
    leastScore: decimal({
      default: 1,
      min: 0,
      max: 10,
      unit: "× daily ATR",
      meaning: "least rise of one that is bought",
    }),
    navBps: whole({
      default: 1_500,
      min: 100,
      max: 5_000,
      unit: "bps of NAV",
      meaning: "size of each position",
    }),
  }),
  indicators: ({ lookBack, range }) => ({ rise: roc(lookBack), range: atr(range) }),
  decideAll: (moments): readonly SymbolAction[] => {
    const [first] = moments;
    if (first === undefined) return [];
    const { held, spare, leastScore, navBps } = first.parameters;
    const ranked = moments
      .map(scored)
      .toSorted((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1));
    const kept = ranked.filter(({ isHeld, score }, rank) => isHeld && rank < held + spare && score > 0);
    const dropped = ranked.filter((each) => each.isHeld && !kept.includes(each));
    const bought = ranked
      .filter(({ isHeld, score }, rank) => !isHeld && rank < held && score >= leastScore)
      .slice(0, Math.max(0, held - kept.length));
    return [
      ...dropped.map(({ symbol, note }) => ({
        symbol,
        action: { kind: "close", ...note("no longer among the strongest") } as const,
      })),
      ...bought.map(({ symbol, note }) => ({
        symbol,
        action: {
          kind: "open",
          side: "long",
          size: { kind: "navBps", navBps },
          exits: null,
          ladder: null,
          ...note(`among the ${held} strongest of ${ranked.length}`),
        } as const,
      })),
    ];
  },
});

function scored({
  symbol,
  group,
  candles,
  indicators,
}: Moment<unknown, { readonly rise: Indicator; readonly range: Indicator }>): Ranked {
  const priceUsd = candles.last.close;
  const rangeUsd = indicators.range.value;
  const score = (indicators.rise.value * priceUsd) / rangeUsd;
  const note = (reason: string): Note =>
    noted(`${reason}: rose ${score.toFixed(1)} daily ranges`, { rangeUsd, priceUsd, timeframe: "1d" });
  return { symbol, isHeld: group !== null, score, note };
}
