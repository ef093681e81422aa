// Guarantees of take-profits that rest at the venue: stored and sent like the stop, never together more than is open, each
// fill booked once, and all of them gone with their group.
import { beforeEach, describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import {
  createStopAccount,
  LOST_MS,
  NEXT_LOOK_MS,
  NO_EXITS,
  type StopAccount,
} from "#test/support/stop-account.ts";

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
});

const share = (bps: number, shareBps: number): TakeProfitPlan => ({ level: { kind: "bps", bps }, shareBps });
const TWO = [share(100, 5_000), share(300, 5_000)];
const atVenue = (orderType: string) => at.resting().filter((exit) => exit.orderType === orderType);
const takeProfits = () => atVenue("TAKE_PROFIT_MARKET");
const stops = () => atVenue("STOP_MARKET");
const heldBase = () => Number(at.groups()[0]?.qtyBase ?? "0");
const total = (exits: readonly { readonly quantity: string }[]) =>
  exits.reduce((sum, { quantity }) => sum.plus(dec(quantity)), dec("0")).toNumber();

/** An open position with a ladder that rests. */
async function enter(
  ladder: readonly TakeProfitPlan[] = TWO,
  breakEvenAfter: number | null = null,
): Promise<void> {
  await at.act();
  await at.plan({ takeProfits: ladder, breakEvenAfter });
  at.pass(NEXT_LOOK_MS);
  await at.reconcile();
}

async function passes(looks = 3): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
  }
}

describe("take-profits", () => {
  it("rest beside the stop under one count of steps, and are no reduction under way", async () => {
    await enter();
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    expect(total(stops())).toBeCloseTo(heldBase());
    const [group] = at.groups();
    expect(group).toMatchObject({ status: "ACTIVE", stop: { step: 0 } });
    expect(group?.takeProfits.map(({ step, status, level }) => [step, status, level])).toEqual([
      [1, "RESTING", 0],
      [2, "RESTING", 1],
    ]);
    expect(at.control()).toMatchObject({ reservations: {}, stopsToCancel: {}, closings: [] });
  });

  it("that rest as planned cost reconcile no write and no request to change them", async () => {
    await enter();
    const [seq, posts] = [at.control()?.journalSeq, at.stopPosts()];
    await passes();
    expect([at.control()?.journalSeq, at.stopPosts()]).toEqual([seq, posts]);
  });

  it("shrink the stop in the commit that books a fill, and move it to the entry after the level", async () => {
    await enter(TWO, 1);
    const entered = heldBase();
    const journal = at.journal().length;
    at.movePrice(1.015);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    const [group] = at.groups();
    expect(heldBase()).toBeCloseTo(entered / 2);
    expect(at.journal().slice(journal)).toContain("TAKE_PROFIT_FILLED");
    expect(group).toMatchObject({ status: "ACTIVE", exitReason: null, stop: { status: "RESTING" } });
    expect(stops().map(({ quantity }) => Number(quantity))).toEqual([heldBase()]);
    expect(Number(stops()[0]?.triggerPrice)).toBeGreaterThanOrEqual(Number(group?.averageEntryUsd));
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    expect(at.alerts()).toContain("TAKE_PROFIT_TAKEN");
    expect(at.alerts()).not.toContain("STOPPED_OUT");
  });

  it("end the group with the last of them, under their own name, and nothing is left at the venue", async () => {
    await enter();
    at.movePrice(1.04);
    await passes();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0", exitReason: "takeProfit" }]);
    expect(at.control()).toMatchObject({ slots: {}, stopsToCancel: {}, closings: [] });
    expect(at.resting()).toEqual([]);
    expect(at.journal()).not.toContain("POSITION_ADJUSTED");
    expect(at.journal().filter((kind) => kind === "TAKE_PROFIT_FILLED").length).toBeGreaterThan(0);
  });

  it("are booked once each, from whichever process and however often they are looked at", async () => {
    await enter();
    at.movePrice(1.015);
    at.pass(NEXT_LOOK_MS);
    await Promise.allSettled([at.reconcile(), at.followUp(), at.reconcile()]);
    await passes();
    expect(at.alerts().filter((code) => code === "TAKE_PROFIT_TAKEN")).toHaveLength(1);
    expect(at.groups()[0]?.takenBase).toBe(at.groups()[0]?.qtyBase);
  });

  it("go with a group that its stop closed, in the commit that books it", async () => {
    await enter();
    at.movePrice(0.9);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "stoploss" }]);
    expect(at.resting()).toEqual([]);
    expect(at.control()?.stopsToCancel).toEqual({});
    expect(at.groups()[0]?.takeProfits.every(({ status }) => status === "GONE")).toBe(true);
  });

  it("go with a group that a signal closed", async () => {
    await enter();
    await at.act({ intentId: "leave", action: "close", side: null });
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "signal" }]);
    expect(at.resting()).toEqual([]);
    expect(at.control()?.stopsToCancel).toEqual({});
  });

  it("shrink with a reduction by signal, the nearest level last", async () => {
    await enter();
    const entered = heldBase();
    await at.act({ intentId: "less", action: "reduce", side: null, reduceBps: 3_000 });
    await passes(1);
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    expect(Number(takeProfits()[0]?.quantity)).toBeCloseTo(entered / 2);
    expect(at.control()?.stopsToCancel).toEqual({});
  });

  it("go with a position that somebody closed by hand", async () => {
    await enter();
    const quantity = at.groups()[0]?.qtyBase ?? "";
    orderByHand(at.world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity, reduceOnly: "true" });
    at.pass(60_000);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0" }]);
    expect(at.resting()).toEqual([]);
    expect(at.control()?.stopsToCancel).toEqual({});
  });

  it("stay until a flatten has closed everything, and none is left after it", async () => {
    await enter();
    await flattenOrdered(at.world, at.executor);
    for (let looks = 0; looks < 6 && at.control()?.flatten !== null; looks++) {
      await at.followUp();
      at.pass(NEXT_LOOK_MS);
    }
    expect(at.control()).toMatchObject({ flatten: null, slots: {}, stopsToCancel: {} });
    expect(at.resting()).toEqual([]);
  });
});

