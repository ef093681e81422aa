// An order by which the system itself, without a signal, closes a position: reduce-only, with its
// bookkeeping. Pure. It is sized from the quantity that the venue holds, and its price, where it has one, is
// bounded.

import {
  ceilToStep,
  type Decimal,
  type DecimalString,
  dec,
  decimalString,
  floorToStep,
} from "#domain/decimal.ts";
import { decisionBasis } from "#domain/documents/basis.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { ClosingWish, Group } from "#domain/documents/group.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { ExitReason, Side } from "#domain/documents/words.ts";
import { withLegEvent, withRoutesEnded } from "#domain/lifecycle/leg-lifecycle.ts";
import { type OrderCause, type PlacedOrder, placeOrder, SEND_WINDOW_MS } from "./place-order.ts";
import { routeReduction } from "./routing.ts";

const BPS_PER_UNIT = 10_000;

export interface Closing {
  readonly group: Group;
  readonly qtyBase: DecimalString;
  /** Null: a market order. Else the worst price that is taken. */
  readonly limitUsd: DecimalString | null;
  /** One with a limit that rests in place of taking, immediately or not at all. */
  readonly rests?: boolean;
  /** The cause of the closing, and the number of this order under it: together the order's id. */
  readonly causeId: string;
  readonly step: number;
  readonly exitReason: ExitReason;
  readonly configVersion: number;
  /** The price that it was decided on; null when none could be read. */
  readonly mark: TopOfBook | null;
}

/**
 * The quantity of a position that one order may close: on the venue's step, within its largest order, and so that no rest
 * stays which none could close. Null when that is below its smallest.
 */
export function closableQty(heldBase: DecimalString, market: Market, limited: boolean): DecimalString | null {
  const held = dec(heldBase);
  const step = dec(market.stepSizeBase);
  const least = dec(market.minQtyBase);
  const whole = floorToStep(held, step);
  const largest = floorToStep(dec(limited ? market.maxQtyBase : market.maxMarketQtyBase), step);
  const rest = whole.minus(largest);
  // A rest below the smallest order is left large enough, where the order itself stays large enough too.
  const short = rest.gt(0) && rest.lt(least) ? largest.minus(ceilToStep(least.minus(rest), step)) : largest;
  const part = short.lt(least) ? largest : short;
  const qty = rest.gt(0) ? part : whole;
  return qty.isZero() || qty.lt(least) ? null : decimalString(qty);
}

/** A wish as its cause has it; without a route it takes at any price. */
export type NewWish = Omit<ClosingWish, "triedAtMs" | "triedAtBase" | "route"> &
  Partial<Pick<ClosingWish, "route">>;

/**
 * The group with a wish to shrink it to `targetBase`. A wish that goes further already stays, and hurries: two who want the
 * group smaller do not wait for a better price. A strategy that leaves, in part
 * or whole, and a close by whatever cause want no further entry: the legs that wait are withdrawn. No wish leaves a leg on
 * its route: an entry that grows meanwhile what is to shrink is not wanted.
 */
export function withClosing(group: Group, wish: NewWish): Group {
  const { closing, qtyBase } = group;
  const route = closing === null ? (wish.route ?? null) : null;
  const tried = { triedAtMs: wish.sinceMs, triedAtBase: qtyBase };
  const stays = closing !== null && dec(closing.targetBase).lte(dec(wish.targetBase));
  const leaves = wish.exitReason === "signal" || dec(wish.targetBase).isZero();
  const left = leaves ? withLegEvent(group, "withdrawn", wish.sinceMs) : withRoutesEnded(group, wish.sinceMs);
  return { ...left, closing: { ...(stays ? closing : wish), ...tried, route } };
}

/** The same before any order of it was stored: nothing was tried at the quantity of now, so the next pass goes on at once. */
export function withUntriedClosing(group: Group, wish: NewWish): Group {
  const { closing, ...wished } = withClosing(group, wish);
  return { ...wished, closing: closing === null ? null : { ...closing, triedAtBase: "0" } };
}

/** The worst price that closing `side` accepts, `slippageBps` from the top of book and rounded towards it. */
export function boundedPrice(
  side: Side,
  mark: TopOfBook,
  slippageBps: number,
  market: Market,
): DecimalString {
  const tick = dec(market.tickSizeUsd);
  const share = dec(String(slippageBps)).div(BPS_PER_UNIT);
  const bound: Decimal =
    side === "long"
      ? ceilToStep(dec(mark.bidUsd).mul(dec("1").minus(share)), tick)
      : floorToStep(dec(mark.askUsd).mul(dec("1").plus(share)), tick);
  return decimalString(bound);
}

/** The number of the next order under a cause: each has an id of its own, and none is sent under another's. */
export function nextStep(accountId: string, { orderIds }: Group, causeId: string): number {
  let step = 0;
  while (orderIds.includes(clientOrderId(accountId, causeId, step))) step += 1;
  return step;
}

/** The closing as it is stored before it is sent. Never sent again under this id: a new look gives a new order. */
export function placeClosing(control: ControlState, closing: Closing, nowMs: number): PlacedOrder {
  const { group, causeId, step, exitReason } = closing;
  const cause: OrderCause = {
    intentId: causeId,
    // Not from a signal (see `isFromSignal`): there is no receipt to complete.
    signalId: causeId,
    strategyId: group.strategyId,
    step,
    exitReason,
    signalReceivedAtMs: nowMs,
    intentExpiresAtMs: nowMs + SEND_WINDOW_MS,
  };
  const request = requestOf(clientOrderId(control.accountId, causeId, step), closing);
  // A closing is decided without NAV and peak.
  const ground = { nav: null, peak: null, touch: null, mark: closing.mark, fitted: null };
  const basis = decisionBasis(closing.configVersion, ground, nowMs);
  return placeOrder(control, { request, cause, group, notionalUsd: "0", basis }, nowMs);
}

function requestOf(id: string, { group, qtyBase, limitUsd, rests = false }: Closing): OrderRequest {
  const request = routeReduction(id, group.side, dec(qtyBase), group.symbol);
  if (limitUsd === null) return request;
  return { ...request, type: "limit", priceUsd: limitUsd, timeInForce: rests ? "GTX" : "IOC" };
}
