// Rolling 24-hour statistics from the last 1,440 minute candles.

import { divideHalfUp, formatE8 } from "../engine/decimal.ts";
import { symbolStateOf } from "../engine/engine.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import type { Call } from "./route.ts";
import { averageText, moneyText, priceText, qtyText } from "./text.ts";

const DAY_MINUTES = 1440;
/** Percentages have three places, so the share is taken in 1e-8 and shown as 1e-8 percent cut to three. */
const PERCENT_E8 = 10_000_000_000n;

function statistics(call: Call, spec: SymbolSpec): unknown {
  const symbol = symbolStateOf(call.engine, spec.symbol);
  const day = symbol.candles.minutes.slice(-DAY_MINUTES);
  const open = day[0]?.open ?? symbol.lastTicks;
  let high = symbol.lastTicks;
  let low = symbol.lastTicks;
  let volume = 0;
  let quote = 0;
  let count = 0;
  for (const candle of day) {
    high = Math.max(high, candle.high);
    low = Math.min(low, candle.low);
    volume += candle.volume;
    quote += candle.quote;
    count += candle.trades;
  }
  const change = symbol.lastTicks - open;
  const percentE8 = divideHalfUp(BigInt(change) * PERCENT_E8, BigInt(open));
  return {
    symbol: spec.symbol,
    priceChange: priceText(spec, change),
    priceChangePercent: formatE8(percentE8, 3),
    weightedAvgPrice: averageText(spec, BigInt(quote) * spec.unitUsdE8, volume),
    lastPrice: priceText(spec, symbol.lastTicks),
    lastQty: qtyText(spec, 1),
    openPrice: priceText(spec, open),
    highPrice: priceText(spec, high),
    lowPrice: priceText(spec, low),
    volume: qtyText(spec, volume),
    quoteVolume: moneyText(BigInt(quote) * spec.unitUsdE8),
    openTime: day[0]?.openMs ?? call.engine.state.clockMs,
    closeTime: call.engine.state.clockMs,
    firstId: 1,
    lastId: Math.max(1, count),
    count,
  };
}

/** GET /fapi/v1/ticker/24hr */
export function dayTicker(call: Call): unknown {
  const spec = call.params.optionalSymbol(call.engine.specs);
  if (spec !== undefined) return statistics(call, spec);
  return [...call.engine.specs.values()].map((each) => statistics(call, each));
}
