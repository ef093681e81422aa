// Guards a rollout from the side of an instance that is older than a document: what needs the document stops, for that
// account, and nothing else. Exits go on, entries and commands wait and are never refused for it, a part that runs on the
// later release is not taken for silent, and a person is told once.
import { beforeEach, describe, expect, it } from "vitest";
import { NewerDocumentError } from "#app/documents";
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { createCommandPost, deliverCommands } from "#test/support/commands.ts";
import { createReceiver, DIRECT_HOOK, directRequest } from "#test/support/receiver.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

const LATER = { version: 2, since: "0.3.0" };
let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** As a later release has stored it: a field more, and a stamp that says so. */
function madeLater({ documents }: Pick<World, "documents">, path: string): void {
  documents.seed(path, { ...documents.dump()[path], fieldOfTheFuture: 1, schema: LATER });
}

/** As an instance of this release could read it again. */
function madePresent(path: string): void {
  const { fieldOfTheFuture: _field, schema: _stamp, ...data } = world.documents.dump()[path] ?? {};
  world.documents.seed(path, data);
}

const execute = (intent: Intent) => world.instance("executor").duties.executeIntent(messageOf(world, intent));
const decision = ({ intentId }: Intent) =>
  world.read<StoredIntent>(paths.intent(ACCOUNT, intentId))?.status ?? null;
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const codes = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const held = () => Object.keys(control()?.slots ?? {}).length;

describe.each([
  ["NAV", paths.nav(ACCOUNT)],
  ["peak", paths.peak(ACCOUNT)],
  ["universe", paths.universe],
])("a newer %s", (_name, path) => {
  it("lets an entry wait without a word on its receipt, and a later instance trades it", async () => {
    madeLater(world, path);
    const intent = givenIntent(world);
    await execute(intent);
    expect(decision(intent)).toBe("INBOX");
    expect(world.read(paths.receipt(ACCOUNT, intent.signalId))).toMatchObject({
      status: "RECEIVED",
      denials: [],
    });
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
    madePresent(path);
    await world.instance("later").duties.followUpAccount(ACCOUNT);
    expect(decision(intent)).toBe("DECIDED");
    expect(held()).toBe(1);
  });

  it("lets an exit through", async () => {
    await execute(givenIntent(world));
    expect(held()).toBe(1);
    madeLater(world, path);
    await execute(givenIntent(world, { action: "close" }));
    await world.instance("followUp").duties.followUpAccount(ACCOUNT);
    expect(held()).toBe(0);
  });
});

describe("an entry that waited for a later release until it expired", () => {
  it("ends as expired", async () => {
    madeLater(world, paths.nav(ACCOUNT));
    const intent = givenIntent(world);
    await execute(intent);
    world.clock.setMs(intent.expiresAtMs + 60_000);
    await world.instance("followUp").duties.followUpAccount(ACCOUNT);
    expect(decision(intent)).toBe("EXPIRED");
  });
});

describe("a newer control document", () => {
  it("sends the message back as often as it comes, and never counts or buries it", async () => {
    madeLater(world, paths.control(ACCOUNT));
    const intent = givenIntent(world);
    for (let delivery = 0; delivery < 12; delivery++)
      await expect(execute(intent)).rejects.toThrow(NewerDocumentError);
    expect([
      ...world.under("deliveries"),
      ...world.under("deadLetters"),
      ...world.under("quarantine"),
    ]).toEqual([]);
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
  });
});

