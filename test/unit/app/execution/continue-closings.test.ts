// A closing goes on until the group is flat, whatever one order may take, also when a process dies between two of them, and
// never beyond what is held. A rest that no order can close is dust, known to reconcile; a refusal reaches a person.
// Proves: app/execution/send-closing.ts, app/execution/adjust-dust.ts, app/flatten/end-as-dust.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Universe } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { closeGroups } from "#functions/app/watchdog/close-groups.ts";
import type { WatchdogDeps } from "#functions/app/watchdog/watchdog-deps.ts";
import { VenueError } from "#ports/venue.ts";
import { freshList } from "#test/support/account-list.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const ROOM = "900000000";
/** The order of a killed sender ends as absent after five minutes; its group has not ended before. */
const ABSENT_MINUTES = 7;
let world: World;
beforeEach(async () => {
  const maxima = { maxOrderNotionalUsd: ROOM, maxSymbolExposureUsd: ROOM, maxGrossExposureUsd: ROOM };
  const symbols = ["BTCUSDT", "SOLUSDT", "DOTUSDT"];
  world = await createWorld({ config: { ...maxima, symbols } });
  world.exchange.admin("pause");
  world.exchange.admin("deposit", { amountUsd: "80000000" });
  for (let minute = 0; minute < 2; minute += 1) await passMinute();
});

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const groups = (): readonly Group[] => world.under<Group>(paths.groups(ACCOUNT));
const orders = (): readonly Order[] => world.under<Order>(paths.orders(ACCOUNT));
const alerts = (): readonly string[] => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const positions = async () => await (await world.instance("look").venueFor(profile)).fetchPositions();
const send = (deps: Instance, wanted: Partial<Intent>) =>
  executeIntent(deps, messageOf(world, givenIntent(world, wanted)));

async function passMinute(): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + 60_000);
  await world.tickNav();
}

const maxMarketQty = (symbol: string): string =>
  world.read<Universe>(paths.universe("binance-usdm"))?.markets[symbol]?.maxMarketQtyBase ?? "";

/** Four market orders' worth of SOL, which takes five orders to close at most. */
async function openMuch(): Promise<number> {
  const qtyBase = maxMarketQty("SOLUSDT");
  for (let orders = 0; orders < 3; orders += 1)
    await send(world.instance("executor"), { symbol: "SOLUSDT", size: { kind: "qtyBase", qtyBase } });
  const held = Number((await positions())[0]?.qtyBase);
  expect(held).toBeGreaterThan(Number(qtyBase));
  return held;
}

const CLOSE = { symbol: "SOLUSDT", action: "close", side: null } as const;

/** The venue as an instance sees it that dies after a number of order creations. */
function dyingAfter(orders: number): Instance {
  const instance = world.instance("dying");
  let left = orders;
  return {
    ...instance,
    venueFor: async (of) => {
      const venue = await instance.venueFor(of);
      return {
        ...venue,
        createOrder: async (request, options) => {
          if (left === 0) throw new Error("killed");
          left -= 1;
          return await venue.createOrder(request, options);
        },
      };
    },
  };
}

