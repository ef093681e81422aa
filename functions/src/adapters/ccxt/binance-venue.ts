// Binance USD-M futures as a Venue. One-way position mode and USDT settlement only; what does not fit is an error with
// its remedy. Reads are retried, order creation is not.
import type { binanceusdm } from "ccxt";
import { z } from "zod";
import { dec, decimalString } from "../../domain/decimal.ts";
import type { Market } from "../../domain/market.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Identity } from "../../ports/identity.ts";
import type { Logger } from "../../ports/logger.ts";
import type { VenueKeys } from "../../ports/secrets.ts";
import type { Venue, VenueOrder, VenuePosition } from "../../ports/venue.ts";
import { VenueError } from "../../ports/venue.ts";
import { createBinanceCalls } from "./binance-calls.ts";
import { createBinanceClient } from "./binance-client.ts";
import { createOrderCreation } from "./binance-creation.ts";
import { readFills } from "./binance-fills.ts";
import { marketsOf } from "./binance-markets.ts";
import { venueOrderOf } from "./binance-orders.ts";
import { accountShape, bookTickerShape, orderShape, positionShape, read } from "./binance-shapes.ts";
import type { HttpTransport } from "./http-transport.ts";

export interface BinanceVenueOptions {
  readonly keys: VenueKeys;
  readonly origin: string | null;
  readonly markets: readonly Market[];
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly transport: HttpTransport;
  readonly ccxt?: binanceusdm;
}

/** "Order does not exist." and, for a cancel, "Unknown order sent.": answers, not failures. */
const NO_SUCH_ORDER = "-2013";
const NOTHING_TO_CANCEL = "-2011";

export function createBinanceVenue(options: BinanceVenueOptions): Venue {
  const { clock } = options;
  const creation = createOrderCreation(() => client, clock);
  const client = createBinanceClient({ ...options, beforeSend: creation.beforeSend });
  const calls = createBinanceCalls({ ...options, client });
  const { exchange } = client;
  creation.learnMarkets(options.markets);

  return {
    fetchServerTimeMs: () => calls.serverTimeMs(),
    fetchMarkets: () => calls.read(async () => marketsOf(await exchange.fetchMarkets())),
    fetchTopOfBook: (symbols) =>
      calls.read(async () => {
        // One question for all of them; the venue answers with every symbol that it has.
        const answer: unknown = await exchange.fapiPublicGetTickerBookTicker({});
        const wanted = new Set(symbols);
        return read(z.array(bookTickerShape), answer, "top of book")
          .filter(
            ({ symbol, bidPrice, askPrice }) => wanted.has(symbol) && isPrice(bidPrice) && isPrice(askPrice),
          )
          .map(({ symbol, bidPrice, askPrice, time }) => ({
            symbol,
            bidUsd: bidPrice,
            askUsd: askPrice,
            asOfMs: time,
          }));
      }),
    fetchBalance: () =>
      calls.read(async () => {
        // The balance is at least as new as the question.
        const asOfMs = clock.nowMs();
        const account = read(accountShape, await exchange.fapiPrivateV3GetAccount({}), "account");
        return { walletUsd: account.totalWalletBalance, asOfMs };
      }),
    fetchPositions: () =>
      calls.read(async () => positionsOf(await exchange.fapiPrivateV3GetPositionRisk({}))),
    createOrder: (request, orderOptions) => calls.once(() => creation.create(request, orderOptions)),
    findOrder: ({ symbol }, clientOrderId) =>
      orNull(NO_SUCH_ORDER, () =>
        calls.read(async () =>
          orderOf(await exchange.fapiPrivateGetOrder({ symbol, origClientOrderId: clientOrderId })),
        ),
      ),
    cancelOrder: ({ symbol }, clientOrderId) =>
      orNull(NOTHING_TO_CANCEL, () =>
        calls.cancel(async () =>
          orderOf(await exchange.fapiPrivateDeleteOrder({ symbol, origClientOrderId: clientOrderId })),
        ),
      ),
    fetchOpenOrders: (markets) =>
      calls.read(async () => {
        const symbols = new Set(markets.map(({ symbol }) => symbol));
        const [only] = symbols;
        // A single symbol costs the venue 1, all of them 40; both are one request.
        const query = symbols.size === 1 && only !== undefined ? { symbol: only } : {};
        const orders = read(
          z.array(orderShape),
          await exchange.fapiPrivateGetOpenOrders(query),
          "open orders",
        );
        return orders.map(venueOrderOf).filter(({ symbol }) => symbols.has(symbol));
      }),
    fetchFills: ({ symbol }, sinceMs) =>
      readFills(symbol, sinceMs, clock.nowMs() + client.offsetMs(), (query) =>
        calls.read(() => exchange.fapiPrivateGetUserTrades({ ...query }) as Promise<unknown>),
      ),
  };
}

function orderOf(answer: unknown): VenueOrder {
  return venueOrderOf(read(orderShape, answer, "order"));
}

/** Zero stands for an empty side of the book: no price at all. */
function isPrice(price: string): boolean {
  return dec(price).gt(0);
}

function positionsOf(answer: unknown): readonly VenuePosition[] {
  return read(z.array(positionShape), answer, "positions")
    .map((raw) => ({ ...raw, qty: dec(raw.positionAmt) }))
    .filter(({ qty }) => !qty.isZero())
    .map(({ symbol, positionSide, qty, entryPrice }) => {
      if (positionSide !== "BOTH") {
        const text = `${symbol} is held in hedge mode: switch the venue account to one-way position mode`;
        throw new VenueError("rejected", "HEDGE_MODE", text);
      }
      return {
        symbol,
        side: qty.isPositive() ? "long" : "short",
        qtyBase: decimalString(qty.abs()),
        entryPriceUsd: entryPrice,
      } as const;
    });
}

async function orNull(code: string, call: () => Promise<VenueOrder>): Promise<VenueOrder | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof VenueError && error.kind === "rejected" && error.code === code) return null;
    throw error;
  }
}
