// Prices from a file in Binance's public kline CSV format (data.binance.vision): with or without a header
// row, times in milliseconds or microseconds. Repeats when it ends.

interface KlineRow {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface KlineFeed {
  readonly rows: readonly KlineRow[];
  readonly rowMs: number;
}

/** Times above this are microseconds, which the public files use since 2025. */
const MICROSECONDS_ABOVE = 100_000_000_000_000;

function parseRow(line: string, lineNumber: number): KlineRow {
  const [time = "", ...prices] = line.split(",");
  const rawTime = Number(time);
  const [open, high, low, close] = prices.slice(0, 4).map(Number);
  const usable =
    Number.isFinite(rawTime) &&
    open !== undefined &&
    high !== undefined &&
    low !== undefined &&
    close !== undefined;
  if (!usable || ![open, high, low, close].every((price) => Number.isFinite(price) && price > 0)) {
    throw new Error(
      `Kline file line ${lineNumber}: expected "openTime,open,high,low,close,…", got "${line.slice(0, 80)}"`,
    );
  }
  return {
    openMs: rawTime > MICROSECONDS_ABOVE ? Math.floor(rawTime / 1000) : rawTime,
    open,
    high,
    low,
    close,
  };
}

/** Parses a kline CSV. Throws, naming the line, on anything else; needs at least two rows in time order. */
export function parseKlineCsv(text: string): KlineFeed {
  const lines = text.split(/\r?\n/);
  const rows: KlineRow[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === "" || /^open_?time/i.test(line)) return;
    rows.push(parseRow(line, index + 1));
  });
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error("Kline file has fewer than two rows");
  const rowMs = second.openMs - first.openMs;
  rows.forEach((row, index) => {
    if (row.openMs !== first.openMs + index * rowMs)
      throw new Error(`Kline file row ${index + 1} breaks the time order`);
  });
  if (rowMs <= 0) throw new Error("Kline file rows do not advance in time");
  return { rows, rowMs };
}

/**
 * Price at a time: within a row open, nearer extreme, other extreme and close in straight lines. A time outside
 * the file falls into one of its repetitions, so a clock set to the file's start replays it as it happened.
 */
export function feedPriceUsd(feed: KlineFeed, timeMs: number): number {
  const firstMs = feed.rows[0]?.openMs ?? 0;
  const lengthMs = feed.rowMs * feed.rows.length;
  const elapsedMs = (((timeMs - firstMs) % lengthMs) + lengthMs) % lengthMs;
  const index = Math.floor(elapsedMs / feed.rowMs);
  const row = feed.rows[index];
  if (row === undefined) throw new Error(`Kline feed has no row ${index}`);
  const share = (elapsedMs % feed.rowMs) / feed.rowMs;
  const rises = row.close >= row.open;
  const path = rises ? [row.open, row.low, row.high, row.close] : [row.open, row.high, row.low, row.close];
  const leg = Math.min(2, Math.floor(share * 3));
  const from = path[leg] ?? row.open;
  const to = path[leg + 1] ?? row.close;
  return from + (to - from) * (share * 3 - leg);
}
