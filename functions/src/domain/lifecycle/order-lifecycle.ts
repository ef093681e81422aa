// How an order moves: a table of (status, event), total over both. An ended order never moves again, and only
// evidence from the venue ends doubt about a send.
import { Decimal, dec } from "#domain/decimal.ts";
import {
  isFromSignal,
  type Order,
  type OrderStatus,
  type Rejection,
  type VenueOrderStatus,
} from "#domain/documents/order.ts";

export const LIVE_STATUSES = ["SUBMITTING", "SUBMIT_UNKNOWN", "ACCEPTED", "PARTIALLY_FILLED"] as const;
const ENDED: ReadonlySet<OrderStatus> = new Set(["FILLED", "CANCELED", "EXPIRED", "REJECTED", "ABSENT"]);

export function isEnded(status: OrderStatus): boolean {
  return ENDED.has(status);
}

/** True while only the venue can say whether the order reached it. */
export function isUnresolved(status: OrderStatus): boolean {
  return status === "SUBMITTING" || status === "SUBMIT_UNKNOWN";
}

/** The venue's word, cumulative: applying it twice, or an older word after a newer one, changes nothing. */
export interface VenueEvidence {
  readonly venueOrderId: string;
  readonly status: VenueOrderStatus;
  readonly filledQtyBase: string;
  readonly averagePriceUsd: string | null;
  /** Why a venue refused an order that it had acknowledged. */
  readonly rejection?: Rejection;
}

export type OrderEvent =
  | { readonly type: "venueSaid"; readonly evidence: VenueEvidence; readonly atMs: number }
  /** Of the last send alone: it says nothing about an earlier one. */
  | { readonly type: "venueRefused"; readonly rejection: Rejection; readonly atMs: number }
  /** The last send was certainly not processed, or never left; a later one may be. */
  | { readonly type: "notTaken"; readonly cause: Rejection; readonly atMs: number }
  | { readonly type: "outcomeUnknown"; readonly cause: Rejection; readonly atMs: number }
  | { readonly type: "venueDoesNotKnow"; readonly atMs: number }
  | { readonly type: "absenceConfirmed"; readonly atMs: number }
  | {
      readonly type: "resent";
      readonly sendDeadlineMs: number;
      readonly fence: number;
      readonly atMs: number;
    };

type EventType = OrderEvent["type"];

/**
 * Effect of a (status, event) pair. `keep` is a legal repeat or a late word, and leaves the order as it is.
 */
type Effect = "apply" | "keep";

const UNRESOLVED: Readonly<Record<EventType, Effect>> = {
  venueSaid: "apply",
  venueRefused: "apply",
  notTaken: "apply",
  outcomeUnknown: "apply",
  venueDoesNotKnow: "apply",
  absenceConfirmed: "apply",
  resent: "apply",
};
/** The venue has it: a lost reply to a second look cannot put it in doubt again. */
const AT_VENUE: Readonly<Record<EventType, Effect>> = {
  venueSaid: "apply",
  venueRefused: "keep",
  notTaken: "keep",
  outcomeUnknown: "keep",
  // Counted, and nothing else: it may have forgotten an order that ended long ago.
  venueDoesNotKnow: "apply",
  absenceConfirmed: "keep",
  resent: "keep",
};
const DONE: Readonly<Record<EventType, Effect>> = {
  // Odd: fills may be reported after a cancel was; the quantity still counts (see `venueSaid`).
  venueSaid: "apply",
  venueRefused: "keep",
  notTaken: "keep",
  outcomeUnknown: "keep",
  venueDoesNotKnow: "keep",
  absenceConfirmed: "keep",
  resent: "keep",
};

export const ORDER_TRANSITIONS: Readonly<Record<OrderStatus, Readonly<Record<EventType, Effect>>>> = {
  SUBMITTING: UNRESOLVED,
  SUBMIT_UNKNOWN: UNRESOLVED,
  ACCEPTED: AT_VENUE,
  PARTIALLY_FILLED: AT_VENUE,
  FILLED: DONE,
  CANCELED: DONE,
  EXPIRED: DONE,
  REJECTED: DONE,
  ABSENT: DONE,
};

const NOT_DENIED: Pick<Order, "absences" | "deniedSinceMs"> = {
  absences: { count: 0, lastAtMs: null },
  deniedSinceMs: null,
};

/** Order after the event; the same object when nothing changes. */
export function nextOrder(order: Order, event: OrderEvent): Order {
  if (ORDER_TRANSITIONS[order.status][event.type] === "keep") return order;
  switch (event.type) {
    case "venueSaid":
      return afterVenueSaid(order, event.evidence, event.atMs);
    case "venueRefused":
      return afterRefusal(order, event.rejection, { isFinal: true, atMs: event.atMs });
    case "notTaken":
      return afterRefusal(order, event.cause, { isFinal: !mayBeSentAgain(order), atMs: event.atMs });
    case "outcomeUnknown":
      return { ...order, status: "SUBMIT_UNKNOWN", rejection: event.cause, updatedAtMs: event.atMs };
    case "venueDoesNotKnow":
      return {
        ...order,
        status: isUnresolved(order.status) ? "SUBMIT_UNKNOWN" : order.status,
        absences: { count: order.absences.count + 1, lastAtMs: event.atMs },
        deniedSinceMs: order.deniedSinceMs ?? event.atMs,
        updatedAtMs: event.atMs,
      };
    case "absenceConfirmed":
      return { ...order, status: "ABSENT", updatedAtMs: event.atMs };
    case "resent":
      return {
        ...order,
        status: "SUBMITTING",
        ...NOT_DENIED,
        sends: order.sends + 1,
        openSends: [...order.openSends, order.sends + 1],
        sendDeadlineMs: event.sendDeadlineMs,
        fence: event.fence,
        sentAtMs: event.atMs,
        updatedAtMs: event.atMs,
      };
  }
}

