// A grade is taken at its threshold, never later; it is left only well below it, so it cannot flicker.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DrawdownConfig } from "#domain/documents/config.ts";
import type { DrawdownGrade } from "#domain/documents/control.ts";
import { DRAWDOWN_GRADES } from "#domain/documents/words.ts";
import { nextGrade, thresholdBps } from "#domain/risk/grade.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";

const TIERS: DrawdownConfig = {
  ...NO_DRAWDOWN_GRADES,
  warnBps: 500,
  reduceBps: 1_000,
  haltBps: 2_000,
  flattenBps: 3_000,
  hysteresisBps: 100,
  resumeAfterMs: null,
};

const GIVEN: readonly (readonly [DrawdownGrade, number, Partial<DrawdownConfig>, DrawdownGrade, string])[] = [
  ["NONE", 499, {}, "NONE", "below the first threshold"],
  ["NONE", 500, {}, "WARN", "exactly at a threshold"],
  ["NONE", 3_000, {}, "FLATTEN", "a crash skips grades"],
  ["WARN", 401, {}, "WARN", "within the hysteresis"],
  ["WARN", 400, {}, "NONE", "below it"],
  ["HALT", 1_901, {}, "HALT", "held"],
  ["HALT", 1_900, {}, "REDUCE", "falls to the grade whose threshold is still passed"],
  ["HALT", 950, {}, "REDUCE", "falls to the grade that is within its own hysteresis"],
  ["HALT", 0, {}, "NONE", "recovered altogether"],
  ["REDUCE", 1_500, { reduceBps: null }, "WARN", "a grade that the config dropped is left"],
  ["NONE", 9_999, NO_DRAWDOWN_GRADES, "NONE", "no grades configured"],
  ["WARN", 1, { warnBps: 50 }, "WARN", "a threshold within the hysteresis is held above the peak"],
  ["WARN", 0, { warnBps: 50 }, "NONE", "and left at the peak"],
];

describe("the grade of a drawdown", () => {
  it.each(GIVEN)("%s at %i bps with %j is then %s: %s", (previous, drawdownBps, overrides, expected) => {
    expect(nextGrade(previous, drawdownBps, { ...TIERS, ...overrides })).toBe(expected);
  });

  const bps = fc.integer({ min: 0, max: 10_000 });
  const config = fc
    .record({
      thresholds: fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 4, maxLength: 4 }),
      missing: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      hysteresisBps: fc.integer({ min: 0, max: 2_000 }),
    })
    .map(({ thresholds, missing, hysteresisBps }): DrawdownConfig => {
      const [warnBps = null, reduceBps = null, haltBps = null, flattenBps = null] = thresholds
        .toSorted((a, b) => a - b)
        .map((each, place) => (missing[place] ? null : each));
      return { ...NO_DRAWDOWN_GRADES, warnBps, reduceBps, haltBps, flattenBps, hysteresisBps };
    });
  const grade = fc.constantFrom(...DRAWDOWN_GRADES);

  it("is never milder than a fresh look at the same drawdown", () => {
    fc.assert(
      fc.property(grade, bps, config, (previous, drawdownBps, tiers) => {
        const rank = (each: DrawdownGrade) => DRAWDOWN_GRADES.indexOf(each);
        expect(rank(nextGrade(previous, drawdownBps, tiers))).toBeGreaterThanOrEqual(
          rank(nextGrade("NONE", drawdownBps, tiers)),
        );
      }),
    );
  });

  it("falls only when the drawdown is the hysteresis below its threshold", () => {
    fc.assert(
      fc.property(grade, bps, config, (previous, drawdownBps, tiers) => {
        const next = nextGrade(previous, drawdownBps, tiers);
        const fell = DRAWDOWN_GRADES.indexOf(next) < DRAWDOWN_GRADES.indexOf(previous);
        const takenAtBps = thresholdBps(previous, tiers);
        if (!fell || takenAtBps === null) return;
        expect(drawdownBps).toBeLessThanOrEqual(Math.max(0, takenAtBps - tiers.hysteresisBps));
      }),
    );
  });

  it("comes to rest: the same drawdown judged again changes nothing", () => {
    fc.assert(
      fc.property(grade, bps, config, (previous, drawdownBps, tiers) => {
        const once = nextGrade(previous, drawdownBps, tiers);
        expect(nextGrade(once, drawdownBps, tiers)).toBe(once);
      }),
    );
  });
});
