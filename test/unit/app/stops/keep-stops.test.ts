// Guarantees of the stop that rests at the venue for every position, on the real adapter over the matching engine.
// Proves: app/stops/, domain/decide/stop-facts.ts
import { beforeEach, describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import { paths } from "#domain/documents/paths.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import {
  createStopAccount,
  LOST_MS,
  NEXT_LOOK_MS,
  STOP_CONFIG,
  type StopAccount,
} from "#test/support/stop-account.ts";
import { ACCOUNT, configWith, givenIntent, type Instance, messageOf, profile } from "#test/support/world.ts";

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
});

describe("an entry", () => {
  it("has its stop resting, at the configured distance, when the lease is let go", async () => {
    await at.act();
    at.expectInStep();
    const [group] = at.groups();
    const entryUsd = dec(group?.averageEntryUsd ?? "");
    const triggerUsd = dec(group?.stop?.triggerPriceUsd ?? "");
    expect(triggerUsd.gte(entryUsd.mul("0.95"))).toBe(true);
    expect(triggerUsd.lt(entryUsd.mul("0.9501"))).toBe(true);
    expect(at.resting()).toMatchObject([{ side: "SELL" }]);
    expect(at.control()?.lease.holderId).toBeNull();
  });

  it("costs three round trips when warm, exactly one before the order and two before the stop", async () => {
    await at.act();
    const before = at.executor.counts.roundTrips;
    at.world.requests.length = 0;
    const trips: number[] = [];
    const { venueFor } = at.executor;
    const watched: Instance = {
      ...at.executor,
      async venueFor(of) {
        const venue = await venueFor(of);
        const counted = <Given extends readonly unknown[], T>(call: (...given: Given) => T) => {
          return (...given: Given): T => {
            trips.push(at.executor.counts.roundTrips - before);
            return call(...given);
          };
        };
        return { ...venue, createOrder: counted(venue.createOrder), createStop: counted(venue.createStop) };
      },
    };
    await executeIntent(watched, messageOf(at.world, givenIntent(at.world, { symbol: "ETHUSDT" })));
    expect(at.executor.counts.roundTrips - before).toBe(3);
    expect(trips).toEqual([1, 2]);
    expect(at.world.requests).toEqual([
      "GET /fapi/v1/ticker/bookTicker",
      "POST /fapi/v1/order",
      "POST /fapi/v1/algoOrder",
    ]);
  });

  it("has its stop stored before it is sent", async () => {
    const stored: unknown[] = [];
    const { venueFor } = at.executor;
    const watched: Instance = {
      ...at.executor,
      async venueFor(of) {
        const venue = await venueFor(of);
        return {
          ...venue,
          createStop(request, options) {
            stored.push(
              at.groups()[0]?.stop?.clientStopId === request.clientStopId,
              at.control()?.lease.holderId,
            );
            return venue.createStop(request, options);
          },
        };
      },
    };
    await executeIntent(watched, messageOf(at.world, givenIntent(at.world)));
    expect(stored).toEqual([true, at.executor.holderId]);
  });

  it("has none where none is configured", async () => {
    at = await createStopAccount({});
    await at.act();
    expect(at.venueStops()).toEqual([]);
    expect(at.groups()).toMatchObject([{ stop: null }]);
  });

  it("is guarded while halted, too", async () => {
    at.fault({ kind: "reset", when: "before" }, "POST");
    await at.act();
    await at.halt();
    at.pass(LOST_MS);
    await at.reconcile();
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    at.expectInStep();
  });
});

