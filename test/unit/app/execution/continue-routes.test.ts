// An entry of the routing `maker` on a whole account over the exchange: it rests, is priced again when it would take, follows its
// touch, and takes within its bound in the end. Its orders together never pass its plan, whatever dies between two of them.
// Proves: app/execution/continue-routes.ts, app/execution/end-routes.ts, app/execution/route-alerts.ts
import { beforeEach, describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { adjustGroup } from "#functions/app/execution/adjust-group.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { closeGroups } from "#functions/app/watchdog/close-groups.ts";
import { applyFill } from "#local/exchange/engine/fills.ts";
import { VenueError } from "#ports/venue.ts";
import { freshList } from "#test/support/account-list.ts";
import { beforeOrders } from "#test/support/before-orders.ts";
import { cancelByHand } from "#test/support/by-hand.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import { createStopAccount, STOP_CONFIG, type StopAccount } from "#test/support/stop-account.ts";
import { ACCOUNT, givenIntent, type Instance, messageOf, STRATEGY } from "#test/support/world.ts";

const ROUTER = { ...PLAIN_CONFIG.router, repegDriftBps: 5, makerMs: 20_000 };
const LOOK_MS = 3_000;
/** Of BTCUSDT. */
const LOT_BASE = 0.001;

function config(overrides: Partial<AccountConfig> = {}): Partial<AccountConfig> {
  const strategies = {
    [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "1000", entryRouting: "maker" }),
  };
  return { ...STOP_CONFIG, strategies, router: ROUTER, workingLimitMs: 60_000, ...overrides };
}

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount(config());
  at.world.exchange.admin("pause", {});
});

const refuse = (count: number) =>
  at.world.exchange.addFault({
    effect: { kind: "venueError", when: "before", status: 400, code: -5022, msg: "would take" },
    match: { method: "POST", path: "/fapi/v1/order$" },
    count,
  });
const entries = () =>
  at.world
    .under<Order>(paths.orders(ACCOUNT))
    .filter(({ request }) => !request.reduceOnly)
    .toSorted((one, other) => one.createdAtMs - other.createdAtMs || one.step - other.step);
const ways = () => entries().map(({ request, status }) => [request.timeInForce, status]);
const leg = (): EntryLeg | undefined => at.groups()[0]?.legs[0];
const filled = () => entries().reduce((sum, { filledQtyBase }) => sum.plus(dec(filledQtyBase)), dec("0"));
const receipt = () => at.world.under<Receipt>(paths.receipts(ACCOUNT))[0];

async function look(waitMs = LOOK_MS): Promise<void> {
  at.pass(waitMs);
  await at.followUp();
}

/** The venue's own trade against an order that rests. */
function fillAtVenue(order: Order | undefined, qtyBase: string): void {
  const { engine } = at.world.exchange;
  const resting = [...engine.state.orders.values()].find(
    ({ clientOrderId }) => clientOrderId === order?.request.clientOrderId,
  );
  if (resting === undefined) throw new Error("The order does not rest at the venue");
  applyFill(engine, resting, {
    ticks: resting.priceTicks,
    lots: Math.round(Number(qtyBase) / LOT_BASE),
    maker: true,
  });
}

/** The own touch moves away from what rests, by a share of the price, and the order does not fill. */
const moveAway = () => at.movePrice(1.001);

