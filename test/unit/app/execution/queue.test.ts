// The execution pool's queue, over the matching engine: an entry that only a full pool stands against waits, gets the place
// that is freed at once, meets every check again, and ends in exactly one way that its receipt tells.
// Proves: app/execution/promote-queued.ts, app/execution/queue-alerts.ts, app/books/tell-queue.ts
import { beforeEach, describe, expect, it } from "vitest";
import { acquireLease } from "#domain/books/lease.ts";
import { type CommandRequest, NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { Intent, Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { promoteQueued } from "#functions/app/execution/promote-queued.ts";
import { Turn } from "#functions/app/execution/turn.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { TaskError } from "#ports/tasks.ts";
import { createStoringPost, deliverCommands } from "#test/support/commands.ts";
import { latchWith } from "#test/support/factories.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
  type WorldOptions,
} from "#test/support/world.ts";

const QUEUE = { maxLength: 3, validForMs: 600_000, maxPriceDriftBps: 200 };
const ETH = { symbol: "ETHUSDT" } as const;
const SOL = { symbol: "SOLUSDT" } as const;
const CLOSE = { action: "close", side: null } as const;

let world: World;
let executor: Instance;
beforeEach(() => begin());

async function begin(config: Partial<AccountConfig> = {}, options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ ...options, config: { maxOpenGroups: 1, queue: QUEUE, ...config } });
  world.exchange.admin("pause");
  executor = world.instance("executor");
}

const pass = (durationMs: number): void => world.clock.setMs(world.clock.nowMs() + durationMs);
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const queue = () => control()?.queue ?? [];
const orders = () => world.under<Order>(paths.orders(ACCOUNT));
const ordersOf = ({ intentId }: Intent) => orders().filter((order) => order.intentId === intentId);
const receiptOf = ({ signalId }: Intent) => world.read<Receipt>(paths.receipt(ACCOUNT, signalId));
const storedOf = ({ intentId }: Intent) => world.read<StoredIntent>(paths.intent(ACCOUNT, intentId));
const codesOf = (intent: Intent) => receiptOf(intent)?.denials.map(({ code }) => code) ?? [];
const alerts = () => world.under<Alert>(`accounts/${ACCOUNT}/alerts`).map(({ code }) => code);
const waiting = () => queue().map(({ intentId }) => intentId);
const entered = () => world.exchange.engine.state.trades.map(({ symbol }) => symbol);

async function decide(overrides: Partial<Intent> = {}, instance = executor): Promise<Intent> {
  pass(10); // no two signals of one millisecond, unless a test says so
  const intent = givenIntent(world, overrides);
  await executeIntent(instance, messageOf(world, intent));
  return intent;
}

async function runTasks(instance = world.instance("followUp")): Promise<void> {
  for (const task of world.tasks.takeDue(world.clock.nowMs()))
    await followUpAccount(instance, String(task.payload.accountId));
}

function edit(changes: Partial<ControlState>): void {
  world.documents.seed(paths.control(ACCOUNT), JSON.parse(JSON.stringify({ ...control(), ...changes })));
}

describe("an entry that finds the pool full", () => {
  it("waits in the queue, and its receipt says at which place", async () => {
    await decide();
    const [first, second] = [await decide(ETH), await decide(SOL)];
    expect(waiting()).toEqual([first.intentId, second.intentId]);
    expect(storedOf(first)).toMatchObject({ status: "QUEUED", denials: [{ code: "POOL_FULL" }] });
    expect(receiptOf(second)).toMatchObject({
      status: "QUEUED",
      queue: { placeWhenQueued: 2, end: null, endedAtMs: null },
    });
    expect(entered()).toEqual(["BTCUSDT"]);
  });

  it("is denied for good where the config has no queue, as before", async () => {
    await begin({ queue: null });
    await decide();
    const late = await decide(ETH);
    expect(receiptOf(late)).toMatchObject({
      status: "DENIED",
      denials: [{ code: "POOL_FULL" }],
      queue: null,
    });
    expect(queue()).toEqual([]);
  });

  it("is denied where anything else stands against it too", async () => {
    await begin({ maxOpenGroups: 0, maxOrderNotionalUsd: "5" });
    const late = await decide(ETH);
    expect(codesOf(late)).toContain("POOL_FULL");
    expect(receiptOf(late)?.status).toBe("DENIED");
  });

  it("is denied with QUEUE_FULL by a queue that takes no more, and a person is told once an hour", async () => {
    await begin({ queue: { ...QUEUE, maxLength: 1 } });
    await decide();
    await decide(ETH);
    const refused = [await decide(SOL), await decide(SOL)];
    expect(refused.map(codesOf)).toEqual([
      ["POOL_FULL", "QUEUE_FULL"],
      ["POOL_FULL", "QUEUE_FULL"],
    ]);
    expect(alerts()).toEqual(["QUEUE_FULL"]);
  });

  it("waits once, however often its signal is delivered", async () => {
    await decide();
    const late = await decide(ETH);
    await executeIntent(world.instance("executor"), messageOf(world, late));
    await executeIntent(executor, messageOf(world, late));
    expect(waiting()).toEqual([late.intentId]);
  });
});

