// The venue's positions against the books. Pure: what differs, and what the books must become; the venue is right.

import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ControlState, Slot } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Side } from "#domain/documents/words.ts";
import { withGrownTarget } from "#domain/lifecycle/group-lifecycle.ts";
import { type Dust, dustIn, signedBase } from "./dust.ts";
import { symbolChangedAtMs } from "./symbol-changes.ts";

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
  /** The ledger of dust says another quantity than the venue holds: closed by hand, or with something else. */
  | {
      readonly kind: "dustDiffers";
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
 * Every difference. Symbols with an order in flight are left out: their difference is the order's to explain; and so are
 * those whose own books moved less than POSITION_SETTLE_MS ago. Other commits prove nothing about a symbol: a stop that
 * the venue refuses every second would put the comparison off for ever.
 */
export function comparePositions(
  control: ControlState,
  positions: readonly PositionAtVenue[],
  nowMs: number,
): readonly PositionFinding[] {
  const hasSettled = (symbol: string): boolean =>
    nowMs - symbolChangedAtMs(control, symbol) >= POSITION_SETTLE_MS;
  const inFlight = new Set(Object.values(control.reservations).map((reservation) => reservation.symbol));
  const atVenue = new Map(positions.map((position) => [position.symbol, position]));
  const slots = Object.entries(control.slots).filter(
    ([, { symbol }]) => !inFlight.has(symbol) && hasSettled(symbol),
  );
  const booked = new Set(Object.values(control.slots).map((slot) => slot.symbol));
  const differing = slots.flatMap(([groupId, slot]) => slotFinding(groupId, slot, atVenue.get(slot.symbol)));
  const isFree = (symbol: string): boolean =>
    !booked.has(symbol) && !inFlight.has(symbol) && hasSettled(symbol);
  const unknown = positions
    .filter(({ symbol }) => isFree(symbol))
    .flatMap((position) => strayFinding(control.dust, position));
  const dust = Object.keys(control.dust)
    .filter(isFree)
    .flatMap((symbol) => dustFinding(control.dust, symbol, atVenue.get(symbol)));
  return [...differing, ...unknown, ...dust];
}

/** Signed quantity of a symbol that the books account for: its group, else its dust. */
export function accountedBase(control: Pick<ControlState, "slots" | "dust">, symbol: string): Decimal {
  const slot = Object.values(control.slots).find(
    (each) => each.symbol === symbol && !dec(each.qtyBase).isZero(),
  );
  return slot === undefined ? dustIn(control.dust, symbol) : signedBase(slot.side, slot.qtyBase);
}

/** Dust explains a position up to itself. */
function strayFinding(dust: Dust, { symbol, side, qtyBase }: PositionAtVenue): PositionFinding[] {
  const known = dustIn(dust, symbol);
  const isExplained = known.eq(signedBase(side, qtyBase)) || isWithin(signedBase(side, qtyBase), known);
  return isExplained ? [] : [{ kind: "unknownPosition", symbol, side, venueBase: qtyBase }];
}

/** Dust that the venue does not hold any more, or only a part of: by hand, or by a trade that the books never saw. */
function dustFinding(dust: Dust, symbol: string, position: PositionAtVenue | undefined): PositionFinding[] {
  const booked = dustIn(dust, symbol);
  const held = position === undefined ? dec("0") : signedBase(position.side, position.qtyBase);
  if (!isLessThan(held, booked)) return [];
  const finding = { bookedBase: decimalString(booked), venueBase: decimalString(held) };
  return [{ kind: "dustDiffers", symbol, ...finding }];
}

/** Whether a part of what is booked is gone, or all of it: then reconcile makes the books as small as the venue says. */
export function isLessThan(held: Decimal, booked: Decimal): boolean {
  return !held.eq(booked) && (held.isZero() || isWithin(held, booked));
}

function isWithin(held: Decimal, booked: Decimal): boolean {
  return held.isPositive() === booked.isPositive() && held.abs().lt(booked.abs());
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
      closing: null,
      endedAtMs: atMs,
      updatedAtMs: atMs,
    };
  const grown = dec(venueBase).minus(dec(group.qtyBase));
  const entered = dec(group.enteredBase).plus(grown.isPositive() ? grown : 0);
  const kept = withGrownTarget(group, grown);
  return { ...kept, qtyBase: venueBase, enteredBase: decimalString(entered), updatedAtMs: atMs };
}
