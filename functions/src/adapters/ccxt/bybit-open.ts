// The venue's one list of open orders, parted: orders that work in the book, and conditional orders that wait for their
// trigger. A row that cannot be read is named, in whichever part it may belong.
import type { VenueOrder, VenueStop } from "#ports/venue.ts";
import { venueOrderOf } from "./bybit-orders.ts";
import { orderShape, type RawOrder } from "./bybit-shapes.ts";
import { stopOf } from "./bybit-stops.ts";
import { isOf, readRows, whole } from "./venue-rows.ts";

const WAITS = "Untriggered";

export function openOrdersOf(
  list: readonly unknown[],
  symbols: ReadonlySet<string> | null,
): readonly VenueOrder[] {
  return partOf(list, symbols, {
    what: "open orders",
    mayBe: (status) => status !== WAITS,
    asOurs: venueOrderOf,
  });
}

export function openStopsOf(
  list: readonly unknown[],
  symbols: ReadonlySet<string> | null,
): readonly VenueStop[] {
  return partOf(list, symbols, {
    what: "open stops",
    mayBe: (status) => status === WAITS || typeof status !== "string",
    asOurs: stopOf,
  });
}

interface Part<Ours> {
  readonly what: string;
  /** Judged by the raw status, which may be anything. */
  readonly mayBe: (status: unknown) => boolean;
  readonly asOurs: (raw: RawOrder) => Ours | null;
}

function partOf<Ours>(
  list: readonly unknown[],
  symbols: ReadonlySet<string> | null,
  { what, mayBe, asOurs }: Part<Ours>,
): readonly Ours[] {
  const isAsked = symbols === null ? () => true : isOf(symbols);
  const { rows, unread } = readRows(list, {
    what,
    shape: orderShape,
    key: "symbol",
    isWanted: (row) => isAsked(row) && mayBe(row.orderStatus),
  });
  const ours = rows.flatMap((row) => {
    const read = asOurs(row);
    return read === null ? [] : [read];
  });
  return whole(what, ours, unread);
}
