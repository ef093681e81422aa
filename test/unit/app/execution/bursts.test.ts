// Guarantees of many intents at once: few writes of the one hot document, each order stored before it leaves, none twice,
// none lost, and exits in front.
// Proves: app/execution/decide-batch.ts, app/execution/take-arrivals.ts, app/execution/turn.ts
// Proves: app/execution/decision-changes.ts, app/books/books-change.ts, app/books/commit-books.ts

import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { ENTRIES_AT_ONCE } from "#functions/app/execution/decide-batch.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
} from "#test/support/world.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const ROOMY = {
  maxOpenGroups: 50,
  maxOrdersPerMinute: 300,
  maxSymbolExposureUsd: "1000000",
  maxGrossExposureUsd: "1000000",
};

let world: World;
let commits: (readonly DocumentWrite[])[];

async function given(config: Partial<ReturnType<typeof configWith>> = {}): Promise<void> {
  world = await createWorld({ config: { ...ROOMY, ...config } });
  commits = [];
  world.documents.interceptor = {
    async after(call) {
      if (call.kind === "commit") commits.push(call.writes);
    },
  };
}

beforeEach(async () => await given());

const orders = () => world.under<Order>(paths.orders(ACCOUNT));
const groups = () => world.under<Group>(paths.groups(ACCOUNT));
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const storedOf = ({ intentId }: Intent) => world.read<StoredIntent>(paths.intent(ACCOUNT, intentId));
const controlWrites = () =>
  commits.filter((writes) => writes.some(({ path }) => path === paths.control(ACCOUNT))).length;

const entries = (count: number, overrides: Partial<Intent> = {}): readonly Intent[] =>
  Array.from({ length: count }, (_, n) =>
    givenIntent(world, {
      symbol: SYMBOLS[n % SYMBOLS.length] ?? "",
      size: { kind: "notionalUsd", notionalUsd: "250" },
      ...overrides,
    }),
  );

/** All at once, dealt out over the instances. */
const deliver = (instances: readonly Instance[], intents: readonly Intent[]) =>
  Promise.allSettled(
    intents.map((intent, n) => {
      const instance = instances[n % instances.length];
      if (instance === undefined) throw new Error("no instance");
      return executeIntent(instance, messageOf(world, intent));
    }),
  );

/** The instance with something that happens as an order leaves. */
function beforeOrder(instance: Instance, happens: (request: OrderRequest) => void | Promise<void>): Instance {
  const { venueFor } = instance;
  return {
    ...instance,
    venueFor: async (of) => {
      const venue = await venueFor(of);
      return {
        ...venue,
        async createOrder(request, options) {
          await happens(request);
          return await venue.createOrder(request, options);
        },
      };
    },
  };
}

async function tasksUntilQuiet(instance: Instance): Promise<void> {
  for (let rounds = 0; world.tasks.pending.length > 0 && rounds < 50; rounds++) {
    const [next] = world.tasks.pending;
    if (next === undefined) return;
    world.clock.setMs(Math.max(world.clock.nowMs(), next.runAtMs));
    for (const task of world.tasks.takeDue(world.clock.nowMs()))
      await followUpAccount(instance, String(task.payload.accountId));
  }
}

describe("fifty alerts at once on four instances", () => {
  it.each([
    ["without stops", null, 30],
    ["with stops", 200, 40],
  ])("write the control document a few times, %s", async (_case, protectiveStopBps, limit) => {
    await given({ watchdog: { ...configWith().watchdog, protectiveStopBps } });
    const instances = Array.from({ length: 4 }, () => world.instance("executor"));
    const intents = entries(50);
    await deliver(instances, intents);
    const [first] = instances;
    if (first === undefined) throw new Error("no instance");
    await tasksUntilQuiet(first);
    expect(orders().filter(({ status }) => status === "FILLED")).toHaveLength(50);
    expect(new Set(world.venueOrders().map(({ clientOrderId }) => clientOrderId)).size).toBe(50);
    expect(intents.map((intent) => storedOf(intent)?.status)).toEqual(intents.map(() => "DECIDED"));
    expect(control()?.inbox.storedCount).toBe(control()?.inbox.takenCount);
    expect(control()?.lease.holderId).toBeNull();
    expect(groups().every(({ stop }) => (stop?.status === "RESTING") === (protectiveStopBps !== null))).toBe(
      true,
    );
    expect(controlWrites()).toBeLessThan(limit);
  });
});

