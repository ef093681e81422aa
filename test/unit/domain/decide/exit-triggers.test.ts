// Where a group's exits trigger: the stop at the nearest of all levels that ask for one, a take-profit at its own.
import { describe, expect, it } from "vitest";
import { asksForStop, stopTriggerUsd, takeProfitTriggerUsd } from "#domain/decide/exit-triggers.ts";
import type { ExitPlan, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Side } from "#domain/documents/words.ts";
import { group, market } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";

function held(side: Side, plan: Partial<ExitPlan>, changes: Partial<Group> = {}): Group {
  const base = { status: "ACTIVE", qtyBase: "1", enteredBase: "1", averageEntryUsd: "50000" } as const;
  return group({ ...base, side, plan: { ...NO_EXITS, ...plan }, ...changes });
}

const half = { level: { kind: "bps", bps: 100 }, shareBps: 5_000 } as const;
const breakEven = { takeProfits: [half, half], breakEvenAfter: 1 };
const trailingAtOnce = { trailing: { activationBps: 0, distanceBps: 200 } };
const trailing = { trailing: { activationBps: 100, distanceBps: 200 } };

describe("a stop's trigger", () => {
  it.each<readonly [string, Side, Partial<ExitPlan>, number | null, Partial<Group>, string | undefined]>([
    ["is none without floor and plan", "long", {}, null, {}, undefined],
    ["is the floor without a plan", "long", {}, 500, {}, "47500"],
    ["is the plan's where that is nearer", "long", { stop: { kind: "bps", bps: 300 } }, 500, {}, "48500"],
    ["is the floor where that is nearer", "long", { stop: { kind: "bps", bps: 900 } }, 500, {}, "47500"],
    ["is the plan's without a floor", "short", { stop: { kind: "bps", bps: 300 } }, null, {}, "51500"],
    ["is a price", "long", { stop: { kind: "priceUsd", priceUsd: "49000.04" } }, 500, {}, "49000.1"],
    [
      "is a price of a short",
      "short",
      { stop: { kind: "priceUsd", priceUsd: "50900.09" } },
      500,
      {},
      "50900",
    ],
    ["is a distance", "long", { stop: { kind: "distanceUsd", distanceUsd: "750.5" } }, 500, {}, "49249.5"],
    [
      "is a distance of a short",
      "short",
      { stop: { kind: "distanceUsd", distanceUsd: "750.5" } },
      500,
      {},
      "50750.5",
    ],
    ["never falls to zero", "long", { stop: { kind: "distanceUsd", distanceUsd: "60000" } }, null, {}, "0.1"],
    ["stays before a level was taken", "long", breakEven, 500, { takenBase: "0.499" }, "47500"],
    ["moves to the entry after the level", "long", breakEven, 500, { takenBase: "0.5" }, "50000"],
    [
      "moves to the entry in our favour",
      "long",
      breakEven,
      500,
      { takenBase: "0.5", averageEntryUsd: "50000.01" },
      "50000.1",
    ],
    [
      "moves to a short's entry in our favour",
      "short",
      breakEven,
      500,
      { takenBase: "0.5", averageEntryUsd: "50000.09" },
      "50000",
    ],
    [
      "goes back when more came in, and the level wants more",
      "long",
      breakEven,
      500,
      { takenBase: "0.5", enteredBase: "2", qtyBase: "1.5" },
      "47500",
    ],
    [
      "moves to the tick of an entry that rounding left a trillionth beside it",
      "long",
      breakEven,
      500,
      { takenBase: "0.5", averageEntryUsd: "50000.100000000001" },
      "50000.1",
    ],
    [
      "moves to the tick of a short's entry that rounding left a trillionth beside it",
      "short",
      breakEven,
      500,
      { takenBase: "0.5", averageEntryUsd: "50000.099999999999" },
      "50000.1",
    ],
    ["trails from the entry on without an activation", "long", trailingAtOnce, null, {}, "49000"],
    [
      "trails from the average where an added entry is better than the best price since",
      "short",
      trailingAtOnce,
      null,
      { bestPriceUsd: "50500" },
      "51000",
    ],
    ["trails nothing before it is seen", "long", trailing, 500, {}, "47500"],
    ["trails nothing before its profit", "long", trailing, 500, { bestPriceUsd: "50499.9" }, "47500"],
    ["trails from its profit on", "long", trailing, 500, { bestPriceUsd: "50500" }, "49490"],
    ["trails a short from above", "short", trailing, 500, { bestPriceUsd: "49000" }, "49980"],
    [
      "trails no nearer than the plan's stop already is",
      "long",
      { ...trailing, stop: { kind: "bps", bps: 50 } },
      500,
      { bestPriceUsd: "50500" },
      "49750",
    ],
  ])("%s (%s)", (_, side, plan, floorBps, changes, expected) => {
    expect(stopTriggerUsd(held(side, plan, changes), floorBps, market())?.toString()).toBe(expected);
  });

  it("asks for nothing before an entry is known to measure from", () => {
    expect(stopTriggerUsd(held("long", trailing, { averageEntryUsd: null }), 500, market())).toBeNull();
  });

  it.each<readonly [Partial<ExitPlan>, number | null, boolean]>([
    [{}, null, false],
    [{ takeProfits: [half] }, null, false],
    [{}, 500, true],
    [trailing, null, true],
    [breakEven, null, true],
    [{ stop: { kind: "bps", bps: 1 } }, null, true],
  ])("may be asked for by config and plan alike: %j at %s", (plan, floorBps, asks) => {
    expect(asksForStop(held("long", plan), floorBps)).toBe(asks);
  });
});

describe("a take-profit's trigger", () => {
  const stop = { kind: "bps", bps: 200 } as const;
  it.each<readonly [Side, TakeProfitLevel, string]>([
    ["long", { kind: "bps", bps: 150 }, "50750"],
    ["short", { kind: "bps", bps: 150 }, "49250"],
    ["long", { kind: "priceUsd", priceUsd: "51000.04" }, "51000.1"],
    ["short", { kind: "priceUsd", priceUsd: "48999.99" }, "48999.9"],
    ["long", { kind: "distanceUsd", distanceUsd: "123.4" }, "50123.4"],
    ["long", { kind: "riskMultiple", riskMultiple: "1.5" }, "51500"],
    ["short", { kind: "riskMultiple", riskMultiple: "3" }, "47000"],
  ])("of a %s at %j is %s", (side, level, expected) => {
    expect(takeProfitTriggerUsd(held(side, { stop }), level, market())?.toString()).toBe(expected);
  });

  it("is none for a multiple of a risk that no stop defines", () => {
    const level = { kind: "riskMultiple", riskMultiple: "2" } as const;
    expect(takeProfitTriggerUsd(held("long", {}), level, market())).toBeNull();
  });
});
