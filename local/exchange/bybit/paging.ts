// Pages of a list: a cursor names the last row that was given, so that rows which come meanwhile shift no page. Cursors are
// percent-encoded already, as the venue's are, and are sent back as they stand.
import { badParameter } from "./codes.ts";
import type { BybitParams } from "./params.ts";

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Empty on the last page. */
  readonly cursor: string;
}

/** A row's place: newest time first, then the highest of two numbers. */
export interface Placed {
  readonly timeMs: number;
  /** Order of rows of one millisecond; left out where the ids have that order. */
  readonly sequence?: number;
  readonly id: number;
}

export const newestFirst = (a: Placed, b: Placed): number =>
  b.timeMs - a.timeMs || (b.sequence ?? 0) - (a.sequence ?? 0) || b.id - a.id;

/** The cursor's content, whether its sender encoded it again or not. */
function cursorOf(params: BybitParams, pattern: RegExp): RegExpExecArray | undefined {
  const text = params.optional("cursor");
  if (text === undefined) return undefined;
  const match = pattern.exec(decodeURIComponent(text));
  if (match === null) throw badParameter("cursor");
  return match;
}

/** One page of rows that stand newest first. */
export function pageByTime<Row extends Placed>(
  rows: readonly Row[],
  params: BybitParams,
  limit: number,
): Page<Row> {
  const match = cursorOf(params, /^page_token=(\d+):(\d+):(\d+)&$/);
  const [timeMs = 0, sequence = 0, id = 0] = (match ?? []).slice(1).map(Number);
  const after: Placed | undefined = match === undefined ? undefined : { timeMs, sequence, id };
  const rest = after === undefined ? rows : rows.filter((row) => newestFirst(after, row) < 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return {
    rows: page,
    cursor: more ? encodeURIComponent(`page_token=${last.timeMs}:${last.sequence ?? 0}:${last.id}&`) : "",
  };
}

/** One page of rows that stand in the order of the listing. */
export function pageByName<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  params: BybitParams,
  limit: number,
): Page<Row> {
  const match = cursorOf(params, /^first=\w+&last=(\w+)$/);
  const start = match === undefined ? 0 : rows.findIndex((row) => nameOf(row) === match[1]) + 1;
  const page = rows.slice(start, start + limit);
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined || start + limit >= rows.length)
    return { rows: page, cursor: "" };
  return { rows: page, cursor: encodeURIComponent(`first=${nameOf(first)}&last=${nameOf(last)}`) };
}
