// When a scheduled function runs: App Engine syntax or unix cron, in a time zone, as Cloud Scheduler takes them.
// What it does not understand it refuses, naming the text and what would be understood.
import { parseAppEngine } from "./app-engine-cron.ts";
import type { WallRule } from "./rule.ts";
import { parseUnixCron } from "./unix-cron.ts";
import { type WallClock, wallClock } from "./zoned-time.ts";

export class UnknownScheduleError extends Error {
  override readonly name = "UnknownScheduleError";
}

export interface Schedule {
  /** The first moment after `afterMs`, a whole minute. */
  next(afterMs: number): number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Zone offsets are whole quarters of an hour, so an hour that does not match may be skipped by quarters. */
const QUARTER_MINUTES = 15;
/** A change of daylight saving moves midnight by less than this. */
const DST_SLACK_MINUTES = 180;
/** 29 February can be eight years away; what does not come in nine never comes. */
const HORIZON_MS = 9 * 366 * 86_400_000;

const EXPECTED =
  'Write "every 5 minutes", "every 1 hours", "every day 00:00", "every monday 09:00", or unix cron such as "*/5 * * * *".';

function nextOnWall(rule: WallRule, clock: WallClock, afterMs: number): number | undefined {
  let ms = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  while (ms < afterMs + HORIZON_MS) {
    const time = clock(ms);
    const quarter = QUARTER_MINUTES - (time.minute % QUARTER_MINUTES);
    if (!rule.matchesDay(time)) {
      const leftMinutes = DAY_MINUTES - time.hour * 60 - time.minute;
      ms += Math.max(quarter, leftMinutes - DST_SLACK_MINUTES) * MINUTE_MS;
    } else if (rule.matchesTime(time)) return ms;
    else ms += MINUTE_MS;
  }
  return undefined;
}

/** Reads a schedule. Throws UnknownScheduleError for text or a zone that it does not understand, or that never comes. */
export function parseSchedule(text: string, timeZone: string): Schedule {
  const rule = parseAppEngine(text) ?? parseUnixCron(text);
  if (rule === undefined) throw new UnknownScheduleError(`Unknown schedule "${text}". ${EXPECTED}`);
  if (rule.kind === "interval") {
    return { next: (afterMs) => (Math.floor(afterMs / rule.stepMs) + 1) * rule.stepMs };
  }
  const clock = zoneOf(timeZone);
  if (nextOnWall(rule, clock, 0) === undefined)
    throw new UnknownScheduleError(`Schedule "${text}" never comes`);
  return { next: (afterMs) => nextOnWall(rule, clock, afterMs) ?? Number.POSITIVE_INFINITY };
}

function zoneOf(timeZone: string): WallClock {
  try {
    return wallClock(timeZone);
  } catch (cause) {
    throw new UnknownScheduleError(
      `Unknown time zone "${timeZone}"; use an IANA name such as "Europe/Berlin"`,
      { cause },
    );
  }
}
