// The clock on the wall of a time zone. Zones come from Node's own tables; an unknown zone is an error.

/** Local date and time; month is 1-12, weekday 0-6 from Sunday. */
export interface WallTime {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

export type WallClock = (ms: number) => WallTime;

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const utcClock: WallClock = (ms) => {
  const date = new Date(ms);
  return {
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
};

/** The wall clock of an IANA time zone. Throws RangeError for an unknown one. */
export function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    month: "numeric",
    day: "numeric",
    weekday: "short",
    hour: "numeric",
    minute: "numeric",
  });
  if (timeZone === "UTC" || timeZone === "Etc/UTC") return utcClock;
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    return {
      month: number("month"),
      day: number("day"),
      weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? ""),
      hour: number("hour"),
      minute: number("minute"),
    };
  };
}
