// The graded response to a drawdown. A grade is taken at its threshold and left well below it, so that a NAV
// that trembles about a threshold alerts once and leaves the trading state in place.
import type { DrawdownConfig } from "#domain/documents/config.ts";
import type { DrawdownGrade } from "#domain/documents/control.ts";
import { DRAWDOWN_GRADES } from "#domain/documents/words.ts";

export function severityOf(grade: DrawdownGrade): number {
  return DRAWDOWN_GRADES.indexOf(grade);
}

export function isGraver(grade: DrawdownGrade, than: DrawdownGrade): boolean {
  return severityOf(grade) > severityOf(than);
}

/** Drawdown at which a grade is taken; null: this config does not have it. */
export function thresholdBps(grade: DrawdownGrade, config: DrawdownConfig): number | null {
  switch (grade) {
    case "NONE":
      return 0;
    case "WARN":
      return config.warnBps;
    case "REDUCE":
      return config.reduceBps;
    case "HALT":
      return config.haltBps;
    case "FLATTEN":
      return config.flattenBps;
  }
}

const BPS_PER_UNIT = 10_000;

/**
 * Drawdown at which a flatten comes again after one was resumed: the configured fall, counted from the equity at which it
 * was resumed. Null: this config does not flatten.
 */
export function flattensAgainAtBps(resumedAtBps: number, { flattenBps }: DrawdownConfig): number | null {
  if (flattenBps === null) return null;
  const leftBps = ((BPS_PER_UNIT - resumedAtBps) * (BPS_PER_UNIT - flattenBps)) / BPS_PER_UNIT;
  return Math.min(BPS_PER_UNIT, Math.ceil(BPS_PER_UNIT - leftBps));
}

/** The grade after `previous`. Rises at once, falls grade by grade as each is left; one that config dropped is left. */
export function nextGrade(
  previous: DrawdownGrade,
  drawdownBps: number,
  config: DrawdownConfig,
): DrawdownGrade {
  const applies = (grade: DrawdownGrade): boolean => {
    const takenAtBps = thresholdBps(grade, config);
    if (takenAtBps === null) return false;
    if (drawdownBps >= takenAtBps) return true;
    // A threshold within the hysteresis is left at the peak itself: it could otherwise never be left.
    const leftAtBps = Math.max(0, takenAtBps - config.hysteresisBps);
    return !isGraver(grade, previous) && drawdownBps > leftAtBps;
  };
  return DRAWDOWN_GRADES.findLast(applies) ?? "NONE";
}
