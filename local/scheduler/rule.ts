// The two kinds of rule that a schedule can be: moments on the wall clock of a zone, or a constant step.
import type { WallTime } from "./zoned-time.ts";

/** Days and minutes of the day at which to run, on the wall clock of the zone. */
export interface WallRule {
  readonly kind: "wall";
  matchesDay(time: WallTime): boolean;
  matchesTime(time: WallTime): boolean;
}

/** Every so many milliseconds, counted from 1970-01-01T00:00Z. */
export interface IntervalRule {
  readonly kind: "interval";
  readonly stepMs: number;
}

export type Rule = WallRule | IntervalRule;
