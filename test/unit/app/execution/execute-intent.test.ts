// Guarantees of the intent path, on the real adapter over the exchange's matching engine.
// Proves: app/books/, app/execution/, app/documents/codec.ts
// Proves: domain/books/overview.ts

import { beforeEach, describe, expect, it } from "vitest";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import type { Overview } from "#domain/documents/views.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { VENUE_TIMEOUT_MS } from "#functions/compose/venue-for.ts";
import { latchWith } from "#test/support/factories.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { failAlertOnce } from "#test/support/store-faults.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

let world: World;
let executor: Instance;
beforeEach(async () => {
  world = await createWorld();
  executor = world.instance("executor");
});

const orders = () => world.under<Order>(paths.orders(ACCOUNT));
const groups = () => world.under<Group>(paths.groups(ACCOUNT));
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const orderPosts = () => world.requests.filter((request) => request === "POST /fapi/v1/order").length;

/** The executor with something that happens as its order leaves. */
function beforeOrder(happens: () => void | Promise<void>): Instance {
  const { venueFor } = executor;
  return {
    ...executor,
    venueFor: async (of) => {
      const venue = await venueFor(of);
      return {
        ...venue,
        async createOrder(request, options) {
          await happens();
          return await venue.createOrder(request, options);
        },
      };
    },
  };
}

const toExchange = () => {
  const transport = createExchangeTransport(world.exchange, world.clock, VENUE_TIMEOUT_MS);
  return transport.send;
};

async function tasksUntilQuiet(instance: Instance): Promise<void> {
  for (let rounds = 0; world.tasks.pending.length > 0 && rounds < 50; rounds++) {
    const [next] = world.tasks.pending;
    if (next === undefined) return;
    world.clock.setMs(Math.max(world.clock.nowMs(), next.runAtMs));
    for (const task of world.tasks.takeDue(world.clock.nowMs())) {
      await followUpAccount(instance, String(task.payload.accountId));
    }
  }
}

describe("an intent that may trade", () => {
  it("becomes one filled order, an active group and a slot, and the receipt tells its latencies", async () => {
    const intent = givenIntent(world);
    await executeIntent(executor, messageOf(world, intent));
    expect(orders()).toMatchObject([{ status: "FILLED", intentId: intent.intentId, sends: 1 }]);
    expect(groups()).toMatchObject([{ status: "ACTIVE", symbol: "BTCUSDT", side: "long" }]);
    expect(Object.keys(control()?.slots ?? {})).toEqual(groups().map((group) => group.groupId));
    expect(control()?.reservations).toEqual({});
    expect(control()?.lease.holderId).toBeNull();
    const receipt = world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId));
    expect(receipt).toMatchObject({ status: "ORDERED", clientOrderId: orders()[0]?.request.clientOrderId });
    expect(receipt?.acknowledgedAtMs).toBeGreaterThanOrEqual(receipt?.sentAtMs ?? Number.NaN);
    expect(world.read<Overview>(paths.overview(ACCOUNT))).toMatchObject({
      slots: { used: 1, limit: 5 },
      orders: [{ status: "FILLED" }],
    });
  });

  it("is booked although its receipt is gone by the time that the venue has answered", async () => {
    const intent = givenIntent(world);
    const path = paths.receipt(ACCOUNT, intent.signalId);
    await world.documents.commit([{ op: "delete", path }]);
    await executeIntent(executor, messageOf(world, intent));
    expect(orders()).toMatchObject([{ status: "FILLED" }]);
    expect(groups()).toMatchObject([{ status: "ACTIVE" }]);
    expect(control()?.reservations).toEqual({});
    expect(world.read(path)).toBeNull();
  });

  it("costs two round trips when warm, exactly one of them before the order, and the touch beside it", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    const before = { ...executor.counts };
    world.requests.length = 0;
    const tripsAtOrder: number[] = [];
    world.documents.interceptor = null;
    const intent = givenIntent(world, { symbol: "ETHUSDT" });
    const watched = beforeOrder(() => {
      tripsAtOrder.push(executor.counts.roundTrips - before.roundTrips);
    });
    await executeIntent(watched, messageOf(world, intent));
    expect(executor.counts.roundTrips - before.roundTrips).toBe(2);
    expect(tripsAtOrder).toEqual([1]);
    expect(world.requests).toEqual(["GET /fapi/v1/ticker/bookTicker", "POST /fapi/v1/order"]);
    expect(executor.counts.reads - before.reads).toBe(0);
  });

  it("costs a new instance three round trips, two of them before the order: the label comes with the books", async () => {
    const trips: number[] = [];
    const cold: Instance = world.instance("executor", {
      openVenue: (parts) => {
        const venue = createCcxtVenue({ ...parts, transport: toExchange() });
        return {
          ...venue,
          async createOrder(request, options) {
            trips.push(cold.counts.roundTrips);
            return await venue.createOrder(request, options);
          },
        };
      },
    });
    await cold.duties.executeIntent(messageOf(world, givenIntent(world)));
    expect(trips).toEqual([2]);
    expect(cold.counts.roundTrips).toBe(3);
    expect(orders()).toMatchObject([{ status: "FILLED" }]);
  });

  it("is stored before it is sent", async () => {
    const stored: number[] = [];
    const watched = beforeOrder(() => {
      stored.push(orders().filter((order) => order.status === "SUBMITTING").length);
    });
    await executeIntent(watched, messageOf(world, givenIntent(world)));
    expect(stored).toEqual([1]);
  });
});