describe("the exits that an entry brings along", () => {
  it("rest when its fill has been booked, without any further look", async () => {
    const stop = { kind: "bps", bps: 200 } as const;
    await at.act({ exits: { ...NO_EXITS, stop, takeProfits: TWO, breakEvenAfter: 1 } });
    expect(at.groups()).toMatchObject([{ status: "ACTIVE", plan: { breakEvenAfter: 1 } }]);
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    // Nearer than the account's floor of five percent.
    const entryUsd = Number(at.groups()[0]?.averageEntryUsd);
    expect(Number(stops()[0]?.triggerPrice) / entryUsd).toBeCloseTo(0.98, 4);
  });

  it("go all the way: entry, two take-profits, break-even, stop, closed, and the slot is free", async () => {
    const ladder = [share(100, 3_000), share(200, 3_000), share(900, 4_000)];
    await at.act({ exits: { ...NO_EXITS, takeProfits: ladder, breakEvenAfter: 2 } });
    const entered = heldBase();
    at.movePrice(1.012);
    await passes(1);
    expect(heldBase()).toBeCloseTo(entered * 0.7);
    expect(Number(stops()[0]?.triggerPrice)).toBeLessThan(Number(at.groups()[0]?.averageEntryUsd));
    at.movePrice(1.012);
    await passes(1);
    expect(heldBase()).toBeCloseTo(entered * 0.4);
    expect(Number(stops()[0]?.triggerPrice)).toBeGreaterThanOrEqual(Number(at.groups()[0]?.averageEntryUsd));
    at.movePrice(0.97);
    await passes(1);
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0", exitReason: "stoploss" }]);
    expect(at.control()).toMatchObject({ slots: {}, reservations: {}, stopsToCancel: {}, closings: [] });
    expect(at.resting()).toEqual([]);
    expect(at.alerts().filter((code) => code === "TAKE_PROFIT_TAKEN")).toHaveLength(2);
    expect(at.journal()).not.toContain("POSITION_ADJUSTED");
  });
});

describe("a level that the price had passed before it could rest", () => {
  it("is closed at once through a wish, and never asked for again", async () => {
    await at.act();
    const entered = heldBase();
    await at.plan({ takeProfits: TWO });
    at.movePrice(1.015);
    await passes();
    const [group] = at.groups();
    expect(heldBase()).toBeCloseTo(entered / 2);
    expect(group).toMatchObject({ status: "ACTIVE", closing: null, takenBase: group?.qtyBase });
    expect(at.alerts()).toContain("TAKE_PROFIT_PASSED");
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    expect(total(stops())).toBeCloseTo(heldBase());
  });

  it("ends the group as a take-profit where all levels are passed", async () => {
    await at.act();
    await at.plan({ takeProfits: TWO });
    at.movePrice(1.05);
    await passes(4);
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0", exitReason: "takeProfit" }]);
    expect(at.control()).toMatchObject({ slots: {}, stopsToCancel: {}, closings: [] });
    expect(at.resting()).toEqual([]);
  });
});

describe("a take-profit whose request", () => {
  it("was lost is placed under a new step once the venue has denied it", async () => {
    await at.act();
    await at.plan({ takeProfits: [share(100, 10_000)] });
    at.fault({ kind: "reset", when: "before" }, "POST");
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(takeProfits()).toEqual([]);
    at.pass(LOST_MS);
    await at.reconcile();
    await passes(2);
    expect(total(takeProfits())).toBeCloseTo(heldBase());
    expect(at.groups()[0]?.takeProfits).toMatchObject([{ step: 2, status: "RESTING" }]);
  });

  it("arrived without its answer is found, and not sent again", async () => {
    await at.act();
    await at.plan({ takeProfits: [share(100, 10_000)] });
    at.fault({ kind: "reset", when: "after" }, "POST");
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    const posts = at.stopPosts();
    await passes(2);
    expect(at.stopPosts()).toBe(posts);
    expect(at.groups()[0]?.takeProfits).toMatchObject([{ step: 1, status: "RESTING" }]);
    expect(total(takeProfits())).toBeCloseTo(heldBase());
  });

  it("cannot be withdrawn keeps its successor from being planned", async () => {
    await enter();
    at.fault({ kind: "httpError", when: "before", status: 500, body: "" }, "DELETE", 40);
    await at.act({ intentId: "more" });
    await passes(1);
    // The ladder of before rests on; nothing was added beside it.
    expect(total(takeProfits())).toBeLessThanOrEqual(heldBase());
    expect(at.groups()[0]?.takeProfits.every(({ status }) => status === "GONE")).toBe(true);
    expect(Object.values(at.control()?.stopsToCancel ?? {}).some(({ kind }) => kind === "takeProfit")).toBe(
      true,
    );
  });
});

describe("a level below the venue's smallest order", () => {
  it("goes into its neighbour, and people are told", async () => {
    await enter([share(100, 1), share(300, 9_999)]);
    expect(takeProfits()).toHaveLength(1);
    expect(at.alerts()).toContain("TAKE_PROFIT_MERGED");
  });
});
