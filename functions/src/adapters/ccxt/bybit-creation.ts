// Creating an order or a resting exit: one request, signed to be void after the deadline, compared with its record before it
// leaves, and never sent again from here. The venue answers with ids alone, and so does this.
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { OrderSide } from "#domain/documents/words.ts";
import type { Clock } from "#ports/clock.ts";
import { type Acknowledged, type CreateOrderOptions, type StopRequest, VenueError } from "#ports/venue.ts";
import type { BybitClient } from "./bybit-client.ts";
import { assertMarketOf, CATEGORY } from "./bybit-markets.ts";
import { idsShape, resultOf } from "./bybit-shapes.ts";
import { FALLS, RISES } from "./bybit-stops.ts";
import { createSendGuard, type Guarded, type SendGuard, type WireFields } from "./send-guard.ts";

/** Orders and exits go out on one path, and share their ids. */
const CREATIONS: Guarded = {
  noun: "order or exit",
  path: "/v5/order/create",
  idField: "orderLinkId",
  entriesOf,
  signedWith: {
    timestamp: "X-BAPI-TIMESTAMP",
    recvWindow: "X-BAPI-RECV-WINDOW",
    signature: "X-BAPI-SIGN",
  },
};

/** The body is signed as it is; times and signature stand in headers. */
function entriesOf({ headers, body }: HttpRequest): readonly (readonly [string, string])[] {
  const form: unknown = JSON.parse(body ?? "{}");
  const signing = Object.values(CREATIONS.signedWith).flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : ([[name, value]] as const);
  });
  return [
    ...Object.entries(form as object).map(([name, value]) => [name, String(value)] as const),
    ...signing,
  ];
}

const TIME_IN_FORCE = { GTC: "GTC", IOC: "IOC", GTX: "PostOnly" } as const;

/** In one-way mode; the position of the symbol. */
const POSITION_INDEX = 0;

type Form = Readonly<Record<string, string | number | boolean>>;

function formOfOrder(request: OrderRequest): Form {
  const { clientOrderId, symbol, side, type, qtyBase, priceUsd, timeInForce, reduceOnly } = request;
  return {
    category: CATEGORY,
    symbol,
    side: wireSide(side),
    orderType: type === "market" ? "Market" : "Limit",
    qty: qtyBase,
    ...(priceUsd === null ? {} : { price: priceUsd }),
    ...(timeInForce === null ? {} : { timeInForce: TIME_IN_FORCE[timeInForce] }),
    ...(reduceOnly ? { reduceOnly: true } : {}),
    positionIdx: POSITION_INDEX,
    orderLinkId: clientOrderId,
  };
}

/**
 * Fired by the mark price, by which the venue also liquidates: one trade in a thin book moves the last price and leaves the
 * mark price alone.
 */
function formOfStop({ clientStopId, kind, symbol, side, qtyBase, triggerPriceUsd }: StopRequest): Form {
  const firesRising = (kind === "stop") === (side === "buy");
  return {
    category: CATEGORY,
    symbol,
    side: wireSide(side),
    orderType: "Market",
    qty: qtyBase,
    triggerPrice: triggerPriceUsd,
    triggerDirection: firesRising ? RISES : FALLS,
    triggerBy: "MarkPrice",
    reduceOnly: true,
    positionIdx: POSITION_INDEX,
    orderLinkId: clientStopId,
  };
}

/** Apart from what makes the form, so that a mistake there is met here. */
function fieldsOfOrder(request: OrderRequest): WireFields {
  const { clientOrderId, symbol, side, type, qtyBase, priceUsd, timeInForce, reduceOnly } = request;
  return {
    clientId: clientOrderId,
    symbol,
    amounts: { qty: qtyBase, price: priceUsd },
    words: {
      ...wordsOfAll(clientOrderId, symbol, side),
      orderType: type === "limit" ? "Limit" : "Market",
      timeInForce: timeInForce === "GTX" ? "PostOnly" : timeInForce,
      reduceOnly: reduceOnly ? "true" : null,
    },
  };
}

function fieldsOfStop({
  clientStopId,
  kind,
  symbol,
  side,
  qtyBase,
  triggerPriceUsd,
}: StopRequest): WireFields {
  const direction = { stop: { buy: "1", sell: "2" }, takeProfit: { buy: "2", sell: "1" } } as const;
  return {
    clientId: clientStopId,
    symbol,
    amounts: { qty: qtyBase, triggerPrice: triggerPriceUsd },
    words: {
      ...wordsOfAll(clientStopId, symbol, side),
      orderType: "Market",
      triggerDirection: direction[kind][side],
      triggerBy: "MarkPrice",
      reduceOnly: "true",
    },
  };
}

function wordsOfAll(clientId: string, symbol: string, side: OrderSide): Record<string, string> {
  return { category: "linear", symbol, side: wireSide(side), positionIdx: "0", orderLinkId: clientId };
}

function wireSide(side: OrderSide): string {
  return side === "buy" ? "Buy" : "Sell";
}

export interface BybitCreation extends Pick<SendGuard, "beforeSend"> {
  order(request: OrderRequest, options: CreateOrderOptions): Promise<Acknowledged>;
  stop(request: StopRequest, options: CreateOrderOptions): Promise<Acknowledged>;
}

export function createBybitCreation(client: () => BybitClient, clock: Clock): BybitCreation {
  const guard = createSendGuard(CREATIONS, client, clock);
  const create = async (
    form: Form,
    fields: WireFields,
    { market, sendDeadlineMs }: CreateOrderOptions,
  ): Promise<Acknowledged> => {
    assertMarketOf(fields.symbol, market);
    return await guard.create(fields, sendDeadlineMs, async (times) => {
      const { exchange, signedAt } = client();
      const answer: unknown = await signedAt(times, () => exchange.privatePostV5OrderCreate(form));
      const { orderId, orderLinkId } = resultOf(idsShape, answer, "acknowledgement");
      if (orderLinkId !== fields.clientId) {
        const text = `The venue answered about ${orderLinkId} when ${fields.clientId} was sent`;
        throw new VenueError("unknown", "UNREADABLE", text);
      }
      return { acknowledged: true, clientOrderId: orderLinkId, venueOrderId: orderId };
    });
  };
  return {
    beforeSend: (request) => guard.beforeSend(request),
    order: (request, options) => create(formOfOrder(request), fieldsOfOrder(request), options),
    stop: (request, options) => create(formOfStop(request), fieldsOfStop(request), options),
  };
}