describe("entries of one burst that find the pool full", () => {
  it("join the queue together; of the same strategy, symbol and side the newest stays", async () => {
    await decide();
    const burst = [ETH, SOL, ETH, { ...SOL, side: "short" as const }].map((each, place) =>
      givenIntent(world, { ...each, signalledAtMs: world.clock.nowMs() + place }),
    );
    await Promise.all(burst.map((intent) => executeIntent(executor, messageOf(world, intent))));
    expect(burst.map((intent) => receiptOf(intent)?.queue?.end)).toEqual([
      "REPLACED",
      "SUPERSEDED",
      null,
      null,
    ]);
    expect(waiting()).toHaveLength(2);
  });
});

describe("a place that is freed", () => {
  it("is the first queued entry's before the holder lets go: no minute passes, and no task is needed", async () => {
    await decide();
    const [first, second] = [await decide(ETH), await decide(SOL)];
    await decide(CLOSE);
    expect(entered()).toEqual(["BTCUSDT", "BTCUSDT", "ETHUSDT"]);
    expect(waiting()).toEqual([second.intentId]);
    expect(storedOf(first)?.status).toBe("DECIDED");
    expect(receiptOf(first)).toMatchObject({
      status: "ORDERED",
      denials: [],
      queue: { end: "PROMOTED", endedAtMs: world.clock.nowMs() },
    });
    expect(control()?.lease.holderId).toBeNull();
  });

  it("is found by the follow-up where the holder dies with the commit that freed it", async () => {
    await decide();
    const late = await decide(ETH);
    const dying = world.instance("executor");
    const died = new Error("killed");
    const { documents } = dying;
    let isDead = false;
    await expect(
      decide(CLOSE, {
        ...dying,
        documents: {
          ...documents,
          commit: async (writes) => {
            if (isDead) throw died;
            const versions = await documents.commit(writes);
            isDead = Object.keys(control()?.slots ?? {}).length === 0;
            return versions;
          },
          getAll: async (wanted) => {
            if (isDead) throw died;
            return await documents.getAll(wanted);
          },
        },
      }),
    ).rejects.toThrow("killed");
    expect(waiting()).toEqual([late.intentId]);
    for (let second = 0; second < 40 && ordersOf(late).length === 0; second += 1) {
      pass(1_000);
      await runTasks();
    }
    expect(ordersOf(late)).toHaveLength(1);
    expect(waiting()).toEqual([]);
  });

  it("is booked where no task can be set: an exit's outcome waits for no look, and the minute's pass gives the place", async () => {
    await decide();
    const late = await decide(ETH);
    const tasks = { ...world.tasks, schedule: () => Promise.reject(new TaskError("no tasks")) };
    // Other looks are arranged after the commit, and fail the message that is delivered again.
    await expect(decide(CLOSE, world.instance("untasked", { tasks }))).rejects.toThrow(TaskError);
    expect(control()?.slots).toEqual({});
    pass(31_000);
    await reconcileAccount(world.instance("schedules"), profile);
    expect(ordersOf(late)).toHaveLength(1);
  });

  it("is given once by two instances that race for it", async () => {
    await decide();
    const late = await decide(ETH);
    edit({ slots: {} });
    await Promise.allSettled(["a", "b", "c"].map((name) => followUpAccount(world.instance(name), ACCOUNT)));
    await followUpAccount(world.instance("d"), ACCOUNT);
    expect(ordersOf(late)).toHaveLength(1);
    expect(entered().filter((symbol) => symbol === "ETHUSDT")).toHaveLength(1);
    const kinds = world
      .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
      .filter(
        ({ kind, subject }) =>
          kind === "ORDER_STORED" && subject === ordersOf(late)[0]?.request.clientOrderId,
      );
    expect(kinds).toHaveLength(1);
  });

  it("goes to the queue before an entry that arrives at that moment", async () => {
    await decide();
    const early = await decide(ETH);
    edit({ slots: {} });
    const late = await decide(SOL, world.instance("executor"));
    expect(ordersOf(early)).toHaveLength(1);
    expect(waiting()).toEqual([late.intentId]);
  });

  it("goes to an entry of another tier where the first one's own tier is full", async () => {
    const tiers = { majors: { symbols: ["BTCUSDT", "ETHUSDT"], maxExposureUsd: null, maxOpenGroups: 1 } };
    await begin({ maxOpenGroups: 2, tiers });
    await decide();
    await decide(SOL);
    const ofTier = await decide(ETH);
    const other = await decide({ symbol: "XRPUSDT" });
    await decide({ ...CLOSE, ...SOL });
    expect(waiting()).toEqual([ofTier.intentId]);
    expect(ordersOf(other)).toHaveLength(codesOf(other).length === 0 ? 1 : 0);
  });

  it("comes by a config with more open groups too, without a group's end", async () => {
    await decide();
    const late = await decide(ETH);
    world.documents.seed(
      paths.config(ACCOUNT),
      JSON.parse(JSON.stringify(configWith({ maxOpenGroups: 2, queue: QUEUE }))),
    );
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    expect(ordersOf(late)).toHaveLength(1);
  });
});

