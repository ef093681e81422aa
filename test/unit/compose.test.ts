// Guarantees of the composition, on which product, simulation and tools stand alike: it opens no connection
// by itself, duties act only on data of their own environment, a venue has one client, and each process has
// its own memory.

import { describe, expect, it, vi } from "vitest";
import { presentRelease } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { EnvironmentMismatchError } from "#functions/app/documents/check-environment.ts";
import { compose, type Duties, type Ports, type Settings } from "#functions/compose.ts";
import type { Venue } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { createMemoryTasks } from "#test/support/memory/tasks.ts";
import { signedRequest } from "#test/support/receiver.ts";
import { ACCOUNT, profile } from "#test/support/world.ts";

const SETTINGS: Settings = {
  environment: "test",
  holderId: "p-1",
  paperOrigins: everyVenueAt("http://127.0.0.1:1"),
  release: presentRelease("new"),
};

function processOn(label: string, given: Partial<Ports> = {}, settings: Settings = SETTINGS) {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  documents.seed(paths.environment, { name: label });
  const openVenue = vi.fn(() => ({}) as Venue);
  const secrets = createMemorySecrets({ [ACCOUNT]: { apiKey: "key", secret: "secret" } });
  const tasks = createMemoryTasks();
  const ports = createMemoryPorts({ clock, documents, openVenue, secrets, tasks, ...given });
  return { ...compose(ports, settings), ports, documents, openVenue, tasks };
}

const message = (topic: "intents" | "commands") => ({
  messageId: "m-1",
  topic,
  publishedAtMs: 0,
  payload: {},
  attributes: {},
});

/** A call of every duty. */
const CALLS: Readonly<
  Record<Exclude<keyof Duties, "logger" | "deadline">, (duties: Duties) => Promise<unknown>>
> = {
  guard: (duties) => duties.guard(),
  receiveSignal: (duties) => duties.receiveSignal(signedRequest("{}", { id: "s-1", atMs: 0 })),
  receiveCommand: (duties) =>
    duties.receiveCommand({ target: { kind: "post" }, headers: {}, rawBody: new Uint8Array() }),
  executeIntent: (duties) => duties.executeIntent(message("intents")),
  executeCommands: (duties) => duties.executeCommands(message("commands")),
  followUpAccount: (duties) => duties.followUpAccount(ACCOUNT),
  watchAccount: (duties) => duties.watchAccount(ACCOUNT),
  watchEveryAccount: (duties) => duties.watchEveryAccount(),
  serveBatch: (duties) =>
    duties.serveBatch({ duty: "nav", plannedAtMs: 0, accounts: [profile], triedBefore: 0 }),
  writeEveryNav: (duties) => duties.writeEveryNav(),
  reconcileEveryAccount: (duties) => duties.reconcileEveryAccount(),
  refreshUniverse: (duties) => duties.refreshUniverse(),
  sendOutbox: (duties) => duties.sendOutbox(),
  sweepTelemetry: (duties) => duties.sweepTelemetry(),
};

describe("composing", () => {
  it("calls no port", () => {
    const untouchable = (): never => {
      throw new Error("A port was called");
    };
    const port = new Proxy({}, { get: () => untouchable }) as never;
    const ports: Ports = {
      authenticator: port,
      bus: port,
      clock: port,
      deadline: port,
      documents: port,
      identity: port,
      logger: port,
      notifier: port,
      openVenue: untouchable,
      secrets: port,
      tasks: port,
    };
    expect(() => compose(ports, SETTINGS)).not.toThrow();
  });
});

describe("a process whose database belongs to another environment", () => {
  it.each(Object.entries(CALLS))("refuses %s, and does nothing", async (_name, call) => {
    const { duties, documents, openVenue, tasks } = processOn("prod", { notifier: createMemoryNotifier() });
    const before = documents.dump();
    await expect(call(duties)).rejects.toBeInstanceOf(EnvironmentMismatchError);
    expect(documents.dump()).toEqual(before);
    expect(tasks.pending).toEqual([]);
    expect(openVenue).not.toHaveBeenCalled();
  });

  it("opens no venue", async () => {
    const { deps, openVenue } = processOn("prod");
    await expect(deps.venueFor(profile)).rejects.toBeInstanceOf(EnvironmentMismatchError);
    expect(openVenue).not.toHaveBeenCalled();
  });
});

describe("the venue of an account", () => {
  it("has one client for all of a process, also for those that ask at once", async () => {
    const { deps, openVenue } = processOn("test");
    const [first, second] = await Promise.all([deps.venueFor(profile), deps.venueFor({ ...profile })]);
    expect(second).toBe(first);
    expect(await deps.venueFor(profile)).toBe(first);
    expect(openVenue).toHaveBeenCalledOnce();
  });

  it("has another one once the account trades in another mode: where orders go is asked anew", async () => {
    const { deps, openVenue } = processOn("prod", {}, { ...SETTINGS, environment: "prod" });
    const live: AccountProfile = { ...profile, mode: "live" };
    const paper = await deps.venueFor(profile);
    expect(await deps.venueFor(live)).not.toBe(paper);
    expect(openVenue.mock.calls).toMatchObject([
      [{ accountId: ACCOUNT, origin: SETTINGS.paperOrigins["binance-usdm"] }],
      [{ accountId: ACCOUNT, origin: null }],
    ]);
  });

  it("is opened anew after it could not be", async () => {
    const secrets = createMemorySecrets({});
    const { deps, openVenue } = processOn("test", {
      secrets: {
        ...secrets,
        venueKeys: vi.fn(secrets.venueKeys).mockResolvedValueOnce({ ...KEYS, revision: "1" }),
      },
    });
    openVenue.mockImplementationOnce(() => {
      throw new Error("not now");
    });
    await expect(deps.venueFor(profile)).rejects.toThrow("not now");
    await expect(deps.venueFor(profile)).rejects.toThrow("No venue keys");
  });
});

const KEYS = { apiKey: "key", secret: "secret" };

describe("two processes", () => {
  it("share no memory: each compares the label itself and opens its own venue", async () => {
    const { ports, documents, openVenue } = processOn("test");
    const first = compose(ports, SETTINGS);
    await first.deps.venueFor(profile);
    await compose(ports, { ...SETTINGS, holderId: "p-2" }).deps.venueFor(profile);
    expect(openVenue).toHaveBeenCalledTimes(2);
    documents.seed(paths.environment, { name: "prod" });
    await first.duties.guard();
    await expect(compose(ports, SETTINGS).duties.guard()).rejects.toBeInstanceOf(EnvironmentMismatchError);
  });
});

describe("a message for people", () => {
  it.each([
    ["wakes the outbox where somebody takes it", createMemoryNotifier(), 1],
    ["wakes no process where it can only wait", null, 0],
  ] as const)("%s", async (_name, notifier, woken) => {
    const { deps, tasks } = processOn("test", { notifier });
    await deps.documents.commit([
      { op: "create", path: paths.outboxItem(ACCOUNT, "o-1"), data: { text: "hello" } },
    ]);
    expect(tasks.pending.filter(({ queue }) => queue === "outbox")).toHaveLength(woken);
  });
});
