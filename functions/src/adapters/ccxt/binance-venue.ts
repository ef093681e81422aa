// Binance USD-M futures as a Venue. One-way position mode and USDT settlement only; what does not fit is an error with
// its remedy. Reads are retried, order creation is not.
import type { binanceusdm } from "ccxt";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import type { RequestUsage } from "#adapters/http/request-usage.ts";
import type { Market, RequestLimits, TopOfBook } from "#domain/documents/market.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import type { KnownBan, Venue, VenueOrder } from "#ports/venue.ts";
import { accountOf, positionsOf } from "./binance-account.ts";
import { type BinanceClient, createBinanceClient } from "./binance-client.ts";
import { saysInvalidSymbol } from "./binance-codes.ts";
import { createOrderCreation } from "./binance-creation.ts";
import { readFills } from "./binance-fills.ts";
import { readIncome } from "./binance-income.ts";
import { requestLimitsOf } from "./binance-limits.ts";
import { marketsOf } from "./binance-markets.ts";
import { readMinutePrices } from "./binance-minutes.ts";
import { createOrderCalls } from "./binance-order-calls.ts";
import { venueOrderOf } from "./binance-orders.ts";
import { readSettings } from "./binance-settings.ts";
import { orderShape, serverTimeShape } from "./binance-shapes.ts";
import { createStopCalls } from "./binance-stops.ts";
import { topsOf } from "./binance-tops.ts";
import { createOrderUsage } from "./binance-usage.ts";
import { createVenueCalls, orNull, type VenueCalls } from "./venue-calls.ts";
import { isOf, readRows, whole } from "./venue-rows.ts";
import { read } from "./venue-shapes.ts";

export interface BinanceVenueOptions {
  readonly keys: VenueKeys | null;
  readonly onKeysRefused?: () => void;
  readonly ban?: KnownBan;
  readonly origin: string | null;
  readonly markets: readonly Market[];
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly transport: HttpTransport;
  readonly ccxt?: binanceusdm;
  /** Of the address from which all requests leave, whichever account they are for. */
  readonly weight: RequestUsage;
  /** As the venue has stated them last. */
  readonly requestLimits?: () => RequestLimits | null;
}

export function createBinanceVenue(options: BinanceVenueOptions): Venue {
  const { clock } = options;
  const creation = createOrderCreation(() => client, clock);
  const stops = createStopCalls(
    () => client,
    () => calls,
    clock,
  );
  const client = createBinanceClient({
    ...options,
    usage: { weight: options.weight, orders: createOrderUsage(clock, options.requestLimits) },
    beforeSend(request) {
      creation.beforeSend(request);
      stops.beforeSend(request);
    },
  });
  const calls = createVenueCalls({
    ...options,
    client,
    askServerTimeMs: async () =>
      read(serverTimeShape, await client.exchange.fapiPublicGetTime({}), "time").serverTime,
  });
  const { exchange } = client;
  creation.learnMarkets(options.markets);

  return {
    fetchServerTimeMs: () => calls.serverTimeMs(),
    fetchMarkets: () => calls.read(async () => marketsOf(await exchange.fetchMarkets())),
    fetchRequestLimits: () =>
      calls.read(async () => requestLimitsOf(await exchange.fapiPublicGetExchangeInfo({}))),
    fetchTopOfBook: (symbols) => topOfBook(client, calls, symbols),
    fetchAccount: () =>
      calls.read(async () => {
        // The balance is at least as new as the question.
        const asOfMs = clock.nowMs();
        return accountOf(await exchange.fapiPrivateV3GetAccount({}), asOfMs);
      }),
    fetchPositions: () =>
      calls.read(async () => positionsOf(await exchange.fapiPrivateV3GetPositionRisk({}))),
    ...createOrderCalls({ client, calls, creation }),
    fetchOpenOrders: (markets) =>
      calls.read(async () => {
        const symbols = markets === "all" ? null : new Set(markets.map(({ symbol }) => symbol));
        const [only] = symbols ?? [];
        // A single symbol costs the venue 1, all of them 40; both are one request.
        const query = symbols?.size === 1 && only !== undefined ? { symbol: only } : {};
        return openOrdersOf(await exchange.fapiPrivateGetOpenOrders(query), symbols);
      }),
    fetchIncome: (sinceMs) =>
      readIncome(sinceMs, clock.nowMs() + client.offsetMs(), (query) =>
        calls.read(() => exchange.fapiPrivateGetIncome({ ...query }) as Promise<unknown>),
      ),
    createStop: (request, stopOptions) => calls.once(() => stops.create(request, stopOptions)),
    findStop: ({ symbol }, clientStopId) => stops.find(symbol, clientStopId),
    cancelStop: (_market, clientStopId) => stops.cancel(clientStopId),
    fetchOpenStops: (of) => stops.open(of === "all" ? null : new Set(of.map(({ symbol }) => symbol))),
    fetchIncomeOf: ({ symbol }, sinceMs) =>
      readIncome(sinceMs, clock.nowMs() + client.offsetMs(), (query) =>
        calls.read(() => exchange.fapiPrivateGetIncome({ ...query, symbol }) as Promise<unknown>),
      ),
    fetchMinutePrices: (symbol, fromMs) => readMinutePrices(calls, exchange, symbol, fromMs),
    fetchSettings: (symbols) =>
      readSettings({ client, calls, isElsewhere: options.origin !== null, nowMs: clock.nowMs() }, symbols),
    fetchFills: ({ symbol }, sinceMs) =>
      readFills(symbol, sinceMs, clock.nowMs() + client.offsetMs(), (query) =>
        calls.read(() => exchange.fapiPrivateGetUserTrades({ ...query }) as Promise<unknown>),
      ),
  };
}

function openOrdersOf(answer: unknown, symbols: ReadonlySet<string> | null): readonly VenueOrder[] {
  const what = "open orders";
  const { rows, unread } = readRows(answer, {
    what,
    shape: orderShape,
    key: "symbol",
    ...(symbols === null ? {} : { isWanted: isOf(symbols) }),
  });
  return whole(what, rows.map(venueOrderOf), unread);
}

async function topOfBook(
  { exchange }: BinanceClient,
  calls: VenueCalls,
  symbols: readonly string[],
): Promise<readonly TopOfBook[]> {
  const [only] = symbols;
  if (symbols.length !== 1 || only === undefined)
    // One question for all of them; the venue answers with every symbol that it has, and it costs 5.
    return await calls.read(async () => topsOf(await exchange.fapiPublicGetTickerBookTicker({}), symbols));
  // A single one costs 2, and its answer is a row instead of a list.
  const row = await orNull(saysInvalidSymbol, () =>
    calls.read(() => exchange.fapiPublicGetTickerBookTicker({ symbol: only }) as Promise<unknown>),
  );
  return row === null ? [] : topsOf([row], symbols);
}
