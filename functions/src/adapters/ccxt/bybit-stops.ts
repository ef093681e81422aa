// Bybit's conditional orders as resting exits, stops and take-profits. Once one fires, the same record is that of its order, so
// how much it took stands in it.
import { dec } from "#domain/decimal.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import type { VenueStop, VenueStopStatus } from "#ports/venue.ts";
import { averagePriceUsd } from "./bybit-orders.ts";
import type { RawOrder } from "./bybit-shapes.ts";

/** Null: it is over, and the cause tells how (see `endOf`). */
const STATUS: Readonly<Record<RawOrder["orderStatus"], VenueStopStatus | null>> = {
  Untriggered: "RESTING",
  Deactivated: "CANCELED",
  Triggered: "FIRED",
  New: "FIRED",
  PartiallyFilled: "FIRED",
  Filled: "DONE",
  Rejected: "REFUSED",
  Cancelled: null,
  PartiallyFilledCanceled: null,
};

/** Null for an order that no trigger started. */
export function stopOf(raw: RawOrder): VenueStop | null {
  if (!isConditional(raw)) return null;
  const status = STATUS[raw.orderStatus] ?? endOf(raw);
  const hasFired = status !== "RESTING" && status !== "CANCELED";
  return {
    clientStopId: raw.orderLinkId,
    kind: kindOf(raw),
    symbol: raw.symbol,
    side: raw.side,
    qtyBase: raw.qty,
    triggerPriceUsd: raw.triggerPrice,
    status,
    filledQtyBase: raw.cumExecQty,
    averagePriceUsd: averagePriceUsd(raw),
    venueOrderId: hasFired ? raw.orderId : null,
    updatedAtMs: raw.updatedTime,
  };
}

const NO_TRIGGER: ReadonlySet<string> = new Set(["", "UNKNOWN"]);

function isConditional({ stopOrderType, triggerPrice }: RawOrder): boolean {
  return !dec(triggerPrice).isZero() || !NO_TRIGGER.has(stopOrderType ?? "");
}

/** Reject reasons of a cancel that somebody asked for. */
const ON_REQUEST: ReadonlySet<string> = new Set(["", "EC_NoError", "EC_PerCancelRequest"]);

/** Of a cancelled one: withdrawn, or fired with an order that took a part, or nothing. */
function endOf({ cumExecQty, cancelType, rejectReason }: RawOrder): VenueStopStatus {
  if (!dec(cumExecQty).isZero()) return "DONE";
  const isWithdrawn = ON_REQUEST.has(rejectReason ?? "") && cancelType !== "CancelByReduceOnly";
  return isWithdrawn ? "CANCELED" : "REFUSED";
}

/** By the way in which it fires, against the position that it closes. A trailing one does in neither. */
function kindOf({
  stopOrderType,
  triggerDirection,
  side,
  reduceOnly,
  closeOnTrigger,
}: RawOrder): ExitKind | "other" {
  const shrinks = reduceOnly || closeOnTrigger === true;
  if (!shrinks || stopOrderType === "TrailingStop") return "other";
  if (triggerDirection === RISES) return side === "buy" ? "stop" : "takeProfit";
  if (triggerDirection === FALLS) return side === "buy" ? "takeProfit" : "stop";
  return "other";
}

export const RISES = 1;
export const FALLS = 2;
