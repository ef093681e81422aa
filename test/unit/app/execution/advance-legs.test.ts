// Safety entries on a whole account over the exchange: sent once their price is reached, one after the other, each once; none
// while trading is halted, after a close, or once the group has ended; exits follow the new average.
// Proves: app/execution/advance-legs.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import {
  createStopAccount,
  NEXT_LOOK_MS,
  NO_EXITS,
  STOP_CONFIG,
  type StopAccount,
} from "#test/support/stop-account.ts";
import { ACCOUNT } from "#test/support/world.ts";

const ENTRIES: EntryPlan = {
  dca: { safetyOrders: 2, deviationBps: 100, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" },
  pyramid: null,
};

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount(STOP_CONFIG);
});

const entries = () =>
  at.world.under<Order>(paths.orders(ACCOUNT)).filter(({ request }) => !request.reduceOnly);
const statuses = () => at.groups()[0]?.legs.map(({ status }) => status);

async function look(): Promise<void> {
  at.pass(NEXT_LOOK_MS);
  await at.world.tickNav();
  await at.reconcile();
}

async function enter(): Promise<void> {
  const takeProfits = [{ level: { kind: "bps", bps: 300 }, shareBps: 10_000 }] as const;
  await at.act({ entries: ENTRIES, exits: { ...NO_EXITS, takeProfits } });
  await look();
}

describe("safety entries", () => {
  it("wait at their price, and cost no order before it", async () => {
    await enter();
    at.movePrice(0.995);
    await look();
    expect(entries()).toHaveLength(1);
    expect(statuses()).toEqual(["FILLED", "WAITING", "WAITING"]);
  });

  it("are sent one by one as the price reaches them, and the exits follow the average", async () => {
    await enter();
    const triggerBefore = Number(at.groups()[0]?.stop?.triggerPriceUsd);
    at.movePrice(0.988);
    await look();
    expect(statuses()).toEqual(["FILLED", "FILLED", "WAITING"]);
    await look();
    expect(entries()).toHaveLength(2);
    const [group] = at.groups();
    expect(Number(group?.stop?.triggerPriceUsd)).toBeLessThan(triggerBefore);
    expect(Number(group?.qtyBase)).toBeCloseTo(Number(group?.enteredBase));
    at.movePrice(0.98);
    await look();
    await look();
    expect(statuses()).toEqual(["FILLED", "FILLED", "FILLED"]);
    expect(entries()).toHaveLength(3);
    expect(Object.values(at.control()?.slots ?? {})[0]?.legsUsd).toBeUndefined();
    const stops = at.resting().filter(({ orderType }) => orderType === "STOP_MARKET");
    expect(stops.map(({ quantity }) => Number(quantity))).toEqual([Number(at.groups()[0]?.qtyBase)]);
  });

  it("of a price that fell through both are sent in one pass, each once", async () => {
    await enter();
    at.movePrice(0.97);
    await look();
    expect(statuses()).toEqual(["FILLED", "FILLED", "FILLED"]);
    const ids = entries().map(({ request }) => request.clientOrderId);
    expect(new Set(ids).size).toBe(3);
  });

  it("wait while trading is halted, without an alert, and go on after it", async () => {
    await enter();
    const state = at.control()?.tradingState;
    await at.halt();
    at.movePrice(0.988);
    await look();
    expect(entries()).toHaveLength(1);
    expect(at.alerts()).not.toContain("ENTRY_LEG_REFUSED");
    await at.world.documents.commit([
      { op: "update", path: paths.control(ACCOUNT), changes: { tradingState: { ...state } } },
    ]);
    await look();
    expect(entries()).toHaveLength(2);
  });

  it("that a check stands against are told once, and sent when it is gone", async () => {
    await enter();
    at.movePrice(0.988);
    const minute = 60_000;
    // No NAV run: the last is too old.
    for (const waited of [4 * minute, NEXT_LOOK_MS]) {
      at.pass(waited);
      await at.reconcile();
    }
    expect(entries()).toHaveLength(1);
    expect(at.groups()[0]?.legs[1]?.refusedFor).toContain("NAV_STALE");
    expect(at.alerts().filter((code) => code === "ENTRY_LEG_REFUSED")).toHaveLength(1);
    await look();
    expect(statuses()).toEqual(["FILLED", "FILLED", "WAITING"]);
    expect(at.groups()[0]?.legs[1]?.refusedFor).toEqual([]);
  });

  it("are withdrawn by the strategy's reduction, and with the end of the group", async () => {
    await enter();
    await at.act({ action: "reduce", side: null, reduceBps: 5_000 });
    expect(statuses()).toEqual(["FILLED", "WITHDRAWN", "WITHDRAWN"]);
    at.movePrice(0.97);
    await look();
    expect(entries()).toHaveLength(1);
  });

  it("are withdrawn when the stop ends the group, in its commit", async () => {
    await enter();
    at.movePrice(0.5);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    const [group] = at.groups();
    expect(group?.status).toBe("CLOSED");
    expect(statuses()).not.toContain("WAITING");
    expect(at.control()?.slots).toEqual({});
    expect(entries()).toHaveLength(1);
  });

  it("are withdrawn when somebody takes of the position at the venue", async () => {
    await enter();
    orderByHand(at.world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: "0.005" });
    for (const waited of [NEXT_LOOK_MS, NEXT_LOOK_MS * 2]) {
      at.pass(waited);
      await at.reconcile();
    }
    expect(statuses()).toEqual(["FILLED", "WITHDRAWN", "WITHDRAWN"]);
    expect(at.groups()[0]?.legs[1]?.oddity).toBe("REDUCED_OUTSIDE");
  });
});