describe("an entry of the routing maker", () => {
  it("rests at its own touch, with its plan beside it", async () => {
    await at.act();
    expect(ways()).toEqual([["GTX", "ACCEPTED"]]);
    const route = leg()?.route;
    expect(route).toMatchObject({ stage: "maker", repricesLeft: 1, repegsLeft: 4, nextStep: 1 });
    const ratio = Number(route?.boundUsd) / Number(route?.referenceUsd);
    expect(ratio).toBeLessThanOrEqual(1.0015);
    expect(ratio).toBeGreaterThan(1.0014);
  });

  it("that would take is priced again in the same turn, under the next id, and fills", async () => {
    refuse(1);
    await at.act();
    expect(ways()).toEqual([
      ["GTX", "REJECTED"],
      ["GTX", "ACCEPTED"],
    ]);
    expect(leg()?.status).toBe("WORKING");
    at.movePrice(0.99);
    await look();
    expect(leg()).toMatchObject({ status: "FILLED", filledBase: leg()?.qtyBase });
    expect(filled().eq(dec(leg()?.qtyBase ?? "0"))).toBe(true);
    expect(receipt()).toMatchObject({ status: "ORDERED", clientOrderId: leg()?.clientOrderId });
  });

  it("that would take twice takes within its bound, at once or not at all", async () => {
    refuse(2);
    await at.act();
    expect(ways()).toEqual([
      ["GTX", "REJECTED"],
      ["GTX", "REJECTED"],
      ["IOC", "FILLED"],
    ]);
    const last = entries()[2];
    expect(last?.request).toMatchObject({ type: "limit", priceUsd: leg()?.route?.boundUsd });
    expect(Number(last?.averagePriceUsd)).toBeLessThanOrEqual(Number(leg()?.route?.boundUsd));
    expect(at.groups()[0]?.status).toBe("ACTIVE");
    expect(at.control()?.lease.holderId ?? null).toBeNull();
  });

  it("whose price runs away ends unfilled, is told, and leaves its slot", async () => {
    await at.act();
    at.movePrice(1.01);
    await at.world.tickNav();
    await look(21_000);
    expect(ways()).toEqual([["GTX", "CANCELED"]]);
    expect(at.groups()[0]).toMatchObject({ status: "FAILED", qtyBase: "0" });
    expect(leg()?.status).toBe("ENDED");
    expect(at.control()?.slots).toEqual({});
    expect(at.alerts()).toContain("ENTRY_ROUTE_ENDED");
  });

  it("follows its touch as often as it may, then rests until its time, and takes within its bound", async () => {
    at = await createStopAccount(config({ router: { ...ROUTER, maxRepegs: 1 } }));
    at.world.exchange.admin("pause", {});
    await at.act();
    moveAway();
    await look();
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["GTX", "ACCEPTED"],
    ]);
    expect(leg()?.route).toMatchObject({ repegsLeft: 0, repricesLeft: 1, cancelling: null });
    // Not so far that nothing can be taken within the bound.
    at.movePrice(1.0002);
    await look();
    expect(entries()).toHaveLength(2);
    await look(20_000);
    expect(ways().at(-1)).toEqual(["IOC", "FILLED"]);
    expect(filled().eq(dec(leg()?.qtyBase ?? "0"))).toBe(true);
  });

  it("that filled in part goes on with exactly the rest", async () => {
    await at.act();
    const [first] = entries();
    fillAtVenue(first, "0.004");
    moveAway();
    await look();
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["GTX", "ACCEPTED"],
    ]);
    const [, second] = entries();
    const rest = dec(leg()?.qtyBase ?? "0").minus("0.004");
    expect(second?.request.qtyBase).toBe(rest.toFixed());
    expect(at.groups()[0]).toMatchObject({ status: "ACTIVE", qtyBase: "0.004" });
    fillAtVenue(second, rest.toFixed());
    await look();
    expect(leg()).toMatchObject({ status: "FILLED", filledBase: leg()?.qtyBase });
    expect(Number(at.groups()[0]?.qtyBase)).toBeCloseTo(Number(leg()?.qtyBase), 9);
    expect(at.control()?.slots).toMatchObject({
      [at.groups()[0]?.groupId ?? ""]: { qtyBase: leg()?.qtyBase },
    });
  });

  it("that the venue ended by itself is priced again, and what fills counts once", async () => {
    await at.act();
    const [first] = entries();
    cancelByHand(at.world, { symbol: "BTCUSDT", origClientOrderId: first?.request.clientOrderId ?? "" });
    await look();
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["GTX", "ACCEPTED"],
    ]);
    expect(leg()?.route?.repricesLeft).toBe(0);
  });

  it("that is refused for another reason ends as any entry", async () => {
    at.world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -4164, msg: "too small" },
      match: { method: "POST", path: "/fapi/v1/order$" },
      count: 1,
    });
    await at.act();
    expect(ways()).toEqual([["GTX", "REJECTED"]]);
    expect(at.groups()[0]?.status).toBe("FAILED");
    expect(at.control()?.slots).toEqual({});
  });

  it("whose order the venue may have is never followed by another", async () => {
    at.world.exchange.addFault({
      effect: { kind: "reset", when: "before" },
      match: { method: "POST", path: "/fapi/v1/order$" },
      count: 1,
    });
    await at.act();
    for (const waited of [7_000, 5_000, 310_000, 5_000]) await look(waited);
    expect(entries()).toHaveLength(1);
    expect(leg()?.status).toBe("ENDED");
    expect(at.control()?.slots).toEqual({});
  });

  it("is withdrawn by a close in between: nothing further is sent", async () => {
    await at.act();
    await at.act({ action: "close", side: null });
    await look();
    expect(ways()).toEqual([["GTX", "CANCELED"]]);
    expect(at.groups()[0]?.status).toBe("FAILED");
    expect(at.control()?.slots).toEqual({});
    expect(at.alerts()).not.toContain("ENTRY_ROUTE_ENDED");
  });

  it("gives way to a close that comes to its process meanwhile: nothing further is sent", async () => {
    refuse(2);
    let closing: Promise<unknown> | null = null;
    const deps = beforeOrders(at.executor, (number) => {
      const close = givenIntent(at.world, { action: "close", side: null });
      if (number === 2) closing = executeIntent(at.executor, messageOf(at.world, close));
    });
    await executeIntent(deps, messageOf(at.world, givenIntent(at.world)));
    await closing;
    expect(ways()).toEqual([
      ["GTX", "REJECTED"],
      ["GTX", "REJECTED"],
    ]);
    expect(at.groups()[0]?.status).toBe("FAILED");
    expect(at.control()?.slots).toEqual({});
  });

  it("is not followed by another after a close whose cancel was not answered", async () => {
    await at.act();
    const lose = (method: string, count: number) =>
      at.world.exchange.addFault({
        effect: { kind: "reset", when: "after" },
        match: { method, path: "/fapi/v1/order$" },
        count,
      });
    lose("DELETE", 6);
    lose("GET", 6);
    await at.act({ action: "close", side: null }).catch(() => undefined);
    at.world.exchange.clearFaults();
    // Until the lease of the turn that failed has run out.
    await look(31_000);
    expect(ways()).toEqual([["GTX", "CANCELED"]]);
    expect(leg()?.status).toBe("ENDED");
  });

  it("is not followed by another while the watchdog cannot see what it is to close", async () => {
    await at.act();
    fillAtVenue(entries()[0], "0.004");
    at.world.exchange.addFault({
      effect: { kind: "reset", when: "before" },
      match: { method: "GET", path: "/fapi/v3/positionRisk$" },
    });
    const watchdog = { ...at.world.instance("watchdog"), accountList: freshList(at.world) };
    await closeGroups(watchdog, ACCOUNT, [at.groups()[0]?.groupId ?? ""]);
    at.world.exchange.clearFaults();
    await look();
    expect(ways()).toEqual([["GTX", "CANCELED"]]);
    expect(leg()).toMatchObject({ status: "ENDED", filledBase: "0.004" });
  });

  it("with a part filled is closed flat in between: nothing further is sent", async () => {
    await at.act();
    fillAtVenue(entries()[0], "0.004");
    await at.act({ action: "close", side: null });
    await look();
    await look();
    expect(entries()).toHaveLength(1);
    expect(at.groups()[0]).toMatchObject({ status: "CLOSED", qtyBase: "0" });
    expect(leg()?.status).toBe("ENDED");
    expect(at.control()?.slots).toEqual({});
  });

  it("ends where the venue turns out to hold more than is booked: that may be its rest", async () => {
    refuse(1);
    const { executor } = at;
    let touches = 0;
    const venueFor: Instance["venueFor"] = async (of) => {
      const venue = await executor.venueFor(of);
      const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
        touches += 1;
        if (touches > 1) throw new VenueError("retryable", "503", "no prices");
        return await venue.fetchTopOfBook(symbols);
      };
      return { ...venue, fetchTopOfBook };
    };
    await executeIntent({ ...executor, venueFor }, messageOf(at.world, givenIntent(at.world)));
    expect(leg()?.status).toBe("REROUTING");
    const reconcile = at.world.instance("reconcile");
    const groupId = at.groups()[0]?.groupId ?? "";
    const finding = { kind: "quantityDiffers", groupId, symbol: "BTCUSDT" } as const;
    const held = { ...finding, bookedBase: "0", venueBase: "0.005" } as const;
    at.pass(31_000);
    await adjustGroup(reconcile, await loadBooks(reconcile, ACCOUNT), held, "reconcile");
    expect(leg()?.status).toBe("ENDED");
    await look();
    expect(entries()).toHaveLength(1);
  });

  it("is followed by its opposite once a reversal has withdrawn it", async () => {
    await at.act();
    at.pass(1_000);
    await at.act({ side: "short" });
    expect(entries().map(({ request, status }) => [request.side, status])).toEqual([
      ["buy", "CANCELED"],
      ["sell", "ACCEPTED"],
    ]);
    expect(Object.values(at.control()?.slots ?? {})).toMatchObject([{ side: "short" }]);
  });

  it("costs what every entry does where nothing is to be routed: two round trips and their writes", async () => {
    await at.act();
    await at.act({ action: "close", side: null });
    const counts = async (entryRouting: "market" | "maker") => {
      const stopped = await createStopAccount(
        config({
          strategies: { [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "1000", entryRouting }) },
        }),
      );
      stopped.world.exchange.admin("pause", {});
      // Books in memory, then a warm one.
      await stopped.act({ symbol: "ETHUSDT" });
      const before = { ...stopped.executor.counts };
      await stopped.act({ symbol: "SOLUSDT" });
      return {
        reads: stopped.executor.counts.reads - before.reads,
        writes: stopped.executor.counts.writes - before.writes,
      };
    };
    const [routed, taken] = [await counts("maker"), await counts("market")];
    expect(routed.reads).toBe(taken.reads);
    expect(routed.writes).toBeLessThanOrEqual(taken.writes);
  });
});

