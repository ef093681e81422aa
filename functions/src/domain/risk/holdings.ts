// Positions held and on their way, valued at the marks of the NAV, or at the touch where one was read. Reservations of
// live orders count as held, so two orders in flight cannot both use the same room. Of books and venue the larger counts.

import { Decimal, dec } from "#domain/decimal.ts";
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

/** By symbol the larger of books (slots, and entries in flight) and venue; valued at the ask, never too small. */
export function holdingsOf(state: HeldState, touch: Touch | null = null): readonly Holding[] {
  const { control, nav } = state;
  const booked = bookedHoldings(state, touch);
  const symbols = new Set([...booked.map(({ symbol }) => symbol), ...(nav?.positions ?? []).map(symbolOf)]);
  return [...symbols].flatMap((symbol) => {
    const own = booked.filter((each) => each.symbol === symbol);
    const atVenue = venueBase(state, symbol);
    if (atVenue === null || atVenue.isZero()) return own;
    const { leastBase, mostBase } = bookedBase(control, symbol);
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
  });
}

const symbolOf = ({ symbol }: { readonly symbol: string }): string => symbol;

type HeldState = Pick<RiskState, "control" | "nav" | "nowMs">;

function bookedHoldings(state: HeldState, touch: Touch | null): readonly Holding[] {
  const { control } = state;
  const held = Object.values(control.slots)
    .filter((slot) => !dec(slot.qtyBase).isZero())
    .map(({ symbol, side, strategyId, qtyBase }): Holding => {
      return { symbol, side, strategyId, notionalUsd: valueUsd(state, touch, symbol, dec(qtyBase)) };
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

/** At the touch of its symbol, else at the NAV's ask, else at the mark of the position itself; null without any. */
function valueUsd({ nav }: HeldState, touch: Touch | null, symbol: string, qtyBase: Decimal): Decimal | null {
  const position = nav?.positions.find((each) => each.symbol === symbol);
  const priceUsd =
    touch?.symbol === symbol ? touch.askUsd : (nav?.marks[symbol]?.askUsd ?? position?.markUsd ?? null);
  return priceUsd === null ? null : qtyBase.mul(dec(priceUsd));
}

/** Null when one of them has no price: a sum that leaves it out would be too small. */
export function allValued(holdings: readonly Holding[]): readonly ValuedHolding[] | null {
  const valued = holdings.filter((holding): holding is ValuedHolding => holding.notionalUsd !== null);
  return valued.length === holdings.length ? valued : null;
}

export function totalUsd(holdings: readonly ValuedHolding[]): Decimal {
  return holdings.reduce((sum, { notionalUsd }) => sum.plus(notionalUsd), new Decimal(0));
}

/** Longs less shorts. */
export function netUsd(holdings: readonly ValuedHolding[]): Decimal {
  return holdings.reduce(
    (sum, { side, notionalUsd }) => (side === "long" ? sum.plus(notionalUsd) : sum.minus(notionalUsd)),
    new Decimal(0),
  );
}
