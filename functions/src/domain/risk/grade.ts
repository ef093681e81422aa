// The graded response to a drawdown. A grade is taken at its threshold and left only well below it, so that a NAV that
// trembles about a threshold neither alerts every minute nor lets trading flicker.
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