describe("an instance that finds the lease taken", () => {
  it("stores all the intents that wait in it in one commit", async () => {
    const other = world.instance("other");
    const waiting = entries(7);
    let written: readonly DocumentWrite[][] = [];
    const holder = beforeOrder(world.instance("executor"), async () => {
      if (written.length > 0) return;
      const before = commits.length;
      await deliver([other], waiting);
      written = commits.slice(before).map((writes) => [...writes]);
    });
    await executeIntent(holder, messageOf(world, givenIntent(world)));
    expect(written).toHaveLength(1);
    expect(written[0]?.filter(({ op }) => op === "create")).toHaveLength(7);
    expect(written[0]?.at(-1)).toMatchObject({ changes: { "inbox.storedCount": { incrementBy: 7 } } });
    expect(waiting.map((intent) => storedOf(intent)?.status)).toEqual(waiting.map(() => "DECIDED"));
  });

  it("stores the others although one of them waits there already", async () => {
    const other = world.instance("other");
    const waiting = entries(3);
    const holder = beforeOrder(world.instance("executor"), async () => {
      if (world.requests.includes("POST /fapi/v1/order")) return;
      await deliver([other], waiting.slice(0, 1));
      await deliver([world.instance("other")], waiting);
    });
    await executeIntent(holder, messageOf(world, givenIntent(world)));
    expect(control()?.inbox).toEqual({ storedCount: 3, takenCount: 3 });
    expect(orders()).toHaveLength(4);
  });
});

describe("a batch of entries", () => {
  it("is stored as a whole before any of it leaves, and is no larger than its bound", async () => {
    const open: number[] = [];
    const stored: boolean[] = [];
    const watched = beforeOrder(world.instance("executor"), ({ clientOrderId }) => {
      const own = world.read<Order>(paths.order(ACCOUNT, clientOrderId));
      stored.push(own?.status === "SUBMITTING");
      open.push(orders().filter(({ status }) => status === "SUBMITTING").length);
    });
    await deliver([watched], entries(25));
    expect(stored).toEqual(Array.from({ length: 25 }, () => true));
    expect(Math.max(...open)).toBe(ENTRIES_AT_ONCE);
  });

  it.each([
    ["two round trips", null, 2],
    ["three with stops", 200, 3],
  ])("costs %s when warm, one of them before its orders", async (_case, protectiveStopBps, expected) => {
    await given({ watchdog: { ...configWith().watchdog, protectiveStopBps } });
    const executor = world.instance("executor");
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    const before = executor.counts.roundTrips;
    const trips: number[] = [];
    const watched = beforeOrder(executor, () => void trips.push(executor.counts.roundTrips - before));
    await deliver([watched], entries(5));
    expect(trips).toEqual([1, 1, 1, 1, 1]);
    expect(executor.counts.roundTrips - before).toBe(expected);
  });

  it("is decided one after the other, each on the books that the one before it leaves", async () => {
    await given({ maxOpenGroups: 2, maxOrdersPerMinute: 3 });
    const intents = entries(6);
    await deliver([world.instance("executor")], intents);
    expect(orders()).toHaveLength(3);
    expect(groups()).toHaveLength(2);
    expect(intents.map((intent) => storedOf(intent)?.denials.map(({ code }) => code))).toEqual([
      [],
      [],
      ["POOL_FULL"],
      [],
      ["RATE_LIMIT_EXCEEDED"],
      expect.arrayContaining(["POOL_FULL", "RATE_LIMIT_EXCEEDED"]),
    ]);
  });

  it("has a journal entry for each decision and each outcome, of which the last image is the document", async () => {
    await deliver([world.instance("executor")], entries(4));
    const journal = world
      .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
      .toSorted((a, b) => a.seq - b.seq);
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, n) => n + 1));
    expect(journal.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => "ORDER_STORED"),
      ...Array.from({ length: 4 }, () => "ORDER_FILLED"),
    ]);
    const last = Object.assign({}, ...journal.map(({ images }) => images));
    expect(last[paths.control(ACCOUNT)]).toEqual(control());
    for (const order of orders())
      expect(order).toMatchObject(last[paths.order(ACCOUNT, order.request.clientOrderId)]);
  });

  it("leaves no fill without its stop for the sake of a request that hangs", async () => {
    await given({ watchdog: { ...configWith().watchdog, protectiveStopBps: 200 } });
    let answer = (): void => undefined;
    const seen: string[][] = [];
    const executor = beforeOrder(world.instance("executor"), ({ symbol }) => {
      if (symbol !== "SOLUSDT") return;
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    });
    const delivered = deliver([executor], entries(3));
    for (let turns = 0; turns < 2_000 && seen.length === 0; turns++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const guarded = groups().filter(({ stop }) => stop?.status === "RESTING");
      if (guarded.length === 2) seen.push(guarded.map(({ symbol }) => symbol).toSorted());
    }
    expect(seen).toEqual([["BTCUSDT", "ETHUSDT"]]);
    expect(orders().filter(({ status }) => status === "SUBMITTING")).toHaveLength(1);
    answer();
    await delivered;
    expect(groups().map(({ stop }) => stop?.status)).toEqual(["RESTING", "RESTING", "RESTING"]);
    expect(control()?.lease.holderId).toBeNull();
  });

  it("is left to look-ups by a process that dies among its sends: none is sent twice, none is lost", async () => {
    let sends = 0;
    const dying = beforeOrder(world.instance("executor"), () => {
      sends += 1;
      if (sends > 2) throw new Error("killed");
    });
    await deliver([dying], entries(5));
    const successor = world.instance("executor");
    for (let minute = 0; minute < 12; minute++) {
      world.clock.setMs(world.clock.nowMs() + 31_000);
      await world.tickNav();
      await followUpAccount(successor, ACCOUNT);
    }
    expect(world.venueOrders()).toHaveLength(2);
    expect(
      orders()
        .map(({ status, sends: sent }) => `${status} ${sent}`)
        .toSorted(),
    ).toEqual(["ABSENT 1", "ABSENT 1", "ABSENT 1", "FILLED 1", "FILLED 1"]);
    expect(control()).toMatchObject({ reservations: {} });
  });

  it("is one order for an intent that is delivered more than once", async () => {
    const [one, two] = entries(2);
    if (one === undefined || two === undefined) throw new Error("no intents");
    await deliver([world.instance("executor")], [one, two, one, two, one]);
    await deliver([world.instance("executor"), world.instance("other")], [one, two, one, two]);
    expect(world.venueOrders()).toHaveLength(2);
    expect(orders().map(({ status }) => status)).toEqual(["FILLED", "FILLED"]);
  });
});

