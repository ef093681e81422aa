// Looks of the watchdog that overlap: one that stood still must not put its old record in the place of a newer one, and one that
// asked the venue last is the newest, whenever it began.
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { WatchdogRecord } from "#domain/watchdog/view.ts";
import { presentRelease, versionedDocuments } from "#functions/app/documents/versioned-documents.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { storeBeat } from "#functions/app/watchdog/store-record.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import type { WatchdogDeps } from "#functions/app/watchdog/watchdog-deps.ts";
import type { DocumentData } from "#ports/documents.ts";
import { type Venue, VenueError } from "#ports/venue.ts";
import { freshList } from "#test/support/account-list.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

const STANDSTILL_MS = 60_000;

let world: World;
const path = paths.telemetry(ACCOUNT, "watchdog");
const record = (): WatchdogRecord | null => world.read(path);
const looker = (): WatchdogDeps => {
  const instance = world.instance("watchdog");
  const documents = versionedDocuments(instance.documents, presentRelease("new"));
  return { ...instance, documents, accountList: freshList(world) };
};
const look = () => watchOneAccount(looker(), ACCOUNT);

beforeEach(async () => {
  world = await createWorld();
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
  await look();
});

/** A look to whose venue something happens before it is asked. */
async function lookWith(change: (venue: Venue) => Partial<Venue>): Promise<void> {
  const deps = looker();
  const venueFor: typeof deps.venueFor = async (of) => {
    const venue = await deps.venueFor(of);
    return { ...venue, ...change(venue) };
  };
  await watchOneAccount({ ...deps, venueFor }, ACCOUNT);
}

/** The look stands still, and `meanwhile` happens. */
async function standStill(meanwhile: () => Promise<void>): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + STANDSTILL_MS);
  await meanwhile();
}

async function lookBlindly(): Promise<void> {
  const refuse = () => Promise.reject(new VenueError("retryable", "503", "The venue does not answer"));
  await lookWith(() => ({ fetchAccount: refuse, fetchPositions: refuse, fetchTopOfBook: refuse }));
}

it("a record that a fast clock has dated ahead does not keep later looks from judging", async () => {
  const aheadMs = world.clock.nowMs() + 10 * STANDSTILL_MS;
  const changes = { lookedAtMs: aheadMs };
  await world.documents.commit([{ op: "update", path, changes }]);
  world.clock.setMs(world.clock.nowMs() + STANDSTILL_MS);
  await lookBlindly();
  expect(record()).toMatchObject({ lookedAtMs: world.clock.nowMs(), blindSinceMs: expect.any(Number) });
});

describe("a look that stood still", () => {
  it("leaves the record of one that began later and saw", async () => {
    const laterMs = world.clock.nowMs() + STANDSTILL_MS;
    await lookWith((venue) => ({
      fetchTopOfBook: async (symbols) => {
        await standStill(look);
        return await venue.fetchTopOfBook(symbols);
      },
    }));
    expect(record()).toMatchObject({ lookedAtMs: laterMs, blindSinceMs: null });
  });

  it("before it read its memory does not call blind and silent by now what it did not see then", async () => {
    const laterMs = world.clock.nowMs() + STANDSTILL_MS;
    let isFirst = true;
    const refuse = async (): Promise<never> => {
      if (isFirst) {
        isFirst = false;
        await standStill(look);
      }
      throw new VenueError("retryable", "503", "The venue does not answer");
    };
    await lookWith(() => ({ fetchAccount: refuse, fetchPositions: refuse }));
    expect(record()).toMatchObject({ lookedAtMs: laterMs, blindSinceMs: null, verdict: "none" });
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.tradingState.state).toBe("ACTIVE");
  });

  it("ends the blindness of one that began later, where it asked the venue after it", async () => {
    await lookWith((venue) => ({
      fetchAccount: async () => {
        await standStill(lookBlindly);
        expect(record()?.blindSinceMs).not.toBeNull();
        return await venue.fetchAccount();
      },
    }));
    expect(record()).toMatchObject({ blindSinceMs: null, account: { asOfMs: world.clock.nowMs() } });
  });

  it.each(["reads the record", "remembers its version"])(
    "leaves no heartbeat of a flat account in place of what is held by now, where its process %s",
    async (how) => {
      const slow = looker();
      const atMs = world.clock.nowMs();
      if (how === "remembers its version") await storeBeat(slow, ACCOUNT, atMs);
      world.clock.setMs(atMs + STANDSTILL_MS);
      await look();
      const held = record();
      expect(held?.exposedSinceMs).not.toBeNull();
      await storeBeat(slow, ACCOUNT, atMs);
      expect(record()).toEqual(held);
    },
  );

  it("stores its record over none that a later release has stored", async () => {
    const later = { ...record(), schema: { version: 99, since: "9.9.9" } } as unknown as DocumentData;
    await lookWith((venue) => ({
      fetchTopOfBook: async (symbols) => {
        await standStill(async () => void (await world.documents.commit([{ op: "set", path, data: later }])));
        return await venue.fetchTopOfBook(symbols);
      },
    }));
    expect(world.documents.dump()[path]).toEqual(later);
  });
});
