// The watchdog tells of a clock that is off by more than the venue forgives, and of no difference that the way of the answer
// alone explains.
import { describe, expect, it } from "vitest";
import { clockDrift, driftMs } from "#domain/watchdog/clock-rule.ts";
import type { WatchdogView } from "#domain/watchdog/view.ts";

const found = (clockDriftMs: number | null) =>
  clockDrift({ look: { clockDriftMs } } as unknown as WatchdogView);

describe("a clock", () => {
  it.each([
    ["in time", 0],
    ["at the limit ahead", -1_000],
    ["at the limit behind", 1_000],
    ["that could not be compared", null],
  ])("%s is not told of", (_how, drift) => {
    expect(found(drift)).toEqual([]);
  });

  it.each([
    [1_001, "This instance's clock is at least 1001 ms behind the venue's, limit 1000"],
    [-1_001, "This instance's clock is at least 1001 ms ahead of the venue's, limit 1000"],
  ])("%d ms from the venue's is told, and changes nothing", (drift, message) => {
    expect(found(drift)).toEqual([
      { code: "CLOCK_DRIFT", subject: "", message, calls: "alert", source: null },
    ]);
  });
});

describe("a difference of clocks", () => {
  it.each([
    ["within the time that the answer took is none", 1_500, 0],
    ["counts from the answer where the venue is ahead", 4_000, 2_000],
    ["counts from the question where the venue is behind", 400, -600],
  ])("%s", (_case, serverTimeMs, expected) => {
    expect(driftMs(serverTimeMs, 1_000, 2_000)).toBe(expected);
  });
});
