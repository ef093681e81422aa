// The offset's config and plan at their limits: a slip of a digit is refused, and so is half a plan or one with a field too many.
import { describe, expect, it } from "vitest";
import { offsetConfigSchema, offsetDecisionSchema, offsetPlanSchema } from "#schemas/offset.ts";
import { OFFSET, offsetLeg, offsetPlan } from "#test/support/offset-ground.ts";

const ID = "0123456789abcdef0123456789abcdef";
const leg = offsetLeg({ groupId: ID });
const PLAN = offsetPlan({ offsetId: ID, loser: leg, winners: [leg] });

describe("the offset's config", () => {
  it.each([
    { minLossBps: 1 },
    { minEntries: 50 },
    { maxWinners: 5 },
    { feeBps: 100 },
    { slippageBps: 500 },
    { validForMs: 600_000 },
  ])("takes %o", (change) => {
    expect(offsetConfigSchema.parse({ ...OFFSET, ...change })).toEqual({ ...OFFSET, ...change });
  });

  it.each([
    { minLossBps: 0 },
    { minEntries: 0 },
    { minEntries: 51 },
    { maxWinners: 0 },
    { maxWinners: 6 },
    { feeBps: 101 },
    { slippageBps: 501 },
    { maxPriceMoveBps: 0 },
    { validForMs: 600_001 },
    { minAgeMs: -1 },
    { poolRule: "always" },
    { another: 1 },
  ])("refuses %o and names the field", (change) => {
    const answer = offsetConfigSchema.safeParse({ ...OFFSET, ...change });
    expect(answer.error?.message).toContain(Object.keys(change)[0]);
  });
});

describe("a stored plan", () => {
  it("comes back as it was written", () => {
    expect(offsetPlanSchema.parse(PLAN)).toEqual(PLAN);
    const decision = { plan: PLAN, refusals: [], rows: [] };
    expect(offsetDecisionSchema.parse(decision)).toEqual(decision);
  });

  it.each([
    ["winners", { ...PLAN, winners: [] }],
    ["winners", { ...PLAN, winners: Array.from({ length: 6 }, () => leg) }],
    ["loser", { ...PLAN, loser: undefined }],
    ["targetBase", { ...PLAN, loser: { ...leg, targetBase: "some" } }],
    ["heldBase", { ...PLAN, loser: { ...leg, heldBase: "0" } }],
    ["done", { ...PLAN, loser: { ...leg, done: true } }],
  ])("is refused whole for its %s", (field, plan) => {
    expect(offsetPlanSchema.safeParse(plan).error?.message).toContain(field);
  });
});
