// Effect of drawdown grade and daily loss on the trading state. They tighten once, when a grade is taken or a
// day's limit is reached, so that an operator's resume outlasts the next minute. They end only their own
// REDUCING, and only where that was configured. HALTED and a flatten never end here.

import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type {
  ControlState,
  DrawdownGrade,
  TradingState,
  TradingStateLatch,
} from "#domain/documents/control.ts";
import { flattenId } from "#domain/documents/ids.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { type FlattenWish, orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { flattensAgainAtBps, isGraver, nextGrade } from "./grade.ts";

/** Who acts, in latch and journal. */
export const LOSS_ACTOR = "nav";

const DAY_MS = 24 * 3_600_000;

/** The fields of a peak that are judged. */
export interface JudgedLoss
  extends Pick<Peak, "baselineId" | "drawdownBps" | "peakUsd" | "day" | "dayPnlUsd"> {
  /** Judged by a lower bound: nothing is loosened on it. */
  readonly onlyFalls: boolean;
}

type LossLimits = Pick<AccountConfig, "drawdown" | "maxDailyLossUsd">;

/** Control as `loss` leaves it; the same object when nothing changes. */
export function withLoss(
  control: ControlState,
  loss: JudgedLoss,
  limits: LossLimits,
  nowMs: number,
): ControlState {
  const graded = withAcknowledged(withGrade(control, loss, limits, nowMs), loss, limits, nowMs);
  const limited = withDailyLoss(graded, loss, limits, nowMs);
  return loss.onlyFalls ? limited : withTimedResume(limited, nowMs);
}

function withGrade(control: ControlState, loss: JudgedLoss, limits: LossLimits, nowMs: number): ControlState {
  const previous = control.drawdownGrade;
  const grade = nextGrade(previous, loss.drawdownBps, limits.drawdown);
  const newBaseline = previous !== "NONE" && control.drawdownBaselineId !== loss.baselineId;
  if (grade === previous && !newBaseline) return control;
  if (loss.onlyFalls && isGraver(previous, grade)) return control;
  const drawdownBaselineId = grade === "NONE" ? null : loss.baselineId;
  const graded = {
    ...control,
    drawdownGrade: grade,
    drawdownBaselineId,
    drawdownAcknowledgedBps: null,
  };
  if (isGraver(grade, previous)) return tightened(graded, grade, loss, nowMs);
  // A grade that was left because the books began anew was not recovered from: only an operator ends its latch.
  return newBaseline ? graded : startedResume(graded, loss, limits, nowMs);
}

function tightened(
  control: ControlState,
  grade: DrawdownGrade,
  loss: JudgedLoss,
  nowMs: number,
): ControlState {
  const reason = `Drawdown ${loss.drawdownBps} bps from the peak of ${loss.peakUsd} USD: grade ${grade}`;
  switch (grade) {
    case "NONE":
    case "WARN":
      return control;
    case "REDUCE":
      return latched(control, { state: "REDUCING", cause: "drawdown", reason, resumeAtMs: null }, nowMs);
    case "HALT":
      return latched(control, { state: "HALTED", cause: "drawdown", reason, resumeAtMs: null }, nowMs);
    case "FLATTEN": {
      const id = flattenId(control.accountId, control.journalSeq);
      const wish: FlattenWish = { flattenId: id, orderedBy: LOSS_ACTOR, reason, cause: "drawdown" };
      return orderFlatten(control, wish, nowMs);
    }
  }
}

/**
 * In grade `FLATTEN` no grade stands behind. Once an operator has resumed there, the drawdown of that moment counts as
 * acknowledged, and the same fall from it flattens again.
 */
function withAcknowledged(
  control: ControlState,
  loss: JudgedLoss,
  { drawdown }: LossLimits,
  nowMs: number,
): ControlState {
  const { drawdownGrade, drawdownAcknowledgedBps: resumedAtBps, tradingState } = control;
  if (drawdownGrade !== "FLATTEN" || control.flatten !== null) return control;
  if (resumedAtBps === null)
    // Resumed before its drawdown could be read.
    return tradingState.state === "ACTIVE"
      ? { ...control, drawdownAcknowledgedBps: loss.drawdownBps }
      : control;
  const againAtBps = flattensAgainAtBps(resumedAtBps, drawdown);
  if (againAtBps === null || loss.drawdownBps < againAtBps) return control;
  return { ...tightened(control, "FLATTEN", loss, nowMs), drawdownAcknowledgedBps: null };
}

