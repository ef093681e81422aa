// Held positions: the books' open groups, marked at top of book (longs at the bid, shorts at the ask), and
// any position the venue reports that the books do not know. Pure; exact decimals.
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { Side } from "#domain/documents/words.ts";
import { add, compare, multiply, signOf, subtract } from "./amount.ts";

export interface PositionRow {
  readonly key: string;
  readonly symbol: string;
  readonly side: Side;
  /** The group's status, or UNBOOKED for a position without a group. */
  readonly status: Group["status"] | "UNBOOKED";
  readonly strategyId: string | null;
  readonly qtyBase: string;
  readonly entryUsd: string | null;
  /** Null: no mark known. `markAsOfMs` is the quote's own time. */
  readonly markUsd: string | null;
  readonly markAsOfMs: number | null;
  readonly notionalUsd: string | null;
  readonly unrealizedPnlUsd: string | null;
  readonly sinceMs: number | null;
  /** The venue's own figures of it so far: exits, fees and funding. Null: not read yet. */
  readonly booked: BookedFigures | null;
}

export interface BookedFigures {
  readonly realizedUsd: string;
  /** Null: not known, because a coin's price or an income is missing. */
  readonly feesUsd: string | null;
  readonly fundingUsd: string | null;
  readonly netUsd: string | null;
}

function bookedOf({ accounts }: Group): BookedFigures | null {
  if (accounts === null) return null;
  const { realizedUsd, feesUsd, fundingUsd, otherUsd } = accounts;
  const netUsd =
    feesUsd === null || fundingUsd === null
      ? null
      : add(add(subtract(realizedUsd, feesUsd), fundingUsd), otherUsd);
  return { realizedUsd, feesUsd, fundingUsd, netUsd };
}

function signed(side: Side, value: string): string {
  return side === "long" ? value : subtract("0", value);
}

function fromGroup(group: Group, nav: Nav | null): PositionRow {
  const quote = nav?.marks[group.symbol];
  const markUsd = quote === undefined ? null : group.side === "long" ? quote.bidUsd : quote.askUsd;
  const entryUsd = group.averageEntryUsd;
  return {
    key: group.groupId,
    symbol: group.symbol,
    side: group.side,
    status: group.status,
    strategyId: group.strategyId,
    qtyBase: group.qtyBase,
    entryUsd,
    markUsd,
    markAsOfMs: quote?.asOfMs ?? null,
    notionalUsd: markUsd === null ? null : multiply(markUsd, group.qtyBase),
    unrealizedPnlUsd:
      markUsd === null || entryUsd === null
        ? null
        : signed(group.side, multiply(subtract(markUsd, entryUsd), group.qtyBase)),
    sinceMs: group.openedAtMs,
    booked: bookedOf(group),
  };
}

/** The venue's positions that no open group explains, by what is missing; only where the NAV run is the newer word. */
export function unbookedRows(nav: Nav, overview: Overview): PositionRow[] {
  const newestChange = Math.max(overview.updatedAtMs, ...overview.groups.map((group) => group.updatedAtMs));
  if (nav.sources.positions.asOfMs === null || nav.sources.positions.asOfMs <= newestChange) return [];
  return nav.positions
    .filter(
      (held) => !overview.groups.some(({ symbol, side }) => symbol === held.symbol && side === held.side),
    )
    .map((held) => ({
      key: `venue-${held.symbol}-${held.side}`,
      symbol: held.symbol,
      side: held.side,
      status: "UNBOOKED",
      strategyId: null,
      qtyBase: held.qtyBase,
      entryUsd: held.entryPriceUsd,
      markUsd: held.markUsd,
      markAsOfMs: nav.marks[held.symbol]?.asOfMs ?? null,
      notionalUsd: held.notionalUsd,
      unrealizedPnlUsd: held.unrealizedPnlUsd,
      sinceMs: null,
      booked: null,
    }));
}

/** Symbols whose booked quantity differs from the venue's, where the NAV run is the newer word. */
export function mismatchedSymbols(nav: Nav, overview: Overview): string[] {
  const newestChange = Math.max(overview.updatedAtMs, ...overview.groups.map((group) => group.updatedAtMs));
  if (nav.sources.positions.asOfMs === null || nav.sources.positions.asOfMs <= newestChange) return [];
  const symbols = new Set([...nav.positions, ...overview.groups].map(({ symbol }) => symbol));
  const total = (rows: readonly { symbol: string; side: Side; qtyBase: string }[], symbol: string): string =>
    rows
      .filter((row) => row.symbol === symbol)
      .reduce((sum, row) => add(sum, signed(row.side, row.qtyBase)), "0");
  return [...symbols].filter(
    (symbol) => compare(total(nav.positions, symbol), total(overview.groups, symbol)) !== 0,
  );
}

/** Rows of the positions table: groups that hold or want a quantity, then what is not in the books. */
export function positionRows(overview: Overview, nav: Nav | null): PositionRow[] {
  const booked = overview.groups.map((group) => fromGroup(group, nav));
  return nav === null ? booked : [...booked, ...unbookedRows(nav, overview)];
}

/** Sum of absolute notionals; null when one of them is unknown. */
export function grossExposureUsd(rows: readonly PositionRow[]): string | null {
  let sum = "0";
  for (const { notionalUsd } of rows) {
    if (notionalUsd === null) return null;
    sum = signOf(notionalUsd) < 0 ? subtract(sum, notionalUsd) : add(sum, notionalUsd);
  }
  return sum;
}

/** Sum of unrealised profit and loss; null when one of them is unknown. */
export function unrealizedPnlUsd(rows: readonly PositionRow[]): string | null {
  let sum = "0";
  for (const row of rows) {
    if (row.unrealizedPnlUsd === null) return null;
    sum = add(sum, row.unrealizedPnlUsd);
  }
  return sum;
}
