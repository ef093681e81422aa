// An exit of the routing `maker` on a whole account over the exchange: it rests, takes within a bound, then takes at any price,
// and whatever has to be out goes there at once. Its orders together never take more than was wished, whatever dies between two.
// Proves: app/execution/continue-closings.ts
import { beforeEach, describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, Receipt } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { closeGroups } from "#functions/app/watchdog/close-groups.ts";
import { applyFill } from "#local/exchange/engine/fills.ts";
import { freshList } from "#test/support/account-list.ts";
import { beforeOrders } from "#test/support/before-orders.ts";
import { cancelByHand } from "#test/support/by-hand.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import {
  createStopAccount,
  LOST_MS,
  NEXT_LOOK_MS,
  STOP_CONFIG,
  type StopAccount,
} from "#test/support/stop-account.ts";
import { ACCOUNT, givenIntent, messageOf, STRATEGY } from "#test/support/world.ts";

const LOOK_MS = 3_000;
const REST_MS = 10_000;
/** Of BTCUSDT. */
const LOT_BASE = 0.001;
const CLOSE = { action: "close", side: null } as const;
const HALF = { action: "reduce", side: null, reduceBps: 5_000 } as const;

function config(overrides: Partial<AccountConfig> = {}): Partial<AccountConfig> {
  const strategies = {
    [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "1000", exitRouting: "maker" }),
  };
  const router = { ...PLAIN_CONFIG.router, exitMakerMs: REST_MS, exitBoundBps: 15 };
  return { ...STOP_CONFIG, strategies, router, workingLimitMs: 60_000, ...overrides };
}

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount(config());
  at.world.exchange.admin("pause", {});
  await at.act();
  at.pass(1_000);
});

const exits = () =>
  at.world
    .under<Order>(paths.orders(ACCOUNT))
    .filter(({ request }) => request.reduceOnly)
    .toSorted((one, other) => placeOf(one) - placeOf(other));
/** In the order in which they were stored. */
const placeOf = ({ groupId, request }: Order) =>
  at
    .groups()
    .find((each) => each.groupId === groupId)
    ?.orderIds.indexOf(request.clientOrderId) ?? -1;
const ways = () => exits().map(({ request, status }) => [request.timeInForce, status]);
const taken = () =>
  decimalString(exits().reduce((sum, { filledQtyBase }) => sum.plus(dec(filledQtyBase)), dec("0")));
const group = () => at.groups()[0];
const held = () => group()?.enteredBase ?? "";
/** The touch leaves the order behind, within the bound; it does not fill. */
const moveAway = () => at.movePrice(0.9995);
const look = async (waitMs = LOOK_MS) => {
  at.pass(waitMs);
  await at.followUp();
};

function fillAtVenue(order: Order | undefined, qtyBase: string): void {
  const { engine } = at.world.exchange;
  const resting = [...engine.state.orders.values()].find(
    ({ clientOrderId }) => clientOrderId === order?.request.clientOrderId,
  );
  if (resting === undefined) throw new Error("The order does not rest at the venue");
  const lots = Math.round(Number(qtyBase) / LOT_BASE);
  applyFill(engine, resting, { ticks: resting.priceTicks, lots, maker: true });
}

const silence = () =>
  at.world.exchange.addFault({ effect: { kind: "reset", when: "before" }, match: { path: ".*bookTicker" } });
const refuse = (code: number, count = 1) =>
  at.world.exchange.addFault({
    effect: { kind: "venueError", when: "before", status: 400, code, msg: "refused" },
    match: { method: "POST", path: "/fapi/v1/order$" },
    count,
  });

