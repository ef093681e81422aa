// Guarantees of a stop that fired, of one that could rest no more, and of a flatten that ends with every stop
// gone.
import { beforeEach, describe, expect, it } from "vitest";
import { withStopToCancel } from "#domain/books/resting-exits.ts";
import { dec } from "#domain/decimal.ts";
import { changeControl } from "#functions/app/books/change-control.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { learnStops } from "#functions/app/stops/keep-stops.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import { createStopAccount, NEXT_LOOK_MS, type StopAccount } from "#test/support/stop-account.ts";
import { ACCOUNT, profile } from "#test/support/world.ts";

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
});

/** Somebody with the account's keys closes what it holds. */
async function closeByHand(): Promise<void> {
  const [position] = await (await at.executor.venueFor(profile)).fetchPositions();
  const quantity = position?.qtyBase ?? "";
  orderByHand(at.world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity, reduceOnly: "true" });
}

describe("a stop that fired", () => {
  it("ends its group as a stop-loss at the venue's price, not as an adjustment", async () => {
    await at.act();
    at.pass(NEXT_LOOK_MS);
    at.movePrice(0.9);
    await at.reconcile();
    const [group] = at.groups();
    expect(group).toMatchObject({
      status: "CLOSED",
      qtyBase: "0",
      exitReason: "stoploss",
      stop: { status: "GONE" },
    });
    expect(dec(group?.realizedPnlUsd ?? "0").lt("-40")).toBe(true);
    expect(at.control()).toMatchObject({ slots: {}, stopsToCancel: {} });
    expect(at.control()?.protections.trades).toMatchObject([{ exitReason: "stoploss" }]);
    expect(at.journal()).not.toContain("POSITION_ADJUSTED");
    expect(at.alerts()).toEqual(["STOPPED_OUT"]);
  });

  it("counts once, from whichever process and however often it is looked at", async () => {
    await at.act();
    at.pass(NEXT_LOOK_MS);
    at.movePrice(0.9);
    await Promise.allSettled([at.reconcile(), at.reconcile(), at.followUp()]);
    await at.reconcile();
    expect(at.journal().filter((kind) => kind === "STOP_FILLED")).toHaveLength(1);
    const booked = at.world.exchange.engine.state.incomes.filter(({ type }) => type === "REALIZED_PNL");
    expect(booked).toHaveLength(1);
  });

  it("is no orphan to a process that listed it before it fired, and takes nothing from the next group", async () => {
    await at.act();
    const before = await loadBooks(at.executor, ACCOUNT);
    const [stop] = at.resting();
    const { clientAlgoId: clientStopId = "" } = stop ?? {};
    const listed = await (await at.executor.venueFor(profile)).fetchOpenStops([at.market()]);
    at.pass(NEXT_LOOK_MS);
    at.movePrice(0.9);
    await at.reconcile();
    await at.act({ intentId: "next" });
    const held = () => at.groups().find(({ status }) => status === "ACTIVE")?.qtyBase;
    const qtyBase = held();
    await learnStops(at.executor, before, "late", listed);
    expect(at.journal()).not.toContain("STOP_ORPHAN_FOUND");
    // Should the books come to remember it all the same, it is forgotten again, and its fill counts once.
    const nowMs = at.world.clock.nowMs();
    const absences = { count: 0, lastAtMs: null };
    const lingering = { clientStopId, sendDeadlineMs: nowMs, absences };
    await changeControl(at.executor, ACCOUNT, "test", ({ control }) => ({
      kind: "STOP_LINGERS",
      subject: clientStopId,
      control: {
        ...control,
        stopsToCancel: withStopToCancel(
          control,
          { groupId: "x", symbol: "BTCUSDT", kind: "stop" },
          lingering,
        ),
      },
    }));
    await at.reconcile();
    expect(at.control()?.stopsToCancel).toEqual({});
    expect(held()).toBe(qtyBase);
    expect(at.alerts()).toEqual(["STOPPED_OUT"]);
    at.expectInStep();
  });

  it("is told from a position that was closed by hand", async () => {
    await at.act();
    at.pass(NEXT_LOOK_MS);
    await closeByHand();
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "external" }]);
    expect(at.alerts().toSorted()).toEqual(["POSITION_ADJUSTED", "POSITION_CLOSED_OUTSIDE"]);
    // And its stop does not wait for the next position.
    expect(at.resting()).toEqual([]);
    expect(at.control()?.stopsToCancel).toEqual({});
  });
});

