// Ages and times in words. Pure: now is always an argument. What lies in the future says so instead of passing
// as fresh: it means that a clock is wrong.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Server and device clocks within this are called equal; NTP keeps them far closer. */
export const CLOCK_TOLERANCE_MS = 5 * SECOND_MS;

/** A length of time, two units at most: `12 s`, `3 min`, `2 h 5 min`, `4 d 3 h`; `brief` is one unit at most. */
export function durationText(ms: number, brief = false): string {
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return `${Math.floor(size / SECOND_MS)} s`;
  if (size < HOUR_MS) return `${Math.floor(size / MINUTE_MS)} min`;
  const [big, small, names] =
    size < DAY_MS ? [HOUR_MS, MINUTE_MS, ["h", "min"]] : [DAY_MS, HOUR_MS, ["d", "h"]];
  const rest = brief ? 0 : Math.floor((size % big) / small);
  return `${Math.floor(size / big)} ${names[0]}${rest > 0 ? ` ${rest} ${names[1]}` : ""}`;
}

/** The rest of a countdown, to the second below an hour: `12 s`, `4 min 03 s`, `2 h 5 min`. */
export function countdownText(ms: number): string {
  // Rounded up: it reads 0 s only once it is over.
  const left = Math.ceil(Math.max(0, ms) / SECOND_MS) * SECOND_MS;
  if (left < MINUTE_MS || left >= HOUR_MS) return durationText(left);
  const seconds = Math.floor((left % MINUTE_MS) / SECOND_MS);
  return `${durationText(left)} ${String(seconds).padStart(2, "0")} s`;
}

/** A length of time that went by, to the second below an hour: `12 s`, `3 min 42 s`, `2 h 5 min`. */
export function elapsedText(ms: number): string {
  return countdownText(Math.floor(Math.max(0, ms) / SECOND_MS) * SECOND_MS);
}

/** How long ago, for people. Beyond the clock tolerance in the future: `3 min ahead of this clock`. */
export function agoText(nowMs: number, atMs: number, brief = false): string {
  const age = nowMs - atMs;
  if (age < -CLOCK_TOLERANCE_MS) return `${durationText(age, brief)} ahead of this clock`;
  return age < SECOND_MS ? "now" : `${durationText(age, brief)} ago`;
}

/** The exact time, for hover, focus and screen readers: `2026-11-20 17:02:11.123 UTC`. */
export function utcText(atMs: number): string {
  return `${new Date(atMs).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** Time of day, `17:02:11`. */
export function utcClock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** `YYYY-MM-DD` of a time, in UTC. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Today's UTC day and the `count - 1` before it, newest first. */
export function utcDays(nowMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, back) => utcDay(nowMs - back * DAY_MS));
}