describe("an intent delivered more than once", () => {
  it("is one order, ten times at once, over three instances", async () => {
    const intent = givenIntent(world);
    const instances = [executor, world.instance("executor"), world.instance("executor")];
    const deliveries = Array.from({ length: 10 }, (_, index) => instances[index % 3] ?? executor);
    await Promise.all(deliveries.map((instance) => executeIntent(instance, messageOf(world, intent))));
    await tasksUntilQuiet(executor);
    expect(world.venueOrders()).toHaveLength(1);
    expect(orders()).toMatchObject([{ status: "FILLED" }]);
    expect(control()?.inbox.storedCount).toBe(control()?.inbox.takenCount);
  });

  it("stays denied although it would pass now", async () => {
    world = await createWorld({
      control: {
        tradingState: latchWith({ state: "HALTED", actor: "t", reason: "t", atMs: 1_767_000_000_000 }),
      },
    });
    executor = world.instance("executor");
    const intent = givenIntent(world);
    await executeIntent(executor, messageOf(world, intent));
    const current = control();
    world.documents.seed(paths.control(ACCOUNT), {
      ...JSON.parse(JSON.stringify(current)),
      tradingState: latchWith({ state: "ACTIVE", actor: "t", reason: "t", atMs: 1_767_000_000_000 }),
    });
    await executeIntent(executor, messageOf(world, intent));
    expect(world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId))).toMatchObject({
      status: "DENIED",
      denials: [{ code: "TRADING_HALTED", limit: "ACTIVE", actual: "HALTED" }],
    });
    expect(orderPosts()).toBe(0);
  });
});

describe("fifty intents at once", () => {
  it("are all decided without redelivery, by instances that find the lease taken", async () => {
    const intents = Array.from({ length: 50 }, () =>
      givenIntent(world, { size: { kind: "notionalUsd", notionalUsd: "250" } }),
    );
    const instances = Array.from({ length: 4 }, () => world.instance("executor"));
    await Promise.all(
      intents.map((intent, index) =>
        executeIntent(instances[index % 4] ?? executor, messageOf(world, intent)),
      ),
    );
    await tasksUntilQuiet(executor);
    expect(orders().filter((order) => order.status === "FILLED")).toHaveLength(50);
    expect(new Set(world.venueOrders().map((order) => order.clientOrderId)).size).toBe(50);
    expect(control()?.inbox.storedCount).toBe(control()?.inbox.takenCount);
    expect(control()?.lease.holderId).toBeNull();
  });
});