/** A process that dies at one of its commits, orders or cancels, before or after that has taken effect. */
function dyingAt(call: number, when: "before" | "after"): Instance {
  let count = 0;
  const struck = async <T>(act: () => Promise<T>): Promise<T> => {
    const isStruck = count === call;
    count += 1;
    if (isStruck && when === "before") throw new Error("killed");
    const done = await act();
    if (isStruck) throw new Error("killed");
    return done;
  };
  const { documents } = at.world;
  const dying = at.world.instance("dying", {
    documents: { ...documents, commit: (writes) => struck(() => documents.commit(writes)) },
  });
  return {
    ...dying,
    venueFor: async (of) => {
      const venue = await dying.venueFor(of);
      return {
        ...venue,
        createOrder: (...wanted) => struck(() => venue.createOrder(...wanted)),
        cancelOrder: (...wanted) => struck(() => venue.cancelOrder(...wanted)),
      };
    },
  };
}

const MOMENTS = Array.from({ length: 9 }, (_none, call) =>
  (["before", "after"] as const).map((when) => [call, when] as const),
).flat();

/** Looks of other processes, for longer than an order in doubt and a route last. */
async function recover(): Promise<void> {
  for (let pass = 0; pass < 8; pass += 1) {
    at.pass(60_000);
    await at.world.tickNav();
    await at.reconcile().catch(() => undefined);
    at.pass(3_000);
    await at.followUp();
  }
}

