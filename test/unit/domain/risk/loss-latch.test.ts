// Drawdown and daily loss tighten at once, loosen only where configured, and never loosen what somebody else latched.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlState, TradingState } from "#domain/documents/control.ts";
import { DRAWDOWN_GRADES } from "#domain/documents/words.ts";
import { type JudgedLoss, withLoss } from "#domain/risk/loss-latch.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import { latchWith, NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const HOUR_MS = 3_600_000;
const LIMITS = {
  drawdown: {
    ...NO_DRAWDOWN_GRADES,
    warnBps: 500,
    reduceBps: 1_000,
    haltBps: 2_000,
    flattenBps: 3_000,
    hysteresisBps: 100,
    resumeAfterMs: HOUR_MS,
  },
  maxDailyLossUsd: "1000",
};
const DAY = "2026-01-02";
const MIDNIGHT_MS = Date.parse("2026-01-03T00:00:00Z");
const loss = (overrides: Partial<JudgedLoss> = {}): JudgedLoss => ({
  baselineId: "baseline-1",
  drawdownBps: 0,
  peakUsd: "100000",
  day: DAY,
  dayPnlUsd: "0",
  onlyFalls: false,
  ...overrides,
});
const judged = (
  control: ControlState,
  of: Partial<JudgedLoss>,
  nowMs = NOW_MS,
  limits: Parameters<typeof withLoss>[2] = LIMITS,
) => withLoss(control, loss(of), limits, nowMs);
const reduced = (overrides: Partial<ControlState> = {}) =>
  judged(controlWith(overrides), { drawdownBps: 1_000 });

describe("a drawdown grade", () => {
  it.each([
    [499, "NONE", "ACTIVE", "operator"],
    [500, "WARN", "ACTIVE", "operator"],
    [1_000, "REDUCE", "REDUCING", "drawdown"],
    [2_000, "HALT", "HALTED", "drawdown"],
    [3_000, "FLATTEN", "HALTED", "drawdown"],
  ] as const)("at %i bps is %s and latches %s, cause %s", (drawdownBps, grade, state, cause) => {
    const after = judged(controlWith(), { drawdownBps });
    expect(after).toMatchObject({ drawdownGrade: grade, tradingState: { state, cause, resumeAtMs: null } });
    expect(after.flatten !== null).toBe(grade === "FLATTEN");
  });

  it("changes nothing while it stays the same, so an idle minute writes nothing", () => {
    const control = reduced();
    expect(judged(control, { drawdownBps: 1_050 })).toBe(control);
    const untouched = controlWith();
    expect(judged(untouched, { drawdownBps: 1 })).toBe(untouched);
  });

  it("does not overrule an operator who resumed, until it grows", () => {
    const resumed = { ...reduced(), tradingState: latchWith({ atMs: NOW_MS }) };
    expect(judged(resumed, { drawdownBps: 1_500 })).toBe(resumed);
    expect(judged(resumed, { drawdownBps: 2_000 }).tradingState.state).toBe("HALTED");
  });

  it("starts the clock of its REDUCING when it is left, and ends it when that has run out", () => {
    const left = judged(reduced(), { drawdownBps: 0 });
    expect(left.tradingState).toMatchObject({ state: "REDUCING", resumeAtMs: NOW_MS + HOUR_MS });
    const early = judged(left, {}, NOW_MS + HOUR_MS - 1);
    expect(early).toBe(left);
    expect(judged(left, {}, NOW_MS + HOUR_MS).tradingState).toMatchObject({ state: "ACTIVE", actor: "nav" });
  });

  it("stops that clock when it is taken again", () => {
    const left = judged(reduced(), { drawdownBps: 0 });
    const again = judged(left, { drawdownBps: 1_000 }, NOW_MS + 1_000);
    expect(again.tradingState).toMatchObject({ state: "REDUCING", resumeAtMs: null });
  });

  it("is ended by an operator alone where no time is configured", () => {
    const limits = { ...LIMITS, drawdown: { ...LIMITS.drawdown, resumeAfterMs: null } };
    const left = judged(reduced(), { drawdownBps: 0 }, NOW_MS, limits);
    expect(left.tradingState).toMatchObject({ state: "REDUCING", resumeAtMs: null });
  });

  it("that is left because a new baseline began is no recovery: its latch has no clock", () => {
    const left = judged(reduced(), { drawdownBps: 0, baselineId: "baseline-2" });
    expect(left).toMatchObject({
      drawdownGrade: "NONE",
      tradingState: { state: "REDUCING", resumeAtMs: null },
    });
  });

  it("never ends HALTED by itself", () => {
    const halted = judged(controlWith(), { drawdownBps: 2_000 });
    const recovered = judged(halted, { drawdownBps: 0 });
    expect(recovered.drawdownGrade).toBe("NONE");
    expect(judged(recovered, {}, NOW_MS + 100 * HOUR_MS).tradingState).toEqual(halted.tradingState);
  });

  it("makes any other halt one by drawdown, which takes more to end", () => {
    const stopped = controlWith({ tradingState: latchWith({ state: "HALTED" }) });
    expect(judged(stopped, { drawdownBps: 2_000 }).tradingState.cause).toBe("drawdown");
  });
});

