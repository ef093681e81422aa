// The schedules that the product's functions have: when each next moment is, and how everything else is refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule, UnknownScheduleError } from "#local/scheduler/schedule.ts";

const MINUTE_MS = 60_000;
const FROM_MS = Date.parse("2026-01-01T00:00:00Z");

function moments(schedule: string, zone: string): string[] {
  const parsed = parseSchedule(schedule, zone);
  let ms = FROM_MS;
  return Array.from({ length: 3 }, () => {
    ms = parsed.next(ms);
    return new Date(ms).toISOString().slice(11, 16);
  });
}

describe("a schedule", () => {
  it.each([
    ["every 1 minutes", "Etc/UTC", ["00:01", "00:02", "00:03"]],
    ["every 5 minutes", "Etc/UTC", ["00:05", "00:10", "00:15"]],
    ["every 60 minutes", "Etc/UTC", ["01:00", "02:00", "03:00"]],
    ["every 5 mins", "UTC", ["00:05", "00:10", "00:15"]],
    ["Every  2 Hours", "UTC", ["02:00", "04:00", "06:00"]],
    ["every 1 hours", "Asia/Kathmandu", ["01:00", "02:00", "03:00"]],
  ])("%s in %s comes at every whole step", (schedule, zone, expected) => {
    expect(moments(schedule, zone)).toEqual(expected);
  });

  it("comes next within one step, on a whole minute, whenever it is asked", () => {
    const anyMs = fc.integer({ min: FROM_MS, max: Date.parse("2027-01-01") });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_440 }), anyMs, (minutes, fromMs) => {
        const nextMs = parseSchedule(`every ${minutes} minutes`, "Etc/UTC").next(fromMs);
        expect(nextMs % (minutes * MINUTE_MS)).toBe(0);
        expect(nextMs).toBeGreaterThan(fromMs);
        expect(nextMs - fromMs).toBeLessThanOrEqual(minutes * MINUTE_MS);
      }),
    );
  });

  it.each([
    "every minute",
    "every 0 minutes",
    "every 5 seconds",
    "every -5 minutes",
    "every 1.5 hours",
    "every 30 minutes from 09:00 to 10:00",
    "every 12 hours synchronized",
    "every day 00:00",
    "1st monday of month 09:00",
    "*/5 * * * *",
    "@hourly",
    "",
  ])("that the product does not use is refused, naming it and what is known: %j", (schedule) => {
    expect(() => parseSchedule(schedule, "Etc/UTC")).toThrow(UnknownScheduleError);
    expect(() => parseSchedule(schedule, "Etc/UTC")).toThrow(
      `Unknown schedule "${schedule}". The local scheduler knows "every N minutes"`,
    );
  });

  it("in a time zone that does not exist is refused, naming the zone", () => {
    expect(() => parseSchedule("every 5 minutes", "Europe/Atlantis")).toThrow(UnknownScheduleError);
    expect(() => parseSchedule("every 5 minutes", "Europe/Atlantis")).toThrow("Europe/Atlantis");
  });
});