describe("an entry at its promotion", () => {
  it("is denied where the price has moved too far since it was queued", async () => {
    await begin({ queue: { ...QUEUE, maxPriceDriftBps: 0 } });
    await decide();
    const late = await decide(ETH);
    const [entry] = queue();
    edit({ queue: entry === undefined ? [] : [{ ...entry, referencePriceUsd: "1" }] });
    await decide(CLOSE, world.instance("executor"));
    expect(receiptOf(late)).toMatchObject({
      status: "DENIED",
      denials: [{ code: "QUEUED_PRICE_DRIFTED", unit: "bps", subject: "ETHUSDT" }],
      queue: { end: "PROMOTED" },
    });
    expect(waiting()).toEqual([]);
  });

  it("goes by its own validity, and not by the age limit of alerts", async () => {
    await decide();
    const late = await decide(ETH);
    pass(300_000);
    await world.tickNav();
    await world.tickNav();
    await decide(CLOSE, world.instance("executor"));
    expect(codesOf(late)).toEqual([]);
    expect(ordersOf(late)).toHaveLength(1);
  });

  it("has expired once its own validity is over, and its receipt says so at that time", async () => {
    await decide();
    const late = await decide(ETH);
    pass(QUEUE.validForMs + 1_000);
    await runTasks();
    expect(receiptOf(late)).toMatchObject({
      status: "EXPIRED",
      denials: [{ code: "INTENT_EXPIRED", limit: "600000" }],
      queue: { end: "EXPIRED" },
    });
    expect(storedOf(late)?.status).toBe("EXPIRED");
    expect(waiting()).toEqual([]);
  });
});

describe("a queued entry ends", () => {
  it("when a newer one of the same strategy, symbol and side takes its place", async () => {
    await decide();
    const old = await decide(ETH);
    pass(1_000);
    const other = await decide(SOL);
    pass(1_000);
    const newer = await decide(ETH);
    expect(receiptOf(old)).toMatchObject({
      status: "DENIED",
      denials: [{ code: "QUEUE_REPLACED", actual: newer.intentId }],
      queue: { end: "REPLACED", endedBy: newer.intentId },
    });
    expect(storedOf(old)?.status).toBe("DENIED");
    // A replacement goes before those that only arrived earlier.
    expect(waiting()).toEqual([newer.intentId, other.intentId]);
    expect(queue()[0]?.rank.aheadBy).toBe("REPLACEMENT");
  });

  it("never by an older one that arrives after it: that one is denied", async () => {
    await decide();
    const older = givenIntent(world, ETH);
    pass(1_000);
    const newer = await decide(ETH);
    await executeIntent(executor, messageOf(world, older));
    expect(codesOf(older)).toEqual(["POOL_FULL", "QUEUE_REPLACED"]);
    expect(waiting()).toEqual([newer.intentId]);
  });

  it.each([
    ["exits", { ...CLOSE, ...ETH }],
    ["reverses", { ...ETH, side: "short" as const }],
  ])("in the commit in which its strategy %s", async (_name, signal) => {
    await decide();
    const late = await decide(ETH);
    pass(1_000);
    await decide(signal);
    expect(receiptOf(late)).toMatchObject({
      status: "DENIED",
      denials: [{ code: "SUPERSEDED" }],
      queue: { end: "SUPERSEDED" },
    });
    expect(waiting()).not.toContain(late.intentId);
  });

  it("not with an exit that is older than it", async () => {
    await decide();
    const exit = givenIntent(world, { ...CLOSE, ...ETH });
    pass(1_000);
    const late = await decide(ETH);
    await executeIntent(executor, messageOf(world, exit));
    expect(waiting()).toEqual([late.intentId]);
  });

  it("with a halt, in whichever commit comes next", async () => {
    await decide();
    const late = await decide(ETH);
    edit({ tradingState: latchWith({ state: "HALTED" }) });
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    expect(receiptOf(late)).toMatchObject({
      denials: [{ code: "TRADING_HALTED" }],
      queue: { end: "HALTED" },
    });
    expect(waiting()).toEqual([]);
  });
});

