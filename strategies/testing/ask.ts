// Asks a strategy in a test: closes, or whole candles, are laid before it as if the last one had just closed. Its answer goes
// the way of every answer, so that an action which the product would refuse fails the test.
import type { Action, Candle, OpenGroup, Strategy } from "../interface.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { CandleHistory } from "../runtime/history.ts";
import { joinedCandles } from "../runtime/join-candles.ts";
import { TIMEFRAME_MS, type Timeframe } from "../timeframes.ts";

/** A beginning of a candle of every timeframe. */
const FIRST_OPEN_MS = Date.UTC(2026, 0, 1);
/** Part of the price by which the candles of plain closes reach beyond open and close. */
const REACH_PART = 0.001;

export interface Asking {
  /** Closes of the first timeframe by symbol, oldest first. Shorter ones than the warm-up begin with their first close, repeated. */
  readonly closes: Readonly<Record<string, readonly number[]>>;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly groups?: Readonly<Record<string, OpenGroup>>;
}

/** The actions by symbol. Throws what the strategy threw, and an error where its candles do not suffice. */
export function ask(strategy: Strategy, asking: Asking): Readonly<Record<string, readonly Action[]>> {
  const { closes, parameters = {}, groups = {} } = asking;
  const prepared = strategy.prepare(parameters);
  const [first] = strategy.timeframes;
  const longestMs = Math.max(...strategy.timeframes.map((each) => TIMEFRAME_MS[each]));
  const lengthMs = TIMEFRAME_MS[first];
  const least = ((prepared.warmUpCandles + 1) * longestMs) / lengthMs;
  const symbols = Object.keys(closes);
  const longest = Math.max(least, ...symbols.map((symbol) => closes[symbol]?.length ?? 0));
  const count = Math.ceil((longest * lengthMs) / longestMs) * (longestMs / lengthMs);
  const series = symbols.flatMap((symbol) => {
    const candles = candlesOfCloses(padded(closes[symbol] ?? [], count), first);
    return strategy.timeframes.map((timeframe) => ({
      symbol,
      timeframe,
      candles: joinedCandles(candles, timeframe),
    }));
  });
  const { actions, silences } = evaluate(prepared, {
    nowMs: FIRST_OPEN_MS + count * lengthMs,
    symbols,
    history: new CandleHistory(series),
    groups: new Map(Object.entries(groups)),
  });
  const [silence] = silences;
  if (silence !== undefined) throw silence.fault ?? new Error(silence.message);
  return Object.fromEntries(
    symbols.map((symbol) => [
      symbol,
      actions.filter((each) => each.symbol === symbol).map(({ action }) => action),
    ]),
  );
}

/** An open position for a test: its entry is also its newest one. */
export function openGroup(
  group: Partial<OpenGroup> & Pick<OpenGroup, "side" | "averageEntryUsd">,
): OpenGroup {
  return {
    groupId: "g-test",
    qtyBase: "1",
    pyramids: 0,
    lastEntryUsd: group.averageEntryUsd,
    stopUsd: null,
    openedAtMs: FIRST_OPEN_MS,
    ...group,
  };
}

function padded(closes: readonly number[], count: number): readonly number[] {
  const [first] = closes;
  if (first === undefined) throw new RangeError("A symbol needs at least one close");
  return [...Array.from({ length: count - closes.length }, () => first), ...closes];
}

function candlesOfCloses(closes: readonly number[], timeframe: Timeframe): readonly Candle[] {
  const lengthMs = TIMEFRAME_MS[timeframe];
  return closes.map((close, place) => {
    const open = closes[place - 1] ?? close;
    const openAtMs = FIRST_OPEN_MS + place * lengthMs;
    return {
      openAtMs,
      closeAtMs: openAtMs + lengthMs,
      open,
      high: Math.max(open, close) * (1 + REACH_PART),
      low: Math.min(open, close) * (1 - REACH_PART),
      close,
      volume: 1,
    };
  });
}
