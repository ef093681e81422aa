// App Engine's schedule language: intervals ("every 5 minutes", with "from … to …" or "synchronized") and days
// ("every day 00:00", "1st,3rd monday of jan,jul 09:00").
// Source: cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml, "Formatting the schedule".
import type { Rule, WallRule } from "./rule.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1_440;
const WEEK_DAYS = 7;
const ORDINALS = ["1st", "2nd", "3rd", "4th", "5th"];
const ORDINAL_WORDS = ["first", "second", "third", "fourth", "fifth"];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];

const INTERVAL =
  /^every (\d+) (hours?|minutes?|mins?)(?: (synchronized)| from (\d\d?:\d\d) to (\d\d?:\d\d))?$/;
const ON_DAYS = /^(every|[a-z0-9,]+) ([a-z,]+)(?: of ([a-z,]+))? (\d\d?:\d\d)$/;

function minuteOfDay(text: string): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN] = text.split(":").map(Number);
  return hour <= 23 && minute <= 59 ? hour * HOUR_MINUTES + minute : undefined;
}

/** Positions of the listed words among the names; a word may be cut to three letters. Undefined if one is unknown. */
function positions(list: string, names: readonly string[]): ReadonlySet<number> | undefined {
  const found = list
    .split(",")
    .map((word) => names.findIndex((name) => name === word || name.slice(0, 3) === word));
  return found.includes(-1) ? undefined : new Set(found);
}

function ordinals(list: string): ReadonlySet<number> | undefined {
  return positions(list, ORDINALS) ?? positions(list, ORDINAL_WORDS);
}

function withinDay(stepMinutes: number, from: number, to: number): WallRule {
  const spanMinutes = (to - from + DAY_MINUTES) % DAY_MINUTES;
  return {
    kind: "wall",
    matchesDay: () => true,
    matchesTime({ hour, minute }) {
      const since = (hour * HOUR_MINUTES + minute - from + DAY_MINUTES) % DAY_MINUTES;
      return since <= spanMinutes && since % stepMinutes === 0;
    },
  };
}

function parseInterval(text: string): Rule | undefined {
  const match = INTERVAL.exec(text);
  if (match === null) return undefined;
  const [, countText = "", unit = "", synchronized, fromText, toText] = match;
  const minutes = Number(countText) * (unit.startsWith("h") ? HOUR_MINUTES : 1);
  if (minutes < 1) return undefined;
  if (synchronized !== undefined) return withinDay(minutes, 0, DAY_MINUTES - 1);
  if (fromText === undefined || toText === undefined)
    return { kind: "interval", stepMs: minutes * MINUTE_MS };
  const from = minuteOfDay(fromText);
  const to = minuteOfDay(toText);
  return from === undefined || to === undefined ? undefined : withinDay(minutes, from, to);
}

function parseOnDays(text: string): WallRule | undefined {
  const match = ON_DAYS.exec(text);
  if (match === null) return undefined;
  const [, which = "", dayText = "", monthText = "month", timeText = ""] = match;
  const atMinute = minuteOfDay(timeText);
  const weeks = which === "every" ? undefined : ordinals(which);
  const days = dayText === "day" ? undefined : positions(dayText, DAYS);
  const months = monthText === "month" ? undefined : positions(monthText, MONTHS);
  const isUnderstood =
    atMinute !== undefined &&
    (which === "every" || weeks !== undefined) &&
    (dayText === "day" || days !== undefined) &&
    (monthText === "month" || months !== undefined);
  // "1st day of month" is not in the language as a weekday's ordinal; refuse it rather than guess.
  if (!isUnderstood || (weeks !== undefined && days === undefined)) return undefined;
  return {
    kind: "wall",
    matchesDay: ({ month, day, weekday }) =>
      (months === undefined || months.has(month - 1)) &&
      (days === undefined || days.has(weekday)) &&
      (weeks === undefined || weeks.has(Math.floor((day - 1) / WEEK_DAYS))),
    matchesTime: ({ hour, minute }) => hour * HOUR_MINUTES + minute === atMinute,
  };
}

/** The rule, or undefined when the text is not in this language. */
export function parseAppEngine(text: string): Rule | undefined {
  const clean = text.trim().toLowerCase().replace(/\s+/g, " ").replace(/ ?, ?/g, ",");
  return parseInterval(clean) ?? parseOnDays(clean);
}
