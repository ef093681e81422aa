// Size and exits as people read them: of a strategy, and of a signal that brings its own.
import { describe, expect, it } from "vitest";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { IntentSize } from "#domain/documents/signal.ts";
import { entrySize, exitPlan } from "#hosting/data/exit-plan-reader.ts";
import { planText, sizeText, strategySizeText } from "#hosting/model/exit-plan-words.ts";
import { exitPlanSchema } from "#schemas/exit-plan.ts";
import { plainStrategy } from "#test/support/config.ts";

const NONE: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};
const FULL: ExitPlan = {
  stop: { kind: "bps", bps: 150 },
  takeProfits: [
    { level: { kind: "bps", bps: 200 }, shareBps: 5_000 },
    { level: { kind: "riskMultiple", riskMultiple: "3" }, shareBps: 2_500 },
    { level: { kind: "priceUsd", priceUsd: "105000" }, shareBps: 1_000 },
    { level: { kind: "distanceUsd", distanceUsd: "9000" }, shareBps: 500 },
  ],
  breakEvenAfter: 1,
  trailing: { distanceBps: 100, activationBps: 300 },
  timeLimitMs: 3_600_000,
};

describe("a plan", () => {
  it.each<[ExitPlan, string]>([
    [NONE, "no exits"],
    [
      FULL,
      "stop 1.50%; take 50.00% at 2.00%; take 25.00% at 3R; take 10.00% at 105,000.00; take 5.00% at 9,000.00 from entry; break-even after 1; trailing 1.00% from 3.00% on; within 1 h",
    ],
    [{ ...NONE, trailing: { distanceBps: 100, activationBps: 0 } }, "trailing 1.00% from entry on"],
  ])("of %j reads", (plan, text) => {
    expect(planText(plan)).toBe(text);
  });

  it("is read as the schema takes it, and refused with the field that is missing", () => {
    expect(exitPlan(exitPlanSchema.parse(FULL), "")).toEqual(FULL);
    expect(() => exitPlan({ ...FULL, stop: { kind: "bps" } }, "plan")).toThrow(
      "plan.stop.bps is not a number",
    );
    expect(() => exitPlan({ ...FULL, stop: { kind: "odd" } }, "plan")).toThrow(
      /plan\.stop\.kind is not priceUsd/,
    );
  });
});

describe("a size", () => {
  it.each<[IntentSize, string | null]>([
    [{ kind: "notionalUsd", notionalUsd: "500" }, "500.00 USD"],
    [{ kind: "qtyBase", qtyBase: "0.5" }, "quantity 0.5"],
    [{ kind: "navBps", navBps: 250 }, "2.50% of NAV"],
    [{ kind: "freeBps", freeBps: 250 }, "2.50% of free NAV"],
    [{ kind: "riskBps", riskBps: 100 }, "1.00% of NAV at risk"],
    [{ kind: "strategyDefault" }, null],
  ])("of %j reads", (size, text) => {
    expect(sizeText(size)).toBe(text);
    expect(entrySize(size, "")).toEqual(size);
  });

  it("of a strategy is its share, else its amount, and says that it is fitted", () => {
    expect(strategySizeText(plainStrategy("a", { orderNotionalUsd: "500" }))).toBe("500.00 USD");
    const entryShare = { kind: "riskBps", riskBps: 50 } as const;
    expect(strategySizeText(plainStrategy("a", { entryShare, fitToCaps: true }))).toBe(
      "0.50% of NAV at risk, fitted to caps",
    );
  });
});