describe("a close above the largest market order", () => {
  it("is flat when it is done, in orders that the venue takes", async () => {
    const held = await openMuch();
    await send(world.instance("executor"), CLOSE);
    expect(await positions()).toEqual([]);
    expect(groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0", exitReason: "signal", closing: null }]);
    const closings = orders().filter(({ request }) => request.reduceOnly);
    expect(closings.every(({ rejection }) => rejection === null)).toBe(true);
    const filled = closings.reduce((sum, { filledQtyBase }) => sum + Number(filledQtyBase), 0);
    expect(filled).toBeCloseTo(held, 6);
  });

  it("is carried on by the minute's reconcile when its executor dies between two orders", async () => {
    await openMuch();
    await send(dyingAfter(1), CLOSE).catch(() => undefined);
    expect((await positions()).length).toBe(1);
    for (let minute = 0; minute < ABSENT_MINUTES; minute += 1) {
      await passMinute();
      await reconcileAccount(world.instance("reconcile"), profile);
    }
    expect([await positions(), groups()[0]?.status]).toEqual([[], "CLOSED"]);
  });

  it("is carried on by a follow-up, and closes only what is still held after a trade by hand", async () => {
    const held = await openMuch();
    await send(dyingAfter(1), CLOSE).catch(() => undefined);
    const [left] = await positions();
    const byHand = (Number(left?.qtyBase) - 10).toFixed(2);
    for (let rest = Number(byHand); rest > 0; rest -= 5_000)
      orderByHand(world, {
        symbol: "SOLUSDT",
        side: "SELL",
        type: "MARKET",
        quantity: Math.min(rest, 5_000).toFixed(2),
        reduceOnly: "true",
      });
    world.clock.setMs(world.clock.nowMs() + 40_000);
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    world.clock.setMs(world.clock.nowMs() + 12_000);
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    expect(await positions()).toEqual([]);
    const filled = orders().filter(({ request }) => request.reduceOnly);
    const sold = filled.reduce((sum, { filledQtyBase }) => sum + Number(filledQtyBase), 0);
    expect(sold).toBeLessThanOrEqual(held - Number(byHand) + 1e-6);
  });

  it("by the watchdog goes on also when the watchdog never looks again", async () => {
    await openMuch();
    const accountList = freshList(world);
    const deps: WatchdogDeps = { ...(dyingAfter(1) as unknown as WatchdogDeps), accountList };
    await closeGroups(deps, ACCOUNT, [groups()[0]?.groupId ?? ""]).catch(() => undefined);
    expect(groups()[0]?.closing).toMatchObject({ exitReason: "watchdog", targetBase: "0" });
    for (let minute = 0; minute < ABSENT_MINUTES; minute += 1) {
      await passMinute();
      await reconcileAccount(world.instance("reconcile"), profile);
    }
    expect([await positions(), groups()[0]?.exitReason]).toEqual([[], "watchdog"]);
  });
});

describe("a closing of our own whose first order is in doubt", () => {
  const HELD = { symbol: "SOLUSDT", size: { kind: "qtyBase", qtyBase: "10" } } as const;
  const byHand = (symbol: string, side: string, quantity: string) =>
    orderByHand(world, { symbol, side, type: "MARKET", quantity });
  const unsettled = () => orders().filter(({ status }) => status === "SUBMIT_UNKNOWN");

  /** The watchdog dies between storing its closing and sending it. */
  async function dieClosing(): Promise<void> {
    const accountList = freshList(world);
    const deps: WatchdogDeps = { ...(dyingAfter(0) as unknown as WatchdogDeps), accountList };
    await closeGroups(deps, ACCOUNT, [groups()[0]?.groupId ?? ""]).catch(() => undefined);
  }

  /** Closed by a second order, since the venue has denied the first one twice. */
  async function closePastTheFirst(): Promise<void> {
    await dieClosing();
    for (let looks = 0; looks < 6 && groups()[0]?.qtyBase !== "0"; looks += 1) {
      world.clock.setMs(world.clock.nowMs() + 20_000);
      await followUpAccount(world.instance("followUp"), ACCOUNT);
    }
    expect([groups()[0]?.qtyBase, unsettled().length]).toEqual(["0", 1]);
  }

  async function passAbsence(): Promise<void> {
    for (let minute = 0; minute < ABSENT_MINUTES; minute += 1) {
      await passMinute();
      await reconcileAccount(world.instance("reconcile"), profile);
    }
  }

  it("ends no group before that order, also where somebody holds more of the symbol by hand", async () => {
    await send(world.instance("executor"), HELD);
    byHand("SOLUSDT", "BUY", "3");
    await closePastTheFirst();
    expect(groups()[0]).toMatchObject({ status: "REDUCING" });
    expect(Object.keys(control().slots)).toEqual([groups()[0]?.groupId]);
    await passAbsence();
    expect([groups()[0]?.status, groups()[0]?.exitReason]).toEqual(["CLOSED", "watchdog"]);
    expect(control()).toMatchObject({ slots: {}, reservations: {}, closings: [] });
    expect(unsettled()).toEqual([]);
  });

  it("leaves a rest that no order can close to its group until that order has ended", async () => {
    const dot = { symbol: "DOTUSDT" } as const;
    await send(world.instance("executor"), { ...HELD, ...dot });
    await dieClosing();
    const thin = world.instance("thin");
    const deps: Instance = {
      ...thin,
      venueFor: async (of) => {
        const venue = await thin.venueFor(of);
        const createOrder: typeof venue.createOrder = async (request, options) => ({
          ...(await venue.createOrder({ ...request, qtyBase: "9.7" }, options)),
          status: "EXPIRED",
        });
        return { ...venue, createOrder };
      },
    };
    for (let looks = 0; looks < 6; looks += 1) {
      world.clock.setMs(world.clock.nowMs() + 20_000);
      await followUpAccount(deps, ACCOUNT);
    }
    expect(groups()[0]).toMatchObject({ status: "REDUCING", qtyBase: "0.3", closing: null });
    expect(unsettled()).toHaveLength(1);
    await passAbsence();
    expect(groups()[0]).toMatchObject({ status: "CLOSED_WITH_DUST", qtyBase: "0.3" });
    expect(control()).toMatchObject({ slots: {}, reservations: {}, dust: { DOTUSDT: "0.3" } });
  });

  it("is looked at ever more seldom once nothing of it is held", async () => {
    await send(world.instance("executor"), HELD);
    await closePastTheFirst();
    world.clock.setMs(world.clock.nowMs() + 20_000);
    world.tasks.takeDue(Number.POSITIVE_INFINITY);
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    const waitsMs = world.tasks.pending.map(({ runAtMs }) => runAtMs - world.clock.nowMs());
    expect(waitsMs.length).toBeGreaterThan(0);
    expect(Math.min(...waitsMs)).toBeGreaterThanOrEqual(20_000);
  });
});

describe("a closing that the venue refuses", () => {
  it("is tried again at whole milliseconds, whatever time has passed", async () => {
    await openMuch();
    const refusing = world.instance("refusing");
    const deps: Instance = {
      ...refusing,
      venueFor: async (of) => ({
        ...(await refusing.venueFor(of)),
        createOrder: async () => {
          throw new VenueError("rejected", "-4131", "The counterparty's best price is outside the filter");
        },
      }),
    };
    await send(deps, CLOSE);
    for (let tries = 0; tries < 4; tries += 1) {
      world.clock.setMs(world.clock.nowMs() + 30_001);
      await followUpAccount(deps, ACCOUNT);
    }
    const broken = world.tasks.pending.filter(({ runAtMs }) => !Number.isInteger(runAtMs));
    expect(broken).toEqual([]);
  });

  it("is told once, and tried again until it is taken", async () => {
    await openMuch();
    const refusing = world.instance("refusing");
    const deps: Instance = {
      ...refusing,
      venueFor: async (of) => ({
        ...(await refusing.venueFor(of)),
        createOrder: async () => {
          throw new VenueError("rejected", "-4131", "The counterparty's best price is outside the filter");
        },
      }),
    };
    await send(dyingAfter(1), CLOSE).catch(() => undefined);
    for (let tries = 0; tries < 3; tries += 1) {
      world.clock.setMs(world.clock.nowMs() + 40_000);
      await followUpAccount(deps, ACCOUNT);
    }
    expect(alerts().filter((code) => code === "CLOSING_REFUSED")).toHaveLength(1);
    for (let minute = 0; minute < ABSENT_MINUTES; minute += 1) {
      await passMinute();
      await reconcileAccount(world.instance("reconcile"), profile);
    }
    expect([await positions(), groups()[0]?.status]).toEqual([[], "CLOSED"]);
  });
});

describe("a remainder below the smallest order", () => {
  const DOT = { symbol: "DOTUSDT" } as const;

  /** DOT takes no order below 0.5 in steps of 0.1: a trade by hand leaves 0.3 of the group. */
  async function leaveDust(): Promise<void> {
    await send(world.instance("executor"), { ...DOT, size: { kind: "qtyBase", qtyBase: "10" } });
    orderByHand(world, { ...DOT, side: "SELL", type: "MARKET", quantity: "9.7", reduceOnly: "true" });
    await passMinute();
    await reconcileAccount(world.instance("reconcile"), profile);
  }

  it("ends its group into the ledger, and is no unknown position", async () => {
    await leaveDust();
    expect(groups()).toMatchObject([{ status: "CLOSED_WITH_DUST", qtyBase: "0.3" }]);
    expect(control()).toMatchObject({ dust: { DOTUSDT: "0.3" }, slots: {} });
    await passMinute();
    await reconcileAccount(world.instance("reconcile"), profile);
    expect(alerts()).not.toContain("POSITION_UNKNOWN");
    expect(alerts().filter((code) => code === "POSITION_ADJUSTED")).toHaveLength(1);
  });

  it("is closed with the symbol's next group, which never differs from the venue", async () => {
    await leaveDust();
    await send(world.instance("executor"), { ...DOT, size: { kind: "qtyBase", qtyBase: "10" } });
    await passMinute();
    await reconcileAccount(world.instance("reconcile"), profile);
    const next = groups().find(({ status }) => status === "ACTIVE");
    expect(next).toMatchObject({ qtyBase: "10.3", carriedBase: "0.3" });
    expect(alerts().filter((code) => code === "POSITION_ADJUSTED")).toHaveLength(1);
    await send(world.instance("executor"), { ...DOT, action: "close", side: null });
    expect([await positions(), control().dust]).toEqual([[], {}]);
  });

  it("leaves the ledger when the venue does not hold it any more", async () => {
    await leaveDust();
    // A larger order over the dust, and back: by hand nothing else closes it.
    orderByHand(world, { ...DOT, side: "BUY", type: "MARKET", quantity: "9.7" });
    orderByHand(world, { ...DOT, side: "SELL", type: "MARKET", quantity: "10", reduceOnly: "true" });
    await passMinute();
    await reconcileAccount(world.instance("reconcile"), profile);
    expect([await positions(), control().dust]).toEqual([[], {}]);
  });
});
