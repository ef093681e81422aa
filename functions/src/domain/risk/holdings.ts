// Positions held and on their way, valued at the marks of the NAV, or at the touch where one was read. Reservations of
// live orders count as held, so two orders in flight cannot both use the same room. Of books and venue the larger counts.

import { placesBy, positionIn, reservationsIn, slotsIn } from "#domain/books/by-symbol.ts";
import { Decimal, dec } from "#domain/decimal.ts";
import type { Slot } from "#domain/documents/control.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { Side } from "#domain/documents/words.ts";
import type { RiskState } from "./context.ts";
import { bookedBase, venueBase } from "./venue-position.ts";

export interface Holding {
  readonly symbol: string;
  readonly side: Side;
  /** Null when it is held, but by no strategy: the slot of its order is gone, or only the venue knows of it. */
  readonly strategyId: string | null;
  /** Null when no price is known for it. */
  readonly notionalUsd: Decimal | null;
}

export interface ValuedHolding extends Holding {
  readonly notionalUsd: Decimal;
}

/** As `holdingsOf`, with the room that safety entries not sent yet keep from every other entry. */
export function committedHoldings(state: HeldState, touch: Touch | null = null): readonly Holding[] {
  const ahead = Object.values(state.control.slots)
    .filter(({ legsUsd = null }) => legsUsd !== null)
    .map(({ symbol, side, strategyId, legsUsd }): Holding => {
      return { symbol, side, strategyId, notionalUsd: dec(legsUsd ?? "0") };
    });
  return [...holdingsOf(state, touch), ...ahead];
}

/** By symbol the larger of books (slots, and entries in flight) and venue; valued at the ask, never too small. */
export function holdingsOf(state: HeldState, touch: Touch | null = null): readonly Holding[] {
  const booked = placesBy(bookedHoldings(state, touch), symbolOf);
  const symbols = new Set([...booked.keys(), ...(state.nav?.positions ?? []).map(symbolOf)]);
  return [...symbols].flatMap((symbol) => {
    const own = booked.get(symbol) ?? [];
    return isAsBooked(state, symbol) ? own : largerOf(state, touch, symbol, own);
  });
}

/** Whether the venue holds to the digit what the one slot of the symbol says: nothing then has to be reckoned. */
function isAsBooked({ control, nav }: HeldState, symbol: string): boolean {
  const [first, ...others] = slotsIn(control, symbol);
  const position = nav === null ? undefined : positionIn(nav, symbol);
  if (first === undefined || position === undefined || others.length > 0) return false;
  if (control.dust[symbol] !== undefined || reservationsIn(control, symbol).length > 0) return false;
  return first.slot.side === position.side && first.slot.qtyBase === position.qtyBase;
}

function largerOf(
  state: HeldState,
  touch: Touch | null,
  symbol: string,
  own: readonly Holding[],
): readonly Holding[] {
  const atVenue = venueBase(state, symbol);
  if (atVenue === null || atVenue.isZero()) return own;
  const { leastBase, mostBase } = bookedBase(state.control, symbol);
  const side: Side = atVenue.gt(0) ? "long" : "short";
  const held = (qtyBase: Decimal): Holding => ({
    symbol,
    side,
    strategyId: null,
    notionalUsd: valueUsd(state, touch, symbol, qtyBase),
  });
  const onItsSide = side === "long" ? mostBase : leastBase.neg();
  if (onItsSide.gte(0))
    return onItsSide.gte(atVenue.abs()) ? own : [...own, held(atVenue.abs().minus(onItsSide))];
  // The other way round than the books: one of the two is wrong, and the larger counts.
  return onItsSide.abs().gte(atVenue.abs()) ? own : [held(atVenue.abs())];
}

const symbolOf = ({ symbol }: { readonly symbol: string }): string => symbol;

type HeldState = Pick<RiskState, "control" | "nav" | "nowMs">;

function bookedHoldings(state: HeldState, touch: Touch | null): readonly Holding[] {
  const { control } = state;
  const held = Object.values(control.slots).flatMap((slot): readonly Holding[] => {
    const { symbol, side, strategyId } = slot;
    const worth = worthOf(slot, priceOf(state, touch, symbol));
    return worth.isEmpty ? [] : [{ symbol, side, strategyId, notionalUsd: worth.worthUsd }];
  });
  const inFlight = Object.values(control.reservations)
    .filter((reservation) => !reservation.reduceOnly)
    .map(({ groupId, symbol, side, notionalUsd }): Holding => {
      const strategyId = control.slots[groupId]?.strategyId ?? null;
      return {
        symbol,
        side: side === "buy" ? "long" : "short",
        strategyId,
        notionalUsd: dec(notionalUsd),
      };
    });
  return [...held, ...inFlight];
}

interface Worth {
  readonly priceUsd: string | null;
  readonly isEmpty: boolean;
  readonly worthUsd: Decimal | null;
}

/** A slot keeps its worth from one decision to the next, until its price is another. */
const worths = new WeakMap<Slot, Worth>();

function worthOf(slot: Slot, priceUsd: string | null): Worth {
  const known = worths.get(slot);
  if (known !== undefined && known.priceUsd === priceUsd) return known;
  const qtyBase = dec(slot.qtyBase);
  const worth = { priceUsd, isEmpty: qtyBase.isZero(), worthUsd: timesPrice(qtyBase, priceUsd) };
  worths.set(slot, worth);
  return worth;
}

function valueUsd(state: HeldState, touch: Touch | null, symbol: string, qtyBase: Decimal): Decimal | null {
  return timesPrice(qtyBase, priceOf(state, touch, symbol));
}

function timesPrice(qtyBase: Decimal, priceUsd: string | null): Decimal | null {
  return priceUsd === null ? null : qtyBase.mul(dec(priceUsd));
}

/** The touch of its symbol, else the NAV's ask, else the mark of the position itself; null without any. */
function priceOf({ nav }: HeldState, touch: Touch | null, symbol: string): string | null {
  if (touch?.symbol === symbol) return touch.askUsd;
  if (nav === null) return null;
  return nav.marks[symbol]?.askUsd ?? positionIn(nav, symbol)?.markUsd ?? null;
}

/** Null when one of them has no price: a sum that leaves it out would be too small. */
export function allValued(holdings: readonly Holding[]): readonly ValuedHolding[] | null {
  const valued = holdings.filter((holding): holding is ValuedHolding => holding.notionalUsd !== null);
  return valued.length === holdings.length ? valued : null;
}

export function totalUsd(holdings: readonly ValuedHolding[]): Decimal {
  return holdings.reduce((sum, { notionalUsd }) => sum.plus(notionalUsd), new Decimal(0));
}
