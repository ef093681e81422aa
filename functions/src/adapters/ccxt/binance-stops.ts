// Conditional orders of Binance's algo service as resting stops. A creation is one signed request that is void after its
// deadline, leaves exactly as asked, and is never sent again from here.
import { z } from "zod";
import type { OrderSide } from "#domain/documents/words.ts";
import type { Clock } from "#ports/clock.ts";
import {
  type CreateOrderOptions,
  type StopRequest,
  VenueError,
  type VenueStop,
  type VenueStopStatus,
} from "#ports/venue.ts";
import { type BinanceCalls, orNull } from "./binance-calls.ts";
import type { BinanceClient } from "./binance-client.ts";
import { NO_SUCH_ORDER, NOTHING_TO_CANCEL } from "./binance-codes.ts";
import { venueOrderOf } from "./binance-orders.ts";
import { algoOrderShape, orderShape, type RawAlgoOrder, read } from "./binance-shapes.ts";
import { sendWindowMs } from "./binance-window.ts";
import type { HttpRequest } from "./http-transport.ts";

const ALGO_PATH = "/fapi/v1/algoOrder";
/**
 * The price that fires a stop. The mark price is also what liquidation goes by, and one trade in a thin book does not
 * move it: a floor must not fire on a price that nobody could have sold at.
 */
const WORKING_TYPE = "MARK_PRICE";

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

export interface StopCalls {
  /** Hook of the client: lets only stops out that were asked for, each once. */
  beforeSend(request: HttpRequest): void;
  create(request: StopRequest, options: CreateOrderOptions): Promise<VenueStop>;
  find(symbol: string, clientStopId: string): Promise<VenueStop | null>;
  cancel(clientStopId: string): Promise<boolean>;
  open(symbols: ReadonlySet<string> | null): Promise<readonly VenueStop[]>;
}

export function createStopCalls(
  client: () => BinanceClient,
  calls: () => BinanceCalls,
  clock: Clock,
): StopCalls {
  return {
    ...createCreation(client, clock),
    async find(symbol, clientStopId) {
      const raw = await orNull(NO_SUCH_ORDER, () =>
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
      const done = await orNull(NOTHING_TO_CANCEL, () =>
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
      const raw = await calls().read(async () =>
        read(
          z.array(algoOrderShape),
          await client().exchange.fapiPrivateGetOpenAlgoOrders(query),
          "open stops",
        ),
      );
      return raw.map(stopOf).filter(({ symbol }) => symbols === null || symbols.has(symbol));
    },
  };
}

function createCreation(client: () => BinanceClient, clock: Clock): Pick<StopCalls, "beforeSend" | "create"> {
  /** Ids that are being sent, and whether their request has left. */
  const pending = new Map<string, { isSent: boolean }>();
  return {
    beforeSend({ method, url, body }) {
      if (method !== "POST" || new URL(url).pathname !== ALGO_PATH) return;
      const creation = pending.get(new URLSearchParams(body ?? "").get("clientAlgoId") ?? "");
      if (creation === undefined || creation.isSent) {
        throw new VenueError("rejected", "WIRE_MISMATCH", "A stop that was not asked for would go out");
      }
      creation.isSent = true;
    },
    async create(request, { sendDeadlineMs }) {
      const windowMs = sendWindowMs(sendDeadlineMs, clock.nowMs());
      const id = request.clientStopId;
      if (pending.has(id)) throw new VenueError("unknown", "IN_FLIGHT", `${id} is being sent already`);
      const creation = { isSent: false };
      pending.set(id, creation);
      try {
        const { exchange, offsetMs } = client();
        const answer: unknown = await exchange.fapiPrivatePostAlgoOrder({
          ...formOf(request),
          timestamp: clock.nowMs() + offsetMs(),
          recvWindow: windowMs,
        });
        return createdStop(answer, request);
      } catch (error) {
        if (error instanceof VenueError || !creation.isSent) throw error;
        throw new VenueError("unknown", "UNREADABLE", "The venue's answer to a stop cannot be read", {
          cause: error,
        });
      } finally {
        pending.delete(id);
      }
    },
  };
}

function formOf({
  clientStopId,
  symbol,
  side,
  qtyBase,
  triggerPriceUsd,
}: StopRequest): Record<string, string> {
  return {
    algoType: "CONDITIONAL",
    symbol,
    side: wireSide(side),
    type: "STOP_MARKET",
    quantity: qtyBase,
    triggerPrice: triggerPriceUsd,
    workingType: WORKING_TYPE,
    reduceOnly: "true",
    clientAlgoId: clientStopId,
  };
}

function wireSide(side: OrderSide): string {
  return side === "buy" ? "BUY" : "SELL";
}

function createdStop(answer: unknown, request: StopRequest): VenueStop {
  const stop = stopOf(read(algoOrderShape, answer, "stop"));
  if (stop.clientStopId === request.clientStopId && stop.symbol === request.symbol) return stop;
  throw new VenueError(
    "unknown",
    "UNREADABLE",
    `The venue answered about ${stop.clientStopId} when ${request.clientStopId} was sent`,
  );
}

function stopOf(raw: RawAlgoOrder): VenueStop {
  return {
    clientStopId: raw.clientAlgoId,
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
async function withOrder(client: BinanceClient, calls: BinanceCalls, raw: RawAlgoOrder): Promise<VenueStop> {
  const stop = stopOf(raw);
  const rawOrder = await orNull(NO_SUCH_ORDER, () =>
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
  const { filledQtyBase, averagePriceUsd, status } = venueOrderOf(rawOrder);
  const isOpen = status === "ACCEPTED" || status === "PARTIALLY_FILLED";
  return { ...stop, status: isOpen ? "FIRED" : "DONE", filledQtyBase, averagePriceUsd };
}
