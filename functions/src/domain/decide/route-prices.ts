// Prices of an entry on its route: the reference that it was decided on, the bound that no order of it passes, and where an
// order rests. Each is on the tick, rounded by side away from giving up money. Pure.
import { ceilToStep, Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { EntryChoice } from "#domain/documents/tuning.ts";
import type { Side } from "#domain/documents/words.ts";

const BPS_PER_UNIT = 10_000;

type Tick = Pick<Market, "tickSizeUsd">;
type Top = Pick<TopOfBook, "bidUsd" | "askUsd">;

/** The price that an order which takes would get: a long the ask, a short the bid. */
export function referenceUsd(side: Side, { bidUsd, askUsd }: Top): Decimal {
  return dec(side === "long" ? askUsd : bidUsd);
}

/** The worst price that any order of the route asks for. */
export function boundUsd(side: Side, reference: Decimal, boundBps: number, { tickSizeUsd }: Tick): Decimal {
  const tick = dec(tickSizeUsd);
  const away = reference.mul(boundBps).div(BPS_PER_UNIT);
  return side === "long" ? floorToStep(reference.plus(away), tick) : ceilToStep(reference.minus(away), tick);
}

/** Where an order rests: its own touch or ticks inside it, one tick from taking at least, and never past the bound. */
export function makerUsd(
  side: Side,
  top: Top,
  { offsetTicks }: Pick<EntryChoice, "offsetTicks">,
  { bound, market }: { readonly bound: Decimal; readonly market: Tick },
): Decimal {
  const tick = dec(market.tickSizeUsd);
  const inside = tick.mul(offsetTicks);
  const [bid, ask] = [dec(top.bidUsd), dec(top.askUsd)];
  return side === "long"
    ? Decimal.min(floorToStep(bid, tick).plus(inside), ceilToStep(ask, tick).minus(tick), bound)
    : Decimal.max(ceilToStep(ask, tick).minus(inside), floorToStep(bid, tick).plus(tick), bound);
}

/** Whether something can be taken within the bound at the touch of now. */
export function isWithinBound(side: Side, top: Top, bound: Decimal): boolean {
  const taken = referenceUsd(side, top);
  return side === "long" ? taken.lte(bound) : taken.gte(bound);
}
