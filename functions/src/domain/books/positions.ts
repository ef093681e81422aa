// The venue's positions against the books. Pure: what differs, and what the books must become; the venue is right.

import { dec } from "#domain/decimal.ts";
import type { ControlState, Slot } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Side } from "#domain/documents/words.ts";

export interface PositionAtVenue {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: string;
}

export type PositionFinding =
  /** A group holds another quantity than the venue: liquidated, or traded by hand. */
  | {
      readonly kind: "quantityDiffers";
      readonly groupId: string;
      readonly symbol: string;
      readonly bookedBase: string;
      readonly venueBase: string;
    }
  /** The venue has a position that no group accounts for. */
  | {
      readonly kind: "unknownPosition";
      readonly symbol: string;
      readonly side: Side;
      readonly venueBase: string;
    };

/** After a fill the venue's position list may lag behind its own order list for this long. */
export const POSITION_SETTLE_MS = 5_000;

/**
 * Every difference. Symbols with an order in flight are left out: their difference is the order's to explain.
 * `changedAtMs` is when the books last moved; a younger change than POSITION_SETTLE_MS proves nothing.
 */
export function comparePositions(
  control: ControlState,
  positions: readonly PositionAtVenue[],
  nowMs: number,
): readonly PositionFinding[] {
  if (nowMs - control.updatedAtMs < POSITION_SETTLE_MS) return [];
  const inFlight = new Set(Object.values(control.reservations).map((reservation) => reservation.symbol));
  const atVenue = new Map(positions.map((position) => [position.symbol, position]));
  const slots = Object.entries(control.slots).filter(([, slot]) => !inFlight.has(slot.symbol));
  const booked = new Set(Object.values(control.slots).map((slot) => slot.symbol));
  const differing = slots.flatMap(([groupId, slot]) => slotFinding(groupId, slot, atVenue.get(slot.symbol)));
  const unknown = positions
    .filter((position) => !booked.has(position.symbol) && !inFlight.has(position.symbol))
    .map(
      ({ symbol, side, qtyBase }) => ({ kind: "unknownPosition", symbol, side, venueBase: qtyBase }) as const,
    );
  return [...differing, ...unknown];
}

function slotFinding(groupId: string, slot: Slot, position: PositionAtVenue | undefined): PositionFinding[] {
  const held = position !== undefined && position.side === slot.side ? position.qtyBase : "0";
  const differs = !dec(held).eq(dec(slot.qtyBase));
  const finding: PositionFinding = {
    kind: "quantityDiffers",
    groupId,
    symbol: slot.symbol,
    bookedBase: slot.qtyBase,
    venueBase: held,
  };
  const opposite: PositionFinding[] =
    position !== undefined && position.side !== slot.side
      ? [
          {
            kind: "unknownPosition",
            symbol: position.symbol,
            side: position.side,
            venueBase: position.qtyBase,
          },
        ]
      : [];
  return differs ? [finding, ...opposite] : opposite;
}

/** The group with the venue's quantity. Its realised profit does not move: at what price it shrank is not known here. */
export function withVenueQuantity(group: Group, venueBase: string, atMs: number): Group {
  if (dec(venueBase).isZero())
    return {
      ...group,
      qtyBase: "0",
      status: "CLOSED",
      exitReason: "reconcile",
      endedAtMs: atMs,
      updatedAtMs: atMs,
    };
  return { ...group, qtyBase: venueBase, updatedAtMs: atMs };
}
