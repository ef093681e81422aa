// A refusal that stands for the whole account is told with its remedy and stops entries at the first; exits go on being
// tried. A refusal of one order stops nothing, and one that is no failure counts for no burst.
// Proves: app/books/latch-refusal.ts, domain/lifecycle/venue-latch.ts
import { beforeEach, describe, expect, it } from "vitest";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount();
});

const state = () => at.control().tradingState;
const refusals = () => at.alerts().filter(({ code }) => code === "ACCOUNT_REFUSED");

describe("a refusal that stands for the account", () => {
  it.each([
    [-4061, "Order's position side does not match user's setting.", /one-way/],
    [-2015, "Invalid API-key, IP, or permissions for action.", /key/],
    [-2014, "API-key format invalid.", /key/],
    [-1002, "You are not authorized to execute this request.", /key/],
    [-4088, "User can not place order currently", /venue/],
  ])("%i stops entries at the first, with an alert that says what to do", async (code, msg, remedy) => {
    at.refuseNext(code, msg);
    await at.decide();
    expect(at.orders()).toMatchObject([{ status: "REJECTED", rejection: { code: String(code) } }]);
    expect(state()).toMatchObject({ state: "REDUCING", cause: "venue", resumeAtMs: null });
    expect(refusals()).toMatchObject([{ severity: "critical" }]);
    expect(refusals()[0]?.remedy).toMatch(remedy);
    await at.decide({ symbol: "ETHUSDT" });
    expect(at.posts()).toBe(1);
  });

  it.each([451, 403])("HTTP %i does the same", async (status) => {
    at.fault("POST", "/fapi/v1/order", { kind: "httpError", when: "before", status, body: "<html/>" }, 1);
    await at.decide();
    expect(state()).toMatchObject({ state: "REDUCING", cause: "venue" });
    expect(refusals()).toHaveLength(1);
  });

  it("lets exits go on: they are tried until the venue takes one", async () => {
    await at.decide();
    await at.pass(10_000);
    at.refuseNext(-2015, "Invalid API-key, IP, or permissions for action.", 3);
    await at.decide({ action: "close", side: null });
    expect(state().state).toBe("REDUCING");
    await at.pass(120_000);
    expect(await at.positions()).toEqual([]);
    expect(refusals().length).toBeLessThanOrEqual(2);
  });

  it("leaves a sterner state as it is, and is told all the same", async () => {
    await at.decide();
    at.fault("GET", "/fapi/v3/positionRisk", {
      kind: "venueError",
      when: "before",
      status: 401,
      code: -2015,
      msg: "Invalid API-key, IP, or permissions for action.",
    });
    await at.pass(180_000);
    expect(state()).toMatchObject({ state: "REDUCING", cause: "venue" });
    expect(refusals().length).toBeGreaterThan(0);
    expect(refusals().length).toBeLessThanOrEqual(2);
  });
});

describe("a refusal of one order", () => {
  it.each([
    [-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."],
    [-2019, "Margin is insufficient."],
  ])("%i stops no other order", async (code, msg) => {
    at.refuseNext(code, msg);
    await at.decide();
    expect(state().state).toBe("ACTIVE");
    expect(refusals()).toEqual([]);
  });

  it("that is a post-only order which would have taken is no failed send", async () => {
    at = await createOrderAccount({
      protections: {
        ...(await import("#test/support/config.ts")).PLAIN_CONFIG.protections,
        errorBurst: { windowMs: 60_000, limit: 2, stopDurationMs: 60_000 },
      },
    });
    at.refuseNext(
      -5022,
      "Due to the order could not be executed as maker, the Post Only order will be rejected.",
      3,
    );
    for (let tries = 0; tries < 3; tries++) await at.decide({ strategyId: "patient" });
    expect(at.orders().map(({ status }) => status)).toEqual(["REJECTED", "REJECTED", "REJECTED"]);
    expect(at.control()).toMatchObject({ throttles: { errorAtMs: [] }, protections: { locks: [] } });
  });
});