describe("a daily loss", () => {
  it("at its limit reduces until the next UTC day, once a day", () => {
    const after = judged(controlWith(), { dayPnlUsd: "-1000" });
    expect(after).toMatchObject({
      dailyLossDay: DAY,
      tradingState: { state: "REDUCING", cause: "dailyLoss", resumeAtMs: MIDNIGHT_MS },
    });
    const resumed = { ...after, tradingState: latchWith({ atMs: NOW_MS }) };
    expect(judged(resumed, { dayPnlUsd: "-1500" })).toBe(resumed);
  });

  it("ends with its day", () => {
    const after = judged(controlWith(), { dayPnlUsd: "-1000" });
    const nextDay = { day: "2026-01-03", dayPnlUsd: "0" };
    expect(judged(after, nextDay, MIDNIGHT_MS - 1)).toBe(after);
    expect(judged(after, nextDay, MIDNIGHT_MS).tradingState.state).toBe("ACTIVE");
  });

  it("does not end while a drawdown grade holds entries", () => {
    const after = judged(reduced(), { drawdownBps: 1_000, dayPnlUsd: "-1000" });
    const nextDay = judged(after, { drawdownBps: 1_000, day: "2026-01-03" }, MIDNIGHT_MS + 1);
    expect(nextDay.tradingState.state).toBe("REDUCING");
  });

  it("keeps a drawdown's REDUCING from ending within the day", () => {
    const both = judged(reduced(), { drawdownBps: 1_000, dayPnlUsd: "-1000" });
    const left = judged(both, { drawdownBps: 0, dayPnlUsd: "-1000" });
    expect(left.tradingState.resumeAtMs).toBe(MIDNIGHT_MS);
  });
});

