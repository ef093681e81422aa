// One venue order as Ballast keeps it. `clientOrderId` is derived from intent and step and stored before sending.
import type { DecimalString } from "./decimal.ts";

/**
 * SUBMITTING: stored, sending not yet confirmed. SUBMIT_UNKNOWN: sent or not, only the venue can tell.
 * ABSENT: the venue has confirmed more than once that it never took the order.
 */
export type OrderStatus =
  | "SUBMITTING"
  | "SUBMIT_UNKNOWN"
  | "ACCEPTED"
  | "PARTIALLY_FILLED"
  | "FILLED"
  | "CANCELED"
  | "EXPIRED"
  | "REJECTED"
  | "ABSENT";

export type OrderSide = "buy" | "sell";
export type OrderType = "market" | "limit";
export type TimeInForce = "GTC" | "IOC" | "GTX";

/** What is asked of the venue. Quantities are already on the venue's steps. */
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
  readonly code: string;
  readonly message: string;
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
  /** How often the venue has said that it does not know this order since it was last sent, and when it last did. */
  readonly absences: { readonly count: number; readonly lastAtMs: number | null };
  /** Sends so far under this id; a resend needs confirmed absence. */
  readonly sends: number;
  /** The venue refuses the request after this time (its receive window), so a paused sender cannot land late. */
  readonly sendDeadlineMs: number;
  readonly fence: number;
  readonly configVersion: number;
  /** What the decision used; null only for reductions, which must not wait for them. */
  readonly navAsOfMs: number | null;
  readonly peakBaselineId: string | null;
  readonly markAsOfMs: number | null;
  readonly signalReceivedAtMs: number;
  /** After this the order is not sent (again): the intent behind it has expired. */
  readonly intentExpiresAtMs: number;
  readonly createdAtMs: number;
  readonly sentAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly filledAtMs: number | null;
  readonly updatedAtMs: number;
}
