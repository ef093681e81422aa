// The open positions that a strategy is shown while it is checked. Nothing is traded: an entry some candles ago stands in for
// one, so that exits, stops and additions are asked for as well as entries.

import { amount } from "#strategies/amount.ts";
import type { OpenGroup, PreparedStrategy } from "#strategies/interface.ts";
import { TIMEFRAME_MS } from "#strategies/timeframes.ts";
import type { Market } from "./market.ts";

export const STANCES = ["flat", "long", "short"] as const;
export type Stance = (typeof STANCES)[number];

/** Candles since the entry: long enough for a price to have gone somewhere. */
const HELD_CANDLES = 5;
/** Distance of the stop from the entry, as a part of it. */
const STOP_PART = 0.05;

/** Of a universe every second symbol is held, so that a ranking has something to keep and something to buy. */
export function groupsAt(
  { strategy }: PreparedStrategy,
  { symbols, series }: Market,
  stance: Stance,
  nowMs: number,
): ReadonlyMap<string, OpenGroup> {
  if (stance === "flat") return new Map();
  const [first] = strategy.timeframes;
  const openedAtMs = nowMs - HELD_CANDLES * TIMEFRAME_MS[first];
  const held = strategy.scope === "universe" ? symbols.filter((_, place) => place % 2 === 0) : symbols;
  return new Map(
    held.flatMap((symbol) => {
      const candles = series.find((each) => each.symbol === symbol && each.timeframe === first)?.candles;
      const entry = candles?.findLast(({ closeAtMs }) => closeAtMs === openedAtMs);
      return entry === undefined ? [] : [[symbol, groupOf(symbol, stance, entry.close, openedAtMs)]];
    }),
  );
}

function groupOf(symbol: string, side: OpenGroup["side"], entryUsd: number, openedAtMs: number): OpenGroup {
  return {
    groupId: `checked-${symbol}`,
    side,
    qtyBase: "1",
    averageEntryUsd: amount(entryUsd),
    pyramids: 0,
    lastEntryUsd: amount(entryUsd),
    stopUsd: amount(entryUsd * (side === "long" ? 1 - STOP_PART : 1 + STOP_PART)),
    openedAtMs,
  };
}
