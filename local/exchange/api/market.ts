// Public market data: depth, tickers, marks, funding. Everything is read from the engine as it stands.
import { refuse } from "../codes.ts";
import { candlesOf, selectCandles } from "../engine/candles.ts";
import { formatE8 } from "../engine/decimal.ts";
import { bookOf, type Engine, symbolStateOf } from "../engine/engine.ts";
import { nextFundingMs } from "../engine/funding.ts";
import { closeTimeOf, isInterval } from "../engine/intervals.ts";
import { remainingLadder } from "../engine/ladder.ts";
import type { Order } from "../engine/state.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import type { Call } from "./route.ts";
import { moneyText, priceText, qtyText, rateText } from "./text.ts";

const DEPTH_LIMITS = [5, 10, 20, 50, 100, 500, 1000];
const MAX_KLINES = 1500;
const DEFAULT_KLINES = 500;

/** Quoted lots by price, ladder and resting orders together, best first. */
export function levels(
  engine: Engine,
  spec: SymbolSpec,
  side: "bids" | "asks",
  limit: number,
): [number, number][] {
  const byTicks = new Map<number, number>();
  const add = (ticks: number, lots: number): void => {
    if (lots > 0) byTicks.set(ticks, (byTicks.get(ticks) ?? 0) + lots);
  };
  for (const level of remainingLadder(engine.state, spec, symbolStateOf(engine, spec.symbol), side))
    add(level.ticks, level.lots);
  const resting: readonly Order[] = bookOf(engine, spec.symbol)[side];
  for (const order of resting) add(order.priceTicks, order.lots - order.executedLots);
  const sorted = [...byTicks].sort(([a], [b]) => (side === "bids" ? b - a : a - b));
  return sorted.slice(0, limit);
}

/** GET /fapi/v1/depth */
export function depth({ engine, params, nowMs }: Call): unknown {
  const spec = params.symbol(engine.specs);
  const limit = params.integer("limit") ?? 500;
  if (!DEPTH_LIMITS.includes(limit)) throw refuse("badDepthLimit", String(limit));
  const write = ([ticks, lots]: [number, number]): [string, string] => [
    priceText(spec, ticks),
    qtyText(spec, lots),
  ];
  return {
    lastUpdateId: engine.state.stepIndex * 1_000_000 + engine.state.nextTradeId,
    E: nowMs,
    T: engine.state.clockMs,
    bids: levels(engine, spec, "bids", limit).map(write),
    asks: levels(engine, spec, "asks", limit).map(write),
  };
}

/** One answer for the asked symbol, or a list of all when none was asked for. */
function perSymbol(call: Call, write: (spec: SymbolSpec) => unknown): unknown {
  const spec = call.params.optionalSymbol(call.engine.specs);
  return spec === undefined ? [...call.engine.specs.values()].map(write) : write(spec);
}

/** GET /fapi/v1/ticker/bookTicker */
export function bookTicker(call: Call): unknown {
  return perSymbol(call, (spec) => {
    const [bid] = levels(call.engine, spec, "bids", 1);
    const [ask] = levels(call.engine, spec, "asks", 1);
    if (bid === undefined || ask === undefined) throw refuse("noDepth");
    return {
      symbol: spec.symbol,
      bidPrice: priceText(spec, bid[0]),
      bidQty: qtyText(spec, bid[1]),
      askPrice: priceText(spec, ask[0]),
      askQty: qtyText(spec, ask[1]),
      time: call.nowMs,
      lastUpdateId: call.engine.state.stepIndex,
    };
  });
}

/** GET /fapi/v1/ticker/price and /fapi/v2/ticker/price */
export function tickerPrice(call: Call): unknown {
  return perSymbol(call, (spec) => ({
    symbol: spec.symbol,
    price: priceText(spec, symbolStateOf(call.engine, spec.symbol).lastTicks),
    time: call.engine.state.clockMs,
  }));
}

/** GET /fapi/v1/premiumIndex */
export function premiumIndex(call: Call): unknown {
  return perSymbol(call, (spec) => {
    const symbol = symbolStateOf(call.engine, spec.symbol);
    return {
      symbol: spec.symbol,
      markPrice: moneyText(symbol.markUsdE8),
      indexPrice: moneyText(symbol.markUsdE8),
      estimatedSettlePrice: moneyText(symbol.markUsdE8),
      lastFundingRate: rateText(symbol.fundingRateE8),
      interestRate: "0.00010000",
      nextFundingTime: nextFundingMs(call.engine.state.clockMs),
      time: call.engine.state.clockMs,
    };
  });
}

/** GET /fapi/v1/fundingRate: past rates, oldest first. */
export function fundingRates({ engine, params }: Call): unknown {
  const asked = params.optionalSymbol(engine.specs);
  const { startMs, endMs } = params.timeRange();
  const limit = params.limit(100, 1000);
  const specs = asked === undefined ? [...engine.specs.values()] : [asked];
  const rows = specs.flatMap((spec) =>
    symbolStateOf(engine, spec.symbol).fundingHistory.map((entry) => ({
      symbol: spec.symbol,
      fundingRate: rateText(entry.rateE8),
      fundingTime: entry.timeMs,
      markPrice: formatE8(entry.markUsdE8),
    })),
  );
  const inside = rows.filter(
    (row) =>
      (startMs === undefined || row.fundingTime >= startMs) &&
      (endMs === undefined || row.fundingTime <= endMs),
  );
  inside.sort((a, b) => a.fundingTime - b.fundingTime || a.symbol.localeCompare(b.symbol));
  return startMs === undefined ? inside.slice(-limit) : inside.slice(0, limit);
}

/** GET /fapi/v1/klines (and markPriceKlines): arrays of twelve fields, strings where Binance has strings. */
export function klines({ engine, params }: Call): unknown {
  const spec = params.symbol(engine.specs);
  const interval = params.require("interval");
  if (!isInterval(interval)) throw refuse("badInterval");
  const { startMs, endMs } = params.timeRange();
  const limit = params.limit(DEFAULT_KLINES, MAX_KLINES);
  const candles = candlesOf(symbolStateOf(engine, spec.symbol).candles, interval);
  return selectCandles(candles, limit, startMs, endMs).map((candle) => [
    candle.openMs,
    priceText(spec, candle.open),
    priceText(spec, candle.high),
    priceText(spec, candle.low),
    priceText(spec, candle.close),
    qtyText(spec, candle.volume),
    closeTimeOf(interval, candle.openMs),
    moneyText(BigInt(candle.quote) * spec.unitUsdE8),
    candle.trades,
    qtyText(spec, candle.takerBuyVolume),
    moneyText(BigInt(candle.takerBuyQuote) * spec.unitUsdE8),
    "0",
  ]);
}
