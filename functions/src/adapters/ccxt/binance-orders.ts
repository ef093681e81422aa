// Binance's record of an order, read into our words, and the price of a fill that an answer leaves out.
import type { DecimalString } from "#domain/decimal.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { OrderType } from "#domain/documents/order.ts";
import { type ForcedFor, VenueError, type VenueOrder } from "#ports/venue.ts";
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

/** Beginnings of the client ids that the venue gives to its own orders: of liquidation, of ADL, of a settlement. */
const FORCED: readonly (readonly [string, ForcedFor])[] = [
  ["autoclose-", "liquidation"],
  ["adl_autoclose", "adl"],
  ["settlement_autoclose-", "settlement"],
];

export function venueOrderOf(raw: RawOrder): VenueOrder {
  const forced = FORCED.find(([start]) => raw.clientOrderId.startsWith(start));
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
    ...(forced === undefined ? {} : { forcedFor: forced[1] }),
  };
}

/** Null before the first fill, when Binance sends zeroes, and where the answer names no price. */
function averagePrice({ executedQty, avgPrice, cumQuote }: RawOrder): DecimalString | null {
  const filledQty = dec(executedQty);
  if (filledQty.isZero()) return null;
  if (avgPrice !== undefined && !dec(avgPrice).isZero()) return avgPrice;
  if (cumQuote === undefined || dec(cumQuote).isZero()) return null;
  return decimalString(dec(cumQuote).div(filledQty).toDecimalPlaces(12));
}

/**
 * The order with the price of its fill, looked up where the answer lacks it. The look-up adds a price or nothing: what
 * the answer said stands, and a look-up that fails or shows another quantity leaves the price open.
 */
export async function priced(
  order: VenueOrder,
  lookUp: () => Promise<VenueOrder | null>,
): Promise<VenueOrder> {
  if (order.averagePriceUsd !== null || dec(order.filledQtyBase).isZero()) return order;
  try {
    const known = await lookUp();
    if (known === null || !dec(known.filledQtyBase).eq(dec(order.filledQtyBase))) return order;
    return { ...order, averagePriceUsd: known.averagePriceUsd };
  } catch (error) {
    if (error instanceof VenueError) return order;
    throw error;
  }
}