describe("an exit among entries", () => {
  it("is sent before every entry that waits, and waits for one batch at most", async () => {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    world.clock.setMs(world.clock.nowMs() + 1_000);
    const close = givenIntent(world, { action: "close", side: null });
    const leaves: boolean[] = [];
    const executor = world.instance("executor");
    let later: Promise<unknown> | null = null;
    const watched = beforeOrder(executor, ({ reduceOnly }) => {
      leaves.push(reduceOnly);
      later ??= executeIntent(world.instance("other"), messageOf(world, close));
      return later.then(() => undefined);
    });
    await deliver([watched], entries(25, { symbol: "ETHUSDT" }));
    expect(leaves.indexOf(true)).toBe(ENTRIES_AT_ONCE);
    expect(leaves).toHaveLength(26);
  });

  it("goes before the entries that were there first", async () => {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    world.clock.setMs(world.clock.nowMs() + 1_000);
    const leaves: boolean[] = [];
    const watched = beforeOrder(world.instance("executor"), ({ reduceOnly }) => void leaves.push(reduceOnly));
    const close = givenIntent(world, { action: "close", side: null });
    await deliver([watched], [...entries(5, { symbol: "ETHUSDT" }), close]);
    expect(leaves).toEqual([true, false, false, false, false, false]);
  });
});

describe("one broken intent among others", () => {
  it("is decided like the others when its receipt is gone", async () => {
    const executor = world.instance("executor");
    const refused = givenIntent(world, { strategyId: "nobody" });
    await world.documents.commit([{ op: "delete", path: paths.receipt(ACCOUNT, refused.signalId) }]);
    const others = [...entries(1, { strategyId: "nobody" }), ...entries(3)];
    const results = await deliver([executor], [refused, ...others]);
    expect(results.map(({ status }) => status)).toEqual([...others, refused].map(() => "fulfilled"));
    expect([refused, ...others].map((intent) => storedOf(intent)?.status)).toEqual([
      "DENIED",
      "DENIED",
      "DECIDED",
      "DECIDED",
      "DECIDED",
    ]);
  });

  it("stops only itself when its document cannot be read", async () => {
    const executor = world.instance("executor");
    const [broken, ...others] = entries(4);
    if (broken === undefined) throw new Error("no intent");
    world.documents.seed(paths.intent(ACCOUNT, broken.intentId), { status: "?" });
    const results = await deliver([executor], [others[0] ?? broken, broken, ...others.slice(1)]);
    expect(results.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(2);
    expect(others.slice(1).map((intent) => storedOf(intent)?.status)).toEqual(["DECIDED", "DECIDED"]);
  });
});
