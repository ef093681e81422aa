// The fields that a stored order and a stored stop have on Binance's wire: the send guard compares a request with them
// before it leaves.
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { StopRequest } from "#ports/venue.ts";
import type { Guarded, WireFields } from "./send-guard.ts";

/**
 * The price that fires a stop: the mark price, by which the venue also liquidates. One trade in a thin book
 * moves the last price and leaves the mark price alone, so the floor fires only on a price of the market.
 */
export const STOP_WORKING_TYPE = "MARK_PRICE";

const FORM: Pick<Guarded, "entriesOf" | "signedWith"> = {
  entriesOf: ({ url, body }: HttpRequest) => [
    ...new URL(url).searchParams,
    ...new URLSearchParams(body ?? ""),
  ],
  signedWith: { timestamp: "timestamp", recvWindow: "recvWindow", signature: "signature" },
};

export const ORDERS: Guarded = {
  ...FORM,
  noun: "order",
  path: "/fapi/v1/order",
  idField: "newClientOrderId",
};
export const STOPS: Guarded = { ...FORM, noun: "stop", path: "/fapi/v1/algoOrder", idField: "clientAlgoId" };

export function fieldsOfOrder(request: OrderRequest): WireFields {
  const { clientOrderId, symbol, side, type, qtyBase, priceUsd, timeInForce, reduceOnly } = request;
  return {
    clientId: clientOrderId,
    symbol,
    amounts: { quantity: qtyBase, price: priceUsd },
    words: {
      newClientOrderId: clientOrderId,
      symbol,
      side: side === "buy" ? "BUY" : "SELL",
      type: type === "market" ? "MARKET" : "LIMIT",
      timeInForce,
      reduceOnly: reduceOnly ? "true" : null,
      newOrderRespType: "RESULT",
    },
  };
}

/** Apart from what sends it (see binance-stops.ts), so that a mistake there is met here. */
export function fieldsOfStop(request: StopRequest): WireFields {
  const { clientStopId, kind, symbol, side, qtyBase, triggerPriceUsd } = request;
  return {
    clientId: clientStopId,
    symbol,
    amounts: { quantity: qtyBase, triggerPrice: triggerPriceUsd },
    words: {
      clientAlgoId: clientStopId,
      symbol,
      side: side === "buy" ? "BUY" : "SELL",
      algoType: "CONDITIONAL",
      type: kind === "stop" ? "STOP_MARKET" : "TAKE_PROFIT_MARKET",
      workingType: STOP_WORKING_TYPE,
      reduceOnly: "true",
    },
  };
}
