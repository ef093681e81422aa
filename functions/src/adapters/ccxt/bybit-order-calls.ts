// Calls about one order or exit: created once, looked up and cancelled with bounded retries. A look-up asks for what is open
// and lately closed, then for the history; only both together say that an id is not known. A cancel is acknowledged by ids
// alone, so what became of it is read.
import type { CreateOrderOptions, StopRequest, Venue, VenueOrder, VenueStop } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import type { BybitClient } from "./bybit-client.ts";
import { saysNothingToCancel } from "./bybit-codes.ts";
import type { BybitCreation } from "./bybit-creation.ts";
import { CATEGORY } from "./bybit-markets.ts";
import { venueOrderOf } from "./bybit-orders.ts";
import { orderShape, pageShape, type RawOrder, resultOf } from "./bybit-shapes.ts";
import { stopOf } from "./bybit-stops.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { read } from "./venue-shapes.ts";

interface OrderCallParts {
  readonly client: BybitClient;
  readonly calls: VenueCalls;
  readonly creation: BybitCreation;
}

type OrderCalls = Pick<
  Venue,
  "createOrder" | "findOrder" | "findOrderById" | "cancelOrder" | "createStop" | "findStop" | "cancelStop"
>;

/** By our id or by the venue's. */
type Named = Readonly<{ orderLinkId: string } | { orderId: string }>;

export function createOrderCalls({ client, calls, creation }: OrderCallParts): OrderCalls {
  const { exchange } = client;

  async function lookUp(symbol: string, named: Named): Promise<RawOrder | null> {
    const query = { category: CATEGORY, symbol, ...named };
    const known =
      (await calls.read(async () => rowOf(await exchange.privateGetV5OrderRealtime(query), named))) ??
      (await calls.read(async () => rowOf(await exchange.privateGetV5OrderHistory(query), named)));
    return known?.symbol === symbol ? known : null;
  }
  const findOrder = async (symbol: string, named: Named): Promise<VenueOrder | null> => {
    const raw = await lookUp(symbol, named);
    return raw === null ? null : venueOrderOf(raw);
  };
  const findStop = async (symbol: string, clientStopId: string): Promise<VenueStop | null> => {
    const raw = await lookUp(symbol, { orderLinkId: clientStopId });
    return raw === null ? null : stopOf(raw);
  };
  /** False when nothing is left to cancel. */
  const cancel = async (symbol: string, orderLinkId: string): Promise<boolean> => {
    const form = { category: CATEGORY, symbol, orderLinkId };
    const done = await orNull(saysNothingToCancel, () =>
      calls.cancel(async () => {
        await exchange.privatePostV5OrderCancel(form);
        return true;
      }),
    );
    return done ?? false;
  };

  return {
    createOrder: (request, options) => calls.once(() => creation.order(request, options)),
    findOrder: ({ symbol }, clientOrderId) => findOrder(symbol, { orderLinkId: clientOrderId }),
    findOrderById: ({ symbol }, orderId) => findOrder(symbol, { orderId }),
    async cancelOrder({ symbol }, clientOrderId) {
      if (!(await cancel(symbol, clientOrderId))) return null;
      return (await findOrder(symbol, { orderLinkId: clientOrderId })) ?? cancelNotShown(clientOrderId);
    },
    createStop: (request: StopRequest, options: CreateOrderOptions) =>
      calls.once(() => creation.stop(request, options)),
    findStop: ({ symbol }, clientStopId) => findStop(symbol, clientStopId),
    async cancelStop({ symbol }, clientStopId) {
      if (!(await cancel(symbol, clientStopId))) return false;
      const stop = await findStop(symbol, clientStopId);
      // It may have fired before the cancel came to it.
      if (stop === null || stop.status === "RESTING") return cancelNotShown(clientStopId);
      return stop.status === "CANCELED";
    },
  };
}

/** Null for an empty list. Throws VenueError `unknown` `UNREADABLE` for an answer about another id. */
function rowOf(answer: unknown, named: Named): RawOrder | null {
  const { list } = resultOf(pageShape, answer, "order");
  const [first] = list;
  if (first === undefined) return null;
  const row = read(orderShape, first, "order");
  const isAsked = "orderId" in named ? row.orderId === named.orderId : row.orderLinkId === named.orderLinkId;
  if (isAsked) return row;
  throw new VenueError(
    "unknown",
    "UNREADABLE",
    `The venue answered about ${row.orderId} when another order was asked for`,
  );
}

/** The venue acknowledged a cancel, and shows nothing of it: what became of it only the venue can tell. */
function cancelNotShown(clientId: string): never {
  const text = `The venue acknowledged the cancel of ${clientId} and does not show it yet`;
  throw new VenueError("unknown", "NOT_SHOWN", text);
}
