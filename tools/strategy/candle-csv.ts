// Reads candles from a CSV as Binance publishes them: open time, open, high, low, close, volume, and more columns that are
// left alone; with or without a header, in milli- or microseconds. A row that cannot be read is named with its line.

import type { Candle } from "#strategies/interface.ts";
import { TIMEFRAME_MS, type Timeframe } from "#strategies/timeframes.ts";

/** A time of more digits than milliseconds have until the year 2286 is in microseconds. */
const FIRST_MICROSECONDS = 10_000_000_000_000;
const MICROSECONDS = 1_000;
/** Open time, open, high, low, close, volume. */
const COLUMNS = 6;
/** Binance's own files have as many; a longer row is two rows that lost the line end between them. */
const MOST_COLUMNS = 12;
/** Faults that are named; further ones are counted. */
const NAMED_FAULTS = 5;

/** Throws RangeError with file and line for everything that is no candle, stands out of order, or leaves a gap. */
export function candlesOfCsv(file: string, text: string, timeframe: Timeframe): readonly Candle[] {
  const faults: string[] = [];
  const candles: Candle[] = [];
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if ((place === 0 && isHeader(line)) || line.trim() === "") continue;
    const read = candleOf(line, TIMEFRAME_MS[timeframe]);
    const fault = typeof read === "string" ? read : faultAfter(candles.at(-1), read);
    if (fault !== null) faults.push(`${file}:${place + 1}: ${fault}`);
    if (typeof read !== "string") candles.push(read);
  }
  if (faults.length === 0) return candles;
  const more = faults.length > NAMED_FAULTS ? [`… and ${faults.length - NAMED_FAULTS} more`] : [];
  throw new RangeError([...faults.slice(0, NAMED_FAULTS), ...more].join("\n"));
}

/** Names alone: a first row with one bad cell is a bad row. */
function isHeader(line: string): boolean {
  const cells = cellsOf(line);
  return cells.length >= COLUMNS && cells.slice(0, COLUMNS).every((cell) => /^[a-z]/i.test(cell));
}

function cellsOf(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function candleOf(line: string, lengthMs: number): Candle | string {
  const cells = cellsOf(line);
  if (cells.length > MOST_COLUMNS)
    return `${cells.length} columns, more than ${MOST_COLUMNS}: two rows in one?`;
  const [time, open, high, low, close, volume] = cells.map((cell) =>
    cell === "" ? Number.NaN : Number(cell),
  );
  const numbers = [time, open, high, low, close, volume];
  if (numbers.some((each) => each === undefined || !Number.isFinite(each)))
    return "six columns of numbers are needed: open time, open, high, low, close, volume";
  const [timeMs = 0, o = 0, h = 0, l = 0, c = 0, v = 0] = numbers;
  const openAtMs = timeMs >= FIRST_MICROSECONDS ? timeMs / MICROSECONDS : timeMs;
  if (openAtMs % lengthMs !== 0) return `the open time ${time} is no beginning of a candle of ${lengthMs} ms`;
  if (Math.min(o, h, l, c) <= 0 || v < 0) return "prices have to be above zero, and the volume not below";
  if (h < Math.max(o, c) || l > Math.min(o, c)) return "high and low do not frame open and close";
  return { openAtMs, closeAtMs: openAtMs + lengthMs, open: o, high: h, low: l, close: c, volume: v };
}

function faultAfter(before: Candle | undefined, { openAtMs }: Candle): string | null {
  if (before === undefined || openAtMs === before.closeAtMs) return null;
  if (openAtMs < before.closeAtMs) return "the candle does not come after the one before it";
  return `candles from ${new Date(before.closeAtMs).toISOString()} on are missing`;
}