const STRICTNESS: Readonly<Record<TradingState, number>> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };

/**
 * Never loosens: a stricter state stays, and of two equal ones the one that ends later. A halt by drawdown takes the
 * place of any other halt: ending it takes more.
 */
function latched(
  control: ControlState,
  wanted: Pick<TradingStateLatch, "state" | "cause" | "reason" | "resumeAtMs">,
  nowMs: number,
): ControlState {
  const { state, cause, resumeAtMs, reason } = wanted;
  const before = control.tradingState;
  if (STRICTNESS[before.state] > STRICTNESS[state]) return control;
  const isHarder = state === "HALTED" && cause === "drawdown" && before.cause !== "drawdown";
  if (before.state === state && !isHarder && !endsLater(resumeAtMs, before.resumeAtMs)) return control;
  return {
    ...control,
    tradingState: { state, cause, resumeAtMs, actor: LOSS_ACTOR, reason, atMs: nowMs },
  };
}

/** Null never ends. */
function endsLater(atMs: number | null, thanMs: number | null): boolean {
  if (thanMs === null) return false;
  return atMs === null || atMs > thanMs;
}

/** The clock of a REDUCING by drawdown starts when its grade is left, if it has one. */
function startedResume(
  control: ControlState,
  loss: JudgedLoss,
  limits: LossLimits,
  nowMs: number,
): ControlState {
  const { tradingState, drawdownGrade } = control;
  const { resumeAfterMs } = limits.drawdown;
  const isOurs = tradingState.state === "REDUCING" && tradingState.cause === "drawdown";
  if (!isOurs || resumeAfterMs === null || holdsEntries(drawdownGrade)) return control;
  if (tradingState.resumeAtMs !== null) return control;
  // Not before the end of a day whose loss limit was reached.
  const notBeforeMs = control.dailyLossDay === loss.day ? endOfDayMs(loss.day) : 0;
  const resumeAtMs = Math.max(nowMs + resumeAfterMs, notBeforeMs);
  return { ...control, tradingState: { ...tradingState, resumeAtMs } };
}

function holdsEntries(grade: DrawdownGrade): boolean {
  return isGraver(grade, "WARN");
}

function withDailyLoss(
  control: ControlState,
  loss: JudgedLoss,
  limits: LossLimits,
  nowMs: number,
): ControlState {
  const { maxDailyLossUsd } = limits;
  if (maxDailyLossUsd === null || control.dailyLossDay === loss.day) return control;
  const lossUsd = dec(loss.dayPnlUsd).neg();
  if (lossUsd.lt(dec(maxDailyLossUsd))) return control;
  const reason = `Loss of ${lossUsd.toFixed()} USD on ${loss.day} reached the limit of ${maxDailyLossUsd} USD`;
  const acted = { ...control, dailyLossDay: loss.day };
  const resumeAtMs = endOfDayMs(loss.day);
  return latched(acted, { state: "REDUCING", cause: "dailyLoss", reason, resumeAtMs }, nowMs);
}

function endOfDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) + DAY_MS;
}

function withTimedResume(control: ControlState, nowMs: number): ControlState {
  const { state, cause, resumeAtMs } = control.tradingState;
  if (state !== "REDUCING" || (cause !== "drawdown" && cause !== "dailyLoss")) return control;
  if (resumeAtMs === null || nowMs < resumeAtMs || holdsEntries(control.drawdownGrade)) return control;
  const reason =
    cause === "drawdown"
      ? "The drawdown grade was left and the configured time has passed"
      : "The UTC day whose loss limit was reached is over";
  return {
    ...control,
    tradingState: { state: "ACTIVE", cause, resumeAtMs: null, actor: LOSS_ACTOR, reason, atMs: nowMs },
  };
}
