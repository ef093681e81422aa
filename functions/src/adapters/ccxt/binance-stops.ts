// Conditional orders of Binance's algo service as resting exits, stops and take-profits. A creation is one signed request that is void after its
// deadline, leaves exactly as asked, and is never sent again from here.
import type { ExitKind, OrderSide } from "#domain/documents/words.ts";
import type { Clock } from "#ports/clock.ts";
import type { CreateOrderOptions, StopRequest, VenueStop, VenueStopStatus } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { saysNoSuchOrder, saysNothingToCancel } from "./binance-codes.ts";
import { venueOrderOf } from "./binance-orders.ts";
import { fieldsOfStop, STOP_WORKING_TYPE, STOPS } from "./binance-send-guard.ts";
import { algoOrderShape, orderShape, type RawAlgoOrder } from "./binance-shapes.ts";
import { assertAnswers, createSendGuard, type SendGuard } from "./send-guard.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { isOf, readRows, whole } from "./venue-rows.ts";
import { read } from "./venue-shapes.ts";

/** TRIGGERING and TRIGGERED: handed to the matching engine, and in it. FINISHED: filled or cancelled there. */
const STATUS: Readonly<Record<RawAlgoOrder["algoStatus"], VenueStopStatus>> = {
  NEW: "RESTING",
  TRIGGERING: "FIRED",
  TRIGGERED: "FIRED",
  FINISHED: "DONE",
  CANCELED: "CANCELED",
  EXPIRED: "CANCELED",
  REJECTED: "REFUSED",
};

export interface StopCalls extends Pick<SendGuard, "beforeSend"> {
  create(request: StopRequest, options: CreateOrderOptions): Promise<VenueStop>;
  find(symbol: string, clientStopId: string): Promise<VenueStop | null>;
  cancel(clientStopId: string): Promise<boolean>;
  open(symbols: ReadonlySet<string> | null): Promise<readonly VenueStop[]>;
}

export function createStopCalls(
  client: () => BinanceClient,
  calls: () => VenueCalls,
  clock: Clock,
): StopCalls {
  return {
    ...createCreation(client, clock),
    async find(symbol, clientStopId) {
      const raw = await orNull(saysNoSuchOrder, () =>
        calls().read(async () =>
          read(
            algoOrderShape,
            await client().exchange.fapiPrivateGetAlgoOrder({ clientAlgoId: clientStopId }),
            "stop",
          ),
        ),
      );
      if (raw === null || raw.symbol !== symbol) return null;
      return raw.actualOrderId === null ? stopOf(raw) : await withOrder(client(), calls(), raw);
    },
    async cancel(clientStopId) {
      const done = await orNull(saysNothingToCancel, () =>
        calls().cancel(async () => {
          await client().exchange.fapiPrivateDeleteAlgoOrder({ clientAlgoId: clientStopId });
          return true;
        }),
      );
      return done ?? false;
    },
    async open(symbols) {
      const [only] = symbols ?? [];
      // A single symbol costs the venue 1, all of them 40; both are one request.
      const query = symbols?.size === 1 && only !== undefined ? { symbol: only } : {};
      const what = "open stops";
      const isWanted = symbols === null ? undefined : isOf(symbols);
      const { rows, unread } = await calls().read(async () =>
        readRows(await client().exchange.fapiPrivateGetOpenAlgoOrders(query), {
          what,
          shape: algoOrderShape,
          key: "symbol",
          ...(isWanted === undefined ? {} : { isWanted }),
        }),
      );
      return whole(what, rows.map(stopOf), unread);
    },
  };
}

function createCreation(client: () => BinanceClient, clock: Clock): Pick<StopCalls, "beforeSend" | "create"> {
  const guard = createSendGuard(STOPS, client, clock);
  return {
    beforeSend: (request) => guard.beforeSend(request),
    async create(request, { sendDeadlineMs }) {
      const fields = fieldsOfStop(request);
      return await guard.create(fields, sendDeadlineMs, async (signing) => {
        const form = { ...formOf(request), ...signing };
        const answer: unknown = await client().exchange.fapiPrivatePostAlgoOrder(form);
        const stop = stopOf(read(algoOrderShape, answer, "stop"));
        assertAnswers({ clientId: stop.clientStopId, symbol: stop.symbol }, fields);
        return stop;
      });
    },
  };
}

const TYPE = { stop: "STOP_MARKET", takeProfit: "TAKE_PROFIT_MARKET" } as const;

/** Those with a limit price fire in the same way; a trailing one does in neither. */
const KIND: Readonly<Record<string, ExitKind>> = {
  STOP: "stop",
  STOP_MARKET: "stop",
  TAKE_PROFIT: "takeProfit",
  TAKE_PROFIT_MARKET: "takeProfit",
};

function formOf({
  clientStopId,
  kind,
  symbol,
  side,
  qtyBase,
  triggerPriceUsd,
}: StopRequest): Record<string, string> {
  return {
    algoType: "CONDITIONAL",
    symbol,
    side: wireSide(side),
    type: TYPE[kind],
    quantity: qtyBase,
    triggerPrice: triggerPriceUsd,
    workingType: STOP_WORKING_TYPE,
    reduceOnly: "true",
    clientAlgoId: clientStopId,
  };
}

function wireSide(side: OrderSide): string {
  return side === "buy" ? "BUY" : "SELL";
}

function stopOf(raw: RawAlgoOrder): VenueStop {
  return {
    clientStopId: raw.clientAlgoId,
    kind: KIND[raw.orderType] ?? "other",
    symbol: raw.symbol,
    side: raw.side,
    qtyBase: raw.quantity,
    triggerPriceUsd: raw.triggerPrice,
    status: STATUS[raw.algoStatus],
    filledQtyBase: "0",
    averagePriceUsd: null,
    venueOrderId: raw.actualOrderId,
    updatedAtMs: raw.updateTime,
  };
}

/** The stop with its order, asked for by the venue's own id: which client id that order has is the venue's affair. */
async function withOrder(client: BinanceClient, calls: VenueCalls, raw: RawAlgoOrder): Promise<VenueStop> {
  const stop = stopOf(raw);
  const rawOrder = await orNull(saysNoSuchOrder, () =>
    calls.read(async () =>
      read(
        orderShape,
        await client.exchange.fapiPrivateGetOrder({ symbol: raw.symbol, orderId: raw.actualOrderId }),
        "order of a stop",
      ),
    ),
  );
  // Named by one part of the venue and not known (yet) to another: it has not ended as far as anybody can say.
  if (rawOrder === null) return { ...stop, status: "FIRED" };
  const { filledQtyBase, averagePriceUsd, status, updatedAtMs } = venueOrderOf(rawOrder);
  const isOpen = status === "ACCEPTED" || status === "PARTIALLY_FILLED";
  return { ...stop, status: isOpen ? "FIRED" : "DONE", filledQtyBase, averagePriceUsd, updatedAtMs };
}
