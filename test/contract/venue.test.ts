// The venue contract over the real ccxt adapters, each twice: in process on a fake clock, and over sockets in real time.
// Proves: adapters/ccxt/
import { afterAll, describe } from "vitest";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import type { VenueId } from "#domain/documents/account.ts";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import { type RunningServer, startServer } from "#local/exchange/http/server.ts";
import type { Clock } from "#ports/clock.ts";
import type { Venue } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { describeVenue } from "./venue.ts";
import { BINANCE, BYBIT } from "./venue-dialects.ts";
import { LATE_MS } from "./venue-failures.ts";

/** Longer than any local answer on a busy machine, short enough to wait for. */
const TIMEOUT_MS = 1_500;

function venueOver(
  venue: VenueId,
  { transport, clock, origin }: { transport: HttpTransport; clock: Clock; origin: string },
): Venue {
  return createCcxtVenue({
    venue,
    keys: { apiKey: "local-key", secret: "local-secret" },
    origin,
    clock,
    identity: createSeededIdentity(3),
    logger: createMemoryLogger(),
    requestTimeoutMs: TIMEOUT_MS,
    transport,
  });
}

function exchangeAt(dialect: VenueId, clock: Clock): Exchange {
  return createExchange({ dialect, seed: 11, nowMs: () => clock.nowMs(), historyMinutes: 0 });
}

const servers: RunningServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

describe.each([BINANCE, BYBIT])("$venue", (dialect) => {
  describeVenue("ccxt in process", dialect, async () => {
    const clock = createFakeClock();
    const exchange = exchangeAt(dialect.venue, clock);
    const wire = createExchangeTransport(exchange, clock, TIMEOUT_MS);
    const other = createExchangeTransport(exchange, clock, TIMEOUT_MS);
    const over = (transport: HttpTransport): Venue =>
      venueOver(dialect.venue, { transport, clock, origin: "http://127.0.0.1:1" });
    return {
      venue: over(wire.send),
      observer: over(other.send),
      exchange,
      nowMs: () => clock.nowMs(),
      timeoutMs: TIMEOUT_MS,
      sent: wire.sent,
      async pass(durationMs) {
        await clock.advance(durationMs);
      },
      async settle() {
        await clock.advance(LATE_MS);
        wire.deliverLate();
      },
    };
  });

  describeVenue("ccxt over HTTP", dialect, async () => {
    const clock = createSystemClock();
    const exchange = exchangeAt(dialect.venue, clock);
    const server = await startServer(exchange, {
      port: 0,
      nowMs: () => clock.nowMs(),
      onError: (error) => {
        throw error;
      },
    });
    servers.push(server);
    const sent: string[] = [];
    const network = createNodeTransport(TIMEOUT_MS);
    const counted: HttpTransport = (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      return network(request);
    };
    const over = (transport: HttpTransport): Venue =>
      venueOver(dialect.venue, { transport, clock, origin: server.url });
    return {
      venue: over(counted),
      observer: over(createNodeTransport(10_000)),
      exchange,
      nowMs: () => clock.nowMs(),
      timeoutMs: TIMEOUT_MS,
      sent,
      pass: (durationMs) => clock.sleep(durationMs),
      async settle() {
        // The exchange takes a delayed request in after its latency, also when its caller has stopped waiting.
        const orders = (): number => (exchange.dump() as { orders: readonly unknown[] }).orders.length;
        const before = orders();
        while (orders() === before) await clock.sleep(5);
      },
    };
  });
});
