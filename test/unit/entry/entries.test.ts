// Guards the deployed functions as the platform calls them: each does its work, rejects what failed so that it comes
// back, acknowledges what no retry can help, and refuses a database of another environment.
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Quarantined } from "#domain/documents/records.ts";
import { FUNCTIONS } from "#entry/options.ts";
import { EnvironmentMismatchError } from "#functions/app/documents/check-environment.ts";
import { raiseAlert } from "#functions/app/telling/alert.ts";
import type { Duties } from "#functions/compose.ts";
import { ConfigError } from "#functions/config.ts";
import * as functions from "#functions/index.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { createStoringPost } from "#test/support/commands.ts";
import { cleanup, deliver, dispatch, type SentMessage, tick } from "#test/support/invoke.ts";
import { wiredOver } from "#test/support/wired.ts";
import { ACCOUNT, createWorld, givenIntent, profile, type World } from "#test/support/world.ts";

const current = vi.hoisted(() => ({ wiring: (): Duties => expect.fail("This test wired nothing") }));
vi.mock("#functions/wiring.ts", () => ({ wiring: () => current.wiring() }));

afterAll(() => cleanup());
afterEach(() => {
  current.wiring = () => expect.fail("This test wired nothing");
});

/** The world, and this process as an instance over it. */
async function started(label: "test" | "prod" = "test") {
  const world = await createWorld();
  world.documents.seed(paths.environment, { name: label });
  const { duties, notifier } = wiredOver(world);
  current.wiring = () => duties;
  return { world, notifier };
}

const message = (world: World, payload: unknown): SentMessage => ({
  payload,
  publishedAtMs: world.clock.nowMs(),
});
const wake = (accountId: string) => ({ accountId, commandId: "command-1" });
const held = (world: World): Promise<void> =>
  deliver(functions.executor, message(world, { intent: givenIntent(world) }));
const orders = (world: World): readonly Order[] => world.under<Order>(paths.orders(ACCOUNT));

const batch = (duty: string) => ({ duty, plannedAtMs: Date.now(), accounts: [profile] });

/** A call of each function with which nothing is wrong, prepared in the world. */
const CALLS: Readonly<Record<string, (world: World) => () => Promise<void>>> = {
  executor(world) {
    const sent = message(world, { intent: givenIntent(world) });
    return () => deliver(functions.executor, sent);
  },
  commandExecutor: (world) => () => deliver(functions.commandExecutor, message(world, wake(ACCOUNT))),
  followUp: () => () => dispatch(functions.followUp, { accountId: ACCOUNT }),
  watchdog: () => () => dispatch(functions.watchdog, { accountId: ACCOUNT }),
  accountBatch: () => () => dispatch(functions.accountBatch, batch("nav")),
  watchdogBatch: () => () => dispatch(functions.watchdogBatch, batch("watchdog")),
  outbox: () => () => dispatch(functions.outbox, {}),
  navEveryMinute: () => () => tick(functions.navEveryMinute),
  reconcileEveryMinute: () => () => tick(functions.reconcileEveryMinute),
  watchdogEveryMinute: () => () => tick(functions.watchdogEveryMinute),
  telemetryEveryFiveMinutes: () => () => tick(functions.telemetryEveryFiveMinutes),
  universeHourly: () => () => tick(functions.universeHourly),
};
/** The two that answer a sender: see served.test.ts. */
const PUBLIC = ["webhook", "commands"];

describe("the table of functions", () => {
  it("has a row for every function that is exported, and all of them are called here", () => {
    expect(Object.keys(FUNCTIONS).sort()).toEqual(Object.keys(functions).sort());
    expect([...Object.keys(CALLS), ...PUBLIC].sort()).toEqual(Object.keys(functions).sort());
  });
});

