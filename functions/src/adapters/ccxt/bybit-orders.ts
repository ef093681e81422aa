// Bybit's record of an order, read into our words. Conditional orders stand in the same lists: one that waits for its trigger
// is no order yet, and one that has fired is. Must not call an order cancelled that the venue did not take.
import { type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { OrderType, Rejection } from "#domain/documents/order.ts";
import type { ForcedFor, VenueOrder } from "#ports/venue.ts";
import { reasonOf } from "./bybit-codes.ts";
import type { RawOrder } from "./bybit-shapes.ts";

type Status = VenueOrder["status"];

/** Bybit's states in ours; null: waits for its trigger, or was withdrawn while it did. `Triggered` lasts an instant. */
const STATUS: Readonly<Record<RawOrder["orderStatus"], Status | null>> = {
  New: "ACCEPTED",
  Triggered: "ACCEPTED",
  PartiallyFilled: "PARTIALLY_FILLED",
  Filled: "FILLED",
  Rejected: "REJECTED",
  Cancelled: "CANCELED",
  PartiallyFilledCanceled: "CANCELED",
  Untriggered: null,
  Deactivated: null,
};

const TYPE: Readonly<Record<string, OrderType>> = { Limit: "limit", Market: "market" };

/** The venue's own reasons to make an order (docs/v5/enum#createtype). */
const FORCED: Readonly<Record<string, ForcedFor>> = {
  CreateByLiq: "liquidation",
  CreateByTakeOver_PassThrough: "liquidation",
  CreateByAdl_PassThrough: "adl",
  CreateBySettle: "settlement",
};

/** Null for a conditional order that has not fired. */
export function venueOrderOf(raw: RawOrder): VenueOrder | null {
  const status = STATUS[raw.orderStatus];
  if (status === null) return null;
  const rejection = rejectionOf(raw);
  const forcedFor = FORCED[raw.createType ?? ""];
  return {
    clientOrderId: raw.orderLinkId,
    venueOrderId: raw.orderId,
    symbol: raw.symbol,
    side: raw.side,
    type: TYPE[raw.orderType] ?? "other",
    // A market order's is the price up to which the venue lets it take.
    priceUsd: raw.orderType === "Market" || dec(raw.price).isZero() ? null : raw.price,
    status: rejection !== null ? "REJECTED" : hasExpired(raw) ? "EXPIRED" : status,
    qtyBase: raw.qty,
    filledQtyBase: raw.cumExecQty,
    averagePriceUsd: averagePriceUsd(raw),
    reduceOnly: raw.reduceOnly,
    updatedAtMs: raw.updatedTime,
    ...(forcedFor === undefined ? {} : { forcedFor }),
    ...(rejection === null ? {} : { rejection }),
  };
}

/** Null before the first fill. */
export function averagePriceUsd({ cumExecQty, cumExecValue, avgPrice }: RawOrder): DecimalString | null {
  const filledQty = dec(cumExecQty);
  if (filledQty.isZero()) return null;
  if (!dec(avgPrice).isZero()) return avgPrice;
  if (dec(cumExecValue).isZero()) return null;
  return decimalString(dec(cumExecValue).div(filledQty).toDecimalPlaces(12));
}

const TAKES = "EC_PostOnlyWillTakeLiquidity";
const REDUCES_NOTHING = "CancelByReduceOnly";

/**
 * Why the venue did not take an order that it had acknowledged; null where it did. It cancels an order that may only rest and
 * would take, and one that is to reduce at once and meets nothing.
 */
function rejectionOf(raw: RawOrder): Rejection | null {
  if (!dec(raw.cumExecQty).isZero()) return null;
  const { orderStatus, cancelType, rejectReason } = raw;
  const reducesNothing = cancelType === REDUCES_NOTHING && isImmediate(raw);
  if (orderStatus === "Cancelled" && rejectReason !== TAKES && !reducesNothing) return null;
  if (orderStatus !== "Cancelled" && orderStatus !== "Rejected") return null;
  const code = reducesNothing ? REDUCES_NOTHING : (rejectReason ?? orderStatus);
  const message = `The venue refused the order after its acknowledgement: ${code}`;
  const reason = reasonOf({ code, message });
  return { code, message, ...(reason === null ? {} : { reason }) };
}

/** Ended by its own terms, or so as not to trade with the account itself. */
function hasExpired(raw: RawOrder): boolean {
  const isCanceled = STATUS[raw.orderStatus] === "CANCELED";
  return isCanceled && (isImmediate(raw) || raw.cancelType === "CancelBySmp");
}

function isImmediate({ orderType, timeInForce }: RawOrder): boolean {
  return orderType === "Market" || timeInForce === "IOC" || timeInForce === "FOK";
}