describe("an exit of the routing maker", () => {
  it("rests reduce-only at its own touch, and is booked when it fills", async () => {
    const entered = held();
    await at.act(CLOSE);
    expect(ways()).toEqual([["GTX", "ACCEPTED"]]);
    expect(exits()[0]?.request).toMatchObject({
      reduceOnly: true,
      side: "sell",
      type: "limit",
      qtyBase: entered,
    });
    expect(group()).toMatchObject({
      status: "REDUCING",
      closing: { targetBase: "0", route: { stage: "maker" } },
    });
    at.movePrice(1.01);
    await look();
    expect(ways()).toEqual([["GTX", "FILLED"]]);
    expect(group()).toMatchObject({ status: "CLOSED", exitReason: "signal", closing: null });
    expect(at.alerts()).toEqual([]);
  });

  it("is left alone until its time is over, then takes within its bound in the same turn", async () => {
    await at.act(CLOSE);
    moveAway();
    await look();
    expect(ways()).toEqual([["GTX", "ACCEPTED"]]);
    await look(REST_MS);
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["IOC", "FILLED"],
    ]);
    expect(group()).toMatchObject({ status: "CLOSED", exitReason: "signal" });
    expect(at.alerts()).toEqual([]);
    const [receipt] = at.world.under<Receipt>(paths.receipts(ACCOUNT)).slice(-1);
    expect(receipt?.status ?? "ORDERED").toBe("ORDERED");
  });

  it("reaches a person when the venue refuses it, though the next order of its wish follows", async () => {
    refuse(-2022);
    await at.act(CLOSE);
    const [refused] = exits();
    expect(refused).toMatchObject({ status: "REJECTED", request: { timeInForce: "GTX" } });
    expect(at.alerts()).toEqual(["EXIT_ORDER_FAILED"]);
  });

  it("that would take at once takes within its bound in the same turn", async () => {
    refuse(-5022);
    await at.act(CLOSE);
    expect(ways()).toEqual([
      ["GTX", "REJECTED"],
      ["IOC", "FILLED"],
    ]);
    expect(at.control()?.throttles.errorAtMs).toEqual([]);
    expect(at.alerts()).toEqual([]);
  });

  it("that finds nothing within its bound takes at any price at once", async () => {
    refuse(-5022);
    const running = beforeOrders(at.executor, (number) => {
      if (number === 2) at.movePrice(0.99);
    });
    await executeIntent(running, messageOf(at.world, givenIntent(at.world, CLOSE)));
    expect(ways()).toEqual([
      ["GTX", "REJECTED"],
      ["IOC", "EXPIRED"],
      [null, "FILLED"],
    ]);
    expect(group()?.status).toBe("CLOSED");
  });

  it("carries over exactly: its orders together take what was wished", async () => {
    const entered = Number(held());
    await at.act(HALF);
    const wished = exits()[0]?.request.qtyBase ?? "";
    fillAtVenue(exits()[0], "0.004");
    moveAway();
    await look(REST_MS);
    expect(exits().map(({ filledQtyBase }) => filledQtyBase)).toEqual([
      "0.004",
      decimalString(dec(wished).minus("0.004")),
    ]);
    expect(taken()).toBe(wished);
    expect(Number(group()?.qtyBase)).toBeCloseTo(entered - Number(wished), 9);
    expect(group()).toMatchObject({ status: "ACTIVE", closing: null });
  });

  it("whose price leaves by more than the bound does not wait for its time", async () => {
    await at.act(CLOSE);
    at.movePrice(0.997);
    await look();
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["IOC", "FILLED"],
    ]);
  });

  it("that the venue ended by itself goes on at the next look", async () => {
    await at.act(CLOSE);
    cancelByHand(at.world, { symbol: "BTCUSDT", origClientOrderId: exits()[0]?.request.clientOrderId ?? "" });
    await look();
    expect(ways()).toEqual([
      ["GTX", "CANCELED"],
      ["IOC", "FILLED"],
    ]);
  });

  it("takes at any price where the touch cannot be had", async () => {
    silence();
    await at.act(CLOSE);
    expect(ways()).toEqual([[null, "FILLED"]]);
  });

  it("of a reversal takes at any price", async () => {
    await at.act({ action: "open", side: "short" });
    expect(ways()).toEqual([[null, "FILLED"]]);
  });
});

