// Shared by the tests of the Binance adapter: a venue over a scripted wire, an order, and the venue's record
// of it.
import type { binanceusdm } from "ccxt";
import { createCcxt } from "#adapters/ccxt/binance-client.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import { createdOrder } from "#ports/created.ts";
import type { StopRequest, Venue, VenueOrder } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import { createFakeClock, type FakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { usdtPerpetual } from "#test/support/memory/market.ts";
import {
  createScriptedTransport,
  type ScriptedAnswer,
  type ScriptedTransport,
} from "#test/support/memory/transport.ts";

export const MARKET = usdtPerpetual();

export interface ScriptedVenue {
  readonly venue: Venue;
  readonly clock: FakeClock;
  readonly wire: ScriptedTransport;
}

export function scriptedVenue(...answers: readonly ScriptedAnswer[]): ScriptedVenue {
  return scriptedVenueOver(createCcxt(), ...answers);
}

/** The same over a ccxt client of the test's own. */
export function scriptedVenueOver(ccxt: binanceusdm, ...answers: readonly ScriptedAnswer[]): ScriptedVenue {
  const clock = createFakeClock();
  const wire = createScriptedTransport(...answers);
  const venue = createCcxtVenue({
    venue: "binance-usdm",
    keys: { apiKey: "key", secret: "secret" },
    origin: null,
    clock,
    identity: createSeededIdentity(1),
    logger: createMemoryLogger(),
    requestTimeoutMs: 5_000,
    transport: wire.send,
    ccxt,
  });
  return { venue, clock, wire };
}

export function orderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "b-0123456789abcdef",
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    qtyBase: "0.013",
    priceUsd: null,
    timeInForce: null,
    reduceOnly: false,
    ...changes,
  };
}

/** Binance's answer to a new order of `newOrderRespType=RESULT`. */
export function rawOrder(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    clientOrderId: "b-0123456789abcdef",
    cumQty: "0.013",
    cumQuote: "1234.5",
    executedQty: "0.013",
    orderId: 22_542_179,
    avgPrice: "94961.53",
    origQty: "0.013",
    price: "0",
    reduceOnly: false,
    side: "BUY",
    positionSide: "BOTH",
    status: "FILLED",
    stopPrice: "0",
    closePosition: false,
    symbol: "BTCUSDT",
    timeInForce: "GTC",
    type: "MARKET",
    origType: "MARKET",
    updateTime: 1_767_323_045_700,
    workingType: "CONTRACT_PRICE",
    priceProtect: false,
    ...changes,
  };
}

export const STOP_REQUEST: StopRequest = {
  clientStopId: "p-0123456789abcdef",
  kind: "stop",
  symbol: "BTCUSDT",
  side: "sell",
  qtyBase: "0.013",
  triggerPriceUsd: "90000.1",
};

/** Binance's record of a conditional order, as its documentation shows it. */
export function rawAlgo(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    algoId: 2_146_760,
    clientAlgoId: STOP_REQUEST.clientStopId,
    algoType: "CONDITIONAL",
    orderType: "STOP_MARKET",
    symbol: "BTCUSDT",
    side: "SELL",
    positionSide: "BOTH",
    timeInForce: "GTC",
    quantity: "0.013",
    algoStatus: "NEW",
    actualOrderId: "",
    actualPrice: "0.00000",
    triggerPrice: "90000.10",
    price: "0.00000",
    icebergQuantity: null,
    workingType: "MARK_PRICE",
    closePosition: false,
    priceProtect: false,
    reduceOnly: true,
    createTime: 1_750_485_492_076,
    updateTime: 1_750_485_492_076,
    triggerTime: 0,
    goodTillDate: 0,
    ...changes,
  };
}

export function send(
  { venue, clock }: ScriptedVenue,
  request: OrderRequest,
  options: { readonly market?: Market; readonly windowMs?: number } = {},
): Promise<VenueOrder> {
  return createdOrder(venue, request, {
    market: options.market ?? MARKET,
    sendDeadlineMs: clock.nowMs() + (options.windowMs ?? 3_000),
  });
}

/** The error that a call ends with. Throws when it ends well or with anything but a VenueError. */
export async function failureOf(call: Promise<unknown>): Promise<VenueError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof VenueError) return outcome.error;
  throw new Error(`Expected a VenueError, got ${JSON.stringify(outcome)}`);
}
