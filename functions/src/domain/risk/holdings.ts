// Positions held and on their way, at the prices that the NAV knows. Reservations of live orders count as
// held, so two orders in flight cannot both use the same room.

import { Decimal, dec } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Side } from "#domain/documents/words.ts";

export interface Holding {
  readonly symbol: string;
  readonly side: Side;
  /** Null when the slot that an order belongs to is gone: no strategy's own any more, but held all the same. */
  readonly strategyId: string | null;
  /** Null when no price is known for it. */
  readonly notionalUsd: Decimal | null;
}

export interface ValuedHolding extends Holding {
  readonly notionalUsd: Decimal;
}

/** Slots that hold something, at the ask (the larger side: never valued too small), and entries in flight. */
export function holdingsOf(control: ControlState, nav: Nav | null): readonly Holding[] {
  const held = Object.values(control.slots)
    .filter((slot) => !dec(slot.qtyBase).isZero())
    .map(({ symbol, side, strategyId, qtyBase }): Holding => {
      const mark = nav?.marks[symbol];
      const notionalUsd = mark === undefined ? null : dec(qtyBase).mul(dec(mark.askUsd));
      return { symbol, side, strategyId, notionalUsd };
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
