// How much a reduction takes: all, a share of what is held, or down to the position that the strategy states. Never more than
// is held and free, and no rest that no order could close. And the denial where that is nothing.
import { type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { denial } from "#domain/risk/context.ts";
import { targetOf } from "#domain/risk/position-target.ts";

const BPS_PER_UNIT = 10_000;

/**
 * At most the open quantity that no live reduction has claimed, so that the position cannot flip. All of it where the
 * rest would be too small for any order.
 */
export function reducibleQty(intent: Intent, heldBase: Decimal, freeBase: Decimal, market: Market): Decimal {
  const share = isOfAll(intent) ? freeBase : wantedShare(intent, heldBase);
  const step = dec(market.stepSizeBase);
  const wanted = floorToStep(share.lt(freeBase) ? share : freeBase, step);
  const isRestDust = !wanted.isZero() && freeBase.minus(wanted).lt(dec(market.minQtyBase));
  return isRestDust ? floorToStep(freeBase, step) : wanted;
}

/** Whether the position is to end. */
export function isOfAll(intent: Intent): boolean {
  return intent.action === "close" || (intent.reduceBps === null && targetOf(intent) === null);
}

/** Down to the target, where one is stated, else the share of the quantity that is held. */
function wantedShare(intent: Intent, heldBase: Decimal): Decimal {
  const target = targetOf(intent);
  if (target === null) return heldBase.mul(intent.reduceBps ?? BPS_PER_UNIT).div(BPS_PER_UNIT);
  const beyond = heldBase.minus(dec(target.targetBase));
  return beyond.lt(0) ? dec("0") : beyond;
}

interface Sizes {
  readonly heldBase: Decimal;
  readonly freeBase: Decimal;
  readonly wantedBase: Decimal;
  /** Of the group's entries whose fate is open. */
  readonly doubtedBase: Decimal;
}

/**
 * Why a reduction is too small for an order. Where an entry of the group may have filled, it is not known yet that nothing is
 * left to reduce: the exit waits for the venue's word on it.
 */
export function denialOfNothing(intent: Intent, sizes: Sizes, market: Market): Denial {
  const { heldBase, freeBase, wantedBase, doubtedBase } = sizes;
  if (doubtedBase.gt(0)) return inFlight(intent.symbol, doubtedBase);
  return targetReached(intent, heldBase) ?? tooSmall(heldBase, freeBase, wantedBase, market);
}

/** No more is held than the strategy states to hold still. */
function targetReached(intent: Intent, heldBase: Decimal): Denial | null {
  const target = targetOf(intent);
  if (target === null || intent.action === "close" || wantedShare(intent, heldBase).gt(0)) return null;
  return denial("TARGET_REACHED", {
    limit: target.targetBase,
    actual: decimalString(heldBase),
    unit: "base",
    subject: intent.symbol,
  });
}

/** Too little is free as long as other reductions are in flight; else too little is held. */
function tooSmall(held: Decimal, free: Decimal, qtyBase: Decimal, { symbol, minQtyBase }: Market): Denial {
  if (free.lt(held)) return inFlight(symbol, held.minus(free));
  return denial("QUANTITY_BELOW_MINIMUM", {
    limit: minQtyBase,
    actual: decimalString(qtyBase),
    unit: "base",
    subject: symbol,
  });
}

function inFlight(subject: string, qtyBase: Decimal): Denial {
  return denial("ORDER_IN_FLIGHT", { actual: decimalString(qtyBase), unit: "base", subject });
}
