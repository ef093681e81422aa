// Once, whatever the look-up says: an entry leaves one time under every answer, an exit a second time only when every
// witness agrees for longer than an incident lasts, and a refusal speaks of its own send alone.
// Proves: app/execution/resolve-doubt.ts, app/execution/resolve-order.ts
import { beforeEach, describe, expect, it } from "vitest";
import { ABSENT_AFTER_MS, EXIT_ABSENCE_MS, RESEND_LIMIT_MS } from "#domain/decide/resend.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { cancelByHand } from "#test/support/by-hand.ts";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";
import { givenIntent, messageOf } from "#test/support/world.ts";

const LAG_MS = 60_000;
const AFTER_ABSENCE_MS = ABSENT_AFTER_MS + 60_000;

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount();
});

const statuses = () => at.orders().map(({ status }) => status);
const close = () => at.decide({ action: "close", side: null });

describe("an entry is never sent again, whatever the look-up says", () => {
  it("not when it was filled and the look-up lags 60 s: one order, in the books once the look-up has it", async () => {
    at.loseNext("after");
    const lag = at.denyLookUps();
    await at.decide();
    await at.pass(LAG_MS);
    expect(statuses()).toEqual(["SUBMIT_UNKNOWN"]);
    lag.end();
    await at.pass(LAG_MS);
    expect(at.posts()).toBe(1);
    expect(at.world.venueOrders()).toHaveLength(1);
    expect(at.orders()).toMatchObject([{ status: "FILLED", sends: 1 }]);
    expect(at.groups()).toMatchObject([{ status: "ACTIVE" }]);
  });

  it("not when the look-up is frozen with an answer of before", async () => {
    at.loseNext("after");
    const list = at.freeze("/fapi/v1/openOrders");
    const lag = at.denyLookUps();
    await at.decide({ strategyId: "patient" });
    at.priceRises();
    await at.pass(LAG_MS);
    list.end();
    lag.end();
    await at.pass(LAG_MS);
    expect(at.posts()).toBe(1);
    expect(at.world.venueOrders()).toMatchObject([{ status: "CANCELED" }]);
    expect(statuses()).toEqual(["CANCELED"]);
  });

  it("and rests where a message comes again to an instance that still remembers it in doubt", async () => {
    const { world } = at;
    const old = world.instance("executor");
    const message = messageOf(world, givenIntent(world, { strategyId: "patient" }));
    at.loseNext("after");
    await executeIntent(old, message);
    expect(statuses()).toEqual(["SUBMIT_UNKNOWN"]);
    at.priceRises();
    // Short of the time after which it would have rested long enough.
    await at.pass(10_000);
    expect(statuses()).toEqual(["ACCEPTED"]);
    at.denyLookUps();
    await executeIntent(old, message);
    expect(world.venueOrders()).toMatchObject([{ status: "NEW" }]);
    expect(statuses()).toEqual(["ACCEPTED"]);
  });

  it("not when it never arrived: it ends absent, a person is told, and its slot is free", async () => {
    at.loseNext("before");
    await at.decide();
    await at.pass(ABSENT_AFTER_MS - 30_000);
    expect(statuses()).toEqual(["SUBMIT_UNKNOWN"]);
    await at.pass(90_000);
    expect(at.posts()).toBe(1);
    expect(at.orders()).toMatchObject([{ status: "ABSENT", sends: 1 }]);
    expect(at.alerts()).toContainEqual(
      expect.objectContaining({ code: "ORDER_ABSENT", severity: "critical" }),
    );
    expect(at.control()).toMatchObject({ slots: {}, reservations: {} });
    expect(Object.keys(at.control().absentOrders)).toEqual([at.orders()[0]?.request.clientOrderId]);
  });

  it.each([
    ["throttled", -1008, "Request throttled by system-level protection."],
    ["too late", -5028, "Timestamp outside the ME recvWindow."],
    ["refused", -2019, "Margin is insufficient."],
  ])("not when the venue turned it away (%s): it ends refused at once", async (_why, code, msg) => {
    at.refuseNext(code, msg);
    await at.decide();
    await at.pass(LAG_MS);
    expect(at.posts()).toBe(1);
    expect(at.orders()).toMatchObject([{ status: "REJECTED", rejection: { code: String(code) } }]);
    expect(at.control().reservations).toEqual({});
  });
});

