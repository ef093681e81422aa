// The markets that all accounts of a venue are decided on: a run that took long does not put its old list in the place of a
// later one, a venue that does not answer keeps no other from its markets, and those of the release before are used until
// there are newer ones.
import { describe, expect, it, vi } from "vitest";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { refreshUniverse, type UniverseDeps } from "#functions/app/universe/refresh-universe.ts";
import { PreconditionFailedError } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MARKETS = paths.universe("binance-usdm");
const OTHER: AccountProfile = { ...profile, accountId: "other", venue: "bybit-linear" };

it("markets of a run that stood still are not stored over those of a later run, and the run is told to try again", async () => {
  const world = await createWorld();
  const [slow, later] = [world.instance("slow"), world.instance("later")];
  const publicVenueFor: typeof slow.publicVenueFor = async (of) => {
    const venue = await slow.publicVenueFor(of);
    const fetchMarkets: typeof venue.fetchMarkets = async () => {
      const markets = await venue.fetchMarkets();
      await world.clock.advance(MINUTE_MS);
      await refreshUniverse(later, [profile]);
      return markets;
    };
    return { ...venue, fetchMarkets };
  };
  const began = world.clock.nowMs();
  await expect(refreshUniverse({ ...slow, publicVenueFor }, [profile])).rejects.toBeInstanceOf(
    PreconditionFailedError,
  );
  const stored = world.read<Universe>(MARKETS);
  expect(stored?.asOfMs).toBe(began + MINUTE_MS);
  await refreshUniverse(slow, [profile]);
});

/** The other venue lists the same markets, or does not answer. */
function twoVenues(world: World, bybit: "answers" | "is silent"): UniverseDeps {
  const own = world.instance("universe");
  world.documents.seed(paths.config(OTHER.accountId), world.documents.dump()[paths.config(ACCOUNT)] ?? {});
  return {
    ...own,
    publicVenueFor: async (of) => {
      if (of.venue === "bybit-linear" && bybit === "is silent")
        throw new VenueError("retryable", "RESET", "the connection was reset");
      return own.publicVenueFor(profile);
    },
  };
}

const alertsOf = (world: World, accountId: string) =>
  world.under<Alert>(paths.alerts(accountId)).map(({ code, message }) => `${code} ${message}`);

describe("accounts of two venues", () => {
  it("have a document of markets for each venue, in whichever order they stand", async () => {
    const world = await createWorld();
    await refreshUniverse(twoVenues(world, "answers"), [OTHER, profile]);
    const [binance, bybit] = [MARKETS, paths.universe("bybit-linear")].map((path) =>
      world.read<Universe>(path),
    );
    expect([binance?.venue, bybit?.venue]).toEqual(["binance-usdm", "bybit-linear"]);
    expect(Object.keys(bybit?.markets ?? {})).toEqual(Object.keys(binance?.markets ?? {}));
  });

  it.each([
    ["first", [OTHER, profile]],
    ["last", [profile, OTHER]],
  ])(
    "where the %s does not answer, the markets of the other are renewed all the same",
    async (_, profiles) => {
      const world = await createWorld();
      const before = world.read<Universe>(MARKETS);
      await world.clock.advance(MINUTE_MS);
      const run = refreshUniverse(twoVenues(world, "is silent"), profiles);
      await expect(run).rejects.toThrow("the connection was reset");
      expect(world.read<Universe>(MARKETS)?.asOfMs).toBe((before?.asOfMs ?? 0) + MINUTE_MS);
      expect(alertsOf(world, OTHER.accountId)).toEqual([
        expect.stringMatching(/^MARKETS_STALE .*bybit-linear .*connection was reset\); there are none$/),
      ]);
      expect(alertsOf(world, ACCOUNT)).toEqual([]);
    },
  );
});

it("of two venues, the one that does not answer for a time delays the other's markets by nothing", async () => {
  const world = await createWorld();
  const deps = twoVenues(world, "answers");
  let release = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: UniverseDeps = {
    ...deps,
    publicVenueFor: async (of) => {
      if (of.venue === "bybit-linear") await waiting;
      return deps.publicVenueFor(of);
    },
  };
  await world.clock.advance(MINUTE_MS);
  const nowMs = world.clock.nowMs();
  const run = refreshUniverse(slow, [OTHER, profile]);
  await vi.waitFor(() => expect(world.read<Universe>(MARKETS)?.asOfMs).toBe(nowMs));
  expect(world.read(paths.universe("bybit-linear"))).toBeNull();
  release();
  await run;
  expect(world.read(paths.universe("bybit-linear"))).not.toBeNull();
});

describe("a venue whose list cannot be had", () => {
  it("is told once its markets have missed two hourly runs, and not before", async () => {
    const world = await createWorld();
    const own = world.instance("universe");
    const silent: UniverseDeps = {
      ...own,
      publicVenueFor: () => Promise.reject(new VenueError("retryable", "TIMEOUT", "no answer")),
    };
    const told: number[] = [];
    for (let hour = 1; hour <= 4; hour += 1) {
      await world.clock.advance(HOUR_MS);
      await expect(refreshUniverse(silent, [profile])).rejects.toThrow("no answer");
      told.push(alertsOf(world, ACCOUNT).length);
    }
    expect(told).toEqual([0, 0, 0, 1]);
  });
});

it("is asked as the account that trades money where one does: a test system may list other steps", async () => {
  const world = await createWorld();
  const own = world.instance("universe");
  const asked: string[] = [];
  const publicVenueFor: UniverseDeps["publicVenueFor"] = (of) => {
    asked.push(of.mode);
    return own.publicVenueFor(profile);
  };
  world.documents.seed(paths.config("money"), world.documents.dump()[paths.config(ACCOUNT)] ?? {});
  await refreshUniverse({ ...own, publicVenueFor }, [
    profile,
    { ...profile, accountId: "money", mode: "live" },
  ]);
  expect(asked).toEqual(["live"]);
});

describe("markets that a release with one venue has stored", () => {
  const move = async (world: World, changes: Readonly<Record<string, string>> = {}): Promise<void> => {
    const before = world.documents.dump()[MARKETS];
    if (before === undefined) throw new Error("The world has no markets");
    world.documents.seed(paths.universeOfOneVenue, { ...before, ...changes });
    await world.documents.commit([{ op: "delete", path: MARKETS }]);
  };
  const opened = async (world: World) => {
    const intent = givenIntent(world);
    await executeIntent(world.instance("executor"), messageOf(world, intent));
    return world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId))?.status;
  };

  it("let an entry be decided until the venue's own are there", async () => {
    const world = await createWorld();
    await move(world);
    expect(await opened(world)).toBe("ORDERED");
  });

  it("are not taken for those of another venue", async () => {
    const world = await createWorld();
    await move(world, { venue: "bybit-linear" });
    expect(await opened(world)).toBe("DENIED");
  });
});
