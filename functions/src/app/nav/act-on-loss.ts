// Lets drawdown and daily loss take effect on the trading state. On an idle minute nothing changes and nothing is read:
// grade and daily loss are written by the NAV schedule alone, so what it remembers of them is right.

import { type ControlChange, changeControl } from "#app/books";
import { scheduleFollowUp } from "#app/execution";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { isGraver } from "#domain/risk/grade.ts";
import { LOSS_ACTOR, withLoss } from "#domain/risk/loss-latch.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** Control as it is after `peak` took effect; what was remembered when nothing changes. */
export async function actOnLoss(deps: NavDeps, state: NavState, peak: Peak): Promise<ControlState | null> {
  const { control, config } = state;
  if (control === null) return null;
  const nowMs = deps.clock.nowMs();
  if (withLoss(control, peak, config, nowMs) === control) return control;
  const { accountId } = peak;
  const books = await changeControl(deps, accountId, LOSS_ACTOR, (fresh) => {
    const next = withLoss(fresh.control, peak, fresh.config, nowMs);
    return next === fresh.control ? null : changeOf(fresh.control, next, peak, nowMs);
  });
  if (books.control.flatten !== null) await scheduleFollowUp(deps, accountId, 0);
  return books.control;
}

function changeOf(before: ControlState, after: ControlState, peak: Peak, nowMs: number): ControlChange {
  const alert = alertOf(before, after, peak, nowMs);
  return {
    kind: kindOf(before, after),
    subject: peak.baselineId,
    control: after,
    also: alert === null ? [] : alertWrites(alert, nowMs),
  };
}

function kindOf(before: ControlState, after: ControlState): string {
  if (before.drawdownGrade !== after.drawdownGrade) return "DRAWDOWN_GRADE_CHANGED";
  if (before.dailyLossDay !== after.dailyLossDay) return "DAILY_LOSS_REACHED";
  return "TRADING_RESUMED";
}

/** Null when the change needs no person. */
function alertOf(
  before: ControlState,
  after: ControlState,
  peak: Peak,
  nowMs: number,
): AlertCondition | null {
  const { accountId, drawdownBps, peakUsd } = peak;
  const { drawdownGrade: grade, tradingState } = after;
  const base = { accountId, dedupeKey: `${peak.baselineId}/${nowMs}` };
  if (isGraver(grade, before.drawdownGrade)) {
    return {
      ...base,
      severity: grade === "WARN" ? "warning" : "critical",
      code: `DRAWDOWN_${grade}`,
      message: `The drawdown of ${drawdownBps} bps from ${peakUsd} USD reached grade ${grade}; trading is ${tradingState.state}`,
      remedy:
        grade === "WARN"
          ? "Look at the open groups; the next grade reduces"
          : "Decide whether to go on; resuming needs an operator and a reason where trading is halted",
    };
  }
  if (before.dailyLossDay !== after.dailyLossDay) {
    return {
      ...base,
      severity: "critical",
      code: "DAILY_LOSS",
      message: `The day's loss of ${peak.dayPnlUsd} USD reached its limit; trading is ${tradingState.state} until the next UTC day`,
      remedy: "Nothing to do: entries are back with the next UTC day",
    };
  }
  if (before.tradingState.state === tradingState.state) return null;
  return {
    ...base,
    severity: "info",
    code: "TRADING_RESUMED",
    message: `Trading is ${tradingState.state} again: ${tradingState.reason}`,
    remedy: "Nothing",
  };
}