function expectWhole(): void {
  const orders = [...at.world.exchange.engine.state.orders.values()].filter(({ reduceOnly }) => !reduceOnly);
  const lots = orders.reduce(
    (sum, order) => sum + (order.status === "NEW" ? order.lots : order.executedLots),
    0,
  );
  const planned = at.groups().flatMap((group) => group.legs)[0]?.qtyBase ?? "0";
  expect(lots * LOT_BASE).toBeLessThanOrEqual(Number(planned) + 1e-9);
  expect(orders.filter(({ status }) => status === "NEW")).toEqual([]);
  const heldBase =
    Number(at.world.exchange.engine.state.accounts.get("local")?.positions.get("BTCUSDT")?.lots ?? 0) *
    LOT_BASE;
  const open = at.groups().filter(({ endedAtMs }) => endedAtMs === null);
  expect(open.reduce((sum, { qtyBase }) => sum + Number(qtyBase), 0)).toBeCloseTo(heldBase, 9);
  expect(Object.keys(at.control()?.slots ?? {})).toEqual(open.map(({ groupId }) => groupId));
  expect(at.groups().flatMap((group) => group.legs.map(({ status }) => status))).not.toContain("REROUTING");
}

describe("a process that dies on a route", () => {
  it.each(MOMENTS)(
    "at call %i of a refused entry, %s its effect, leaves it to another: no double",
    async (call, when) => {
      refuse(2);
      const intent = givenIntent(at.world);
      await executeIntent(dyingAt(call, when), messageOf(at.world, intent)).catch(() => undefined);
      // Its message comes again.
      await executeIntent(at.world.instance("executor"), messageOf(at.world, intent)).catch(() => undefined);
      await recover();
      expectWhole();
    },
  );

  it.each(MOMENTS)(
    "at call %i of a re-peg, %s its effect, leaves it to another: no double",
    async (call, when) => {
      await at.act();
      fillAtVenue(entries()[0], "0.004");
      moveAway();
      at.pass(LOOK_MS);
      await followUpAccount(dyingAt(call, when), ACCOUNT).catch(() => undefined);
      await recover();
      expectWhole();
      expect(Number(at.groups()[0]?.qtyBase)).toBeGreaterThanOrEqual(0.004);
    },
  );
});