/**
 * An order at any price, by a signal, that shrinks a position. An entry is never sent again; a closing, and an exit after which
 * the next one takes, is planned anew instead.
 */
export function mayBeSentAgain(order: Order): boolean {
  return order.request.reduceOnly && order.request.priceUsd === null && isFromSignal(order);
}

/** Rejected when no send is left that may have arrived; else the earlier ones are as open as before. */
function afterRefusal(
  order: Order,
  rejection: Rejection,
  { isFinal, atMs }: { readonly isFinal: boolean; readonly atMs: number },
): Order {
  const openSends = order.openSends.filter((send) => send !== order.sends);
  if (isFinal && openSends.length === 0)
    return { ...order, status: "REJECTED", openSends, rejection, ...answered(order, atMs) };
  return { ...order, status: "SUBMIT_UNKNOWN", openSends, rejection, updatedAtMs: atMs };
}

function answered(order: Order, atMs: number): Pick<Order, "acknowledgedAtMs" | "updatedAtMs"> {
  return { acknowledgedAtMs: order.acknowledgedAtMs ?? atMs, updatedAtMs: atMs };
}

/** In every order of arrival, the cumulative quantity never falls and an ended order stays ended. */
function afterVenueSaid(order: Order, evidence: VenueEvidence, atMs: number): Order {
  const moreFilled = dec(evidence.filledQtyBase).gt(dec(order.filledQtyBase));
  const status = isFinal(order.status) ? order.status : laterStatus(order.status, evidence.status);
  const isDoubted = order.absences.count > 0 && !isEnded(order.status);
  const isKnown = order.venueOrderId === evidence.venueOrderId && !isDoubted;
  const isPriced = pricesTheFills(order, evidence);
  if (!moreFilled && !isPriced && status === order.status && isKnown) return order;
  const filledQtyBase = moreFilled ? evidence.filledQtyBase : order.filledQtyBase;
  const full = dec(filledQtyBase).gte(dec(order.request.qtyBase));
  const settled: OrderStatus = full ? "FILLED" : status;
  return {
    ...order,
    status: settled,
    venueOrderId: evidence.venueOrderId,
    filledQtyBase,
    averagePriceUsd: moreFilled || isPriced ? evidence.averagePriceUsd : order.averagePriceUsd,
    ...NOT_DENIED,
    rejection: settled === "REJECTED" ? (evidence.rejection ?? order.rejection) : null,
    filledAtMs: settled === "FILLED" ? (order.filledAtMs ?? atMs) : order.filledAtMs,
    ...answered(order, atMs),
  };
}

/** An end that the venue itself gave. Absence and refusal are ended by its word that the order is there after all. */
function isFinal(status: OrderStatus): boolean {
  return isEnded(status) && status !== "ABSENT" && status !== "REJECTED";
}

/** Whether the evidence brings the price of fills that are booked without one. */
function pricesTheFills({ filledQtyBase, averagePriceUsd }: Order, evidence: VenueEvidence): boolean {
  if (averagePriceUsd !== null || evidence.averagePriceUsd === null || dec(filledQtyBase).isZero())
    return false;
  return dec(evidence.filledQtyBase).eq(dec(filledQtyBase));
}

/** ACCEPTED never follows PARTIALLY_FILLED: an older word that arrives late does not take fills back. */
function laterStatus(current: OrderStatus, said: OrderStatus): OrderStatus {
  return current === "PARTIALLY_FILLED" && said === "ACCEPTED" ? current : said;
}

/** The part of `next` that is beyond `previous`, which the group still has to take in. */
export interface FillDelta {
  readonly qtyBase: Decimal;
  /** Null while no price of the fills is known, not even one to estimate by. */
  readonly costUsd: Decimal | null;
  /** The cost stands on a price that was known before the fill, because the venue named none. */
  readonly isEstimated: boolean;
}

export function fillDelta(previous: Order, next: Order): FillDelta {
  const qtyBase = dec(next.filledQtyBase).minus(dec(previous.filledQtyBase));
  const [before, after] = [filledCostUsd(previous), filledCostUsd(next)];
  const costUsd = before === null || after === null ? null : after.minus(before);
  return { qtyBase, costUsd, isEstimated: isUnpriced(next) };
}

/** Filled, and the venue named no price. */
export function isUnpriced({ filledQtyBase, averagePriceUsd }: Order): boolean {
  return averagePriceUsd === null && !dec(filledQtyBase).isZero();
}

function filledCostUsd(order: Order): Decimal | null {
  const filledBase = dec(order.filledQtyBase);
  if (filledBase.isZero()) return new Decimal(0);
  const priceUsd = order.averagePriceUsd ?? priceKnownBefore(order);
  return priceUsd === null ? null : filledBase.mul(dec(priceUsd));
}

/** The limit that the order went out with, else the touch that it was decided on: no fill is booked at zero. */
function priceKnownBefore({ request, basis }: Order): string | null {
  if (request.priceUsd !== null) return request.priceUsd;
  const quote = basis.touch ?? basis.mark;
  if (quote === null) return null;
  return request.side === "buy" ? quote.askUsd : quote.bidUsd;
}
