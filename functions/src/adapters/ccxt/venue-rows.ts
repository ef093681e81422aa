// Lists of the venue, row by row: filtered by what was asked for before a row is read, so that an odd row takes only its
// own symbol along. Must not let a row vanish by which something may be held, or may rest: it is named.
import { z } from "zod";
import { isDecimalString } from "#domain/decimal.ts";
import { PartlyReadError, UNNAMED_ROW, type UnreadRow } from "#ports/venue.ts";
import { faultsOf, read } from "./venue-shapes.ts";

/** As the venue sent it. */
type RawRow = Readonly<Record<string, unknown>>;

interface RowReading<Row> {
  /** The list, for a fault. */
  readonly what: string;
  readonly shape: z.ZodType<Row>;
  /** The field that tells a row from the others. */
  readonly key: "symbol" | "asset" | "coin";
  /** Judged on the raw row; one that is not wanted is not read. All are, where it is left out. */
  readonly isWanted?: (row: RawRow) => boolean;
  /** Whether a row that cannot be read is one to know of. All are, where it is left out. */
  readonly matters?: (row: RawRow) => boolean;
}

/** Throws VenueError `unknown` `UNREADABLE` for an answer that is no list. */
export function readRows<Row>(
  answer: unknown,
  { what, shape, key, isWanted = () => true, matters = () => true }: RowReading<Row>,
): { readonly rows: readonly Row[]; readonly unread: readonly UnreadRow[] } {
  const rows: Row[] = [];
  const unread: UnreadRow[] = [];
  for (const raw of read(z.array(rawRow), answer, what).filter(isWanted)) {
    const row = shape.safeParse(raw);
    if (row.success) rows.push(row.data);
    else if (matters(raw))
      unread.push({
        of: key === "symbol" ? key : "asset",
        subject: subjectOf(raw[key]),
        reason: faultsOf(row.error),
      });
  }
  return { rows, unread };
}

/** Anything else than an object is a row that has none of its fields. */
const rawRow: z.ZodType<RawRow> = z
  .unknown()
  .transform((row) => (typeof row === "object" && row !== null ? (row as RawRow) : {}));

function subjectOf(subject: unknown): string {
  return typeof subject === "string" && subject !== "" ? subject : UNNAMED_ROW;
}

/** Whether the row is of one of these symbols, or does not say of which. */
export function isOf(symbols: ReadonlySet<string>): (row: RawRow) => boolean {
  return ({ symbol }) => typeof symbol !== "string" || symbols.has(symbol);
}

/**
 * Whether something may be held by a row, going by its field with the size: an amount that is certainly zero holds nothing,
 * whatever else is odd.
 */
export function mayHold(field: string): (row: RawRow) => boolean {
  return ({ [field]: size }) => !isDecimalString(size) || /[1-9]/.test(size);
}

/** The answer, where all of it could be read. Throws PartlyReadError, which has the rest. */
export function whole<T>(what: string, readable: T, unread: readonly UnreadRow[]): T {
  if (unread.length === 0) return readable;
  throw new PartlyReadError(what, readable, unread);
}
