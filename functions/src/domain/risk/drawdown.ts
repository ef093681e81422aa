// Drawdown and the day's loss against their limits. Keeps true that entries stop from the REDUCE grade on, also in
// the time between a peak that shows it and the run that latches it.

import { dec, decimalString } from "#domain/decimal.ts";
import type { DrawdownConfig } from "#domain/documents/config.ts";
import type { ControlState, DrawdownGrade } from "#domain/documents/control.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { DRAWDOWN_GRADES } from "#domain/documents/words.ts";
import { denial, type RiskCheck } from "./context.ts";
import { isGraver, nextGrade, thresholdBps } from "./grade.ts";

export interface GradeThreshold {
  readonly grade: DrawdownGrade;
  readonly thresholdBps: number;
}

/** The grades that exist for the account, mildest first. */
export function gradeThresholds(config: DrawdownConfig): readonly GradeThreshold[] {
  return DRAWDOWN_GRADES.filter((grade) => grade !== "NONE").flatMap((grade) => {
    const takenAtBps = thresholdBps(grade, config);
    return takenAtBps === null ? [] : [{ grade, thresholdBps: takenAtBps }];
  });
}

/** The grade that a drawdown reaches by its thresholds alone, whatever was latched before. */
export function reachedGrade(drawdownBps: number, config: DrawdownConfig): DrawdownGrade {
  return nextGrade("NONE", drawdownBps, config);
}

/**
 * The grade that refuses entries now, null when none does. One that was latched and then lifted by an operator (state
 * `ACTIVE` by an operator's word) refuses no more: else an account without positions could never trade its way out.
 * A graver one than was latched does, at once.
 */
export function refusingGrade(
  config: DrawdownConfig,
  control: ControlState,
  peak: Peak | null,
): DrawdownGrade | null {
  const { tradingState, drawdownGrade: latched } = control;
  const reached = peak === null ? "NONE" : reachedGrade(peak.drawdownBps, config);
  const lifted = tradingState.state === "ACTIVE" && tradingState.cause === "operator";
  const grade = isGraver(reached, latched) ? reached : lifted ? "NONE" : latched;
  return isGraver(grade, "WARN") ? grade : null;
}

export const drawdownWithinLimit: RiskCheck = ({ config, control, peak }) => {
  const grade = refusingGrade(config.drawdown, control, peak);
  if (grade === null) return null;
  const from = gradeThresholds(config.drawdown).find((each) => isGraver(each.grade, "WARN"))?.thresholdBps;
  return denial("DRAWDOWN_EXCEEDED", {
    limit: from === undefined ? null : String(from),
    actual: peak === null ? null : String(peak.drawdownBps),
    unit: "bps",
    subject: null,
  });
};

/** Asked of the peak itself and not of a latch: a limit that a resume lifts is none. Going on takes another config. */
export const dailyLossWithinLimit: RiskCheck = ({ config, peak }) => {
  if (config.maxDailyLossUsd === null || peak === null) return null;
  const lossUsd = dec(peak.dayPnlUsd).neg();
  if (lossUsd.lt(dec(config.maxDailyLossUsd))) return null;
  return denial("DAILY_LOSS_EXCEEDED", {
    limit: config.maxDailyLossUsd,
    actual: decimalString(lossUsd),
    unit: "usd",
  });
};
