// The content of the dashboard's first screen, in one read. Written by the lease holder with each outcome.

import type { DecimalString } from "#domain/decimal.ts";
import type { TradingStateLatch } from "./control.ts";
import type { Group } from "./group.ts";
import type { OrderStatus, OrderType, Rejection, TimeInForce } from "./order.ts";
import type { OrderSide } from "./words.ts";

export interface OrderRow {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  /** Null for market orders, and for an order that a release before 0.3.0 has listed. */
  readonly timeInForce: TimeInForce | null;
  readonly reduceOnly: boolean;
  readonly qtyBase: DecimalString;
  readonly filledQtyBase: DecimalString;
  readonly averagePriceUsd: DecimalString | null;
  readonly status: OrderStatus;
  readonly rejection: Rejection | null;
  readonly strategyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Received to sent, and sent to the venue's answer; null while unknown. */
  readonly toSentMs: number | null;
  readonly toAcknowledgedMs: number | null;
}

/** `accounts/{a}/views/overview` */
export interface Overview {
  readonly accountId: string;
  readonly tradingState: TradingStateLatch;
  /** Groups not ended. */
  readonly groups: readonly Group[];
  /** Newest first, bounded. */
  readonly orders: readonly OrderRow[];
  readonly slots: { readonly used: number; readonly limit: number };
  readonly updatedAtMs: number;
}