describe("whatever has to be out at once", () => {
  beforeEach(async () => {
    await at.act(CLOSE);
    moveAway();
    expect(ways()).toEqual([["GTX", "ACCEPTED"]]);
  });
  const TAKEN = [
    ["GTX", "CANCELED"],
    [null, "FILLED"],
  ];

  it("a second exit does not wait behind the one that rests", async () => {
    await at.act(CLOSE);
    expect(ways()).toEqual(TAKEN);
    expect(group()?.status).toBe("CLOSED");
  });

  it("a reversal does not either, and enters on the other side", async () => {
    at.pass(500);
    await at.act({ action: "open", side: "short" });
    expect(ways()).toEqual(TAKEN);
    expect(at.groups().map(({ side, status }) => [side, status])).toContainEqual(["short", "ACTIVE"]);
  });

  it("the watchdog withdraws what rests and takes", async () => {
    const deps = { ...at.world.instance("watchdog"), accountList: freshList(at.world) };
    await closeGroups(deps, ACCOUNT, [group()?.groupId ?? ""]);
    expect(ways()).toEqual(TAKEN);
  });

  it("trading that is no longer active hurries it at the next look", async () => {
    await setState("REDUCING");
    await look();
    expect(ways()).toEqual(TAKEN);
  });

  it("a halt withdraws it, and nothing but a flatten takes", async () => {
    await at.halt();
    await look();
    expect(ways()).toEqual([["GTX", "CANCELED"]]);
    await setState("ACTIVE");
    await look();
    expect(group()?.status).toBe("CLOSED");
  });

  it("a time limit that passes meanwhile does not wait", async () => {
    await at.plan({ timeLimitMs: 3_000 });
    await look();
    expect(ways()).toEqual(TAKEN);
  });

  it("a touch that cannot be had is no reason to rest on", async () => {
    silence();
    await look();
    expect(ways()).toEqual(TAKEN);
  });

  it("a stop that fires closes the position, and the rest of the exit flips nothing", async () => {
    at.movePrice(0.9);
    await look();
    await look(NEXT_LOOK_MS);
    await at.reconcile();
    expect(group()).toMatchObject({ qtyBase: "0" });
    const { state } = at.world.exchange.engine;
    expect([...state.orders.values()].filter(({ status }) => status === "NEW")).toEqual([]);
  });
});

async function setState(state: string): Promise<void> {
  const tradingState = { ...at.control()?.tradingState, state };
  await at.world.documents.commit([
    { op: "update", path: paths.control(ACCOUNT), changes: { tradingState } },
  ]);
}

describe("an exit whose order is in doubt", () => {
  it.each(["before", "after"] as const)(
    "(the answer lost %s the venue had it) is out within a minute, once",
    async (when) => {
      const entered = held();
      at.world.exchange.addFault({
        effect: { kind: "venueError", when, status: 503, code: -1007, msg: "no answer" },
        match: { method: "POST", path: "/fapi/v1/order$" },
        count: 1,
      });
      await at.act(CLOSE);
      expect(exits()[0]?.request.timeInForce).toBe("GTX");
      for (const waitMs of [LOST_MS, NEXT_LOOK_MS, REST_MS, NEXT_LOOK_MS]) await look(waitMs);
      expect(group()?.qtyBase).toBe("0");
      expect(taken()).toBe(entered);
    },
  );
});

describe("an instance that dies", () => {
  it.each([1, 2, 3, 4])(
    "at its commit %i of the turn that takes leaves the exit to the next look",
    async (nth) => {
      const entered = held();
      await at.act(CLOSE);
      at.pass(REST_MS);
      const dying = at.world.instance("dying");
      let commits = 0;
      const documents = {
        ...dying.documents,
        getAll: (wanted: readonly string[]) => dying.documents.getAll(wanted),
        query: (...args: Parameters<typeof dying.documents.query>) => dying.documents.query(...args),
        commit: async (...args: Parameters<typeof dying.documents.commit>) => {
          commits += 1;
          if (commits === nth) throw new Error("the process died here");
          return await dying.documents.commit(...args);
        },
      };
      await followUpAccount({ ...dying, documents } as never, ACCOUNT).catch(() => undefined);
      at.pass(60_000);
      await at.reconcile();
      await look();
      await look(LOST_MS);
      await look(NEXT_LOOK_MS);
      expect(group()?.qtyBase).toBe("0");
      expect(taken()).toBe(entered);
    },
  );
});

it("an exit is told apart from a repeat of its own alert", async () => {
  const message = messageOf(at.world, givenIntent(at.world, CLOSE as Partial<Intent>));
  await executeIntent(at.executor, message);
  await executeIntent(at.world.instance("again"), message);
  expect(ways()).toEqual([["GTX", "ACCEPTED"]]);
});
