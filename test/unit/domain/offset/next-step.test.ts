// The next step of a plan, from the books alone: winners before the loser, the loser only while it is paid for, and an end with
// its reason once the ground is gone.
import { describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, offsetCloseId } from "#domain/documents/ids.ts";
import type { OffsetPlan } from "#domain/documents/offset.ts";
import type { OffsetGround } from "#domain/offset/ground.ts";
import { nextOffsetStep } from "#domain/offset/next-step.ts";
import { planOffset } from "#domain/offset/plan-offset.ts";
import { latchWith, NOW_MS, nav, touch } from "#test/support/factories.ts";
import { offsetGround } from "#test/support/offset-ground.ts";
import { ACCOUNT } from "#test/support/world.ts";

/** The loser loses 10; the winner earns 30 a unit, so that 0.334 of it is closed. */
const START = offsetGround([
  { groupId: "loser", bidUsd: "90" },
  { groupId: "winner", bidUsd: "130" },
]);
const { plan: made } = planOffset(START, { offsetId: "o1", startedBy: "test" });
if (made === null) throw new Error("The first ground gives no plan");
const plan: OffsetPlan = made;
const ownOrder = (groupId: string) => clientOrderId(ACCOUNT, offsetCloseId("o1", groupId), 0);

type Changes = Readonly<Record<string, Partial<Group>>>;
function ground(changes: Changes = {}, overrides: Partial<OffsetGround> = {}): OffsetGround {
  const groups = Object.values(START.groups).map((group) => [
    group.groupId,
    { ...group, ...changes[group.groupId] },
  ]);
  return { ...START, groups: Object.fromEntries(groups), ...overrides };
}
const next = (changes?: Changes, overrides?: Partial<OffsetGround>) =>
  nextOffsetStep(plan, ground(changes, overrides));

const PAID: Partial<Group> = {
  qtyBase: "0.666",
  realizedPnlUsd: "10.02",
  orderIds: ["entry-winner", ownOrder("winner")],
};
const CLOSED: Partial<Group> = {
  qtyBase: "0",
  status: "CLOSED",
  realizedPnlUsd: "-10",
  orderIds: ["entry-loser", ownOrder("loser")],
};

describe("the next close", () => {
  it("is the winner's part, at the limit of the plan's slippage", () => {
    expect(next()).toMatchObject({
      kind: "close",
      leg: { groupId: "winner" },
      qtyBase: "0.334",
      limitUsd: "130",
    });
  });

  it("is the rest of the winner's part after an order that filled in part", () => {
    const part = { ...PAID, qtyBase: "0.9", realizedPnlUsd: "3" };
    expect(next({ winner: part })).toMatchObject({ leg: { groupId: "winner" }, qtyBase: "0.234" });
  });

  it("is the loser once the winner's part is closed", () => {
    expect(next({ winner: PAID })).toMatchObject({ leg: { groupId: "loser" }, qtyBase: "1", limitUsd: "90" });
  });

  it("is the loser also where the winner has ended and left the books", () => {
    const ended: Partial<Group> = { ...PAID, qtyBase: "0", status: "CLOSED", realizedPnlUsd: "30" };
    expect(next({ winner: ended })).toMatchObject({ leg: { groupId: "loser" } });
  });
});

describe("a plan whose closes are all done", () => {
  it("has ended as planned", () => {
    expect(next({ winner: PAID, loser: CLOSED })).toEqual({
      kind: "end",
      end: "DONE",
      detail: "the sum is 0.02 USD after fees",
    });
  });

  it.each([
    ["something else closed the loser", { orderIds: ["entry-loser"] }, "LOSER_GONE"],
    ["the sum is a loss after all", { realizedPnlUsd: "-10.03" }, "COVER_GONE"],
  ])("has failed where %s", (_name, loser, end) => {
    expect(next({ winner: PAID, loser: { ...CLOSED, ...loser } })).toMatchObject({ kind: "end", end });
  });

  it("waits for the price of a fill that came without one, as long as it is valid", () => {
    const changes = { winner: PAID, loser: { ...CLOSED, costEstimated: true } };
    expect(next(changes)).toMatchObject({ kind: "wait", refusals: [{ code: "COST_UNKNOWN" }] });
    expect(next(changes, { nowMs: plan.expiresAtMs + 1 })).toMatchObject({ kind: "end", end: "EXPIRED" });
  });

  it("has ended as planned in any trading state", () => {
    const control = { ...START.control, tradingState: latchWith({ state: "HALTED" }) };
    expect(next({ winner: PAID, loser: CLOSED }, { control })).toMatchObject({ end: "DONE" });
  });
});

