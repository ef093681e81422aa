// Lists of Bybit, page by page along the venue's cursor, and logs of the past, window by window: a question takes seven days
// at most, and its pages go from the newest row to the oldest. Must not end before the last page: a gap would look like rest.
import { VenueError } from "#ports/venue.ts";
import { pageShape, resultOf } from "./bybit-shapes.ts";

export type Query = Readonly<Record<string, string | number>>;
export type AskPage = (query: Query) => Promise<unknown>;

/** Fifty pages of fifty: more than the 500 orders a symbol may have, in five symbols. */
const MAX_PAGES = 50;

/** Every row of a list of now. Throws VenueError `rejected` `TOO_MANY_ROWS` beyond 50 pages. */
export async function readList(ask: AskPage, query: Query, what: string): Promise<readonly unknown[]> {
  const { rows, isWhole } = await readPages(ask, query, { what, maxPages: MAX_PAGES });
  if (isWhole) return rows;
  throw new VenueError("rejected", "TOO_MANY_ROWS", `The venue's ${what} have over ${MAX_PAGES} pages`);
}

/** The widest span of one question. */
const WINDOW_MS = 7 * 24 * 3_600_000;
/** Pages of one window before it is halved: its oldest rows are needed first, and come last. */
const MAX_WINDOW_PAGES = 20;

export interface LogReading {
  readonly what: string;
  readonly ask: AskPage;
  readonly query: Query;
  readonly sinceMs: number;
  /** By the venue's clock. */
  readonly nowMs: number;
}

/**
 * The rows since then, a window at a time, the oldest window first; the order within one is the venue's. Windows touch: a row
 * on their border may come with both.
 */
export async function* readWindows(reading: LogReading): AsyncGenerator<readonly unknown[]> {
  let fromMs = reading.sinceMs;
  for (; fromMs + WINDOW_MS < reading.nowMs; fromMs += WINDOW_MS)
    yield* readWindow(reading, fromMs, fromMs + WINDOW_MS);
  // The last one is open, so that a venue's clock ahead of ours hides nothing.
  yield* readWindow(reading, fromMs, null);
}

async function* readWindow(
  reading: LogReading,
  fromMs: number,
  toMs: number | null,
): AsyncGenerator<readonly unknown[]> {
  const { ask, query, what, nowMs } = reading;
  const middleMs = Math.floor((fromMs + (toMs ?? nowMs)) / 2);
  const isShortest = middleMs <= fromMs;
  const maxPages = isShortest ? Number.POSITIVE_INFINITY : MAX_WINDOW_PAGES;
  const span = { startTime: fromMs, ...(toMs === null ? {} : { endTime: toMs }) };
  const { rows, isWhole } = await readPages(ask, { ...query, ...span }, { what, maxPages });
  if (isWhole) {
    yield rows;
    return;
  }
  yield* readWindow(reading, fromMs, middleMs);
  yield* readWindow(reading, middleMs, toMs);
}

async function readPages(
  ask: AskPage,
  query: Query,
  { what, maxPages }: { readonly what: string; readonly maxPages: number },
): Promise<{ readonly rows: readonly unknown[]; readonly isWhole: boolean }> {
  const rows: unknown[] = [];
  let cursor = "";
  for (let page = 1; page <= maxPages; page += 1) {
    const answer = await ask(cursor === "" ? query : { ...query, cursor });
    const { list, nextPageCursor } = resultOf(pageShape, answer, what);
    rows.push(...list);
    // The venue names a next page also after one that is not full.
    if (list.length === 0 || nextPageCursor === "") return { rows, isWhole: true };
    cursor = nextPageCursor;
  }
  return { rows, isWhole: false };
}
