// While a rollout is under way, a document that only the later release can read stops what needs it on this instance and
// nothing else: nothing is lost, denied or overwritten for it, exits go on, and people are told once.
// Proves: app/telling/tell-newer.ts, app/messages/versioned-messages.ts
import { describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import { NewerDocumentError } from "#functions/app/documents/codec.ts";
import { presentRelease } from "#functions/app/documents/versioned-documents.ts";
import { NewerMessageError, readable, versionedBus } from "#functions/app/messages/versioned-messages.ts";
import type { DocumentData } from "#ports/documents.ts";
import { command } from "#test/support/commands.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

/** A version that no kind has yet. */
const LATER = { version: 99, since: "9.0.0" };

/** The document as a later release has stored it, with a field that this one does not know. */
function makeNewer(world: World, path: string): DocumentData {
  const data = { ...world.documents.dump()[path], unheardOf: 1, schema: LATER };
  world.documents.seed(path, data);
  return data;
}

/** The same document as this release knows it again, as after a rollout that was finished with its own steps. */
function makeKnown(world: World, path: string): void {
  const { schema: _stamp, unheardOf: _field, ...data } = world.documents.dump()[path] ?? {};
  world.documents.seed(path, data);
}

const stored = (world: World, { intentId }: Intent) =>
  world.read<StoredIntent>(paths.intent(ACCOUNT, intentId));
const codes = (world: World) => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const groups = (world: World) => world.under<Group>(paths.groups(ACCOUNT));

/** An account that holds something. */
async function holding(): Promise<World> {
  const world = await createWorld();
  await world.instance("executor").duties.executeIntent(messageOf(world, givenIntent(world)));
  expect(groups(world)).toMatchObject([{ status: "ACTIVE" }]);
  return world;
}

const closing = (world: World) => givenIntent(world, { action: "close", side: null });

describe("a control document, profile or order of a later release", () => {
  it.each([
    ["control", paths.control(ACCOUNT)],
    ["profile", paths.account(ACCOUNT)],
    ["config", paths.config(ACCOUNT)],
  ])("sends an intent back to the bus, uncounted, and leaves the %s alone", async (_name, path) => {
    const world = await createWorld();
    const intent = givenIntent(world);
    const before = makeNewer(world, path);
    const { duties } = world.instance("old");
    for (let delivery = 0; delivery < 10; delivery += 1)
      await expect(duties.executeIntent(messageOf(world, intent))).rejects.toBeInstanceOf(NewerDocumentError);
    expect(world.documents.dump()[path]).toEqual(before);
    expect(world.under("deliveries")).toEqual([]);
    expect(world.under("deadLetters")).toEqual([]);
    expect(stored(world, intent)).toBeNull();
    expect(codes(world)).toEqual(["RELEASE_NEEDED"]);
    makeKnown(world, path);
    await world.instance("new").duties.executeIntent(messageOf(world, intent));
    expect(world.venueOrders()).toHaveLength(1);
  });
});

describe("a NAV, peak or universe of a later release", () => {
  it.each([
    ["NAV", paths.nav(ACCOUNT)],
    ["peak", paths.peak(ACCOUNT)],
    ["universe", paths.universe("binance-usdm")],
  ])("lets an entry wait for that release, and denies nothing for want of the %s", async (_name, path) => {
    const world = await createWorld();
    const intent = givenIntent(world);
    makeNewer(world, path);
    await world.instance("old").duties.executeIntent(messageOf(world, intent));
    expect(stored(world, intent)).toMatchObject({ status: "INBOX", denials: [] });
    expect(world.venueOrders()).toEqual([]);
    expect(codes(world)).toEqual(["RELEASE_NEEDED"]);
    makeKnown(world, path);
    await world.instance("new").duties.followUpAccount(ACCOUNT);
    expect(stored(world, intent)).toMatchObject({ status: "DECIDED" });
    expect(world.venueOrders()).toMatchObject([{ status: "FILLED" }]);
  });

  it.each([
    ["NAV", paths.nav(ACCOUNT)],
    ["universe", paths.universe("binance-usdm")],
    ["overview", paths.overview(ACCOUNT)],
  ])("does not keep an exit back (%s)", async (_name, path) => {
    const world = await holding();
    const before = makeNewer(world, path);
    await world.instance("old").duties.executeIntent(messageOf(world, closing(world)));
    expect(groups(world)).toMatchObject([{ status: "CLOSED" }]);
    expect(world.documents.dump()[path]).toEqual(before);
  });

  it("is judged by its own age: an intent that has expired is denied for that", async () => {
    const world = await createWorld();
    const intent = givenIntent(world);
    makeNewer(world, paths.nav(ACCOUNT));
    world.clock.advance(intent.expiresAtMs - world.clock.nowMs() + 1);
    await world.instance("old").duties.executeIntent(messageOf(world, intent));
    expect(stored(world, intent)).toMatchObject({ status: "EXPIRED" });
  });
});

describe("a command of a later release", () => {
  it("keeps its place: neither is it passed over, nor is one behind it taken first", async () => {
    const world = await createWorld();
    const first = command({ accountId: ACCOUNT, request: { kind: "flatten" } });
    const second = command({ accountId: ACCOUNT, commandId: "command-2", sequence: 2 });
    const expiresAtMs = world.clock.nowMs() + 600_000;
    for (const each of [first, second])
      world.documents.seed(paths.command(ACCOUNT, each.commandId), { ...each, expiresAtMs } as DocumentData);
    const control = world.documents.dump()[paths.control(ACCOUNT)] ?? {};
    world.documents.seed(paths.control(ACCOUNT), { ...control, commands: { storedCount: 2, takenCount: 0 } });
    makeNewer(world, paths.command(ACCOUNT, first.commandId));
    await world.instance("old").duties.reconcileEveryAccount();
    expect(world.read(paths.command(ACCOUNT, first.commandId))).toMatchObject({ status: "STORED" });
    expect(world.read(paths.command(ACCOUNT, "command-2"))).toMatchObject({ status: "STORED" });
    expect(codes(world)).toContain("RELEASE_NEEDED");
    makeKnown(world, paths.command(ACCOUNT, first.commandId));
    await world.instance("new").duties.reconcileEveryAccount();
    expect(world.read(paths.command(ACCOUNT, first.commandId))).toMatchObject({ status: "DONE" });
    expect(world.read(paths.command(ACCOUNT, "command-2"))).toMatchObject({ status: "DONE" });
  });
});

describe("documents that a later release's schedules have just stored", () => {
  it("are heartbeats: the watchdog calls no part silent, and stores nothing over its own later record", async () => {
    const world = await holding();
    const { duties } = world.instance("watchdog");
    await world.tickNav();
    await world.instance("reconcile").duties.reconcileEveryAccount();
    await duties.watchAccount(ACCOUNT);
    makeNewer(world, paths.nav(ACCOUNT));
    makeNewer(world, paths.telemetry(ACCOUNT, "reconcile"));
    const own = makeNewer(world, paths.telemetry(ACCOUNT, "watchdog"));
    await duties.watchAccount(ACCOUNT);
    await duties.watchAccount(ACCOUNT);
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({
      tradingState: { state: "ACTIVE" },
      flatten: null,
    });
    expect(world.documents.dump()[paths.telemetry(ACCOUNT, "watchdog")]).toEqual(own);
  });

  it("are not overwritten: NAV and universe are left to the later release", async () => {
    const world = await createWorld();
    const nav = makeNewer(world, paths.nav(ACCOUNT));
    const universe = makeNewer(world, paths.universe("binance-usdm"));
    await expect(world.instance("old").duties.writeEveryNav()).rejects.toThrow(/1 of 1 accounts failed/);
    await expect(world.instance("old").duties.refreshUniverse()).rejects.toBeInstanceOf(NewerDocumentError);
    expect(world.documents.dump()[paths.nav(ACCOUNT)]).toEqual(nav);
    expect(world.documents.dump()[paths.universe("binance-usdm")]).toEqual(universe);
    expect(codes(world)).toEqual(["RELEASE_NEEDED"]);
  });
});

describe("a message", () => {
  const next = { since: "9.0.0", up: (shape: object) => ({ ...shape, priority: 0 }) };
  const steps = [...KNOWLEDGE.intentsMessage, next];
  const later = { knowledge: { ...KNOWLEDGE, intentsMessage: steps }, stamps: "new" } as const;
  const first = { knowledge: { ...KNOWLEDGE, intentsMessage: [] }, stamps: "new" } as const;
  const NEWER = { schemaVersion: String(steps.length + 1), schemaSince: "9.0.0" };

  it("of a later release comes back, whatever its age and its body: it is neither quarantined nor buried", async () => {
    const world = await createWorld();
    const message = {
      ...messageOf(world, givenIntent(world)),
      payload: { of: "the future" },
      publishedAtMs: 0,
      attributes: NEWER,
    };
    const { duties } = world.instance("old");
    await expect(duties.executeIntent(message)).rejects.toBeInstanceOf(NewerMessageError);
    await expect(duties.executeCommands(message)).rejects.toThrow(/release 9\.0\.0 or later is needed/);
    for (const kept of ["quarantine", "deliveries", "deadLetters"]) expect(world.under(kept)).toEqual([]);
  });

  it("says its version in its attributes, from the second on", async () => {
    const bus = createMemoryBus();
    await versionedBus(bus, first).publish("intents", { a: 1 }, { accountId: "main" });
    await versionedBus(bus, later).publish("intents", { a: 1 }, { accountId: "main" });
    expect(bus.take("intents").map(({ attributes }) => attributes)).toEqual([
      { accountId: "main" },
      { accountId: "main", ...NEWER },
    ]);
  });

  it("of an older release is led to the present shape", async () => {
    const world = await createWorld();
    const message = messageOf(world, givenIntent(world));
    const { exits: _none, ...firstIntent } = (message.payload as { readonly intent: Intent }).intent;
    const older = { ...message, payload: { intent: firstIntent } };
    expect(readable(older, "intents", presentRelease("new")).payload).toEqual({
      intent: { ...firstIntent, exits: null },
    });
    expect(readable(older, "intents", later).payload).toMatchObject({ priority: 0 });
    expect(readable(older, "intents", first)).toBe(older);
  });
});
