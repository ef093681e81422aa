// Synthetic liquidity around the mid price: a ladder of quoted lots per side, a pure function of the seed,
// the price step and the market's mood, so that asking for it never changes it.
import { hash32 } from "@ballast/local-serving/random.ts";
import { REGIME_TRAITS } from "./regimes.ts";
import type { EngineState, SymbolState } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

interface LadderLevel {
  readonly ticks: number;
  readonly lots: number;
}

/** Levels quoted per side. */
const LADDER_LEVELS = 50;
/** Each level further out stands this much deeper and wider than the touch. */
const DEPTH_GROWTH_LEVELS = 8;
const GAP_GROWTH_LEVELS = 10;
const LOTS_FLOOR = 0.4;
const LOTS_RANGE = 1.2;
const UINT32 = 4_294_967_296;
const BID_SALT = 11;
const ASK_SALT = 13;

/** Half of the quoted spread in ticks; at least one, so that bid < mid < ask. */
export function halfSpreadTicks(spec: SymbolSpec, midTicks: number, spreadFactor: number): number {
  return Math.max(1, Math.round(spec.halfSpread * spreadFactor * midTicks));
}

/** Lots quoted on one side, best first, before anything was taken. */
export function quotedLadder(
  state: EngineState,
  spec: SymbolSpec,
  symbol: SymbolState,
  side: "bids" | "asks",
): LadderLevel[] {
  const traits = REGIME_TRAITS[state.regime];
  const best = side === "bids" ? symbol.bidTicks : symbol.askTicks;
  const away = side === "bids" ? -1 : 1;
  const gap = halfSpreadTicks(spec, best, 1);
  const levelLots = (spec.levelDepthUsd * traits.depthFactor) / (symbol.midUsd * spec.lotBase);
  const salt = side === "bids" ? BID_SALT : ASK_SALT;
  const levels: LadderLevel[] = [];
  for (let level = 0; level < LADDER_LEVELS; level += 1) {
    const ticks = best + away * Math.round(level * gap * (1 + level / GAP_GROWTH_LEVELS));
    if (ticks < spec.minTicks) break;
    const noise = hash32(state.seed, salt, spec.index, state.stepIndex, level) / UINT32;
    const lots = levelLots * (LOTS_FLOOR + LOTS_RANGE * noise) * (1 + level / DEPTH_GROWTH_LEVELS);
    levels.push({ ticks, lots: Math.max(1, Math.round(lots)) });
  }
  return levels;
}

/** Lots still there on one side after what was taken in this price step; empty levels keep their place. */
export function remainingLadder(
  state: EngineState,
  spec: SymbolSpec,
  symbol: SymbolState,
  side: "bids" | "asks",
): LadderLevel[] {
  const taken = side === "bids" ? symbol.takenBids : symbol.takenAsks;
  return quotedLadder(state, spec, symbol, side).map((level, index) => ({
    ticks: level.ticks,
    lots: Math.max(0, level.lots - (taken[index] ?? 0)),
  }));
}
