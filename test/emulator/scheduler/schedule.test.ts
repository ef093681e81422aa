// The schedule languages: when each next moment is, across time zones and daylight saving, and what is refused.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSchedule, UnknownScheduleError } from "#local/scheduler/schedule.ts";

const FROM = "2026-01-01T00:00:00Z";
function moments(schedule: string, zone = "UTC", count = 3, from = FROM): string[] {
  const parsed = parseSchedule(schedule, zone);
  let ms = Date.parse(from);
  return Array.from({ length: count }, () => {
    ms = parsed.next(ms);
    return new Date(ms).toISOString().slice(0, 16);
  });
}

test.each([
  ["every 1 minutes", "UTC", ["2026-01-01T00:01", "2026-01-01T00:02", "2026-01-01T00:03"]],
  ["every 5 mins", "UTC", ["2026-01-01T00:05", "2026-01-01T00:10", "2026-01-01T00:15"]],
  ["every 1 hours", "Europe/Berlin", ["2026-01-01T01:00", "2026-01-01T02:00", "2026-01-01T03:00"]],
  ["Every 12 Hours Synchronized", "UTC", ["2026-01-01T12:00", "2026-01-02T00:00", "2026-01-02T12:00"]],
  [
    "every 30 minutes from 09:00 to 10:00",
    "UTC",
    ["2026-01-01T09:00", "2026-01-01T09:30", "2026-01-01T10:00"],
  ],
  ["every day 00:00", "America/New_York", ["2026-01-01T05:00", "2026-01-02T05:00", "2026-01-03T05:00"]],
  ["every monday 09:00", "UTC", ["2026-01-05T09:00", "2026-01-12T09:00", "2026-01-19T09:00"]],
  ["every mon,wed 08:30", "UTC", ["2026-01-05T08:30", "2026-01-07T08:30", "2026-01-12T08:30"]],
  ["1st,3rd friday of jan,july 17:00", "UTC", ["2026-01-02T17:00", "2026-01-16T17:00", "2026-07-03T17:00"]],
  ["*/15 * * * *", "UTC", ["2026-01-01T00:15", "2026-01-01T00:30", "2026-01-01T00:45"]],
  ["0 9-17/4 * * mon-fri", "UTC", ["2026-01-01T09:00", "2026-01-01T13:00", "2026-01-01T17:00"]],
  ["0 0 1 * 7", "UTC", ["2026-01-04T00:00", "2026-01-11T00:00", "2026-01-18T00:00"]],
  ["30 18 29 2 *", "Asia/Kolkata", ["2028-02-29T13:00", "2032-02-29T13:00", "2036-02-29T13:00"]],
])("%s in %s", (schedule, zone, expected) => {
  expect(moments(schedule, zone)).toEqual(expected);
});

test("a daily schedule keeps its wall time when daylight saving begins and ends", () => {
  expect(moments("every day 09:00", "Europe/Berlin", 2, "2026-03-28T00:00:00Z")).toEqual([
    "2026-03-28T08:00",
    "2026-03-29T07:00",
  ]);
  expect(moments("0 9 * * *", "Europe/Berlin", 2, "2026-10-24T00:00:00Z")).toEqual([
    "2026-10-24T07:00",
    "2026-10-25T08:00",
  ]);
});

test.each([
  "every minute",
  "every 0 minutes",
  "every day",
  "every day 25:00",
  "every blursday 09:00",
  "every 5 seconds",
  "1st day of month 00:00",
  "* * * *",
  "60 * * * *",
  "*/0 * * * *",
  "5-1 * * * *",
  "@hourly",
  "",
  "0 0 31 2 *",
])("refuses %j, naming it", (schedule) => {
  expect(() => parseSchedule(schedule, "UTC")).toThrow(UnknownScheduleError);
  expect(() => parseSchedule(schedule, "UTC")).toThrow(`"${schedule}"`);
});

test("refuses an unknown time zone, naming it", () => {
  expect(() => parseSchedule("every day 00:00", "Europe/Atlantis")).toThrow("Europe/Atlantis");
});

test("every next moment of a cron lies ahead, on a whole minute, and none between was skipped", () => {
  const zones = ["UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"];
  const arbitrary = fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    hour: fc.integer({ min: 0, max: 23 }),
    zone: fc.constantFrom(...zones),
    fromMs: fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-01-01") }),
  });
  fc.assert(
    fc.property(arbitrary, ({ minute, hour, zone, fromMs }) => {
      const nextMs = parseSchedule(`${minute} ${hour} * * *`, zone).next(fromMs);
      expect(nextMs).toBeGreaterThan(fromMs);
      expect(nextMs % 60_000).toBe(0);
      const wall = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
      const wanted = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      expect(wall.format(nextMs)).toBe(wanted);
      const minutesAhead = (nextMs - fromMs) / 60_000;
      for (let ahead = 1; ahead < Math.min(minutesAhead - 1, 1_600); ahead += 1) {
        const earlierMs = Math.floor(fromMs / 60_000) * 60_000 + ahead * 60_000;
        if (earlierMs < nextMs && earlierMs > fromMs) expect(wall.format(earlierMs)).not.toBe(wanted);
      }
    }),
    { numRuns: 20 },
  );
});
