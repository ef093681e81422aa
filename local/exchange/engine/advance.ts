// Time: moves prices in fixed steps and does everything that follows from them, in a fixed order: funding,
// prices, resting orders, triggers, liquidation. Where it stops does not change what happens.
import { fireTriggered } from "./algo-orders.ts";
import { recordTick, type Tick } from "./candles.ts";
import { type Engine, specOf, symbolStateOf } from "./engine.ts";
import { chargeFunding, nextFundingMs } from "./funding.ts";
import { liquidateUncovered } from "./liquidation.ts";
import { matchResting } from "./matching.ts";
import { movePrice, quote, stepMarket } from "./prices.ts";

/** Price steps while the exchange is being watched, unless its settings say otherwise. */
export const FINE_STEP_MS = 250;
/** Steps across long gaps (a stopped machine, a simulation that jumps): exactness there is not observable. */
const COARSE_STEP_MS = 60_000;
/** Gaps longer than this are crossed in coarse steps. */
export const COARSE_ABOVE_MS = 3_600_000;

/** The price as it stands, without a trade. */
const untraded = (timeMs: number, ticks: number): Tick => ({ timeMs, ticks, lots: 0, takerBuys: false });

function settleSymbol(engine: Engine, symbol: string, stepMs: number): void {
  matchResting(engine, symbol, stepMs);
  fireTriggered(engine, symbol);
}

function step(engine: Engine, stepMs: number): void {
  const { state } = engine;
  const fundingMs = nextFundingMs(state.clockMs);
  state.clockMs += stepMs;
  engine.nowMs = Math.max(engine.nowMs, state.clockMs);
  state.stepIndex += 1;
  if (fundingMs <= state.clockMs) chargeFunding(engine);
  const move = state.paused ? 0 : stepMarket(engine, stepMs);
  for (const spec of engine.specs.values()) {
    const symbol = symbolStateOf(engine, spec.symbol);
    if (state.paused) {
      quote(engine, spec, symbol, symbol.midUsd);
      recordTick(symbol.candles, untraded(state.clockMs, symbol.lastTicks));
    } else {
      movePrice(engine, spec, symbol, { move, stepMs });
    }
    settleSymbol(engine, spec.symbol, stepMs);
  }
  liquidateUncovered(engine);
}

/**
 * Moves the market to `nowMs` in whole steps; time never runs backwards. Within an hour's reach the result
 * does not depend on how many calls it took; across longer gaps the steps are coarse. Returns whether any
 * step was coarse.
 */
export function advance(engine: Engine, nowMs: number): boolean {
  const { state } = engine;
  const coarse = nowMs - state.clockMs > COARSE_ABOVE_MS;
  while (coarse && nowMs - state.clockMs >= COARSE_STEP_MS) {
    step(engine, COARSE_STEP_MS - (state.clockMs % COARSE_STEP_MS));
  }
  const { stepMs } = engine;
  while (nowMs - state.clockMs >= stepMs) step(engine, stepMs - (state.clockMs % stepMs));
  engine.nowMs = Math.max(engine.nowMs, nowMs);
  return coarse;
}

/** Puts a symbol at a price at once and lets everything follow: resting orders, triggers, liquidation. */
export function jumpPrice(engine: Engine, symbolName: string, priceUsd: number): void {
  const symbol = symbolStateOf(engine, symbolName);
  quote(engine, specOf(engine, symbolName), symbol, priceUsd);
  recordTick(symbol.candles, untraded(engine.state.clockMs, symbol.lastTicks));
  settleSymbol(engine, symbolName, 0);
  liquidateUncovered(engine);
  engine.revision += 1;
}