describe("an exit", () => {
  beforeEach(async () => {
    await at.decide();
    await at.pass(10_000);
    at.world.requests.length = 0;
  });

  it("that was filled and whose look-up lags leaves once, however long the lag", async () => {
    at.loseNext("after");
    const lag = at.denyLookUps();
    await close();
    await at.pass(EXIT_ABSENCE_MS + 60_000);
    lag.end();
    await at.pass(LAG_MS);
    expect(at.posts()).toBe(1);
    expect(statuses()).toEqual(["FILLED", "FILLED"]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED" }]);
  });

  it("that was filled leaves once although the position list lags too: trades are a witness of their own", async () => {
    await at.positions();
    const positions = at.freeze("/fapi/v3/positionRisk");
    await at.positions();
    at.loseNext("after");
    const lag = at.denyLookUps();
    await close();
    await at.pass(EXIT_ABSENCE_MS + 60_000);
    expect(at.posts()).toBe(1);
    positions.end();
    lag.end();
    await at.pass(LAG_MS);
    expect(at.groups()).toMatchObject([{ status: "CLOSED" }]);
  });

  it("that never arrived is sent again once every witness agrees for longer than an incident, and closes", async () => {
    at.loseNext("before");
    await close();
    await at.pass(EXIT_ABSENCE_MS - 10_000);
    expect(at.posts()).toBe(1);
    await at.pass(60_000);
    expect(at.posts()).toBe(2);
    expect(at.orders()).toMatchObject([{ status: "FILLED" }, { status: "FILLED", sends: 2 }]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED" }]);
  });

  it("is not ended by the refusal of its resend, which says nothing about the first send", async () => {
    at.loseNext("before");
    await close();
    at.refuseNext(-2022, "ReduceOnly Order is rejected.", 100);
    await at.pass(EXIT_ABSENCE_MS + 40_000);
    expect(at.posts()).toBe(2);
    expect(at.orders()[1]).toMatchObject({ status: "SUBMIT_UNKNOWN", sends: 2, openSends: [1] });
    await at.pass(RESEND_LIMIT_MS + ABSENT_AFTER_MS);
    expect(at.orders()[1]).toMatchObject({ status: "ABSENT" });
    expect(at.codes()).toContain("EXIT_ORDER_FAILED");
  });

  it("that the venue throttles is sent again as soon as it may be, since it was certainly not taken", async () => {
    at.refuseNext(-1008, "Request throttled by system-level protection.", 2);
    await close();
    await at.pass(30_000);
    expect(at.orders()).toMatchObject([{ status: "FILLED" }, { status: "FILLED", sends: 3, openSends: [3] }]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED" }]);
  });

  it("that the venue takes at no try is given up in the end, and a person hears what is still held", async () => {
    at.refuseNext(-1008, "Request throttled by system-level protection.", 1_000);
    await close();
    await at.pass(12 * 60_000);
    expect(at.orders()[1]).toMatchObject({ status: "REJECTED" });
    expect(at.alerts()).toContainEqual(
      expect.objectContaining({ code: "EXIT_ORDER_FAILED", severity: "critical" }),
    );
    expect(at.control().reservations).toEqual({});
  });

  it("that was never taken ends as soon as a newer one was decided, and keeps no group from closing", async () => {
    at.refuseNext(-1008, "Request throttled by system-level protection.");
    await at.decide({ action: "reduce", side: null, reduceBps: 3_333 });
    await at.pass(1);
    await close();
    await at.pass(LAG_MS);
    expect(at.orders()).toMatchObject([
      { status: "FILLED" },
      { status: "REJECTED", rejection: { code: "-1008" }, sends: 1 },
      { status: "FILLED", request: { qtyBase: "0.007" } },
      { status: "FILLED", request: { qtyBase: "0.003" } },
    ]);
    expect(await at.positions()).toEqual([]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED" }]);
    expect(at.codes()).toContain("EXIT_ORDER_FAILED");
  });

  it("goes past an entry of its group that the venue does not show", async () => {
    at.loseNext("before");
    await at.decide();
    await at.pass(15_000);
    expect(statuses()).toEqual(["FILLED", "SUBMIT_UNKNOWN"]);
    await close();
    expect(await at.positions()).toEqual([]);
  });
});

describe("an order that the venue has forgotten", () => {
  it("ends by fills and position, releases its reservation, and no flatten waits for it", async () => {
    at = await createOrderAccount({ workingLimitMs: 5 * 24 * 3_600_000 });
    await at.decide({ strategyId: "patient" });
    at.priceRises();
    expect(statuses()).toEqual(["ACCEPTED"]);
    cancelByHand(at.world, {
      symbol: "BTCUSDT",
      origClientOrderId: at.orders()[0]?.request.clientOrderId ?? "",
    });
    // As the venue does days after the end of an order that filled nothing.
    at.denyLookUps();
    await at.pass(AFTER_ABSENCE_MS + 60_000);
    expect(statuses()).toEqual(["CANCELED"]);
    expect(at.control().reservations).toEqual({});
  });

  it("is left alone while the venue lists it as open", async () => {
    at = await createOrderAccount({ workingLimitMs: 5 * 24 * 3_600_000 });
    await at.decide({ strategyId: "patient" });
    at.priceRises();
    at.denyLookUps();
    await at.pass(AFTER_ABSENCE_MS + 60_000);
    expect(statuses()).toEqual(["ACCEPTED"]);
    expect(at.world.venueOrders()).toMatchObject([{ status: "NEW" }]);
  });
});
