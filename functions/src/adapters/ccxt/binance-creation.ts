// Creating an order: one request, signed to be void after the deadline, compared with what was asked before it leaves,
// and never sent again from here.
import { isDeepStrictEqual } from "node:util";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Clock } from "#ports/clock.ts";
import type { CreateOrderOptions, VenueOrder } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { ccxtMarketOf } from "./binance-markets.ts";
import { assertSameOrder, venueOrderOf } from "./binance-orders.ts";
import { orderShape, read } from "./binance-shapes.ts";
import { sendWindowMs } from "./binance-window.ts";
import type { HttpRequest } from "./http-transport.ts";

const ORDER_PATH = "/fapi/v1/order";

interface Creation {
  readonly request: OrderRequest;
  isSent: boolean;
}

export interface OrderCreation {
  /** Hook of the client: lets only orders out that were asked for, exactly as asked, and each once. */
  beforeSend(request: HttpRequest): void;
  create(request: OrderRequest, options: CreateOrderOptions): Promise<VenueOrder>;
  learnMarkets(markets: readonly Market[]): void;
}

export function createOrderCreation(client: () => BinanceClient, clock: Clock): OrderCreation {
  const pending = new Map<string, Creation>();
  const markets = createMarketBook(client);
  return {
    learnMarkets: (known) => void markets.learn(known),
    beforeSend({ method, url, body }) {
      if (method !== "POST" || new URL(url).pathname !== ORDER_PATH) return;
      const form = body ?? "";
      const creation = pending.get(new URLSearchParams(form).get("newClientOrderId") ?? "");
      if (creation === undefined || creation.isSent) {
        throw new VenueError("rejected", "WIRE_MISMATCH", "An order that was not asked for would go out");
      }
      assertSameOrder(form, creation.request);
      creation.isSent = true;
    },
    async create(request, { market, sendDeadlineMs }) {
      const windowMs = sendWindowMs(sendDeadlineMs, clock.nowMs());
      if (pending.has(request.clientOrderId)) {
        throw new VenueError("unknown", "IN_FLIGHT", `${request.clientOrderId} is being sent already`);
      }
      const [ccxtSymbol] = markets.learn([market]);
      const creation: Creation = { request, isSent: false };
      pending.set(request.clientOrderId, creation);
      try {
        const answer = await send(client(), request, ccxtSymbol ?? market.symbol, {
          nowMs: clock.nowMs(),
          windowMs,
        });
        return orderOf(answer, request);
      } catch (error) {
        if (error instanceof VenueError || !creation.isSent) throw error;
        throw new VenueError("unknown", "UNREADABLE", "The venue's answer to an order cannot be read", {
          cause: error,
        });
      } finally {
        pending.delete(request.clientOrderId);
      }
    },
  };
}

async function send(
  { exchange, offsetMs }: BinanceClient,
  request: OrderRequest,
  ccxtSymbol: string,
  { nowMs, windowMs }: { readonly nowMs: number; readonly windowMs: number },
): Promise<unknown> {
  const parameters = {
    newClientOrderId: request.clientOrderId,
    timestamp: nowMs + offsetMs(),
    recvWindow: windowMs,
    ...(request.timeInForce === null ? {} : { timeInForce: request.timeInForce }),
    ...(request.reduceOnly ? { reduceOnly: true } : {}),
  };
  // ccxt's types say number; its code takes strings and keeps their digits, which `assertSameOrder` checks.
  const amount = request.qtyBase as unknown as number;
  const price = request.priceUsd === null ? undefined : (request.priceUsd as unknown as number);
  const order = await exchange.createOrder(ccxtSymbol, request.type, request.side, amount, price, parameters);
  return order.info;
}

function orderOf(answer: unknown, request: OrderRequest): VenueOrder {
  const order = venueOrderOf(read(orderShape, answer, "order"));
  if (order.clientOrderId === request.clientOrderId && order.symbol === request.symbol) return order;
  throw new VenueError(
    "unknown",
    "UNREADABLE",
    `The venue answered about ${order.clientOrderId} when ${request.clientOrderId} was sent`,
  );
}

/** The markets that the ccxt instance knows: set by hand, so that it never asks for them. */
function createMarketBook(client: () => BinanceClient): {
  learn(markets: readonly Market[]): readonly string[];
} {
  const known = new Map<string, ReturnType<typeof ccxtMarketOf>>();
  return {
    learn(markets) {
      const records = markets.map(ccxtMarketOf);
      const isNew = records.filter((record) => !isDeepStrictEqual(known.get(record.id), record));
      for (const record of isNew) known.set(record.id, record);
      if (isNew.length > 0) client().exchange.setMarkets([...known.values()]);
      return records.map(({ symbol }) => symbol);
    },
  };
}
