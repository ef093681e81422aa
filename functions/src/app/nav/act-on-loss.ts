// Lets drawdown and daily loss take effect on the trading state, judged by the config in force. On an idle minute nothing
// changes and nothing more is read: control is the run's own. Each thing that happened has its own alert.

import { type ControlChange, changeControl } from "#app/books";
import { scheduleFollowUp } from "#app/execution";
import { alertWrites } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { utcDay } from "#domain/nav/nav-book.ts";
import { type JudgedLoss, LOSS_ACTOR, withLoss } from "#domain/risk/loss-latch.ts";
import type { JudgedPeak } from "./judged-peak.ts";
import { lossAlerts } from "./loss-alerts.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/**
 * Also where the account did not answer: a limit that was tightened acts on the loss that is known. Not where a later run has
 * stored its NAV meanwhile: that one judges, and may follow an operator who resumed.
 */
export async function actOnLoss(
  deps: NavDeps,
  state: NavState,
  judged: JudgedPeak,
  judgedAtMs: number,
): Promise<void> {
  const { control, config } = state;
  const nowMs = deps.clock.nowMs();
  const known = judged.peak ?? (state.peak?.day === utcDay(nowMs) ? state.peak : null);
  if (control === null || known === null) return;
  const loss: JudgedLoss = { ...known, onlyFalls: !judged.isWhole };
  if (withLoss(control, loss, config, nowMs) === control) return;
  const { accountId } = known;
  const books = await changeControl(deps, accountId, LOSS_ACTOR, (fresh) => {
    if ((fresh.nav?.checkedAtMs ?? 0) > judgedAtMs) return null;
    const next = withLoss(fresh.control, loss, fresh.config, nowMs);
    return next === fresh.control ? null : changeOf(fresh.control, next, loss, nowMs);
  });
  if (books.control.flatten !== null) await scheduleFollowUp(deps, accountId, 0);
}

function changeOf(before: ControlState, after: ControlState, loss: JudgedLoss, nowMs: number): ControlChange {
  return {
    kind: kindOf(before, after),
    subject: loss.baselineId,
    control: after,
    also: lossAlerts(before, after, loss, nowMs).flatMap((alert) => alertWrites(alert, nowMs)),
  };
}

function kindOf(before: ControlState, after: ControlState): string {
  if (before.drawdownGrade !== after.drawdownGrade) return "DRAWDOWN_GRADE_CHANGED";
  if (before.dailyLossDay !== after.dailyLossDay) return "DAILY_LOSS_REACHED";
  if (before.flatten !== after.flatten) return "FLATTEN_ORDERED";
  if (before.tradingState.state !== after.tradingState.state) return "TRADING_RESUMED";
  return "DRAWDOWN_ACKNOWLEDGED";
}