describe("an operator", () => {
  async function order(request: CommandRequest): Promise<void> {
    const front = createStoringPost(world);
    const { body } = await front.order(request);
    if (NEEDS_CONFIRMATION.has(request.kind)) await front.confirm(body.commandId ?? "");
    await deliverCommands(world, world.instance("commands"));
    expect(front.commands()).toMatchObject([{ status: "DONE" }]);
  }

  it("drops a queued entry: its receipt names who did", async () => {
    await decide();
    const late = await decide(ETH);
    await order({ kind: "drop_queued", intentId: late.intentId });
    expect(receiptOf(late)).toMatchObject({
      status: "DENIED",
      denials: [{ code: "QUEUE_DROPPED", actual: "anna" }],
      queue: { end: "DROPPED", endedBy: "anna" },
    });
    expect(storedOf(late)?.status).toBe("DENIED");
    expect(waiting()).toEqual([]);
  });

  it("prefers a queued entry, which gets the next place and none before", async () => {
    await decide();
    const [first, second] = [await decide(ETH), await decide(SOL)];
    await order({ kind: "promote_queued", intentId: second.intentId });
    expect(waiting()).toEqual([second.intentId, first.intentId]);
    expect(ordersOf(second)).toEqual([]);
    await decide(CLOSE, world.instance("executor"));
    expect(ordersOf(second)).toHaveLength(1);
  });

  it("gives a place by a config with more open groups: the queue goes on at once, not a minute later", async () => {
    await decide();
    const late = await decide(ETH);
    const config = configWith({ maxOpenGroups: 2, queue: QUEUE });
    await order({ kind: "set_config", baseVersion: 1, config });
    pass(5_000);
    await runTasks();
    expect(ordersOf(late)).toHaveLength(1);
  });

  it.each([{ kind: "stop" }, { kind: "flatten" }] as const)(
    "ends the whole queue with a $kind, in the same commit",
    async (request) => {
      await decide();
      const late = await decide(ETH);
      await order(request);
      expect(receiptOf(late)).toMatchObject({
        denials: [{ code: "TRADING_HALTED" }],
        queue: { end: "HALTED" },
      });
      expect(waiting()).toEqual([]);
    },
  );
});

describe("the queue", () => {
  it("outlives every process: another instance has it, and promotes from it", async () => {
    await decide();
    const late = await decide(ETH);
    await decide(CLOSE, world.instance("another"));
    expect(ordersOf(late)).toHaveLength(1);
  });

  it("has the minute's pass as its floor, should every look be lost: a free place is given, and time runs out", async () => {
    await decide();
    const [next, late] = [await decide(ETH), await decide(SOL)];
    world.documents.seed(
      paths.config(ACCOUNT),
      JSON.parse(JSON.stringify(configWith({ maxOpenGroups: 2, queue: QUEUE }))),
    );
    await reconcileAccount(world.instance("schedules"), profile);
    expect(ordersOf(next)).toHaveLength(1);
    expect(waiting()).toEqual([late.intentId]);
    pass(QUEUE.validForMs + 1_000);
    await reconcileAccount(world.instance("schedules"), profile);
    expect(receiptOf(late)?.status).toBe("EXPIRED");
  });

  it("is no fault to people where another instance has decided an entry since the books were loaded", async () => {
    await decide();
    const next = await decide(ETH);
    edit({ slots: {} });
    const deps = world.instance("late");
    const books = await loadBooks(deps, ACCOUNT);
    const path = paths.intent(ACCOUNT, next.intentId);
    world.documents.seed(path, JSON.parse(JSON.stringify({ ...storedOf(next), status: "DECIDED" })));
    const turn = () => new Turn(deps, ACCOUNT, "test", { letter: null, work: null });
    expect(await promoteQueued(deps, books, turn())).toBe(books);
    expect(alerts()).not.toContain("DOCUMENT_SET_ASIDE");
    const lease = acquireLease(books.control.lease, deps.holderId, world.clock.nowMs());
    await promoteQueued(deps, { ...books, control: { ...books.control, lease } }, turn());
    expect(alerts()).toContain("DOCUMENT_SET_ASIDE");
  });

  it("goes on past an entry whose document is gone, which leaves with its time", async () => {
    await decide();
    const lost = await decide(ETH);
    const next = await decide(SOL);
    await world.documents.commit([{ op: "delete", path: paths.intent(ACCOUNT, lost.intentId) }]);
    await decide(CLOSE, world.instance("executor"));
    expect(ordersOf(next)).toHaveLength(1);
    expect(alerts()).toContain("DOCUMENT_SET_ASIDE");
    pass(QUEUE.validForMs + 1_000);
    await runTasks();
    expect(receiptOf(lost)?.status).toBe("EXPIRED");
  });
});
