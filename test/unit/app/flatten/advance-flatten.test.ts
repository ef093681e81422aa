// Guarantees of a flatten: whatever the books know, the venue answers, or the lease's holder does, it goes on
// until the venue holds nothing, by reduce-only orders that were stored first, and says when it is done.
// Proves: app/flatten/, domain/decide/flatten-plan.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
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
let worker: Instance;
beforeEach(async () => {
  world = await createWorld();
  executor = world.instance("executor");
  worker = world.instance("followUp");
});

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const orders = (): readonly Order[] => world.under<Order>(paths.orders(ACCOUNT));
const closings = (): readonly Order[] => orders().filter(({ intentId }) => intentId.startsWith("f"));
const groups = (): readonly Group[] => world.under<Group>(paths.groups(ACCOUNT));
const alerts = (): readonly string[] => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const journal = (): readonly string[] =>
  world
    .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ kind }) => kind);

async function open(symbol: string, overrides = {}): Promise<void> {
  await executeIntent(executor, messageOf(world, givenIntent(world, { symbol, ...overrides })));
}

const orderIt = () => flattenOrdered(world, executor);

/** The first look, then every look that it arranged, until the flatten is over. */
async function workOff(instance: Instance = worker, limitMs = 120_000): Promise<number> {
  const startMs = world.clock.nowMs();
  await followUpAccount(instance, ACCOUNT);
  while (control().flatten !== null) {
    const [next] = world.tasks.pending;
    if (next === undefined) throw new Error("The flatten is not over, and no look is scheduled");
    world.clock.setMs(Math.max(world.clock.nowMs(), next.runAtMs));
    for (const { payload } of world.tasks.takeDue(world.clock.nowMs()))
      await followUpAccount(instance, String(payload.accountId));
    if (world.clock.nowMs() - startMs > limitMs) throw new Error("The flatten is not over in time");
  }
  return world.clock.nowMs() - startMs;
}

async function heldAtVenue(): Promise<readonly unknown[]> {
  return await (await worker.venueFor(profile)).fetchPositions();
}

function fault(
  path: string,
  effect: Parameters<World["exchange"]["addFault"]>[0]["effect"],
  count = 1,
): void {
  world.exchange.addFault({ effect, match: { path }, count });
}

