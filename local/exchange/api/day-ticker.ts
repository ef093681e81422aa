// Rolling 24-hour statistics as Binance writes them.

import { dayOf } from "../engine/day.ts";
import { divideHalfUp, formatE8 } from "../engine/decimal.ts";
import { symbolStateOf } from "../engine/engine.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import type { Call } from "./route.ts";
import { averageText, moneyText, priceText, qtyText } from "./text.ts";

/** Percentages have three places, so the share is taken in 1e-8 and shown as 1e-8 percent cut to three. */
const PERCENT_E8 = 10_000_000_000n;

function statistics(call: Call, spec: SymbolSpec): unknown {
  const { lastTicks } = symbolStateOf(call.engine, spec.symbol);
  const { openMs, open, high, low, volume, quote, trades } = dayOf(call.engine, spec.symbol);
  const change = lastTicks - open;
  const percentE8 = divideHalfUp(BigInt(change) * PERCENT_E8, BigInt(open));
  return {
    symbol: spec.symbol,
    priceChange: priceText(spec, change),
    priceChangePercent: formatE8(percentE8, 3),
    weightedAvgPrice: averageText(spec, BigInt(quote) * spec.unitUsdE8, volume),
    lastPrice: priceText(spec, lastTicks),
    lastQty: qtyText(spec, 1),
    openPrice: priceText(spec, open),
    highPrice: priceText(spec, high),
    lowPrice: priceText(spec, low),
    volume: qtyText(spec, volume),
    quoteVolume: moneyText(BigInt(quote) * spec.unitUsdE8),
    openTime: openMs,
    closeTime: call.engine.state.clockMs,
    firstId: 1,
    lastId: Math.max(1, trades),
    count: trades,
  };
}

/** GET /fapi/v1/ticker/24hr */
export function dayTicker(call: Call): unknown {
  const spec = call.params.optionalSymbol(call.engine.specs);
  if (spec !== undefined) return statistics(call, spec);
  return [...call.engine.specs.values()].map((each) => statistics(call, each));
}
