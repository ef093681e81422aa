// When a scheduled function runs: every so many minutes or hours, the part of App Engine's schedule language that the
// product uses. Such a step is the same in every time zone. What else Cloud Scheduler takes is refused with its text,
// so that no function runs at a moment that its author did not mean.

export class UnknownScheduleError extends Error {
  override readonly name = "UnknownScheduleError";
}

export interface Schedule {
  /** The first moment after `afterMs`: a whole multiple of the step since 1970-01-01T00:00Z. */
  next(afterMs: number): number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const INTERVAL = /^every (\d+) (hours?|minutes?|mins?)$/;
const EXPECTED =
  'The local scheduler knows "every N minutes" and "every N hours". A function with another schedule runs ' +
  "here only when it is fired by hand: POST /fire/NAME.";

/** Reads a schedule. Throws UnknownScheduleError for a text or a time zone that it does not know. */
export function parseSchedule(text: string, timeZone: string): Schedule {
  requireZone(timeZone);
  const [, count = "", unit = ""] = INTERVAL.exec(text.trim().toLowerCase().replace(/\s+/g, " ")) ?? [];
  const stepMs = Number(count) * (unit.startsWith("h") ? HOUR_MS : MINUTE_MS);
  if (!(stepMs >= MINUTE_MS)) throw new UnknownScheduleError(`Unknown schedule "${text}". ${EXPECTED}`);
  return { next: (afterMs) => (Math.floor(afterMs / stepMs) + 1) * stepMs };
}

/** A zone that Cloud Scheduler would refuse is refused here too, though a constant step does not depend on it. */
function requireZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
  } catch (cause) {
    const remedy = 'Use an IANA name such as "Etc/UTC" or "Europe/Berlin".';
    throw new UnknownScheduleError(`Unknown time zone "${timeZone}". ${remedy}`, { cause });
  }
}