describe("a newer command", () => {
  it("keeps its place in the sequence, and those behind it wait for a later instance", async () => {
    const post = createCommandPost(world);
    await post.order({ kind: "pause" });
    await post.order({ kind: "stop" });
    const [first] = post.commands();
    const path = paths.command(ACCOUNT, first?.commandId ?? "");
    madeLater(world, path);
    const instance = world.instance("commandExecutor");
    await expect(deliverCommands(world, instance)).rejects.toThrow(NewerDocumentError);
    await expect(world.instance("reconcile").duties.reconcileEveryAccount()).resolves.toBeUndefined();
    expect(control()?.commands.takenCount).toBe(0);
    expect(codes()).toContain("RELEASE_NEEDED");
    expect(codes()).not.toContain("COMMAND_UNUSABLE");
    madePresent(path);
    await world.instance("later").duties.reconcileEveryAccount();
    expect(post.commands().map(({ status }: Command) => status)).toEqual(["DONE", "DONE"]);
  });
});

describe("posting a command", () => {
  it("to an account whose profile is newer is answered with 503, and stores nothing", async () => {
    madeLater(world, paths.account(ACCOUNT));
    const post = createCommandPost(world);
    const answer = await post.order({ kind: "pause" });
    expect(answer).toMatchObject({ status: 503, body: { code: "RELEASE_NEEDED" } });
    expect(post.commands()).toEqual([]);
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
  });

  it("stop: is stored while the control document is newer", async () => {
    madeLater(world, paths.control(ACCOUNT));
    const post = createCommandPost(world);
    expect(await post.order({ kind: "stop" })).toMatchObject({ status: 202 });
  });
});

describe("a signal", () => {
  it.each([
    ["hook", paths.hook(DIRECT_HOOK)],
    ["config", paths.config(ACCOUNT)],
  ])("to a newer %s is answered with 503, so that its sender repeats it", async (_name, path) => {
    const receiver = createReceiver();
    madeLater(receiver, path);
    const answer = await receiver.receive(directRequest("{}"));
    expect(answer).toMatchObject({ status: 503, body: { code: "RELEASE_NEEDED" } });
  });
});

describe("the watchdog", () => {
  it("takes NAV and reconcile on a later release for alive, and flattens nothing", async () => {
    await execute(givenIntent(world));
    const watchdog = { ...world.instance("watchdog") };
    for (let look = 0; look < 30; look++) {
      world.clock.setMs(world.clock.nowMs() + 15_000);
      for (const path of [paths.nav(ACCOUNT), paths.telemetry(ACCOUNT, "reconcile")]) {
        const beat = { accountId: ACCOUNT, atMs: world.clock.nowMs(), schema: LATER };
        world.documents.seed(path, beat);
      }
      await watchdog.duties.watchAccount(ACCOUNT);
    }
    expect(control()?.flatten).toBeNull();
    expect(codes().filter((code) => code.startsWith("WATCHDOG_"))).toEqual([]);
    expect(held()).toBe(1);
  });

  it("leaves a record of a later release as it is", async () => {
    await execute(givenIntent(world));
    const path = paths.telemetry(ACCOUNT, "watchdog");
    world.documents.seed(path, { accountId: ACCOUNT, schema: LATER });
    await world.instance("watchdog").duties.watchAccount(ACCOUNT);
    expect(world.read(path)).toEqual({ accountId: ACCOUNT, schema: LATER });
  });
});

describe("the NAV schedule", () => {
  it.each([
    ["NAV", paths.nav(ACCOUNT)],
    ["peak", paths.peak(ACCOUNT)],
  ])("leaves a newer %s as it is, and sets no peak aside for it", async (_name, path) => {
    madeLater(world, path);
    const before = world.documents.dump();
    await expect(world.instance("nav").duties.writeEveryNav()).rejects.toThrow(AggregateError);
    const after = world.documents.dump();
    for (const each of [paths.nav(ACCOUNT), paths.peak(ACCOUNT)]) expect(after[each]).toEqual(before[each]);
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
  });

  it("writes the NAV while the control document is newer", async () => {
    madeLater(world, paths.control(ACCOUNT));
    world.clock.setMs(world.clock.nowMs() + 60_000);
    await world.instance("nav").duties.writeEveryNav();
    expect(world.read(paths.nav(ACCOUNT))).toMatchObject({ checkedAtMs: world.clock.nowMs() });
  });
});
