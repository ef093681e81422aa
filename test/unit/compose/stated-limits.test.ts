// The limits that a venue states reach the requests of every process: from the books that it holds, else by one read an hour.
// A change takes effect with the next refresh of the markets, and nothing that fails on the way keeps an account from its venue.
import { describe, expect, it } from "vitest";
import type { Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import { refreshUniverse } from "#functions/app/universe/refresh-universe.ts";
import { createStatedLimits, type KnownLimits } from "#functions/compose/stated-limits.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { ACCOUNT, createWorld, profile } from "#test/support/world.ts";

const HOUR_MS = 3_600_000;
const MARKETS = paths.universe("binance-usdm");
const STATED = { ordersPerTenSeconds: 300, ordersPerMinute: 1200, askedAs: "paper" } as const;

function universe(weightPerMinute: number, asOfMs: number): Universe {
  return { asOfMs, venue: "binance-usdm", markets: {}, requestLimits: { ...STATED, weightPerMinute } };
}

function oneProcess() {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  const books = new Map<string, { universe: Universe | null }>();
  const reads: string[] = [];
  let isAway = false;
  const limits = createStatedLimits({
    documents: {
      ...documents,
      getAll: async (asked) => {
        reads.push(...asked);
        if (isAway) throw new DocumentUnavailableError("The store is away", null);
        return await documents.getAll(asked);
      },
    },
    clock,
    logger: createMemoryLogger(),
    booksOf: (accountId) => books.get(accountId),
    known: new Map<"binance-usdm", KnownLimits>(),
  });
  return {
    clock,
    reads,
    limits,
    store: (of: Universe) => documents.seed(MARKETS, JSON.parse(JSON.stringify(of))),
    hold: (of: Universe | null) => books.set(ACCOUNT, { universe: of }),
    goAway: () => {
      isAway = true;
    },
    weight: () => limits.of(profile)?.weightPerMinute ?? null,
  };
}

describe("the limits that a process knows", () => {
  it("are read once an hour, and a changed one counts from then on", async () => {
    const { clock, reads, limits, store, weight } = oneProcess();
    store(universe(2400, clock.nowMs()));
    await limits.learn(profile);
    store(universe(1200, clock.nowMs() + 1));
    await clock.advance(HOUR_MS - 1);
    await limits.learn(profile);
    expect([weight(), reads]).toEqual([2400, [MARKETS]]);
    await clock.advance(1);
    await limits.learn(profile);
    expect([weight(), reads.length]).toEqual([1200, 2]);
  });

  it("come with the books where it holds some, without a read", async () => {
    const { clock, reads, limits, hold, weight } = oneProcess();
    hold(universe(1200, clock.nowMs()));
    await limits.learn(profile);
    hold(universe(600, clock.nowMs() + 1));
    limits.note(profile);
    expect([weight(), reads]).toEqual([600, []]);
  });

  it("are not replaced by older ones, nor by books that say nothing of them", () => {
    const { clock, limits, hold, weight } = oneProcess();
    hold(universe(1200, clock.nowMs()));
    limits.note(profile);
    hold(universe(2400, clock.nowMs() - 1));
    limits.note(profile);
    const { requestLimits: _none, ...bare } = universe(0, clock.nowMs() + 1);
    hold(bare);
    limits.note(profile);
    expect(weight()).toBe(1200);
  });

  it("are none for accounts of another mode, whose venue may state others", async () => {
    const { clock, limits, store } = oneProcess();
    store(universe(2400, clock.nowMs()));
    await limits.learn(profile);
    expect(limits.of({ ...profile, mode: "live" })).toBeNull();
  });

  it("stay as they are while the store is away, and keep nothing from its venue", async () => {
    const { clock, limits, store, goAway, weight } = oneProcess();
    store(universe(1200, clock.nowMs()));
    await limits.learn(profile);
    goAway();
    await clock.advance(HOUR_MS);
    await expect(limits.learn(profile)).resolves.toBeUndefined();
    expect(weight()).toBe(1200);
  });

  it("are none where the document cannot be read", async () => {
    const { limits, store, weight } = oneProcess();
    store({ ...universe(2400, 1), venue: "" });
    await limits.learn(profile);
    expect(weight()).toBeNull();
  });
});

describe("a limit that the venue changes", () => {
  it("is obeyed by a running process after the next refresh of the markets", async () => {
    const world = await createWorld();
    const nav = world.instance("nav");
    const venue = await nav.venueFor(profile);
    await world.clock.advance(60_000 - (world.clock.nowMs() % 60_000));
    world.exchange.admin("limits", { weightPerMinute: 400 });
    await world.instance("universe").duties.refreshUniverse();
    expect(world.read<Universe>(MARKETS)?.requestLimits).toEqual({ ...STATED, weightPerMinute: 400 });
    await world.clock.advance(HOUR_MS);
    expect(await nav.venueFor(profile)).toBe(venue);
    // Four fifths of what the venue allows now, and a seventh of what is documented.
    world.exchange.admin("crowd", { weight: 320 });
    await venue.fetchPositions();
    const asked = venue.fetchIncome(world.clock.nowMs());
    await expect(asked).rejects.toMatchObject({ code: "NO_ROOM", reason: "tooManyRequests" });
    await expect(venue.fetchPositions()).resolves.toEqual([]);
  });

  it("leaves the last word where the venue does not state it, and the markets are renewed", async () => {
    const world = await createWorld();
    const deps = world.instance("universe");
    const before = world.read<Universe>(MARKETS)?.requestLimits;
    await world.clock.advance(60_000);
    const silent: typeof deps.publicVenueFor = async (of) => ({
      ...(await deps.publicVenueFor(of)),
      fetchRequestLimits: async () => {
        throw new VenueError("retryable", "RESET", "the connection was reset");
      },
    });
    await refreshUniverse({ ...deps, publicVenueFor: silent }, [profile]);
    expect(before).toMatchObject(STATED);
    expect(world.read<Universe>(MARKETS)).toMatchObject({
      asOfMs: world.clock.nowMs(),
      requestLimits: before,
    });
  });
});
