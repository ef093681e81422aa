// Creating an order: one request, signed to be void after the deadline, compared with what was asked before it leaves,
// and never sent again from here.
import { isDeepStrictEqual } from "node:util";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Clock } from "#ports/clock.ts";
import type { CreateOrderOptions, VenueOrder } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { ccxtMarketOf } from "./binance-markets.ts";
import { venueOrderOf } from "./binance-orders.ts";
import { fieldsOfOrder, ORDERS } from "./binance-send-guard.ts";
import { orderShape } from "./binance-shapes.ts";
import { assertAnswers, createSendGuard, type SendGuard, type SignedTimes } from "./send-guard.ts";
import { read } from "./venue-shapes.ts";

export interface OrderCreation extends Pick<SendGuard, "beforeSend"> {
  create(request: OrderRequest, options: CreateOrderOptions): Promise<VenueOrder>;
  learnMarkets(markets: readonly Market[]): void;
}

export function createOrderCreation(client: () => BinanceClient, clock: Clock): OrderCreation {
  const guard = createSendGuard(ORDERS, client, clock);
  const markets = createMarketBook(client);
  return {
    learnMarkets: (known) => void markets.learn(known),
    beforeSend: (request) => guard.beforeSend(request),
    async create(request, { market, sendDeadlineMs }) {
      const fields = fieldsOfOrder(request);
      return await guard.create(fields, sendDeadlineMs, async (signing) => {
        const [ccxtSymbol] = markets.learn([market]);
        const answer = await send(client(), request, ccxtSymbol ?? market.symbol, signing);
        const order = venueOrderOf(read(orderShape, answer, "order"));
        assertAnswers({ clientId: order.clientOrderId, symbol: order.symbol }, fields);
        return order;
      });
    },
  };
}

async function send(
  { exchange }: BinanceClient,
  request: OrderRequest,
  ccxtSymbol: string,
  signing: SignedTimes,
): Promise<unknown> {
  const parameters = {
    ...signing,
    newClientOrderId: request.clientOrderId,
    ...(request.timeInForce === null ? {} : { timeInForce: request.timeInForce }),
    ...(request.reduceOnly ? { reduceOnly: true } : {}),
  };
  // ccxt's types say number; its code takes strings and keeps their digits, which the guard checks.
  const amount = request.qtyBase as unknown as number;
  const price = request.priceUsd === null ? undefined : (request.priceUsd as unknown as number);
  const order = await exchange.createOrder(ccxtSymbol, request.type, request.side, amount, price, parameters);
  return order.info;
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
