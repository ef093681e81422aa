// Klines built as prices move: every step touches one minute candle; longer intervals fold closed minutes.
// Each interval keeps a bounded ring of candles.
import { type Interval, LONG_INTERVALS, type LongInterval, openTimeOf, SHORTEST_MS } from "./intervals.ts";

/** Candles kept per interval: the most that one klines request can ask for. */
export const CANDLES_KEPT = 1500;
/** Trimming in blocks keeps the ring's cost constant per candle. */
const TRIM_BLOCK = 100;

/** Prices in ticks, volume in lots, quote volume in ticks x lots. */
export interface Candle {
  readonly openMs: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quote: number;
  trades: number;
  takerBuyVolume: number;
  takerBuyQuote: number;
}

export interface CandleSeries {
  minutes: Candle[];
  longer: Map<LongInterval, Candle[]>;
}

export function emptySeries(): CandleSeries {
  return { minutes: [], longer: new Map(LONG_INTERVALS.map((interval) => [interval, []])) };
}

export function newCandle(openMs: number, ticks: number): Candle {
  return {
    openMs,
    open: ticks,
    high: ticks,
    low: ticks,
    close: ticks,
    volume: 0,
    quote: 0,
    trades: 0,
    takerBuyVolume: 0,
    takerBuyQuote: 0,
  };
}

export function isCandle(value: unknown): value is Candle {
  return typeof value === "object" && value !== null && "takerBuyQuote" in value && "openMs" in value;
}

/** A candle as a bare row, for storage. */
export function candleToRow(candle: Candle): number[] {
  const { openMs, open, high, low, close, volume, quote, trades, takerBuyVolume, takerBuyQuote } = candle;
  return [openMs, open, high, low, close, volume, quote, trades, takerBuyVolume, takerBuyQuote];
}

/** Reverses candleToRow. Throws on a row of another length: a stored state that is not ours. */
export function candleFromRow(row: readonly number[]): Candle {
  const [openMs, open, high, low, close, volume, quote, trades, takerBuyVolume, takerBuyQuote] = row;
  if (
    row.length !== 10 ||
    openMs === undefined ||
    open === undefined ||
    high === undefined ||
    low === undefined
  ) {
    throw new Error(`A stored candle has ${row.length} fields; 10 are needed`);
  }
  return {
    openMs,
    open,
    high,
    low,
    close: close ?? open,
    volume: volume ?? 0,
    quote: quote ?? 0,
    trades: trades ?? 0,
    takerBuyVolume: takerBuyVolume ?? 0,
    takerBuyQuote: takerBuyQuote ?? 0,
  };
}

function merge(target: Candle, source: Candle): void {
  target.high = Math.max(target.high, source.high);
  target.low = Math.min(target.low, source.low);
  target.close = source.close;
  target.volume += source.volume;
  target.quote += source.quote;
  target.trades += source.trades;
  target.takerBuyVolume += source.takerBuyVolume;
  target.takerBuyQuote += source.takerBuyQuote;
}

function pushBounded(ring: Candle[], candle: Candle): void {
  ring.push(candle);
  if (ring.length >= CANDLES_KEPT + TRIM_BLOCK) ring.splice(0, ring.length - CANDLES_KEPT);
}

function fold(series: CandleSeries, minute: Candle): void {
  for (const [interval, ring] of series.longer) {
    const last = ring.at(-1);
    if (last !== undefined && minute.openMs < last.openMs + SHORTEST_MS[interval]) {
      merge(last, minute);
      continue;
    }
    const openMs = openTimeOf(interval, minute.openMs);
    if (last !== undefined && last.openMs === openMs) merge(last, minute);
    else pushBounded(ring, { ...minute, openMs });
  }
}

/** Adds a closed or growing minute; a new minute closes and folds the one before. */
export function appendMinute(series: CandleSeries, candle: Candle): void {
  const last = series.minutes.at(-1);
  if (last !== undefined) fold(series, last);
  pushBounded(series.minutes, candle);
}

/** A traded price; `lots` of 0 moves the price without volume. */
export interface Tick {
  readonly timeMs: number;
  readonly ticks: number;
  readonly lots: number;
  readonly takerBuys: boolean;
}

/** Adds a traded price to the minute that it falls into. */
export function recordTick(series: CandleSeries, { timeMs, ticks, lots, takerBuys }: Tick): void {
  const openMs = openTimeOf("1m", timeMs);
  let candle = series.minutes.at(-1);
  if (candle === undefined || candle.openMs < openMs) {
    const previousClose = candle?.close ?? ticks;
    candle = newCandle(openMs, previousClose);
    appendMinute(series, candle);
  }
  candle.high = Math.max(candle.high, ticks);
  candle.low = Math.min(candle.low, ticks);
  candle.close = ticks;
  if (lots <= 0) return;
  candle.volume += lots;
  candle.quote += lots * ticks;
  candle.trades += 1;
  if (!takerBuys) return;
  candle.takerBuyVolume += lots;
  candle.takerBuyQuote += lots * ticks;
}

/** Candles of an interval, oldest first, the open one included as it stands. */
export function candlesOf(series: CandleSeries, interval: Interval): readonly Candle[] {
  if (interval === "1m") return series.minutes;
  const ring = series.longer.get(interval) ?? [];
  const openMinute = series.minutes.at(-1);
  if (openMinute === undefined) return ring;
  const openMs = openTimeOf(interval, openMinute.openMs);
  const last = ring.at(-1);
  if (last === undefined || last.openMs < openMs) return [...ring, { ...openMinute, openMs }];
  const growing = { ...last };
  merge(growing, openMinute);
  return [...ring.slice(0, -1), growing];
}

/** Last `limit` candles that open within [startMs, endMs]; from the start when one is given, as Binance does. */
export function selectCandles(
  candles: readonly Candle[],
  limit: number,
  startMs: number | undefined,
  endMs: number | undefined,
): readonly Candle[] {
  const inside = candles.filter(
    (candle) =>
      (startMs === undefined || candle.openMs >= startMs) && (endMs === undefined || candle.openMs <= endMs),
  );
  return startMs === undefined ? inside.slice(-limit) : inside.slice(0, limit);
}
