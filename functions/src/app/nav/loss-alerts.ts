// The alerts of one change by drawdown and daily loss: one for each thing that happened, so that none hides another of the
// same minute.

import type { AlertCondition } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { isGraver } from "#domain/risk/grade.ts";
import type { JudgedLoss } from "#domain/risk/loss-latch.ts";

type Told = Pick<AlertCondition, "severity" | "code" | "message" | "remedy">;

export function lossAlerts(
  before: ControlState,
  after: ControlState,
  loss: JudgedLoss,
  nowMs: number,
): readonly AlertCondition[] {
  const base = { accountId: after.accountId, dedupeKey: `${loss.baselineId}/${nowMs}` };
  const told = [gradeTaken, flattenedAgain, dayLost, resumed].map((each) => each(before, after, loss));
  return told.flatMap((each) => (each === null ? [] : [{ ...base, ...each }]));
}

type Telling = (before: ControlState, after: ControlState, loss: JudgedLoss) => Told | null;

const gradeTaken: Telling = (before, after, { drawdownBps, peakUsd }) => {
  const grade = after.drawdownGrade;
  if (!isGraver(grade, before.drawdownGrade)) return null;
  const isMild = grade === "WARN";
  return {
    severity: isMild ? "warning" : "critical",
    code: `DRAWDOWN_${grade}`,
    message: `The drawdown of ${drawdownBps} bps from ${peakUsd} USD reached grade ${grade}; trading is ${after.tradingState.state}`,
    remedy: isMild
      ? "Look at the open groups; the next grade reduces"
      : "Decide whether to go on; resuming needs an operator and a reason where trading is halted",
  };
};

const flattenedAgain: Telling = (before, after, { drawdownBps, peakUsd }) => {
  const { drawdownAcknowledgedBps: resumedAtBps, drawdownGrade } = before;
  if (drawdownGrade !== "FLATTEN" || before.flatten !== null || after.flatten === null) return null;
  return {
    severity: "critical",
    code: "DRAWDOWN_FLATTEN_AGAIN",
    message: `The drawdown is ${drawdownBps} bps from ${peakUsd} USD, resumed at ${resumedAtBps} bps: everything is being closed again`,
    remedy: "Decide whether to go on; resuming needs an operator and a reason",
  };
};

const dayLost: Telling = (before, after, { dayPnlUsd }) => {
  if (before.dailyLossDay === after.dailyLossDay) return null;
  const { state, cause } = after.tradingState;
  const isOurs = cause === "dailyLoss";
  return {
    severity: "critical",
    code: "DAILY_LOSS",
    message: `The day's loss of ${dayPnlUsd} USD reached its limit; trading is ${state}${isOurs ? " until the next UTC day" : ` (${cause})`}`,
    remedy: isOurs
      ? "Nothing to do: entries are back with the next UTC day"
      : "Entries wait for the next UTC day, and for what else holds them",
  };
};

const resumed: Telling = (before, after) => {
  const { state, reason } = after.tradingState;
  if (state !== "ACTIVE" || before.tradingState.state === state) return null;
  return {
    severity: "info",
    code: "TRADING_RESUMED",
    message: `Trading is ${state} again: ${reason}`,
    remedy: "Nothing",
  };
};
