// Commands take effect once and in sequence, whatever is lost, repeated, killed or slow; and none waits for a lease.
// Proves: app/commands/, domain/command/
import { beforeEach, describe, expect, it } from "vitest";
import type { Command } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import { applyCommands } from "#functions/app/commands/apply-commands.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { type CommandPost, createStoringPost, deliverCommands } from "#test/support/commands.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

let world: World;
let front: CommandPost;
let executor: Instance;

beforeEach(async () => {
  world = await createWorld();
  front = createStoringPost(world);
  executor = world.instance("command-executor");
});

function control(): ControlState {
  const state = world.read<ControlState>(paths.control(ACCOUNT));
  if (state === null) throw new Error("no control document");
  return state;
}

function journalled(): readonly string[] {
  return world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`).map(({ kind }) => kind);
}

async function confirmed(request: Parameters<CommandPost["order"]>[0]): Promise<void> {
  const { body } = await front.order(request);
  await front.confirm(body.commandId ?? "");
}

describe("applying", () => {
  it("stores effect, outcome, journal and reply together, and counts the command as taken", async () => {
    await front.order({ kind: "pause" });
    await deliverCommands(world, executor);
    expect(control()).toMatchObject({
      tradingState: { state: "REDUCING", actor: "anna", reason: "because" },
      commands: { storedCount: 1, takenCount: 1 },
    });
    expect(front.commands()).toMatchObject([
      { status: "DONE", outcome: expect.stringContaining("REDUCING") },
    ]);
    expect(journalled()).toEqual(["COMMAND_DONE"]);
    const replies = world.under<{ kind: string; status: string }>(paths.outbox(ACCOUNT));
    expect(replies).toMatchObject([{ kind: "commandReply", status: "PENDING", severity: "info" }]);
    expect(world.read(paths.overview(ACCOUNT))).toMatchObject({ tradingState: { state: "REDUCING" } });
  });

  it("goes by the sequence, not by the order of messages, and does nothing for a message that comes again", async () => {
    await front.order({ kind: "pause" });
    await front.order({ kind: "stop" });
    const [first, second] = world.bus.take("commands");
    for (const message of [second, first, second, first]) {
      if (message === undefined) throw new Error("two messages were expected");
      await world.bus.publish("commands", message.payload, message.attributes);
      await deliverCommands(world, executor);
    }
    expect(control().tradingState.state).toBe("HALTED");
    expect(journalled()).toEqual(["COMMAND_DONE", "COMMAND_DONE"]);
  });

  it("takes each once when several instances apply at the same time", async () => {
    for (let count = 0; count < 4; count++) await front.order({ kind: "clear_cooldown", symbol: null });
    const instances = ["a", "b", "c"].map((name) => world.instance(name));
    await Promise.all(instances.map((instance) => applyCommands(instance, ACCOUNT)));
    expect(journalled()).toEqual(Array.from({ length: 4 }, () => "COMMAND_DONE"));
    expect(control().commands).toEqual({ storedCount: 4, takenCount: 4 });
  });

  it("is what the reconcile schedule does with one whose message was lost, under any holder's lease", async () => {
    const { lease } = control();
    const held = { ...control(), lease: { holderId: "other", fence: lease.fence + 1, expiresAtMs: 9e12 } };
    world.documents.seed(paths.control(ACCOUNT), { ...held } as never);
    world.bus.failNext("notStored");
    await front.order({ kind: "stop" });
    await reconcileAccount(executor, profile);
    expect(control()).toMatchObject({ tradingState: { state: "HALTED" }, lease: { holderId: "other" } });
  });

  it("has no effect after its expiry; a stop that came too late is an alert", async () => {
    await front.order({ kind: "stop" });
    await front.order({ kind: "set_horizon", horizonAtMs: null });
    await world.clock.advance(25 * 3_600_000);
    await applyCommands(executor, ACCOUNT);
    expect(front.commands().map(({ status }) => status)).toEqual(["EXPIRED", "EXPIRED"]);
    expect(control().tradingState.state).toBe("ACTIVE");
    const alerts = world.under<Alert>(paths.alerts(ACCOUNT)).filter(({ code }) => code === "COMMAND_EXPIRED");
    expect(alerts).toHaveLength(1);
  });

  it("passes over an unreadable document, with an alert, so that it stands before no stop", async () => {
    const broken = await front.order({ kind: "pause" });
    const path = paths.command(ACCOUNT, broken.body.commandId ?? "");
    await world.documents.commit([{ op: "update", path, changes: { request: { kind: "dance" } } }]);
    await front.order({ kind: "stop" });
    await applyCommands(executor, ACCOUNT);
    expect(control()).toMatchObject({ tradingState: { state: "HALTED" }, commands: { takenCount: 2 } });
    expect(world.read<Command>(path)).toMatchObject({ status: "REFUSED" });
    expect(world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code)).toContain("COMMAND_UNUSABLE");
  });

  it("acknowledges an alert in the alert's own document", async () => {
    world.bus.failNext("notStored");
    await front.order({ kind: "pause" });
    const [alert] = world.under<Alert>(paths.alerts(ACCOUNT));
    await front.order({ kind: "ack_alert", alertId: alert?.alertId ?? "" });
    await applyCommands(executor, ACCOUNT);
    expect(world.under<Alert>(paths.alerts(ACCOUNT))).toMatchObject([
      { acknowledgedAtMs: world.clock.nowMs(), acknowledgedBy: "anna" },
    ]);
  });
});

describe("a flatten", () => {
  it("is ordered and somebody is woken, also by a message that comes after the one that applied it", async () => {
    await confirmed({ kind: "flatten" });
    world.tasks.failNext();
    await expect(applyCommands(executor, ACCOUNT)).rejects.toThrow("could not be stored");
    expect(control()).toMatchObject({ tradingState: { state: "HALTED" }, flatten: { orderedBy: "anna" } });
    expect(world.tasks.pending).toEqual([]);
    await applyCommands(world.instance("another"), ACCOUNT);
    expect(world.tasks.pending).toMatchObject([{ queue: "followUp", payload: { accountId: ACCOUNT } }]);
    expect(journalled()).toEqual(["COMMAND_DONE"]);
  });
});

describe("a config", () => {
  const next: AccountConfig = configWith({ maxOpenGroups: 1, maxOrderNotionalUsd: "4000" });

  it("decides the very next intent of a process that has the old one in its memory, and is stamped on it", async () => {
    const trader = world.instance("executor");
    await executeIntent(trader, messageOf(world, givenIntent(world)));
    await confirmed({ kind: "set_config", baseVersion: 1, config: next });
    await applyCommands(executor, ACCOUNT);
    const denied = givenIntent(world, { symbol: "ETHUSDT" });
    await executeIntent(trader, messageOf(world, denied));
    const stored = world.read<{ denials: { code: string }[] }>(paths.intent(ACCOUNT, denied.intentId));
    expect(stored?.denials.map(({ code }) => code)).toContain("POOL_FULL");
    const added = givenIntent(world);
    await executeIntent(trader, messageOf(world, added));
    const versions = world
      .under<{ basis: { configVersion: number } }>(paths.orders(ACCOUNT))
      .map(({ basis }) => basis.configVersion);
    expect(versions.sort()).toEqual([1, 2]);
  });

  it("decides the next intent of the very process that activated it", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    await confirmed({ kind: "set_config", baseVersion: 1, config: next });
    await applyCommands(executor, ACCOUNT);
    const denied = givenIntent(world, { symbol: "ETHUSDT" });
    await executeIntent(executor, messageOf(world, denied));
    expect(world.read(paths.intent(ACCOUNT, denied.intentId))).toMatchObject({ status: "DENIED" });
  });

  it("is current, in the history and named by the control document in one commit, and only on its own base", async () => {
    await confirmed({ kind: "set_config", baseVersion: 1, config: next });
    await confirmed({ kind: "set_config", baseVersion: 1, config: { ...next, maxOpenGroups: 3 } });
    await applyCommands(executor, ACCOUNT);
    const active = { ...next, version: 2, author: "anna", createdAtMs: world.clock.nowMs() };
    expect(world.read(paths.config(ACCOUNT))).toEqual(active);
    expect(world.read(paths.configVersion(ACCOUNT, 2))).toEqual(active);
    expect(control().configVersion).toBe(2);
    expect(
      front
        .commands()
        .map(({ status }) => status)
        .sort(),
    ).toEqual(["DONE", "REFUSED"]);
  });

  it("is tried against recorded intents without storing anything", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    const before = JSON.stringify(world.documents.dump());
    const body = { accountId: ACCOUNT, config: { ...next, symbols: ["ETHUSDT"] }, limit: 10 };
    const answer = await front.to({ kind: "shadow" }, body);
    expect(answer.body).toMatchObject({
      code: "COMPARED",
      comparedCount: 1,
      differences: [
        {
          symbol: "BTCUSDT",
          present: { kind: "place", qtyBase: expect.any(String) },
          candidate: { kind: "deny", codes: ["SYMBOL_NOT_CONFIGURED"] },
        },
      ],
    });
    expect(JSON.stringify(world.documents.dump())).toBe(before);
  });
});