describe("a flatten", () => {
  it("closes every group reduce-only, frees its slot, lets go and says that it is done", async () => {
    await open("BTCUSDT");
    await open("ETHUSDT", { side: "short" });
    await orderIt();
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(closings().map(({ request }) => request.reduceOnly)).toEqual([true, true]);
    expect(groups().map(({ status, exitReason }) => [status, exitReason])).toEqual([
      ["CLOSED", "flatten"],
      ["CLOSED", "flatten"],
    ]);
    expect(control()).toMatchObject({
      slots: {},
      reservations: {},
      flatten: null,
      tradingState: { state: "HALTED", actor: "ada" },
      lease: { holderId: null },
    });
    expect(alerts()).toContain("FLATTEN_DONE");
    expect(journal().filter((kind) => kind.startsWith("FLATTEN"))).toEqual(
      expect.arrayContaining(["FLATTEN_ORDERED", "FLATTEN_TRIED", "FLATTEN_ORDER_STORED", "FLATTEN_DONE"]),
    );
  });

  it("is over at once where nothing is held", async () => {
    await orderIt();
    await workOff();
    expect(closings()).toEqual([]);
    expect(alerts()).toEqual(["FLATTEN_DONE"]);
  });

  it("stores every closing order before it is sent", async () => {
    await open("BTCUSDT");
    await orderIt();
    const stored: number[] = [];
    const watched: Instance = {
      ...worker,
      async venueFor(of) {
        const venue = await worker.venueFor(of);
        return {
          ...venue,
          createOrder(request, options) {
            stored.push(
              orders().filter(({ request: each }) => each.clientOrderId === request.clientOrderId).length,
            );
            return venue.createOrder(request, options);
          },
        };
      },
    };
    await workOff(watched);
    expect(stored).toEqual([1]);
  });

  it("bounds the price of its first orders, then takes any", async () => {
    await open("BTCUSDT");
    await orderIt();
    fault(
      "/fapi/v1/order",
      { kind: "venueError", when: "before", status: 400, code: -4131, msg: "price" },
      2,
    );
    await workOff();
    const asked = closings()
      .toSorted((a, b) => a.step - b.step)
      .map(({ request: { type, timeInForce } }) => [type, timeInForce]);
    expect(asked).toEqual([
      ["limit", "IOC"],
      ["limit", "IOC"],
      ["market", null],
    ]);
    expect(await heldAtVenue()).toEqual([]);
  });

  it("needs no price: where none can be read it takes any", async () => {
    await open("BTCUSDT");
    await orderIt();
    fault(
      "/fapi/v1/ticker/bookTicker",
      { kind: "venueError", when: "before", status: 400, code: -1100, msg: "no" },
      50,
    );
    await workOff();
    expect(closings().map(({ request }) => request.type)).toEqual(["market"]);
  });

  it("closes what no group accounts for, and books it", async () => {
    orderByHand(world, { symbol: "SOLUSDT", side: "SELL", type: "MARKET", quantity: "10" });
    await orderIt();
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(groups()).toMatchObject([
      { strategyId: "flatten", symbol: "SOLUSDT", side: "short", status: "CLOSED", exitReason: "flatten" },
    ]);
    expect(alerts()).toContain("POSITION_ADOPTED");
  });

  it("sizes from the venue, not from the books", async () => {
    await open("BTCUSDT");
    orderByHand(world, { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.05" });
    await orderIt();
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(control().slots).toEqual({});
  });

  it("believes the venue about a group that it does not hold any more", async () => {
    await open("BTCUSDT");
    const [{ qtyBase = "" } = {}] = groups();
    orderByHand(world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: qtyBase });
    await orderIt();
    await workOff();
    expect(groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0" }]);
    expect(closings()).toEqual([]);
    expect(alerts()).toContain("POSITION_ADJUSTED");
  });

  it("cancels what rests, ours and others'", async () => {
    await open("BTCUSDT", { strategyId: "patient" });
    orderByHand(world, {
      symbol: "ETHUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      price: "1000",
      quantity: "1",
    });
    await orderIt();
    await workOff();
    const atVenue = world.venueOrders().map(({ status }) => status);
    expect(atVenue.filter((status) => status === "NEW" || status === "PARTIALLY_FILLED")).toEqual([]);
    expect(orders().every(({ status }) => isEnded(status))).toBe(true);
  });
});

describe("a flatten, under any holder's lease", () => {
  it("takes it at once from a dead holder, with a higher fence", async () => {
    await open("BTCUSDT");
    const { fence } = control().lease;
    world.documents.seed(paths.control(ACCOUNT), {
      ...control(),
      lease: { holderId: "dead", fence: fence + 1, expiresAtMs: world.clock.nowMs() + 29_000 },
    } as never);
    await orderIt();
    expect(await workOff()).toBeLessThan(10_000);
    expect(await heldAtVenue()).toEqual([]);
    expect(control().lease.fence).toBeGreaterThan(fence + 1);
  });

  it("leaves it to a worker that is at it, and takes it from one that went quiet", async () => {
    await open("BTCUSDT");
    await orderIt();
    const held = control();
    const atIt = { ...held.flatten, lastTriedAtMs: world.clock.nowMs() };
    const lease = { holderId: "other", fence: 50, expiresAtMs: world.clock.nowMs() + 60_000 };
    world.documents.seed(paths.control(ACCOUNT), { ...held, flatten: atIt, lease } as never);
    await followUpAccount(worker, ACCOUNT);
    expect(closings()).toEqual([]);
    world.clock.setMs(world.clock.nowMs() + 26_000);
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(control().lease.fence).toBeGreaterThan(50);
  });

  it("resolves an entry that the overtaken holder had under way before it calls the account flat", async () => {
    fault("/fapi/v1/order", { kind: "reset", when: "after" });
    await open("BTCUSDT");
    expect(orders()).toMatchObject([{ status: "SUBMIT_UNKNOWN" }]);
    await orderIt();
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(orders().map(({ status }) => status)).toEqual(["FILLED", "FILLED"]);
  });

  it("waits past the send deadline of an entry that has not arrived, and never sends it again", async () => {
    fault("/fapi/v1/order", { kind: "reset", when: "before" });
    await open("BTCUSDT");
    await orderIt();
    const tookMs = await workOff(worker, 600_000);
    expect(tookMs).toBeGreaterThan(6_000);
    expect(orders()).toMatchObject([{ status: "ABSENT", sends: 1 }]);
  });

  it("closes what an overtaken holder's order opened after the flatten had looked", async () => {
    let sendLate: () => Promise<unknown> = async () => undefined;
    const paused: Instance = {
      ...executor,
      async venueFor(of) {
        const venue = await executor.venueFor(of);
        return {
          ...venue,
          createOrder(request, options) {
            sendLate = () => venue.createOrder(request, options);
            return new Promise(() => undefined);
          },
        };
      },
    };
    void executeIntent(paused, messageOf(world, givenIntent(world)));
    while (orders().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await orderIt();
    await followUpAccount(worker, ACCOUNT);
    await sendLate();
    expect(await heldAtVenue()).toHaveLength(1);
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
  });
});

describe("a flatten under a venue that refuses", () => {
  it("asks nothing during a ban, latches it, and goes on when it is over", async () => {
    await open("BTCUSDT");
    await orderIt();
    world.exchange.addFault({ effect: { kind: "rateLimit", status: 418, retryAfterS: 40 }, count: 1 });
    await followUpAccount(worker, ACCOUNT);
    const untilMs = control().throttles.venueBannedUntilMs;
    expect(untilMs).toBeGreaterThan(world.clock.nowMs() + 30_000);
    world.requests.length = 0;
    await followUpAccount(worker, ACCOUNT);
    expect(world.requests).toEqual([]);
    await workOff();
    expect(world.clock.nowMs()).toBeGreaterThanOrEqual(untilMs);
    expect(await heldAtVenue()).toEqual([]);
  });

  it("goes on after 429, not before its time", async () => {
    await open("BTCUSDT");
    await orderIt();
    world.exchange.addFault({ effect: { kind: "rateLimit", status: 429, retryAfterS: 20 }, count: 1 });
    expect(await workOff()).toBeGreaterThanOrEqual(20_000);
    expect(await heldAtVenue()).toEqual([]);
  });

  it("is done although it was called slow before, by an instance whose clock is ahead", async () => {
    await open("BTCUSDT");
    await orderIt();
    const { id } = world.exchange.addFault({ effect: { kind: "reset", when: "before" } });
    world.clock.setMs(world.clock.nowMs() + 61_000);
    await followUpAccount(worker, ACCOUNT);
    // The next one to look has a clock that is behind, and dates its try before the moment from which it is slow.
    const path = paths.control(ACCOUNT);
    const control = world.read<ControlState>(path);
    const flatten = { ...control?.flatten, lastTriedAtMs: (control?.flatten?.orderedAtMs ?? 0) + 59_000 };
    world.documents.seed(path, { ...control, flatten } as never);
    world.exchange.clearFaults(id);
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
    expect(alerts().filter((code) => code === "FLATTEN_SLOW")).toHaveLength(1);
  });

  it("says so when it takes long, and is done when the venue is back", async () => {
    await open("BTCUSDT");
    await orderIt();
    const { id } = world.exchange.addFault({ effect: { kind: "reset", when: "before" } });
    const startMs = world.clock.nowMs();
    await followUpAccount(worker, ACCOUNT);
    while (world.clock.nowMs() - startMs < 90_000) {
      world.clock.setMs(world.clock.nowMs() + 5_000);
      await followUpAccount(worker, ACCOUNT);
    }
    expect(alerts().filter((code) => code === "FLATTEN_SLOW")).toHaveLength(1);
    world.exchange.clearFaults(id);
    await workOff();
    expect(await heldAtVenue()).toEqual([]);
  });

  it("is carried on by the reconcile schedule when every task was lost", async () => {
    await open("BTCUSDT");
    await orderIt();
    for (let minutes = 0; minutes < 3; minutes++) {
      await reconcileAccount(world.instance("reconcile"), profile);
      world.clock.setMs(world.clock.nowMs() + 60_000);
    }
    expect(await heldAtVenue()).toEqual([]);
    expect(control().flatten).toBeNull();
  });
});
