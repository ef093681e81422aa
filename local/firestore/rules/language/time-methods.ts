// Methods of timestamps and durations, and the namespaces that make them. All times are UTC, to the nanosecond.
import { EvaluationError, RuleDuration, RuleTimestamp, type RuleValue } from "../rule-values.ts";
import { bare, type MethodTable, text, unary, whole, wrongType } from "./expect.ts";

const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_MINUTE = 60n * NANOS_PER_SECOND;
const NANOS_PER_HOUR = 60n * NANOS_PER_MINUTE;
const NANOS_PER_DAY = 24n * NANOS_PER_HOUR;
const MS_PER_DAY = 86_400_000;

const UNITS: Readonly<Record<string, bigint>> = {
  w: 7n * NANOS_PER_DAY,
  d: NANOS_PER_DAY,
  h: NANOS_PER_HOUR,
  m: NANOS_PER_MINUTE,
  s: NANOS_PER_SECOND,
  ms: NANOS_PER_MS,
  ns: 1n,
};

function nanosOf(value: RuleValue): bigint {
  if (value instanceof RuleTimestamp) return value.epochNanos;
  throw wrongType("timestamp", value);
}

function lengthOf(value: RuleValue): bigint {
  if (value instanceof RuleDuration) return value.nanos;
  throw wrongType("duration", value);
}

/** Rounded down, for moments before the epoch too. */
function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

const timeOfDay = (nanos: bigint): bigint => nanos - floorDiv(nanos, NANOS_PER_DAY) * NANOS_PER_DAY;
const dateOf = (value: RuleValue): Date => new Date(Number(floorDiv(nanosOf(value), NANOS_PER_MS)));
const ofDate = (read: (date: Date) => number) => bare((receiver) => BigInt(read(dateOf(receiver))));
/** A part of the time of day. */
const ofDay = (read: (nanos: bigint) => bigint) => bare((receiver) => read(timeOfDay(nanosOf(receiver))));

export const TIMESTAMP_METHODS: MethodTable = {
  year: ofDate((date) => date.getUTCFullYear()),
  month: ofDate((date) => date.getUTCMonth() + 1),
  day: ofDate((date) => date.getUTCDate()),
  // Monday is 1, Sunday 7.
  dayOfWeek: ofDate((date) => ((date.getUTCDay() + 6) % 7) + 1),
  dayOfYear: ofDate(
    (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1,
  ),
  hours: ofDay((nanos) => nanos / NANOS_PER_HOUR),
  minutes: ofDay((nanos) => (nanos / NANOS_PER_MINUTE) % 60n),
  seconds: ofDay((nanos) => (nanos / NANOS_PER_SECOND) % 60n),
  nanos: ofDay((nanos) => nanos % NANOS_PER_SECOND),
  toMillis: bare((receiver) => floorDiv(nanosOf(receiver), NANOS_PER_MS)),
  date: bare((receiver) => new RuleTimestamp(nanosOf(receiver) - timeOfDay(nanosOf(receiver)))),
  time: bare((receiver) => new RuleDuration(timeOfDay(nanosOf(receiver)))),
};

export const DURATION_METHODS: MethodTable = {
  seconds: bare((receiver) => lengthOf(receiver) / NANOS_PER_SECOND),
  nanos: bare((receiver) => lengthOf(receiver) % NANOS_PER_SECOND),
};

export const TIMESTAMP_FUNCTIONS: MethodTable = {
  date: {
    argumentCount: [3],
    apply: (_, [year = null, month = null, day = null]) => {
      const parts = [whole(year), whole(month), whole(day)].map(Number);
      const [y = 0, m = 0, d = 0] = parts;
      const date = new Date(Date.UTC(y, m - 1, d));
      if (date.getUTCFullYear() !== y || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d)
        throw new EvaluationError(`there is no date ${parts.join("-")}`);
      return new RuleTimestamp(BigInt(date.getTime()) * NANOS_PER_MS);
    },
  },
  value: unary((_, epochMs) => new RuleTimestamp(whole(epochMs) * NANOS_PER_MS)),
};

export const DURATION_FUNCTIONS: MethodTable = {
  abs: unary((_, duration) => {
    const nanos = lengthOf(duration);
    return new RuleDuration(nanos < 0n ? -nanos : nanos);
  }),
  time: {
    argumentCount: [4],
    apply: (_, [hours = null, minutes = null, seconds = null, nanos = null]) =>
      new RuleDuration(
        whole(hours) * NANOS_PER_HOUR +
          whole(minutes) * NANOS_PER_MINUTE +
          whole(seconds) * NANOS_PER_SECOND +
          whole(nanos),
      ),
  },
  value: {
    argumentCount: [2],
    apply: (_, [magnitude = null, unit = null]) => {
      const name = text(unit);
      const nanos = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
      if (nanos === undefined) throw new EvaluationError(`'${name}' is no unit of a duration`);
      return new RuleDuration(whole(magnitude) * nanos);
    },
  },
};
