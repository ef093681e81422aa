// The markets that a strategy is checked on: made ones, or the user's own files, with the candles of every timeframe that it
// declares and enough of them for the longest window that a check asks with.
import type { PreparedStrategy } from "#strategies/interface.ts";
import type { CandleSeries } from "#strategies/runtime/history.ts";
import { joinedCandles } from "#strategies/runtime/join-candles.ts";
import { lastCloseMs, TIMEFRAME_MS, type Timeframe } from "#strategies/timeframes.ts";
import { generatedCandles } from "./generated-candles.ts";

export interface Market {
  readonly name: string;
  /** Symbols that the strategy is asked about; informative ones are in the series alone. */
  readonly symbols: readonly string[];
  readonly series: readonly CandleSeries[];
  /** Closes of the strategy's first timeframe at which it is asked, oldest first. */
  readonly momentsMs: readonly number[];
}

/** The window of the warm-up check is so many times the declared one. */
export const LONGEST_WINDOW = 3;
/** Moments of one made market. With three markets and the stances of a group this is some thousand answers. */
const MOMENTS = 120;
const MADE_MARKETS = ["first", "second", "third"] as const;
/** A ranking needs others to rank against. */
const SYMBOLS_OF_A_UNIVERSE = 6;
/** A whole day in 2026: every timeframe ends there. */
const ENDS_AT_MS = Date.UTC(2026, 0, 1);

function lengthsOf({ strategy }: PreparedStrategy): {
  readonly shortest: Timeframe;
  readonly longestMs: number;
} {
  const sorted = strategy.timeframes.toSorted((a, b) => TIMEFRAME_MS[a] - TIMEFRAME_MS[b]);
  const longestMs = Math.max(...strategy.timeframes.map((each) => TIMEFRAME_MS[each]));
  return { shortest: sorted[0] ?? strategy.timeframes[0], longestMs };
}

export function madeMarkets(prepared: PreparedStrategy): readonly Market[] {
  const { strategy, warmUpCandles } = prepared;
  const { shortest, longestMs } = lengthsOf(prepared);
  const [first] = strategy.timeframes;
  const spanMs = (warmUpCandles * LONGEST_WINDOW + 1) * longestMs + MOMENTS * TIMEFRAME_MS[first];
  const count = Math.ceil(spanMs / TIMEFRAME_MS[shortest]);
  const { symbols: wanted, scope } = strategy;
  // One of a universe holds as many series as six others.
  const names = scope === "universe" ? MADE_MARKETS.slice(0, 1) : MADE_MARKETS;
  return names.map((name, place): Market => {
    const listed = wanted.kind === "listed" ? wanted.symbols : null;
    const made = Array.from(
      { length: scope === "universe" ? SYMBOLS_OF_A_UNIVERSE : 1 },
      (_, at) => `MADE${place + 1}${String.fromCharCode(65 + at)}USDT`,
    );
    const symbols = listed ?? made;
    const series = [...new Set([...symbols, ...strategy.informative])].flatMap((symbol) => {
      const base = generatedCandles({
        name: `${name} ${symbol}`,
        timeframe: shortest,
        count,
        endsAtMs: ENDS_AT_MS,
      });
      return strategy.timeframes.map((timeframe) => ({
        symbol,
        timeframe,
        candles: timeframe === shortest ? base : joinedCandles(base, timeframe),
      }));
    });
    return { name, symbols, series, momentsMs: momentsUntil(ENDS_AT_MS, first, MOMENTS) };
  });
}

/** Throws RangeError where the files' candles are too long, too few, or of other symbols than the strategy reads. */
export function marketOfFiles(prepared: PreparedStrategy, files: readonly CandleSeries[]): Market {
  const { strategy, warmUpCandles } = prepared;
  const [first] = strategy.timeframes;
  const series = files.flatMap(({ symbol, timeframe: given, candles }) =>
    strategy.timeframes.map((timeframe) => {
      if (TIMEFRAME_MS[timeframe] < TIMEFRAME_MS[given])
        throw new RangeError(
          `${strategy.id} reads candles of ${timeframe}, and those of ${symbol} are of ${given}`,
        );
      return {
        symbol,
        timeframe,
        candles: timeframe === given ? candles : joinedCandles(candles, timeframe),
      };
    }),
  );
  const missing = strategy.informative.filter((symbol) => !files.some((file) => file.symbol === symbol));
  if (missing.length > 0)
    throw new RangeError(`${strategy.id} reads ${missing.join(", ")}, too: give its file`);
  const needed = warmUpCandles * LONGEST_WINDOW;
  const beginsMs = Math.max(
    ...series.map(({ timeframe, symbol, candles }) => {
      const from = candles[needed - 1];
      if (from !== undefined) return from.closeAtMs;
      throw new RangeError(
        `${symbol} has ${candles.length} candles of ${timeframe}; the warm-up check needs ${needed}`,
      );
    }),
  );
  const endsMs = Math.min(...series.map(({ candles }) => candles.at(-1)?.closeAtMs ?? 0));
  const count = Math.floor((lastCloseMs(first, endsMs) - beginsMs) / TIMEFRAME_MS[first]);
  const momentsMs = momentsUntil(lastCloseMs(first, endsMs), first, Math.min(Math.max(count, 1), MOMENTS));
  const symbols = files
    .map(({ symbol }) => symbol)
    .filter((symbol) => !strategy.informative.includes(symbol));
  return { name: "files", symbols, series, momentsMs };
}

function momentsUntil(endsAtMs: number, timeframe: Timeframe, count: number): readonly number[] {
  const lengthMs = TIMEFRAME_MS[timeframe];
  return Array.from({ length: count }, (_, place) => endsAtMs - (count - 1 - place) * lengthMs);
}
