// Orders between our words and Binance's: the venue's record read into ours, and a request compared with the bytes
// that are about to leave.
import type { DecimalString } from "#domain/decimal.ts";
import { dec, decimalString, isDecimalString } from "#domain/decimal.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import { VenueError, type VenueOrder } from "#ports/venue.ts";
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

export function venueOrderOf(raw: RawOrder): VenueOrder {
  return {
    clientOrderId: raw.clientOrderId,
    venueOrderId: raw.orderId,
    symbol: raw.symbol,
    side: raw.side,
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

/** Parameters that ccxt adds to every order and that are checked by their presence only. */
const SIGNED_WITH = new Set(["timestamp", "recvWindow", "signature"]);

/**
 * Throws VenueError `rejected` when the form that is about to leave is not exactly the order asked for: `PRECISION`
 * when quantity or price changed on the way (ccxt truncates and rounds), `WIRE_MISMATCH` for anything else.
 */
export function assertSameOrder(form: string, request: OrderRequest): void {
  const sent = new Map(new URLSearchParams(form));
  for (const [field, wanted] of [
    ["quantity", request.qtyBase],
    ["price", request.priceUsd],
  ] as const) {
    if (!isSameAmount(sent.get(field) ?? null, wanted)) {
      throw new VenueError(
        "rejected",
        "PRECISION",
        `${field} would go out as ${sent.get(field) ?? "nothing"}, not ${wanted}: not on the venue's steps`,
      );
    }
  }
  const wanted = new Map<string, string>([
    ["symbol", request.symbol],
    ["side", request.side.toUpperCase()],
    ["type", request.type.toUpperCase()],
    ["newClientOrderId", request.clientOrderId],
    ["newOrderRespType", "RESULT"],
  ]);
  if (request.timeInForce !== null) wanted.set("timeInForce", request.timeInForce);
  if (request.reduceOnly) wanted.set("reduceOnly", "true");
  const exact = new Set(["quantity", "price", ...SIGNED_WITH]);
  const differing = [...new Set([...sent.keys(), ...wanted.keys()])].filter(
    (name) => !exact.has(name) && sent.get(name) !== wanted.get(name),
  );
  const unsigned = [...SIGNED_WITH].filter((name) => !sent.has(name));
  if (differing.length > 0 || unsigned.length > 0) {
    throw new VenueError(
      "rejected",
      "WIRE_MISMATCH",
      `The order would not go out as asked: ${[...differing, ...unsigned].join(", ")}`,
    );
  }
}

function isSameAmount(sent: string | null, wanted: DecimalString | null): boolean {
  if (sent === null || wanted === null) return sent === wanted;
  return isDecimalString(sent) && dec(sent).eq(dec(wanted));
}
