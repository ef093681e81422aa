// Guards that the minute's pass does not leave an order or an exit at a first denial: chains of looks end where a task or a
// document is lost, and the second look must not wait for another minute, while a position stands without its exit.
// Proves: app/reconcile/follow-up.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { createStopAccount, LOST_MS, NEXT_LOOK_MS, type StopAccount } from "#test/support/stop-account.ts";
import { ACCOUNT } from "#test/support/world.ts";

const LOST = { kind: "reset", when: "before" } as const;

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
});

/** All tasks of before are lost. */
function withoutTasks(): void {
  at.world.tasks.takeDue(Number.POSITIVE_INFINITY);
}

const nextLookInMs = () => {
  const [next] = at.world.tasks.pending.filter(({ queue }) => queue === "followUp");
  return next === undefined ? null : next.runAtMs - at.world.clock.nowMs();
};

describe("a stop that never arrived, of which no look is arranged any more", () => {
  beforeEach(async () => {
    at.fault(LOST, "POST");
    await at.act();
    withoutTasks();
    at.pass(LOST_MS);
  });

  it("is looked at again in seconds after the minute's pass, and rests then", async () => {
    await at.reconcile();
    expect(at.resting()).toEqual([]);
    expect(nextLookInMs()).toBe(2_000);
    at.pass(NEXT_LOOK_MS);
    await at.followUp();
    at.expectInStep();
  });

  it("is not followed by the pass once it rests", async () => {
    await at.reconcile();
    at.pass(NEXT_LOOK_MS);
    await at.followUp();
    withoutTasks();
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(nextLookInMs()).toBeNull();
  });
});

describe("a closing order that never arrived, of which no look is arranged any more", () => {
  it("is looked at again in seconds after the minute's pass", async () => {
    await at.act();
    at.world.exchange.addFault({
      effect: LOST,
      match: { method: "POST", path: "/fapi/v1/order" },
      count: 1,
    });
    await at.act({ action: "close" });
    const inDoubt = at.world
      .under<Order>(paths.orders(ACCOUNT))
      .filter(({ status }) => status === "SUBMIT_UNKNOWN");
    expect(inDoubt).toHaveLength(1);
    withoutTasks();
    at.pass(LOST_MS);
    await at.reconcile();
    expect(nextLookInMs()).toBe(2_000);
  });
});