describe("an order whose outcome is not known", () => {
  it.each([
    ["the connection resets after acceptance", { kind: "reset", when: "after" } as const],
    ["the body is garbage", { kind: "body", when: "after", content: "garbage" } as const],
    [
      "the venue answers 503 after acceptance",
      { kind: "httpError", when: "after", status: 503, body: "" } as const,
    ],
    ["the answer takes longer than we wait", { kind: "latency", when: "after", latencyMs: 9_000 } as const],
  ])("is found at the venue and never sent twice: %s", async (_case, effect) => {
    world.exchange.addFault({ effect, match: { method: "POST", path: "/fapi/v1/order" }, count: 1 });
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    expect(orders()).toMatchObject([{ status: "SUBMIT_UNKNOWN" }]);
    await tasksUntilQuiet(executor);
    expect(orders()).toMatchObject([{ status: "FILLED", sends: 1 }]);
    expect(orderPosts()).toBe(1);
    expect(groups()).toMatchObject([{ status: "ACTIVE" }]);
  });
});

describe("a process that dies between storing and sending", () => {
  class Killed extends Error {}

  it("leaves an entry that is never sent, and ends as absent with its slot free", async () => {
    const dying = beforeOrder(() => Promise.reject(new Killed("killed")));
    const intent = givenIntent(world);
    await expect(executeIntent(dying, messageOf(world, intent))).rejects.toThrow(Killed);
    expect(orders()).toMatchObject([{ status: "SUBMITTING" }]);
    const successor = world.instance("executor");
    await executeIntent(successor, messageOf(world, intent));
    expect(orderPosts()).toBe(0);
    for (let minute = 0; minute < 12; minute++) {
      world.clock.setMs(world.clock.nowMs() + 31_000);
      await world.tickNav();
      await reconcileAccount(successor, profile);
    }
    expect(world.venueOrders()).toHaveLength(0);
    expect(orders()).toMatchObject([{ status: "ABSENT", sends: 1 }]);
    expect(groups()).toMatchObject([{ status: "FAILED" }]);
    expect(control()).toMatchObject({ slots: {}, reservations: {} });
  });
});

describe("an exit whose sender died with the lease", () => {
  it("is asked for twice within seconds of the takeover, and sent once its absence is proven", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    const dying: Instance = { ...executor, venueFor: () => Promise.reject(new Error("killed")) };
    const close = givenIntent(world, { action: "close", side: null });
    await expect(executeIntent(dying, messageOf(world, close))).rejects.toThrow("killed");
    const successor = world.instance("executor");
    world.clock.setMs(world.clock.nowMs() + 31_000);
    await followUpAccount(successor, ACCOUNT);
    await tasksUntilQuiet(successor);
    const sent = orders().toSorted((a, b) => a.createdAtMs - b.createdAtMs || a.sends - b.sends);
    expect(sent.map(({ status, sends }) => [status, sends])).toEqual([
      ["FILLED", 1],
      ["FILLED", 2],
    ]);
    expect(groups()).toMatchObject([{ status: "CLOSED" }]);
  });
});

describe("closing", () => {
  it("ends the group and frees its slot in the commit that books the fill", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    world.clock.setMs(world.clock.nowMs() + 1_000);
    await executeIntent(executor, messageOf(world, givenIntent(world, { action: "close", side: null })));
    expect(groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0" }]);
    expect(control()?.slots).toEqual({});
    expect(
      orders()
        .map((order) => order.request.reduceOnly)
        .sort(),
    ).toEqual([false, true]);
  });

  it("cancels a resting entry first, so that it cannot open the position again", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world, { strategyId: "patient" })));
    const [resting] = orders();
    if (resting?.status === "FILLED") throw new Error("the post-only entry should rest in this seed");
    expect(resting?.status).toBe("ACCEPTED");
    await executeIntent(
      executor,
      messageOf(world, givenIntent(world, { strategyId: "patient", action: "close", side: null })),
    );
    expect(orders()).toMatchObject([{ status: "CANCELED" }]);
    expect(groups()).toMatchObject([{ status: "FAILED" }]);
    expect(control()?.slots).toEqual({});
  });
});

describe("closing while an entry rests, delivered to two instances at once", () => {
  it("cancels once: the second delivery must not cancel what was opened since", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world, { strategyId: "patient" })));
    const close = givenIntent(world, { strategyId: "patient", action: "close", side: null });
    const other = world.instance("executor");
    await Promise.all([
      executeIntent(executor, messageOf(world, close)),
      executeIntent(other, messageOf(world, close)),
    ]);
    expect(world.requests.filter((request) => request === "DELETE /fapi/v1/order")).toHaveLength(1);
    expect(orders()).toMatchObject([{ status: "CANCELED" }]);
    expect(control()?.lease.holderId).toBeNull();
  });
});