describe("a position whose price passed its stop before that could rest", () => {
  /** The venue refuses the stop as one that would fire at once. */
  const beyond = () =>
    at.fault(
      {
        kind: "venueError",
        when: "before",
        status: 400,
        code: -2021,
        msg: "Order would immediately trigger.",
      },
      "POST",
    );

  it("is closed by a market order of its own, stored before it is sent, as a stop-loss", async () => {
    beyond();
    await at.act();
    expect(at.groups()).toMatchObject([
      { status: "ACTIVE", stop: { status: "GONE", refusal: { code: "-2021", reason: "wouldFireNow" } } },
    ]);
    expect(at.control()?.lease.holderId).toBeNull();
    at.pass(1_000);
    expect(at.world.tasks.takeDue(at.world.clock.nowMs())).toHaveLength(1);
    await at.followUp();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "stoploss", qtyBase: "0" }]);
    expect(at.journal()).toEqual(expect.arrayContaining(["STOP_REFUSED", "STOP_ORDER_STORED"]));
    expect(at.alerts()).toEqual(["POSITION_BEYOND_STOP"]);
    expect(at.stopPosts()).toBe(1);
    await at.reconcile();
    expect(await (await at.executor.venueFor(profile)).fetchPositions()).toEqual([]);
  });

  it("is closed by reconciling when no other process came, and tried again under another id when that failed", async () => {
    beyond();
    await at.act();
    at.world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -4131, msg: "PERCENT_PRICE" },
      match: { method: "POST", path: "/fapi/v1/order" },
      count: 1,
    });
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "ACTIVE" }]);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "stoploss" }]);
    expect(new Set(at.groups()[0]?.orderIds).size).toBe(3);
  });

  it("is not tried again on the books' word once the venue refused: reconciling finds the position gone", async () => {
    beyond();
    await at.act();
    await closeByHand();
    for (let looks = 0; looks < 4; looks++) {
      at.pass(NEXT_LOOK_MS);
      await at.followUp();
    }
    expect(at.journal().filter((kind) => kind === "STOP_ORDER_STORED")).toHaveLength(1);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "external" }]);
    expect(at.alerts()).toContain("POSITION_ADJUSTED");
  });

  it("is an ordered flatten under a halt: nothing else may shrink a position there", async () => {
    beyond();
    await at.act();
    await at.halt();
    await at.followUp();
    expect(at.control()).toMatchObject({ flatten: { orderedBy: "protectiveStop" } });
    expect(at.journal()).not.toContain("STOP_ORDER_STORED");
    for (let looks = 0; looks < 6 && at.control()?.flatten !== null; looks++) {
      at.pass(NEXT_LOOK_MS);
      await at.followUp();
    }
    expect(at.control()).toMatchObject({ flatten: null, slots: {}, stopsToCancel: {} });
    expect(at.resting()).toEqual([]);
  });
});

describe("a flatten", () => {
  it("leaves no stop waiting, ours or placed by hand, and takes none away before it is flat", async () => {
    await at.act();
    const venue = await at.executor.venueFor(profile);
    const byHand = {
      kind: "stop",
      symbol: "BTCUSDT",
      side: "sell",
      qtyBase: "0.001",
      triggerPriceUsd: "50000",
    } as const;
    const options = { market: at.market(), sendDeadlineMs: at.world.clock.nowMs() + 3_000 };
    await venue.createStop({ ...byHand, clientStopId: "by-hand" }, options);
    await flattenOrdered(at.world, at.executor);
    at.world.requests.length = 0;
    for (let looks = 0; looks < 6 && at.control()?.flatten !== null; looks++) {
      await at.followUp();
      at.pass(NEXT_LOOK_MS);
    }
    expect(at.control()).toMatchObject({ flatten: null, slots: {}, stopsToCancel: {} });
    expect(at.resting()).toEqual([]);
    const [firstDelete] = at.world.requests.flatMap((request, at) =>
      request.startsWith("DELETE") ? [at] : [],
    );
    expect(firstDelete).toBeGreaterThan(at.world.requests.indexOf("POST /fapi/v1/order"));
  });
});
