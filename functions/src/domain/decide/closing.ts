// An order by which the system itself closes a position: reduce-only, not from any signal, with its bookkeeping. Pure.
// Keeps true that it is sized from what the venue holds, and that its price, where it has one, is bounded.

import { withReservation, withSlot } from "#domain/books/bookkeeping.ts";
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
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import type { Side } from "#domain/documents/words.ts";
import { sendsInWindow } from "#domain/risk/order-rate.ts";
import { SEND_WINDOW_MS } from "./decide-intent.ts";
import { routeReduction } from "./routing.ts";

const BPS_PER_UNIT = 10_000;

export interface Closing {
  readonly group: Group;
  readonly qtyBase: DecimalString;
  /** Null: a market order. Else the worst price that is taken, immediately or not at all. */
  readonly limitUsd: DecimalString | null;
  /** What orders the closing, and the how-manieth order of it this is: together the order's id. */
  readonly causeId: string;
  readonly step: number;
  readonly exitReason: "flatten" | "watchdog" | "stoploss";
  readonly configVersion: number;
  /** The price that it was decided on; null when none could be read. */
  readonly mark: TopOfBook | null;
}

export interface PlacedClosing {
  readonly order: Order;
  readonly group: Group;
  readonly control: ControlState;
}

/** What one order may close of a position: on the venue's step, within its largest order. Null when that is nothing. */
export function closableQty(heldBase: DecimalString, market: Market, limited: boolean): DecimalString | null {
  const largest = dec(limited ? market.maxQtyBase : market.maxMarketQtyBase);
  const held = dec(heldBase);
  const qty = floorToStep(held.lt(largest) ? held : largest, dec(market.stepSizeBase));
  return qty.isZero() || qty.lt(dec(market.minQtyBase)) ? null : decimalString(qty);
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

/** The closing as it is stored before it is sent. Never sent again under this id: a new look gives a new order. */
export function placeClosing(control: ControlState, closing: Closing, nowMs: number): PlacedClosing {
  const id = clientOrderId(control.accountId, closing.causeId, closing.step);
  const request = requestOf(id, closing);
  const order = newOrder(control, closing, request, nowMs);
  const group: Group = {
    ...closing.group,
    status: "REDUCING",
    orderIds: [...closing.group.orderIds, id],
    updatedAtMs: nowMs,
  };
  const reservation = {
    groupId: group.groupId,
    symbol: group.symbol,
    side: request.side,
    reduceOnly: true,
    qtyBase: closing.qtyBase,
    notionalUsd: "0",
  };
  const { throttles } = control;
  return {
    order,
    group,
    control: {
      ...control,
      slots: withSlot(control.slots, group),
      reservations: withReservation({ ...control.reservations, [id]: reservation }, order),
      throttles: { ...throttles, orderSentAtMs: [...sendsInWindow(throttles.orderSentAtMs, nowMs), nowMs] },
      updatedAtMs: nowMs,
    },
  };
}

function requestOf(id: string, { group, qtyBase, limitUsd }: Closing): OrderRequest {
  const request = routeReduction(id, group.side, dec(qtyBase), group.symbol);
  if (limitUsd === null) return request;
  return { ...request, type: "limit", priceUsd: limitUsd, timeInForce: "IOC" };
}

function newOrder(control: ControlState, closing: Closing, request: OrderRequest, nowMs: number): Order {
  const { group, causeId, step } = closing;
  return {
    request,
    accountId: control.accountId,
    intentId: causeId,
    // Not from a signal (see `isFromSignal`): there is no receipt to complete.
    signalId: causeId,
    strategyId: group.strategyId,
    groupId: group.groupId,
    step,
    exitReason: closing.exitReason,
    status: "SUBMITTING",
    venueOrderId: null,
    filledQtyBase: "0",
    averagePriceUsd: null,
    rejection: null,
    absences: { count: 0, lastAtMs: null },
    sends: 1,
    sendDeadlineMs: nowMs + SEND_WINDOW_MS,
    fence: control.lease.fence,
    // A closing asks neither NAV nor peak.
    basis: decisionBasis(closing.configVersion, { nav: null, peak: null, mark: closing.mark }, nowMs),
    signalReceivedAtMs: nowMs,
    intentExpiresAtMs: nowMs + SEND_WINDOW_MS,
    createdAtMs: nowMs,
    sentAtMs: nowMs,
    acknowledgedAtMs: null,
    filledAtMs: null,
    updatedAtMs: nowMs,
  };
}
