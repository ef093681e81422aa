// Bybit's transaction log: every movement of every coin of the unified wallet, as rows, the oldest first. Bounded in age by
// the venue.
import { z } from "zod";
import { type LogReading, type Query, readWindows } from "./bybit-pages.ts";
import { logShape, type RawLog } from "./bybit-shapes.ts";
import { read } from "./venue-shapes.ts";

/** The endpoint's largest page. */
const PAGE_SIZE = 50;
/** The endpoint keeps two years; 729 days stay inside any two. */
const MAX_AGE_MS = 729 * 24 * 3_600_000;

export type LogSource = Pick<LogReading, "ask" | "sinceMs" | "nowMs">;

/** Windows of rows with `transactionTime` ≥ `sinceMs`, each in the order of time. */
export async function* readLog(source: LogSource, query: Query): AsyncGenerator<readonly RawLog[]> {
  const sinceMs = Math.max(source.sinceMs, source.nowMs - MAX_AGE_MS);
  const whole = { accountType: "UNIFIED", limit: PAGE_SIZE, ...query };
  for await (const window of readWindows({ ...source, sinceMs, what: "transaction log", query: whole })) {
    const rows = read(z.array(logShape), window, "transaction log");
    yield rows
      .filter(({ transactionTime }) => transactionTime >= sinceMs)
      .toSorted((a, b) => a.transactionTime - b.transactionTime);
  }
}