describe("whatever the history", () => {
  const STRICTNESS: Record<TradingState, number> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };
  const step = fc.record({
    drawdownBps: fc.integer({ min: 0, max: 4_000 }),
    dayPnlUsd: fc.integer({ min: -2_000, max: 500 }).map(String),
    baselineId: fc.constantFrom("baseline-1", "baseline-1", "baseline-2"),
    passedMs: fc.integer({ min: 60_000, max: 6 * HOUR_MS }),
  });
  const control = fc
    .record({
      state: fc.constantFrom<TradingState>("ACTIVE", "REDUCING", "HALTED"),
      cause: fc.constantFrom("operator", "drawdown", "dailyLoss", "watchdog"),
      grade: fc.constantFrom(...DRAWDOWN_GRADES),
    })
    .map(({ state, cause, grade }) =>
      controlWith({
        tradingState: latchWith({ state, cause: cause as "operator" }),
        drawdownGrade: grade,
        drawdownBaselineId: grade === "NONE" ? null : "baseline-1",
      }),
    );

  it("the state loosens only from REDUCING by drawdown or daily loss, at its time, with the grade left", () => {
    fc.assert(
      fc.property(control, fc.array(step, { maxLength: 20 }), (given, steps) => {
        let now = given;
        let atMs = NOW_MS;
        for (const { passedMs, ...of } of steps) {
          atMs += passedMs;
          const day = new Date(atMs).toISOString().slice(0, 10);
          const next = withLoss(now, loss({ ...of, day }), LIMITS, atMs);
          if (STRICTNESS[next.tradingState.state] < STRICTNESS[now.tradingState.state]) {
            expect(now.tradingState.state).toBe("REDUCING");
            expect(["drawdown", "dailyLoss"]).toContain(now.tradingState.cause);
            expect(now.tradingState.resumeAtMs).not.toBeNull();
            expect(atMs).toBeGreaterThanOrEqual(now.tradingState.resumeAtMs ?? 0);
            expect(["NONE", "WARN"]).toContain(next.drawdownGrade);
          }
          if (now.flatten !== null) expect(next.flatten).toEqual(now.flatten);
          now = next;
        }
      }),
    );
  });
});

describe("a lower bound", () => {
  it("tightens as a NAV does", () => {
    const next = judged(controlWith(), { drawdownBps: 3_000, dayPnlUsd: "-1000", onlyFalls: true });
    expect(next).toMatchObject({
      drawdownGrade: "FLATTEN",
      dailyLossDay: DAY,
      tradingState: { state: "HALTED" },
    });
    expect(next.flatten).not.toBeNull();
  });

  it("leaves no grade and ends no REDUCING, however long it is over", () => {
    const limited = judged(controlWith(), { dayPnlUsd: "-1000" });
    const nextDay = { day: "2026-01-03", onlyFalls: true };
    expect(judged(limited, nextDay, MIDNIGHT_MS + HOUR_MS)).toBe(limited);
    const graded = reduced();
    expect(judged(graded, { drawdownBps: 0, onlyFalls: true }, NOW_MS + 99 * HOUR_MS)).toBe(graded);
  });
});

describe("a flatten that was resumed", () => {
  const resumed = (acknowledgedBps: number | null) =>
    controlWith({
      drawdownGrade: "FLATTEN",
      drawdownBaselineId: "baseline-1",
      drawdownAcknowledgedBps: acknowledgedBps,
    });

  it.each([
    [3_100, null],
    // 30 % of the 69 % that were left.
    [5_169, null],
    [5_170, "flatten"],
  ])("at 3,100 bps, now at %s bps, orders: %s", (drawdownBps, ordered) => {
    const before = resumed(3_100);
    const next = judged(before, { drawdownBps });
    if (ordered === null) expect(next).toBe(before);
    else
      expect(next).toMatchObject({
        drawdownAcknowledgedBps: null,
        tradingState: { state: "HALTED", cause: "drawdown" },
        flatten: { orderedBy: "nav" },
      });
  });

  it("before its drawdown could be read counts from the first one that is judged", () => {
    expect(judged(resumed(null), { drawdownBps: 4_000 }).drawdownAcknowledgedBps).toBe(4_000);
    const halted = controlWith({ ...resumed(null), tradingState: latchWith({ state: "HALTED" }) });
    expect(judged(halted, { drawdownBps: 4_000 })).toBe(halted);
  });

  it("takes its acknowledgement with it when its grade is left", () => {
    expect(judged(resumed(3_100), { drawdownBps: 0 })).toMatchObject({
      drawdownGrade: "NONE",
      drawdownAcknowledgedBps: null,
    });
  });

  it("is not repeated where the config in force does not flatten", () => {
    const limits = { ...LIMITS, drawdown: { ...LIMITS.drawdown, flattenBps: null } };
    expect(judged(resumed(3_100), { drawdownBps: 9_000 }, NOW_MS, limits).flatten).toBeNull();
  });
});
