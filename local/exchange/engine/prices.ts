// The price process: one market-wide factor under a regime, each symbol following it by its beta with its
// own noise, slowly pulled to its start price so that weeks of local running stay plausible.

import { hash32, nextNormal } from "@ballast/local-serving/random.ts";
import { recordTick } from "./candles.ts";
import { e8 } from "./decimal.ts";
import type { Engine } from "./engine.ts";
import { MINUTE_MS } from "./intervals.ts";
import { feedPriceUsd } from "./kline-feed.ts";
import { halfSpreadTicks } from "./ladder.ts";
import { REGIME_TRAITS, stepRegime } from "./regimes.ts";
import type { SymbolState } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

/** Largest move of one step, so that no draw can take a price to zero. */
const MAX_STEP_MOVE = 0.3;
/** Pull towards the start price per minute: half the distance in about a day. */
const PULL_PER_MINUTE = 0.0005;
/** A price never falls under this many ticks: the ladder below it must still exist. */
const FLOOR_TICKS = 100;
/** Public trades per step add volume of up to this share of a level's depth. */
const VOLUME_SHARE = 0.3;
const UINT32 = 4_294_967_296;
const VOLUME_SALT = 29;
const LAST_SALT = 31;

const clampMove = (move: number): number => Math.min(MAX_STEP_MOVE, Math.max(-MAX_STEP_MOVE, move));

/** Sets a symbol's mid price and everything quoted from it: touch, mark, last. */
export function quote(engine: Engine, spec: SymbolSpec, symbol: SymbolState, midUsd: number): void {
  const { state } = engine;
  const floorUsd = FLOOR_TICKS * spec.tickUsd;
  symbol.midUsd = Math.min(Math.max(midUsd, floorUsd), (spec.maxTicks - FLOOR_TICKS) * spec.tickUsd);
  const midTicks = Math.round(symbol.midUsd / spec.tickUsd);
  const half = halfSpreadTicks(spec, midTicks, REGIME_TRAITS[state.regime].spreadFactor);
  symbol.bidTicks = midTicks - half;
  symbol.askTicks = midTicks + half;
  symbol.markUsdE8 = e8(symbol.midUsd.toFixed(8));
  const buys = hash32(state.seed, LAST_SALT, spec.index, state.stepIndex) % 2 === 0;
  symbol.lastTicks = buys ? symbol.askTicks : symbol.bidTicks;
  symbol.takenBids = [];
  symbol.takenAsks = [];
}

/** Draws the step's regime and market-wide move; applied to symbols by movePrice. */
export function stepMarket(engine: Engine, stepMs: number): number {
  const { state } = engine;
  const minutes = stepMs / MINUTE_MS;
  const step = stepRegime(state.regime, state.trendSign, minutes, state.priceRandom);
  state.regime = step.regime;
  state.trendSign = step.trendSign;
  const traits = REGIME_TRAITS[state.regime];
  const drift = traits.driftPerMinute * state.trendSign * minutes;
  return step.jump + drift + traits.volatility * Math.sqrt(minutes) * nextNormal(state.priceRandom);
}

/** Moves one symbol by the market's move and its own noise, or along its kline feed, and records the candle. */
export function movePrice(
  engine: Engine,
  spec: SymbolSpec,
  symbol: SymbolState,
  { move, stepMs }: { readonly move: number; readonly stepMs: number },
): void {
  const { state } = engine;
  const minutes = stepMs / MINUTE_MS;
  const anchorUsd = Number(spec.startPriceUsd);
  const own = spec.ownVolatility * Math.sqrt(minutes) * nextNormal(state.priceRandom);
  const pull = -PULL_PER_MINUTE * minutes * (symbol.midUsd / anchorUsd - 1);
  const feed = engine.feeds.get(spec.symbol);
  const midUsd =
    feed === undefined
      ? symbol.midUsd * (1 + clampMove(spec.beta * move + own + pull))
      : feedPriceUsd(feed, state.clockMs);
  quote(engine, spec, symbol, midUsd);
  const noise = hash32(state.seed, VOLUME_SALT, spec.index, state.stepIndex) / UINT32;
  const levelLots = spec.levelDepthUsd / (symbol.midUsd * spec.lotBase);
  const lots = Math.round(levelLots * VOLUME_SHARE * noise * (stepMs / 1000));
  recordTick(symbol.candles, {
    timeMs: state.clockMs,
    ticks: symbol.lastTicks,
    lots,
    takerBuys: symbol.lastTicks === symbol.askTicks,
  });
}