describe("a change of the position", () => {
  it("replaces the stop: the new one rests before the old one is withdrawn", async () => {
    await at.act();
    const [first] = at.resting();
    at.world.requests.length = 0;
    await at.act({ action: "reduce", side: null, size: { kind: "strategyDefault" }, reduceBps: 5_000 });
    at.expectInStep();
    expect(at.resting()[0]?.clientAlgoId).not.toBe(first?.clientAlgoId);
    expect(at.world.requests.slice(1)).toEqual(["POST /fapi/v1/algoOrder", "DELETE /fapi/v1/algoOrder"]);
    expect(at.control()?.lease.holderId).toBeNull();
  });

  it("keeps the old stop while the new one's fate is open, and withdraws it once that rests", async () => {
    await at.act();
    const [first] = at.resting();
    at.fault({ kind: "reset", when: "after" }, "POST");
    await at.act({ action: "reduce", side: null, reduceBps: 5_000 });
    expect(at.resting().map(({ clientAlgoId }) => clientAlgoId)).toContain(first?.clientAlgoId);
    expect(at.resting()).toHaveLength(2);
    await at.followUp();
    at.expectInStep();
    expect(at.stopPosts()).toBe(2);
  });

  it("withdraws the stop of a position that was closed, with the lease held", async () => {
    await at.act();
    at.world.requests.length = 0;
    await at.act({ action: "close", side: null });
    expect(at.world.requests).toEqual(["POST /fapi/v1/order", "DELETE /fapi/v1/algoOrder"]);
    expect(at.resting()).toEqual([]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "signal", stop: { status: "GONE" } }]);
    expect(at.control()).toMatchObject({ stopsToCancel: {}, lease: { holderId: null } });
  });

  it("does not forget a stop whose withdrawal failed: it would hit the next position", async () => {
    await at.act();
    at.fault({ kind: "httpError", when: "before", status: 500, body: "" }, "DELETE", 3);
    await at.act({ action: "close", side: null });
    expect(at.resting()).toHaveLength(1);
    expect(Object.keys(at.control()?.stopsToCancel ?? {})).toHaveLength(1);
    await at.reconcile();
    expect(at.resting()).toEqual([]);
    expect(at.control()?.stopsToCancel).toEqual({});
  });
});

describe("a stop whose fate is open", () => {
  it("is found by its id when its answer was lost", async () => {
    at.fault({ kind: "reset", when: "after" }, "POST");
    await at.act();
    expect(at.groups()).toMatchObject([{ stop: { status: "SENDING", step: 0 } }]);
    expect(at.world.tasks.pending).not.toEqual([]);
    await at.followUp();
    at.expectInStep();
    expect(at.stopPosts()).toBe(1);
  });

  it("is planned anew only after its absence was confirmed twice", async () => {
    at.fault({ kind: "reset", when: "before" }, "POST");
    await at.act();
    await at.followUp();
    expect(at.groups()).toMatchObject([{ stop: { status: "SENDING", absences: { count: 0 } } }]);
    at.pass(LOST_MS);
    await at.followUp();
    expect(at.groups()).toMatchObject([{ stop: { status: "SENDING", absences: { count: 1 } } }]);
    expect(at.stopPosts()).toBe(1);
    at.pass(NEXT_LOOK_MS);
    await at.followUp();
    at.expectInStep();
    expect(at.groups()).toMatchObject([{ stop: { step: 1 } }]);
    expect(at.stopPosts()).toBe(2);
  });

  it.each([
    ["lives on", false],
    ["ends before the next list", true],
  ])("is withdrawn where only the look-up denied it for a time: its group %s", async (_what, closes) => {
    at.fault({ kind: "reset", when: "after" }, "POST");
    await at.act();
    const [first] = at.resting();
    const msg = "Order does not exist.";
    const denied: FaultEffect = { kind: "venueError", when: "before", status: 400, code: -2013, msg };
    at.fault(denied, "GET", 2);
    at.pass(LOST_MS);
    await at.followUp();
    at.pass(NEXT_LOOK_MS);
    await at.followUp();
    if (closes) await at.act({ action: "close", side: null });
    expect(at.resting().map(({ clientAlgoId }) => clientAlgoId)).not.toContain(first?.clientAlgoId);
    at.expectInStep();
    expect(at.alerts()).toEqual([]);
  });

  it("is picked up by reconciling when its sender died before sending", async () => {
    const died = at.world.instance("executor");
    const { venueFor } = died;
    const dying: Instance = {
      ...died,
      async venueFor(of) {
        const venue = await venueFor(of);
        return { ...venue, createStop: () => Promise.reject(new Error("killed")) };
      },
    };
    await expect(executeIntent(dying, messageOf(at.world, givenIntent(at.world)))).rejects.toThrow("killed");
    expect(at.control()?.lease.holderId).toBe(died.holderId);
    for (let minutes = 0; minutes < 3; minutes++) {
      at.pass(60_000);
      await at.reconcile();
    }
    at.expectInStep();
  });

  it("is tried again every minute when the venue refuses it, with one alert", async () => {
    at.fault(
      { kind: "venueError", when: "before", status: 400, code: -4045, msg: "Reach max stop order limit." },
      "POST",
      2,
    );
    await at.act();
    expect(at.groups()).toMatchObject([{ stop: { status: "GONE", refusal: { code: "-4045" } } }]);
    await at.reconcile();
    expect(at.alerts()).toEqual(["STOP_REFUSED"]);
    await at.reconcile();
    at.expectInStep();
    expect(at.alerts()).toEqual(["STOP_REFUSED"]);
  });
});

