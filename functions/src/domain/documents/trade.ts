// A fill as the venue keeps it among an account's trades. Never stored: a group's accounts are summed from all of them anew.
import type { DecimalString } from "#domain/decimal.ts";
import type { OrderSide } from "./words.ts";

export interface Trade {
  /** Unique within a symbol. */
  readonly tradeId: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly qtyBase: DecimalString;
  readonly priceUsd: DecimalString;
  /** In `feeAsset`; positive where paid. */
  readonly fee: DecimalString;
  readonly feeAsset: string;
  readonly realizedPnlUsd: DecimalString;
  /** It rested in the book before. */
  readonly isMaker: boolean;
  /** Venue's time. */
  readonly atMs: number;
}

/** The last price of a minute, by which a fee in another coin is valued. */
export interface MinutePrice {
  /** When the minute begins. */
  readonly openMs: number;
  readonly closeUsd: DecimalString;
}
