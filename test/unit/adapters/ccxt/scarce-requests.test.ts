// Requests that are nearly used up go to what matters more, at every venue, over the local exchanges: exits to the last, looks at
// how orders and account stand before entries and prices, and history first of all goes without.
// Proves: adapters/http/request-usage.ts, adapters/ccxt/binance-usage.ts, adapters/ccxt/bybit-usage.ts
import { describe, expect, it } from "vitest";
import { createVenueOpener } from "#adapters/ccxt/ccxt-venue.ts";
import type { VenueId } from "#domain/documents/account.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import { type Venue, VenueError } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 5_000;
/** Limits that the adapters keep: weight a minute, and requests of an own count in five seconds. */
const LIMIT: Readonly<Record<VenueId, number>> = { "binance-usdm": 2_400, "bybit-linear": 300 };

/** Uses the budget up to this many; the last answer tells the adapter. */
const SPEND: Readonly<Record<VenueId, (of: Opened, upTo: number) => Promise<void>>> = {
  async "binance-usdm"({ exchange, venue }, upTo) {
    const { usedWeight } = exchange.admin("crowd", { weight: 0 }) as { usedWeight: number };
    exchange.admin("crowd", { weight: upTo - 1 - usedWeight });
    await venue.fetchServerTimeMs();
  },
  async "bybit-linear"({ sent, venue, begunAt }, upTo) {
    while (sent.length - begunAt < upTo) await venue.fetchServerTimeMs();
  },
};

interface Opened {
  readonly exchange: Exchange;
  readonly venue: Venue;
  readonly market: Market;
  readonly sent: readonly string[];
  /** Requests that were sent before the window began. */
  readonly begunAt: number;
  readonly nowMs: () => number;
}

async function opened(dialect: VenueId): Promise<Opened> {
  const clock = createFakeClock();
  const exchange = createExchange({ dialect, seed: 7, nowMs: () => clock.nowMs(), historyMinutes: 0 });
  exchange.admin("pause");
  const wire = createExchangeTransport(exchange, clock, TIMEOUT_MS);
  const venue = createVenueOpener()({
    venue: dialect,
    keys: { apiKey: "local-key", secret: "local-secret" },
    origin: "http://127.0.0.1:1",
    clock,
    identity: createSeededIdentity(3),
    logger: createMemoryLogger(),
    requestTimeoutMs: TIMEOUT_MS,
    transport: wire.send,
  });
  const market = (await venue.fetchMarkets()).find(({ symbol }) => symbol === "BTCUSDT");
  if (market === undefined) throw new Error("The exchange does not list BTCUSDT");
  const nowMs = () => clock.nowMs();
  const sendDeadlineMs = nowMs() + TIMEOUT_MS;
  await venue.createOrder({ ...ORDER, clientOrderId: "b-0" }, { market, sendDeadlineMs });
  clock.advance(MINUTE_MS - (clock.nowMs() % MINUTE_MS));
  return { exchange, venue, market, sent: wire.sent, begunAt: wire.sent.length, nowMs };
}

const ORDER: Omit<OrderRequest, "clientOrderId"> = {
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  qtyBase: "0.02",
  priceUsd: null,
  timeInForce: null,
  reduceOnly: false,
};

describe.each(VENUE_IDS)("requests to %s that are nearly used up", (dialect) => {
  let of: Opened;

  /** Whether a request leaves; one that has no room fails without being sent, and is asked for once. */
  async function leaves(ask: () => Promise<unknown>): Promise<boolean> {
    const before = of.sent.length;
    const failure = await ask().then(
      () => null,
      (error: unknown) => error,
    );
    if (failure instanceof VenueError && failure.code === "NO_ROOM") {
      expect([failure.reason, of.sent.length]).toEqual(["tooManyRequests", before]);
      return false;
    }
    if (failure !== null) throw failure;
    return of.sent.length > before;
  }

  const order = (clientOrderId: string, changes: Partial<OrderRequest>) => () => {
    const { venue, market, nowMs } = of;
    const options = { market, sendDeadlineMs: nowMs() + TIMEOUT_MS };
    return venue.createOrder({ ...ORDER, clientOrderId, qtyBase: "0.01", ...changes }, options);
  };

  const questions = {
    exit: order("b-1", { side: "sell", reduceOnly: true }),
    unknownOrder: () => of.venue.findOrder(of.market, "b-0"),
    entry: order("b-2", {}),
    history: () => of.venue.fetchIncome(of.nowMs() - 1_000),
  };

  it.each([
    ["0.6", 0.6, { exit: true, unknownOrder: true, entry: true, history: true }],
    ["0.8", 0.8, { exit: true, unknownOrder: true, entry: true, history: false }],
    ["0.9", 0.9, { exit: true, unknownOrder: true, entry: false, history: false }],
    ["0.97", 0.97, { exit: true, unknownOrder: false, entry: false, history: false }],
  ])(
    "%s of them: exits first, then looks at unknown orders, then entries, then history",
    async (_, part, expected) => {
      const found: Record<string, boolean> = {};
      for (const [name, ask] of Object.entries(questions)) {
        // Anew for each: a read that has no room waits for the next window.
        of = await opened(dialect);
        await SPEND[dialect](of, Math.floor(LIMIT[dialect] * part));
        const atMs = of.nowMs();
        found[name] = (await leaves(ask)) && of.nowMs() === atMs;
      }
      expect(found).toEqual(expected);
    },
  );
});
