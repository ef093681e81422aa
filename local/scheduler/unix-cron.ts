// Unix cron: five fields (minute, hour, day of month, month, day of week) with lists, ranges, steps and names.
// As in cron, a day matches by either day field when both are restricted.
import type { WallRule } from "./rule.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** Names and the number that the first of them stands for. */
  readonly names?: readonly string[];
}
const RANGES: readonly FieldRange[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 7, names: DAYS },
];

function numberOf(text: string, { min, max, names }: FieldRange): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  const value = named >= 0 ? named + min : Number(text);
  return text !== "" && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

function addPart(part: string, range: FieldRange, values: Set<number>): boolean {
  const [span = "", stepText, ...rest] = part.split("/");
  const step = stepText === undefined ? 1 : Number(stepText);
  if (rest.length > 0 || !Number.isInteger(step) || step < 1) return false;
  const [fromText = "", toText, ...more] = span.split("-");
  if (more.length > 0) return false;
  const from = span === "*" ? range.min : numberOf(fromText, range);
  const isOpenEnded = span === "*" || (toText === undefined && stepText !== undefined);
  const to = isOpenEnded ? range.max : toText === undefined ? from : numberOf(toText, range);
  if (from === undefined || to === undefined || to < from) return false;
  for (let value = from; value <= to; value += step) values.add(value);
  return true;
}

function parseField(text: string, range: FieldRange): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  return text.split(",").every((part) => addPart(part, range, values)) ? values : undefined;
}

/** The rule, or undefined when the text is not unix cron. */
export function parseUnixCron(text: string): WallRule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== RANGES.length) return undefined;
  const sets = fields.map((field, index) => {
    const range = RANGES[index];
    return range === undefined ? undefined : parseField(field, range);
  });
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const isAnyDay = fields[2]?.startsWith("*") === true;
  const isAnyWeekday = fields[4]?.startsWith("*") === true;
  return {
    kind: "wall",
    matchesDay({ month, day, weekday }) {
      if (!months.has(month)) return false;
      const byDay = days.has(day);
      const byWeekday = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
      return isAnyDay || isAnyWeekday ? byDay && byWeekday : byDay || byWeekday;
    },
    matchesTime: ({ hour, minute }) => hours.has(hour) && minutes.has(minute),
  };
}
