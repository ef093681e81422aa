// Ordering a flatten: it halts trading in the same change, leaves one under way as it is, and never makes a
// drawdown's halt easier to lift.
import { describe, expect, it } from "vitest";
import type { LatchCause, TradingStateLatch } from "#domain/documents/control.ts";
import { flattenId } from "#domain/documents/ids.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const wish = { flattenId: "f1", orderedBy: "ada", reason: "enough", cause: "operator" } as const;

function latch(state: TradingStateLatch["state"], cause: LatchCause): TradingStateLatch {
  return { state, cause, resumeAtMs: NOW_MS + 60_000, actor: "rule", reason: "before", atMs: NOW_MS - 1 };
}

describe("ordering a flatten", () => {
  it("halts for good, ends the session and stores the order in one change", () => {
    const session = { startedBy: "ada", startedAtMs: 0, horizonAtMs: NOW_MS, stopLossNavUsd: null };
    const after = orderFlatten(controlWith({ session }), wish, NOW_MS);
    expect(after.tradingState).toEqual({
      state: "HALTED",
      cause: "operator",
      resumeAtMs: null,
      actor: "ada",
      reason: "enough",
      atMs: NOW_MS,
    });
    expect(after.session).toBeNull();
    expect(after.flatten).toEqual({
      flattenId: "f1",
      orderedBy: "ada",
      reason: "enough",
      orderedAtMs: NOW_MS,
      step: 0,
      lastTriedAtMs: null,
    });
  });

  it("keeps one that is under way, with the steps that it has taken", () => {
    const { flattenId: id, orderedBy, reason } = wish;
    const flatten = { flattenId: id, orderedBy, reason, orderedAtMs: NOW_MS, step: 3, lastTriedAtMs: NOW_MS };
    const before = controlWith({ flatten });
    expect(orderFlatten(before, { ...wish, flattenId: "f2" }, NOW_MS + 1).flatten).toEqual(flatten);
  });

  it.each([
    ["ACTIVE", "operator", "watchdog", "watchdog"],
    ["REDUCING", "drawdown", "watchdog", "watchdog"],
    ["HALTED", "operator", "drawdown", "drawdown"],
    ["HALTED", "drawdown", "operator", "drawdown"],
  ] as const)(
    "from %s by %s, ordered by %s, is halted by %s without an end",
    (state, before, cause, then) => {
      const control = controlWith({ tradingState: latch(state, before) });
      const after = orderFlatten(control, { ...wish, cause }, NOW_MS).tradingState;
      expect(after).toMatchObject({ state: "HALTED", cause: then, resumeAtMs: null });
    },
  );

  it("has an id of its own for every commit of every account", () => {
    const ids = [flattenId("a", 1), flattenId("a", 2), flattenId("b", 1)];
    expect(new Set(ids).size).toBe(3);
  });
});
