// Keys of an account in use: read when they are needed, looked at again within a named time, replaced without a deployment.
// A store of keys that cannot be asked stops nothing that has keys, and functions that trade nothing read none.

import { describe, expect, it, vi } from "vitest";
import { presentRelease } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { KEYS_FRESH_MS } from "#functions/compose/venue-for.ts";
import { compose, type Duties, type Ports } from "#functions/compose.ts";
import { MissingSecretError, SecretsUnavailableError, type StoredKeys } from "#ports/secrets.ts";
import type { OpenVenue, Venue } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { signedRequest } from "#test/support/receiver.ts";
import { ACCOUNT, createWorld, profile } from "#test/support/world.ts";

const OLD: StoredKeys = { apiKey: "old", secret: "old-secret", revision: "1" };
const NEW: StoredKeys = { apiKey: "new", secret: "new-secret", revision: "2" };

/** One process; `stored` is what the store of keys answers now. */
function processWith(stored: { answer: StoredKeys | Error }) {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  documents.seed(paths.environment, { name: "test" });
  const opened: Parameters<OpenVenue>[0][] = [];
  const openVenue: OpenVenue = (parts) => {
    opened.push(parts);
    return {} as Venue;
  };
  const venueKeys = vi.fn(async () => {
    if (stored.answer instanceof Error) throw stored.answer;
    return stored.answer;
  });
  const secrets = { ...createMemorySecrets({}), venueKeys };
  const ports = createMemoryPorts({ clock, documents, openVenue, secrets });
  const { deps } = compose(ports, {
    environment: "test",
    holderId: "p-1",
    paperOrigins: everyVenueAt("http://127.0.0.1:1"),
    release: presentRelease("new"),
  });
  return {
    clock,
    venueKeys,
    venue: () => deps.venueFor(profile),
    publicVenue: () => deps.publicVenueFor(profile),
    revision: () => deps.keyRevisionOf(profile),
    keysInUse: () => opened.map(({ keys }) => keys?.apiKey ?? null),
    refuseKeys: () => opened.at(-1)?.onKeysRefused(),
  };
}

describe("keys that were stored anew", () => {
  it("are in use within the time that keys are kept for, without a deployment", async () => {
    const stored = { answer: OLD };
    const process = processWith(stored);
    const before = await process.venue();
    stored.answer = NEW;
    await process.clock.advance(KEYS_FRESH_MS - 1);
    expect(await process.venue()).toBe(before);
    expect(process.revision()).toBe("1");
    await process.clock.advance(1);
    expect(await process.venue()).not.toBe(before);
    expect(process.keysInUse()).toEqual(["old", "new"]);
    expect(process.revision()).toBe("2");
  });

  it("are in use at once after the venue refused the old ones", async () => {
    const stored = { answer: OLD };
    const process = processWith(stored);
    await process.venue();
    stored.answer = NEW;
    process.refuseKeys();
    await process.venue();
    expect(process.keysInUse()).toEqual(["old", "new"]);
  });

  it("are asked for once by all that ask at once", async () => {
    const process = processWith({ answer: OLD });
    await process.venue();
    await process.clock.advance(KEYS_FRESH_MS);
    await Promise.all([process.venue(), process.venue(), process.venue()]);
    expect(process.venueKeys).toHaveBeenCalledTimes(2);
  });
});

describe("keys that stay", () => {
  it("keep their client", async () => {
    const process = processWith({ answer: OLD });
    const venue = await process.venue();
    await process.clock.advance(10 * KEYS_FRESH_MS);
    expect(await process.venue()).toBe(venue);
    expect(process.keysInUse()).toEqual(["old"]);
  });

  it("are looked at once for all refusals of the venue, and then not before their time", async () => {
    const process = processWith({ answer: OLD });
    await process.venue();
    for (let refusals = 0; refusals < 5; refusals += 1) {
      process.refuseKeys();
      await process.venue();
    }
    expect(process.venueKeys).toHaveBeenCalledTimes(2);
    await process.clock.advance(KEYS_FRESH_MS);
    await process.venue();
    expect(process.venueKeys).toHaveBeenCalledTimes(3);
  });
});

describe("a store of keys", () => {
  it("that cannot be asked stops no account that has keys, however long", async () => {
    const stored: { answer: StoredKeys | Error } = { answer: OLD };
    const process = processWith(stored);
    const venue = await process.venue();
    stored.answer = new SecretsUnavailableError("nobody answers");
    for (let looks = 0; looks < 5; looks += 1) {
      await process.clock.advance(KEYS_FRESH_MS);
      expect(await process.venue()).toBe(venue);
    }
  });

  it("that cannot be asked leaves an account without keys, and is asked again the next time", async () => {
    const stored: { answer: StoredKeys | Error } = { answer: new SecretsUnavailableError("nobody answers") };
    const process = processWith(stored);
    await expect(process.venue()).rejects.toBeInstanceOf(SecretsUnavailableError);
    stored.answer = OLD;
    await process.venue();
    expect(process.keysInUse()).toEqual(["old"]);
  });

  it("from which a person took the keys away ends their use", async () => {
    const stored: { answer: StoredKeys | Error } = { answer: OLD };
    const process = processWith(stored);
    await process.venue();
    stored.answer = new MissingSecretError("disabled");
    await process.clock.advance(KEYS_FRESH_MS);
    await expect(process.venue()).rejects.toBeInstanceOf(MissingSecretError);
    await expect(process.venue()).rejects.toBeInstanceOf(MissingSecretError);
  });
});

describe("a process that may read no keys", () => {
  it("asks a venue for what it tells everybody, without keys", async () => {
    const process = processWith({ answer: new MissingSecretError("not for this identity") });
    await process.publicVenue();
    expect(process.keysInUse()).toEqual([null]);
    expect(process.venueKeys).not.toHaveBeenCalled();
  });

  // By the identities of entry/options.ts: these run as edge and teller.
  const KEYLESS: Readonly<Record<string, (duties: Duties) => Promise<unknown>>> = {
    webhook: (duties) => duties.receiveSignal(signedRequest("{}", { id: "m-1", atMs: 0 })),
    commands: (duties) =>
      duties.receiveCommand({ target: { kind: "post" }, headers: {}, rawBody: new Uint8Array() }),
    commandExecutor: (duties) =>
      duties.executeCommands({
        messageId: "m-1",
        topic: "commands",
        publishedAtMs: 0,
        payload: { accountId: ACCOUNT, commandId: "command-1" },
        attributes: {},
      }),
    universeHourly: (duties) => duties.refreshUniverse(),
    outbox: (duties) => duties.sendOutbox(),
    telemetryEveryFiveMinutes: (duties) => duties.sweepTelemetry(),
  };

  it.each(Object.entries(KEYLESS))("serves %s", async (_name, call) => {
    const world = await createWorld();
    world.documents.seed(paths.environment, { name: "test" });
    const venueKeys = vi.fn(async (): Promise<StoredKeys> => {
      throw new MissingSecretError("not for this identity");
    });
    const given: Partial<Ports> = {
      secrets: { ...createMemorySecrets({}), venueKeys },
      notifier: createMemoryNotifier(),
    };
    await call(world.instance("keyless", given).duties);
    expect(venueKeys).not.toHaveBeenCalled();
  });
});
