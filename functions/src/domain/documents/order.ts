// One venue order as Ballast keeps it. `clientOrderId` is derived from intent and step and stored before sending.

import type { DecimalString } from "#domain/decimal.ts";
import type { DecisionBasis } from "./basis.ts";
import type {
  Absences,
  ExitReason,
  ORDER_STATUSES,
  ORDER_TYPES,
  OrderSide,
  TIMES_IN_FORCE,
  VenueReason,
  WordOf,
} from "./words.ts";

export type OrderStatus = WordOf<typeof ORDER_STATUSES>;
/** Statuses that the venue itself can give; the rest are ours. */
export type VenueOrderStatus = Exclude<OrderStatus, "SUBMITTING" | "SUBMIT_UNKNOWN" | "ABSENT">;
export type OrderType = WordOf<typeof ORDER_TYPES>;
export type TimeInForce = WordOf<typeof TIMES_IN_FORCE>;

/** The request to the venue. Quantities are already on the venue's steps. */
export interface OrderRequest {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly qtyBase: DecimalString;
  /** Null for market orders. */
  readonly priceUsd: DecimalString | null;
  readonly timeInForce: TimeInForce | null;
  readonly reduceOnly: boolean;
}

export interface Rejection {
  /** The venue's own, or ours; for people. */
  readonly code: string;
  readonly message: string;
  /** Missing where it has no meaning that venues share, and in documents of a release before 0.3.0. */
  readonly reason?: VenueReason | null;
}

/** `accounts/{a}/orders/{clientOrderId}` */
export interface Order {
  readonly request: OrderRequest;
  readonly accountId: string;
  readonly intentId: string;
  readonly signalId: string;
  readonly strategyId: string;
  readonly groupId: string;
  readonly step: number;
  readonly status: OrderStatus;
  readonly venueOrderId: string | null;
  readonly filledQtyBase: DecimalString;
  /** Volume-weighted price of the fills; null before the first. */
  readonly averagePriceUsd: DecimalString | null;
  readonly rejection: Rejection | null;
  readonly absences: Absences;
  /** When the first of those denials was; null while there is none. */
  readonly deniedSinceMs: number | null;
  /** Sends so far under this id; only a reduction is ever sent again. */
  readonly sends: number;
  /**
   * Which of the sends, counted from 1, may have reached the venue: a refusal takes its own away. Empty while the order
   * is unresolved: the venue has certainly taken none.
   */
  readonly openSends: readonly number[];
  /** The venue refuses the request after this time (its receive window), so a paused sender cannot land late. */
  readonly sendDeadlineMs: number;
  readonly fence: number;
  readonly basis: DecisionBasis;
  /** Why it closes, should its fill end the group; null for an entry. */
  readonly exitReason: ExitReason | null;
  readonly signalReceivedAtMs: number;
  /** After this the order is not sent (again): the intent behind it has expired. */
  readonly intentExpiresAtMs: number;
  readonly createdAtMs: number;
  readonly sentAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly filledAtMs: number | null;
  readonly updatedAtMs: number;
}

/** An order that the system itself decided (a flatten, a watchdog's closing) has no signal and so no receipt. */
export function isFromSignal(order: Order): boolean {
  return order.signalId !== order.intentId;
}
