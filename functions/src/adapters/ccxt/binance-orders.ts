// Binance's record of an order, read into our words.
import type { DecimalString } from "#domain/decimal.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { OrderType } from "#domain/documents/order.ts";
import type { VenueOrder } from "#ports/venue.ts";
import type { RawOrder } from "./binance-shapes.ts";

/** Binance's states in ours. `EXPIRED_IN_MATCH` is an expiry by self-trade prevention. */
const STATUS: Readonly<Record<RawOrder["status"], VenueOrder["status"]>> = {
  NEW: "ACCEPTED",
  PARTIALLY_FILLED: "PARTIALLY_FILLED",
  FILLED: "FILLED",
  CANCELED: "CANCELED",
  REJECTED: "REJECTED",
  EXPIRED: "EXPIRED",
  EXPIRED_IN_MATCH: "EXPIRED",
};

const TYPE: Readonly<Record<string, OrderType>> = { LIMIT: "limit", MARKET: "market" };

export function venueOrderOf(raw: RawOrder): VenueOrder {
  return {
    clientOrderId: raw.clientOrderId,
    venueOrderId: raw.orderId,
    symbol: raw.symbol,
    side: raw.side,
    type: TYPE[raw.type] ?? "other",
    priceUsd: dec(raw.price).isZero() ? null : raw.price,
    status: STATUS[raw.status],
    qtyBase: raw.origQty,
    filledQtyBase: raw.executedQty,
    averagePriceUsd: averagePrice(raw),
    reduceOnly: raw.reduceOnly,
    updatedAtMs: raw.updateTime,
  };
}

/** Null before the first fill: Binance then sends zeroes. */
function averagePrice({ executedQty, avgPrice, cumQuote }: RawOrder): DecimalString | null {
  const filledQty = dec(executedQty);
  if (filledQty.isZero()) return null;
  if (!dec(avgPrice).isZero()) return avgPrice;
  return dec(cumQuote).isZero() ? null : decimalString(dec(cumQuote).div(filledQty).toDecimalPlaces(12));
}