describe("reconciling", () => {
  it("places a stop that somebody withdrew at the venue", async () => {
    await at.act();
    const venue = await at.executor.venueFor(profile);
    const [stop] = at.resting();
    await venue.cancelStop(at.market(), stop?.clientAlgoId ?? "");
    await at.reconcile();
    at.expectInStep();
    expect(at.groups()).toMatchObject([{ stop: { step: 1 } }]);
  });

  it("withdraws a stop of ours that no book knows, and leaves one that was placed by hand", async () => {
    await at.act();
    const venue = await at.executor.venueFor(profile);
    const [own] = at.resting();
    const request = {
      kind: "stop",
      symbol: "BTCUSDT",
      side: "sell",
      qtyBase: "0.001",
      triggerPriceUsd: "50000",
    } as const;
    const options = { market: at.market(), sendDeadlineMs: at.world.clock.nowMs() + 3_000 };
    await venue.createStop({ ...request, clientStopId: `p${"a2".repeat(15)}` }, options);
    await venue.createStop({ ...request, clientStopId: "by-hand" }, options);
    await at.reconcile();
    expect(at.resting().map(({ clientAlgoId }) => clientAlgoId)).toEqual([own?.clientAlgoId, "by-hand"]);
    expect(at.journal()).toContain("STOP_ORPHAN_FOUND");
    expect(at.alerts()).toEqual(["STOP_ORPHANED"]);
  });

  it("follows the config: another distance, none, and one again under a new id", async () => {
    await at.act();
    const [first] = at.resting();
    for (const protectiveStopBps of [700, null, 300]) {
      const config = configWith({ watchdog: { ...STOP_CONFIG.watchdog, protectiveStopBps } });
      at.world.documents.seed(paths.config(ACCOUNT), encode(config));
      await reconcileAccount(at.world.instance("fresh"), profile);
      if (protectiveStopBps === null) expect(at.resting()).toEqual([]);
      else at.expectInStep();
    }
    expect(at.resting()[0]?.clientAlgoId).not.toBe(first?.clientAlgoId);
    expect(at.groups()).toMatchObject([{ stop: { step: 2 } }]);
    expect(new Set(at.venueStops().map(({ clientAlgoId }) => clientAlgoId)).size).toBe(3);
  });

  it("asks nothing about stops while nothing is held", async () => {
    at.world.requests.length = 0;
    const instance = at.world.instance("reconcile");
    await reconcileAccount(instance, profile);
    expect(at.world.requests).toEqual(["GET /fapi/v3/positionRisk", "GET /fapi/v1/openOrders"]);
  });

  it("changes no book while everything is in step", async () => {
    await at.act();
    at.pass(NEXT_LOOK_MS);
    const before = at.journal();
    await at.reconcile();
    // The cost of its entry is read once.
    expect(at.journal()).toEqual([...before, "GROUP_ACCOUNTED"]);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(at.journal()).toEqual([...before, "GROUP_ACCOUNTED"]);
    expect(at.stopPosts()).toBe(1);
  });
});
