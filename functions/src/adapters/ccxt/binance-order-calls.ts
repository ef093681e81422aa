// Calls about one order: created once, looked up and cancelled with bounded retries. Where an answer leaves out the
// price of a fill, the order is looked up for it; that look-up never changes what the answer said.
import type { Venue, VenueOrder } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { saysNoSuchOrder, saysNothingToCancel } from "./binance-codes.ts";
import type { OrderCreation } from "./binance-creation.ts";
import { priced, venueOrderOf } from "./binance-orders.ts";
import { orderShape } from "./binance-shapes.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { read } from "./venue-shapes.ts";

interface OrderCallParts {
  readonly client: BinanceClient;
  readonly calls: VenueCalls;
  readonly creation: OrderCreation;
}

export function createOrderCalls({
  client,
  calls,
  creation,
}: OrderCallParts): Pick<Venue, "createOrder" | "findOrder" | "findOrderById" | "cancelOrder"> {
  const { exchange } = client;
  const find = (symbol: string, clientOrderId: string): Promise<VenueOrder | null> =>
    orNull(saysNoSuchOrder, () =>
      calls.read(async () =>
        orderOf(await exchange.fapiPrivateGetOrder({ symbol, origClientOrderId: clientOrderId })),
      ),
    );
  return {
    async createOrder(request, options) {
      const order = await calls.once(() => creation.create(request, options));
      return await priced(order, () => find(order.symbol, order.clientOrderId));
    },
    findOrder: ({ symbol }, clientOrderId) => find(symbol, clientOrderId),
    findOrderById: ({ symbol }, orderId) =>
      orNull(saysNoSuchOrder, () =>
        calls.read(async () => orderOf(await exchange.fapiPrivateGetOrder({ symbol, orderId }))),
      ),
    async cancelOrder({ symbol }, clientOrderId) {
      const order = await orNull(saysNothingToCancel, () =>
        calls.cancel(async () =>
          orderOf(await exchange.fapiPrivateDeleteOrder({ symbol, origClientOrderId: clientOrderId })),
        ),
      );
      return order === null ? null : await priced(order, () => find(symbol, clientOrderId));
    },
  };
}

function orderOf(answer: unknown): VenueOrder {
  return venueOrderOf(read(orderShape, answer, "order"));
}
