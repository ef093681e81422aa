// A position is closed once it has been held for as long as its plan allows, and not a moment before.
import { describe, expect, it } from "vitest";
import { isOverdue, timeLimitAtMs, withTimeLimitWish } from "#domain/decide/time-limit.ts";
import type { Group } from "#domain/documents/group.ts";
import { group, NOW_MS } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";

const HOUR_MS = 3_600_000;
const held = (changes: Partial<Group> = {}) =>
  group({ status: "ACTIVE", qtyBase: "1", plan: { ...NO_EXITS, timeLimitMs: HOUR_MS }, ...changes });

describe("a time limit", () => {
  it.each<readonly [string, Group, number, boolean]>([
    ["is not reached a millisecond before", held(), NOW_MS + HOUR_MS - 1, false],
    ["is reached at its moment", held(), NOW_MS + HOUR_MS, true],
    ["is none without a plan", held({ plan: null }), NOW_MS + 9 * HOUR_MS, false],
    ["is none in a plan without one", held({ plan: NO_EXITS }), NOW_MS + 9 * HOUR_MS, false],
    ["concerns nothing that is not held", held({ qtyBase: "0", status: "OPENING" }), NOW_MS + HOUR_MS, false],
    ["concerns no ended group", held({ status: "CLOSED_WITH_DUST" }), NOW_MS + HOUR_MS, false],
    ["is carried out once", withTimeLimitWish(held(), NOW_MS), NOW_MS + HOUR_MS, false],
  ])("%s", (_, of, nowMs, overdue) => {
    expect(isOverdue(of, nowMs)).toBe(overdue);
  });

  it("goes further than a reduction under way, and closes everything", () => {
    const closing = {
      ...withTimeLimitWish(held(), NOW_MS).closing,
      exitReason: "signal",
      targetBase: "0.5",
    } as const;
    const reducing = held({ closing: closing as Group["closing"] });
    expect(isOverdue(reducing, NOW_MS + HOUR_MS)).toBe(true);
    expect(withTimeLimitWish(reducing, NOW_MS).closing).toMatchObject({
      targetBase: "0",
      exitReason: "timeLimit",
    });
    expect(timeLimitAtMs(held())).toBe(NOW_MS + HOUR_MS);
  });
});