describe("what must not trade", () => {
  it("reports every failing check as data, not the first alone", async () => {
    world.clock.setMs(world.clock.nowMs() + 700_000);
    const intent = givenIntent(world, { symbol: "NONEUSDT", strategyId: "nobody" });
    await executeIntent(executor, messageOf(world, intent));
    const stored = world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
    const codes = stored?.denials.map((denial) => denial.code) ?? [];
    expect(codes).toEqual(
      expect.arrayContaining([
        "SYMBOL_NOT_CONFIGURED",
        "STRATEGY_NOT_CONFIGURED",
        "MARKET_UNKNOWN",
        "NAV_STALE",
        "PEAK_STALE",
        "TOUCH_MISSING",
      ]),
    );
    expect(orderPosts()).toBe(0);
  });

  it("quarantines an intent for an account that does not exist and acknowledges it", async () => {
    const intent = { ...givenIntent(world), accountId: "nobody" };
    await executeIntent(executor, messageOf(world, intent));
    expect(world.under("quarantine")).toMatchObject([{ code: "ACCOUNT_UNKNOWN" }]);
  });

  it("throws while the control document is unusable, and gives the message up as a dead letter in the end", async () => {
    world.documents.seed(paths.control(ACCOUNT), { accountId: ACCOUNT });
    const message = messageOf(world, givenIntent(world));
    for (let attempt = 1; attempt < 8; attempt++) {
      await expect(executeIntent(executor, message)).rejects.toThrow("control/state is unusable");
    }
    await executeIntent(executor, message);
    expect(world.under("deadLetters")).toMatchObject([{ topic: "intents", accountId: ACCOUNT }]);
    expect(world.under(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "MESSAGE_DEAD_LETTERED" }]);
  });

  it("does not bury a message without telling somebody, should the store fail between", async () => {
    const message = {
      ...messageOf(world, givenIntent(world)),
      publishedAtMs: world.clock.nowMs() - 3_600_000,
    };
    failAlertOnce(world);
    await expect(executeIntent(executor, message)).rejects.toThrow("the store failed");
    expect(world.under("deadLetters")).toEqual([]);
    await executeIntent(executor, message);
    expect(world.under("deadLetters")).toHaveLength(1);
    expect(world.under(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "MESSAGE_DEAD_LETTERED" }]);
  });
});

describe("a venue rejection", () => {
  it("ends the order with the venue's code, fails the group and frees the slot", async () => {
    world.exchange.addFault({
      effect: {
        kind: "venueError",
        when: "before",
        status: 400,
        code: -2019,
        msg: "Margin is insufficient.",
      },
      match: { method: "POST", path: "/fapi/v1/order" },
      count: 1,
    });
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    expect(orders()).toMatchObject([{ status: "REJECTED", rejection: { code: "-2019" } }]);
    expect(groups()).toMatchObject([{ status: "FAILED" }]);
    expect(control()?.slots).toEqual({});
  });
});

describe("the journal", () => {
  it("folds to the documents, entry by entry without a gap", async () => {
    world.exchange.addFault({
      effect: { kind: "reset", when: "after" },
      match: { method: "POST", path: "/fapi/v1/order" },
      count: 1,
    });
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    await tasksUntilQuiet(executor);
    await executeIntent(executor, messageOf(world, givenIntent(world, { symbol: "ETHUSDT", side: "short" })));
    await executeIntent(executor, messageOf(world, givenIntent(world, { symbol: "NOPEUSDT" })));
    await executeIntent(executor, messageOf(world, givenIntent(world, { action: "close", side: null })));
    const entries = world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`);
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_entry, index) => index + 1));
    const folded = Object.assign({}, ...entries.map((entry) => entry.images)) as Record<string, object>;
    expect(Object.keys(folded)).toHaveLength(1 + 3 + 2);
    for (const [path, image] of Object.entries(folded)) {
      const { expireAt: _ttl, ...stored } = world.read<Record<string, unknown>>(path) ?? {};
      expect(stored, path).toEqual(image);
    }
  });
});