describe("a call", () => {
  it("of the executor turns an intent into one order, however often it is delivered", async () => {
    const { world } = await started();
    const sent = message(world, { intent: givenIntent(world) });
    await deliver(functions.executor, sent);
    await deliver(functions.executor, sent);
    expect(world.venueOrders()).toMatchObject([{ status: "FILLED" }]);
    expect(orders(world)).toMatchObject([{ status: "FILLED" }]);
  });

  it("of the command executor applies what is stored", async () => {
    const { world } = await started();
    const { body } = await createStoringPost(world).order({ kind: "stop" });
    const [published] = world.bus.take("commands");
    await deliver(functions.commandExecutor, message(world, published?.payload));
    expect(world.read<Command>(paths.command(ACCOUNT, body.commandId ?? ""))?.status).toBe("DONE");
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.tradingState.state).toBe("HALTED");
  });

  it("of the follow-up queue ends an order's doubt", async () => {
    const { world } = await started();
    const match = { method: "POST", path: "/fapi/v1/order" };
    world.exchange.addFault({ effect: { kind: "reset", when: "after" }, match, count: 1 });
    await held(world);
    expect(orders(world)).toMatchObject([{ status: "SUBMIT_UNKNOWN" }]);
    world.clock.setMs(world.clock.nowMs() + 10_000);
    await dispatch(functions.followUp, { accountId: ACCOUNT });
    expect(orders(world)).toMatchObject([{ status: "FILLED" }]);
  });

  it.each([
    ["the watchdog's queue", () => dispatch(functions.watchdog, { accountId: ACCOUNT })],
    ["the watchdog's schedule", () => tick(functions.watchdogEveryMinute)],
  ])("of %s leaves the record of a look", async (_name, look) => {
    const { world } = await started();
    await held(world);
    world.clock.setMs(world.clock.nowMs() + 20_000);
    await look();
    const record = world.read<{ lookedAtMs: number }>(paths.telemetry(ACCOUNT, "watchdog"));
    expect(record?.lookedAtMs).toBe(world.clock.nowMs());
  });

  it.each([
    ["the outbox queue", () => dispatch(functions.outbox, {})],
    ["the telemetry schedule", () => tick(functions.telemetryEveryFiveMinutes)],
  ])("of %s tells people what waits", async (_name, send) => {
    const { world, notifier } = await started();
    await raiseAlert(world, {
      accountId: ACCOUNT,
      severity: "critical",
      code: "NAV_STALE",
      message: "NAV is stale",
      remedy: "Look at the venue",
      dedupeKey: "once",
    });
    await send();
    expect(notifier.told.map(({ text }) => text)).toContainEqual(expect.stringContaining("NAV is stale"));
  });

  it.each([
    ["NAV", () => tick(functions.navEveryMinute), paths.nav(ACCOUNT)],
    ["reconcile", () => tick(functions.reconcileEveryMinute), paths.telemetry(ACCOUNT, "reconcile")],
    ["universe", () => tick(functions.universeHourly), paths.universe("binance-usdm")],
  ])("of the %s schedule writes its document anew", async (_name, run, path) => {
    const { world } = await started();
    const before = JSON.stringify(world.read(path));
    world.clock.setMs(world.clock.nowMs() + 600_000);
    await run();
    expect(JSON.stringify(world.read(path))).not.toBe(before);
  });
});

/** A batch's faults are its accounts', which the next minute serves anew (app/accounts/serve-batch.ts). */
const RETURNS = Object.entries(CALLS).filter(([name]) => !name.endsWith("Batch"));

describe.each(RETURNS)("%s", (_name, prepare) => {
  it("rejects when the store fails, and so comes back", async () => {
    const { world } = await started();
    await held(world);
    const call = prepare(world);
    world.documents.interceptor = {
      async before() {
        throw new DocumentUnavailableError("The store does not answer", null);
      },
    };
    await expect(call()).rejects.toThrow("The store does not answer");
    world.documents.interceptor = null;
    await expect(call()).resolves.toBeUndefined();
  });

  it("refuses a database of another environment: nothing is stored, no venue is asked", async () => {
    const { world } = await started("prod");
    const call = prepare(world);
    const before = JSON.stringify(world.documents.dump());
    await expect(call()).rejects.toBeInstanceOf(EnvironmentMismatchError);
    expect(JSON.stringify(world.documents.dump())).toBe(before);
    expect(world.requests).toEqual([]);
  });

  it("rejects while its settings are unusable", async () => {
    const { world } = await started();
    const call = prepare(world);
    current.wiring = () => {
      throw new ConfigError(["BALLAST_ENVIRONMENT is missing"]);
    };
    await expect(call()).rejects.toBeInstanceOf(ConfigError);
  });
});

describe("input that no retry can help", () => {
  it.each([
    [
      "executor",
      functions.executor,
      "intents",
      (world: World) => ({ intent: givenIntent(world, { accountId: "nobody" }) }),
    ],
    ["commandExecutor", functions.commandExecutor, "commands", () => wake("nobody")],
  ])("is acknowledged by %s and quarantined as it came", async (_name, topicFunction, source, unknown) => {
    const { world } = await started();
    const sent = (payload: unknown, messageId: string) => ({ ...message(world, payload), messageId });
    await deliver(topicFunction, sent("{ not JSON", "m-text"));
    await deliver(topicFunction, sent({ intent: { accountId: 7 } }, "m-shape"));
    await deliver(topicFunction, sent(unknown(world), "m-account"));
    const kept = world.under<Quarantined>("quarantine");
    expect(kept.map(({ source: from }) => from)).toEqual([source, source, source]);
    expect(kept.map(({ code }) => code).sort()).toEqual([
      "ACCOUNT_UNKNOWN",
      "MESSAGE_UNUSABLE",
      "MESSAGE_UNUSABLE",
    ]);
    expect(kept.map(({ body }) => body)).toContain(JSON.stringify({ unparsed: "{ not JSON" }));
    expect(world.requests).toEqual([]);
  });

  it.each([
    ["followUp", functions.followUp],
    ["watchdog", functions.watchdog],
  ])("is acknowledged by %s and logged", async (_name, queueFunction) => {
    const { world } = await started();
    for (const data of [undefined, null, "main", {}, { accountId: "../x" }, { accountId: ACCOUNT, more: 1 }])
      await dispatch(queueFunction, data);
    expect(world.logger.lines.filter(({ message: line }) => /task is unusable/.test(line))).toHaveLength(6);
    expect(world.requests).toEqual([]);
  });
});
