// Price history of a new exchange: minute candles walked backwards from the start price, so that the first
// klines request already has something to answer and ends exactly at the first quote.

import {
  hash32,
  nextNormal,
  nextUniform,
  type RandomState,
  seedRandom,
} from "@ballast/local-serving/random.ts";
import { appendMinute, type Candle, newCandle } from "./candles.ts";
import type { Engine } from "./engine.ts";
import { MINUTE_MS, openTimeOf } from "./intervals.ts";
import { REGIME_TRAITS } from "./regimes.ts";
import type { SymbolSpec } from "./symbols.ts";

const WARMUP_PURPOSE = 71;
/** How far a candle's extremes reach past its body, in units of its own volatility. */
const WICK = 0.6;
/** Volume of a past minute, as a share of one level's depth per second. */
const VOLUME_SHARE = 9;

function pastCandle(
  spec: SymbolSpec,
  { openMs, open, close }: Pick<Candle, "openMs" | "open" | "close">,
  random: RandomState,
): Candle {
  const reach = WICK * (REGIME_TRAITS.calm.volatility + spec.ownVolatility) * close;
  const candle = newCandle(openMs, open);
  candle.high = Math.round(Math.max(open, close) + reach * nextUniform(random));
  candle.low = Math.max(1, Math.round(Math.min(open, close) - reach * nextUniform(random)));
  candle.close = close;
  const levelLots = spec.levelDepthUsd / (close * spec.tickUsd * spec.lotBase);
  candle.volume = Math.round(levelLots * VOLUME_SHARE * nextUniform(random));
  candle.quote = candle.volume * Math.round((open + close) / 2);
  candle.trades = 1 + (hash32(candle.volume, openMs) % 400);
  candle.takerBuyVolume = Math.round(candle.volume * nextUniform(random));
  candle.takerBuyQuote = candle.takerBuyVolume * Math.round((open + close) / 2);
  return candle;
}

/** Fills every symbol's candles with `minutes` of history that ends just before the engine's clock. */
export function fillHistory(engine: Engine, minutes: number): void {
  if (minutes <= 0) return;
  const { state } = engine;
  const marketRandom = seedRandom(state.seed, WARMUP_PURPOSE);
  const market = Array.from(
    { length: minutes },
    () => nextNormal(marketRandom) * REGIME_TRAITS.calm.volatility,
  );
  const lastOpenMs = openTimeOf("1m", state.clockMs) - MINUTE_MS;
  for (const spec of engine.specs.values()) {
    const symbol = state.symbols.get(spec.symbol);
    if (symbol === undefined) continue;
    const random = seedRandom(hash32(state.seed, WARMUP_PURPOSE), spec.index);
    const candles: Candle[] = [];
    let closeUsd = symbol.midUsd;
    for (let back = 0; back < minutes; back += 1) {
      const move = spec.beta * (market[back] ?? 0) + spec.ownVolatility * nextNormal(random);
      const openUsd = closeUsd / (1 + move);
      const openTicks = Math.round(openUsd / spec.tickUsd);
      const closeTicks = Math.round(closeUsd / spec.tickUsd);
      const openMs = lastOpenMs - back * MINUTE_MS;
      candles.push(pastCandle(spec, { openMs, open: openTicks, close: closeTicks }, random));
      closeUsd = openUsd;
    }
    for (const candle of candles.reverse()) appendMinute(symbol.candles, candle);
  }
}