const flatten = {
  flattenId: "f1",
  orderedBy: "test",
  reason: "test",
  orderedAtMs: NOW_MS,
  step: 0,
  lastTriedAtMs: null,
};
const touchesWith = (symbol: string, bidUsd: string) => ({
  touches: { ...START.touches, [symbol]: touch({ symbol, bidUsd, askUsd: bidUsd }) },
});

describe("the plan ends before the loser is closed when", () => {
  it.each<readonly [string, Changes, Partial<OffsetGround>, string]>([
    [
      "trading is no longer ACTIVE",
      {},
      { control: { ...START.control, tradingState: latchWith({ state: "REDUCING" }) } },
      "STATE_CHANGED",
    ],
    ["a flatten is ordered", {}, { control: { ...START.control, flatten } }, "STATE_CHANGED"],
    ["the config switches it off", {}, { config: { ...START.config, offset: null } }, "SWITCHED_OFF"],
    ["its time is over", {}, { nowMs: plan.expiresAtMs + 1 }, "EXPIRED"],
    ["the loser is added to", { loser: { enteredBase: "2", qtyBase: "2" } }, {}, "GROUP_CHANGED"],
    ["a group cannot be read", {}, { groups: { winner: ground().groups.winner as Group } }, "GROUP_CHANGED"],
    ["the loser is gone", { loser: { ...CLOSED, orderIds: [] } }, {}, "LOSER_GONE"],
    ["the winner's price moved too far", {}, touchesWith("WINNERUSDT", "128.69"), "PRICE_MOVED"],
    ["the loser's price moved too far", {}, touchesWith("LOSERUSDT", "89.09"), "PRICE_MOVED"],
    ["what the winners would bring is too little", {}, touchesWith("WINNERUSDT", "129.9"), "COVER_GONE"],
  ])("%s", (_name, changes, overrides, end) => {
    expect(next(changes, overrides)).toMatchObject({ kind: "end", end });
  });

  it("the winners realised less than closing the loser may cost", () => {
    expect(next({ winner: { ...PAID, realizedPnlUsd: "9.99" } })).toMatchObject({ end: "COVER_GONE" });
    expect(next({ winner: { ...PAID, realizedPnlUsd: "10" } })).toMatchObject({ kind: "close" });
  });

  it("and not for a price that moved in its favour, or just as far as allowed", () => {
    expect(
      next({ winner: { ...PAID, realizedPnlUsd: "11" } }, touchesWith("LOSERUSDT", "89.1")),
    ).toMatchObject({ kind: "close" });
    expect(next({}, touchesWith("WINNERUSDT", "180"))).toMatchObject({ kind: "close" });
  });
});

const live = {
  symbol: "WINNERUSDT",
  side: "sell",
  reduceOnly: true,
  qtyBase: "0.1",
  notionalUsd: "0",
} as const;

describe("the plan waits, and sends nothing,", () => {
  it.each<readonly [string, Partial<OffsetGround>, string]>([
    [
      "while an order of a leg may fill",
      { control: { ...START.control, reservations: { b1: { ...live, groupId: "winner" } } } },
      "ORDER_IN_FLIGHT",
    ],
    ["on a stale NAV", { nav: nav({ stale: true }) }, "NAV_STALE"],
    [
      "while a critical alert is open",
      { alarms: { alertCode: "X", watchdog: { verdict: "none", lookedAtMs: NOW_MS } } },
      "ALERT_OPEN",
    ],
    ["without a touch", { touches: {} }, "TOUCH_MISSING"],
  ])("%s", (_name, overrides, code) => {
    const step = next({}, overrides);
    expect(step).toMatchObject({ kind: "wait" });
    expect(step.kind === "wait" && step.refusals.map((each) => each.code)).toContain(code);
  });

  it("and gives up when it has waited past its time", () => {
    expect(next({}, { touches: {}, nowMs: plan.expiresAtMs })).toMatchObject({ kind: "wait" });
    expect(next({}, { touches: {}, nowMs: plan.expiresAtMs + 1 })).toMatchObject({ end: "EXPIRED" });
  });
});

it("fees of both sides are part of what the winners have to bring", () => {
  const costly: OffsetPlan = { ...plan, feeBps: 10 };
  // Turnover of the winner 43.42, of the loser 90: 0.13 in fees.
  const paid = (realizedPnlUsd: string) =>
    nextOffsetStep(costly, ground({ winner: { ...PAID, realizedPnlUsd } }));
  expect(paid("10.13")).toMatchObject({ end: "COVER_GONE" });
  expect(paid("10.14")).toMatchObject({ kind: "close" });
});
