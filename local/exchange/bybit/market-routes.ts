// Public market data. Sources: the pages "Get Bybit Server Time", "Get Orderbook", "Get Tickers", "Get Kline", "Get Mark Price
// Kline" and "Get Funding Rate History" (docs/v5/market). The index price is the mark here.
import { levels } from "../api/market.ts";
import { priceText, qtyText } from "../api/text.ts";
import { candlesOf, selectCandles } from "../engine/candles.ts";
import { dayOf } from "../engine/day.ts";
import { divideHalfUp, E8, formatE8 } from "../engine/decimal.ts";
import { type Engine, symbolStateOf } from "../engine/engine.ts";
import { nextFundingMs } from "../engine/funding.ts";
import type { Interval } from "../engine/intervals.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import { badParameter } from "./codes.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, rateText, timeText } from "./text.ts";

const CATEGORIES = ["linear", "spot", "inverse", "option"] as const;
const HOUR_MINUTES = 60;
const NANOS_PER_MS = 1_000_000n;

/** The asked symbols of a category; of the three that nothing is listed in, none. */
export function listed({ engine, params }: BybitCall): readonly SymbolSpec[] {
  if (params.requireWord("category", CATEGORIES) !== "linear") return [];
  const asked = params.optionalSymbol(engine.specs);
  return asked === undefined ? [...engine.specs.values()] : [asked];
}

/** GET /v5/market/time */
export function time({ nowMs }: BybitCall): unknown {
  return {
    timeSecond: String(Math.floor(nowMs / 1000)),
    timeNano: String(BigInt(Math.floor(nowMs)) * NANOS_PER_MS),
  };
}

/** GET /v5/market/orderbook */
export function orderbook({ engine, params, nowMs }: BybitCall): unknown {
  params.linear();
  const spec = params.symbol(engine.specs);
  const limit = params.limit(25, 500);
  const write = ([ticks, lots]: [number, number]): [string, string] => [
    priceText(spec, ticks),
    qtyText(spec, lots),
  ];
  return {
    s: spec.symbol,
    b: levels(engine, spec, "bids", limit).map(write),
    a: levels(engine, spec, "asks", limit).map(write),
    ts: nowMs,
    u: engine.state.stepIndex,
    seq: engine.state.stepIndex * 1_000_000 + engine.state.nextTradeId,
    cts: engine.state.clockMs,
  };
}

/** Contracts that accounts hold: every one of them has a long side. */
function openInterest(engine: Engine, symbol: string): number {
  let lots = 0;
  for (const { positions } of engine.state.accounts.values())
    lots += Math.max(0, positions.get(symbol)?.lots ?? 0);
  return lots;
}

function ticker(engine: Engine, spec: SymbolSpec): unknown {
  const symbol = symbolStateOf(engine, spec.symbol);
  const day = dayOf(engine, spec.symbol);
  const [bid] = levels(engine, spec, "bids", 1);
  const [ask] = levels(engine, spec, "asks", 1);
  const change = divideHalfUp(BigInt(symbol.lastTicks - day.open) * E8, BigInt(day.open));
  const mark = moneyText(symbol.markUsdE8);
  const held = openInterest(engine, spec.symbol);
  return {
    symbol: spec.symbol,
    lastPrice: priceText(spec, symbol.lastTicks),
    indexPrice: mark,
    markPrice: mark,
    prevPrice24h: priceText(spec, day.open),
    price24hPcnt: formatE8(change, 6),
    highPrice24h: priceText(spec, day.high),
    lowPrice24h: priceText(spec, day.low),
    prevPrice1h: priceText(spec, symbol.candles.minutes.at(-HOUR_MINUTES)?.open ?? day.open),
    openInterest: qtyText(spec, held),
    openInterestValue: moneyText((symbol.markUsdE8 * BigInt(held) * spec.lotE8) / E8),
    turnover24h: moneyText(BigInt(day.quote) * spec.unitUsdE8),
    volume24h: qtyText(spec, day.volume),
    fundingRate: rateText(symbol.fundingRateE8),
    nextFundingTime: timeText(nextFundingMs(engine.state.clockMs)),
    predictedDeliveryPrice: "",
    basisRate: "",
    basis: "",
    deliveryFeeRate: "",
    deliveryTime: "0",
    ask1Size: ask === undefined ? "" : qtyText(spec, ask[1]),
    bid1Price: bid === undefined ? "" : priceText(spec, bid[0]),
    ask1Price: ask === undefined ? "" : priceText(spec, ask[0]),
    bid1Size: bid === undefined ? "" : qtyText(spec, bid[1]),
    preOpenPrice: "",
    preQty: "",
    curPreListingPhase: "",
  };
}

/** GET /v5/market/tickers */
export function tickers(call: BybitCall): unknown {
  const list = listed(call).map((spec) => ticker(call.engine, spec));
  return { category: call.params.require("category"), list };
}

const INTERVALS: Readonly<Record<string, Interval>> = {
  "1": "1m",
  "3": "3m",
  "5": "5m",
  "15": "15m",
  "30": "30m",
  "60": "1h",
  "120": "2h",
  "240": "4h",
  "360": "6h",
  "720": "12h",
  D: "1d",
  W: "1w",
  M: "1M",
};

/** The newest candles of a range, newest first; with a start alone the first ones after it. */
function candleRows({ engine, params }: BybitCall, withVolume: boolean): unknown {
  const category = params.word("category", CATEGORIES) ?? "linear";
  if (category !== "linear") throw badParameter("category");
  const spec = params.symbol(engine.specs);
  const interval = INTERVALS[params.require("interval")];
  if (interval === undefined) throw badParameter("interval");
  const [start, end] = [params.integer("start"), params.integer("end")];
  const limit = params.limit(200, 1000);
  const candles = candlesOf(symbolStateOf(engine, spec.symbol).candles, interval);
  const inside = selectCandles(candles, candles.length, start, end);
  const chosen = end === undefined && start !== undefined ? inside.slice(0, limit) : inside.slice(-limit);
  const list = chosen.toReversed().map(({ openMs, open, high, low, close, volume, quote }) => {
    const prices = [open, high, low, close].map((ticks) => priceText(spec, ticks));
    const traded = [qtyText(spec, volume), moneyText(BigInt(quote) * spec.unitUsdE8)];
    return [timeText(openMs), ...prices, ...(withVolume ? traded : [])];
  });
  return { symbol: spec.symbol, category, list };
}

/** GET /v5/market/kline */
export const klines = (call: BybitCall): unknown => candleRows(call, true);

/** GET /v5/market/mark-price-kline: rows of five, from the traded prices. */
export const markKlines = (call: BybitCall): unknown => candleRows(call, false);

/** GET /v5/market/funding/history, newest first. A start alone is refused. */
export function fundingHistory({ engine, params, nowMs }: BybitCall): unknown {
  params.linear();
  const spec = params.symbol(engine.specs);
  const start = params.integer("startTime");
  const end = params.integer("endTime");
  if (start !== undefined && end === undefined) throw badParameter("endTime");
  const limit = params.limit(200, 200);
  const rows = symbolStateOf(engine, spec.symbol).fundingHistory.filter(
    ({ timeMs }) => timeMs >= (start ?? 0) && timeMs <= (end ?? nowMs),
  );
  const list = rows
    .slice(-limit)
    .toReversed()
    .map(({ timeMs, rateE8 }) => ({
      symbol: spec.symbol,
      fundingRate: rateText(rateE8),
      fundingRateTimestamp: timeText(timeMs),
    }));
  return { category: "linear", list };
}
