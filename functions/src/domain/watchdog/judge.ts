// The watchdog's judgement: a table of rules over one view, and one verdict. Signs of one cause alone reduce and never
// flatten, however many and old they are; a second cause that joins at a later look flattens. Losses, limits of time and
// blindness wait for no second sign.
import type { ControlState } from "#domain/documents/control.ts";
import { utcDay } from "#domain/nav/nav-book.ts";
import { isGraver } from "#domain/risk/grade.ts";
import { CAUSES_TO_FLATTEN, causesOf } from "./causes.ts";
import { clockDrift } from "./clock-rule.ts";
import { episodesOf } from "./episodes.ts";
import { groupStopLoss, groupTimeLimit, sessionHorizon, sessionStopLoss } from "./loss-rules.ts";
import { marginRatio } from "./margin-rule.ts";
import { blind, blindSinceMs } from "./sight.ts";
import {
  accountSilent,
  executorStuck,
  marketDataStale,
  navMissed,
  navStale,
  quotesFrozen,
  reconcileMissed,
  undecidedCount,
} from "./stale-rules.ts";
import {
  exposedSinceMs,
  type Finding,
  isExposed,
  type VerdictKind,
  type WatchdogRecord,
  type WatchdogRule,
  type WatchdogView,
} from "./view.ts";

const ALWAYS: readonly WatchdogRule[] = [sessionHorizon];
const WHILE_EXPOSED: readonly WatchdogRule[] = [
  sessionStopLoss,
  blind,
  groupStopLoss,
  groupTimeLimit,
  marginRatio,
  clockDrift,
  navMissed,
  navStale,
  accountSilent,
  marketDataStale,
  quotesFrozen,
  executorStuck,
  reconcileMissed,
];

/** Looks in a row without anything stale before the watchdog's own REDUCING ends. */
export const HEALTHY_LOOKS_TO_RESUME = 4;

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly kind: VerdictKind;
  /** Groups to be closed, whatever else is done. */
  readonly groupIds: readonly string[];
}

export function judge(view: WatchdogView): Judgement {
  const rules = isExposed(view) ? [...ALWAYS, ...WHILE_EXPOSED] : ALWAYS;
  const findings = rules.flatMap((rule) => rule(view));
  return { findings, verdict: verdictOf(findings, view.control, view.before) };
}

/** Pure over findings, so that the rule about signals can be proved for every combination. */
export function verdictOf(
  findings: readonly Finding[],
  control: Pick<ControlState, "tradingState">,
  before: Pick<WatchdogRecord, "findings"> | null,
): Verdict {
  const { state } = control.tradingState;
  const causes = causesOf(findings.map(({ source }) => source));
  const wasStale = before?.findings.some(({ calls }) => calls === "stale") ?? false;
  const isConfirmed = causes.size >= CAUSES_TO_FLATTEN && wasStale && state !== "ACTIVE";
  if (isConfirmed || findings.some(({ calls }) => calls === "flatten"))
    return { kind: "flatten", groupIds: [] };
  // Under a halt positions stay as they are, unless a flatten was ordered.
  const groups = findings.filter(({ calls }) => calls === "closeGroup").map(({ subject }) => subject);
  const groupIds = state === "HALTED" ? [] : [...new Set(groups)];
  if (causes.size > 0 && state === "ACTIVE") return { kind: "reduce", groupIds };
  if (groupIds.length > 0) return { kind: "closeGroup", groupIds };
  return { kind: findings.length > 0 ? "alert" : "none", groupIds: [] };
}

/** The record of this look. */
export function recordOf(view: WatchdogView, { findings, verdict }: Judgement): WatchdogRecord {
  const { look, control, before } = view;
  // A look without the account's answer is not a healthy one, even if nothing is said to be held.
  const isStale = look.account === null || findings.some(({ calls }) => calls === "stale");
  const { takenCount } = control.inbox;
  const sinceMs = before?.inbox?.takenCount === takenCount ? before.inbox.sinceMs : look.atMs;
  return {
    accountId: control.accountId,
    lookedAtMs: look.atMs,
    exposedSinceMs: exposedSinceMs(view),
    blindSinceMs: blindSinceMs(view),
    account: look.account ?? before?.account ?? null,
    quotes: Object.fromEntries((look.quotes ?? []).map((quote) => [quote.symbol, quote])),
    inbox: undecidedCount(control, look.atMs) === 0 ? null : { takenCount, sinceMs },
    healthyLooks: isStale ? 0 : (before?.healthyLooks ?? 0) + 1,
    verdict: verdict.kind,
    findings,
    episodes: episodesOf(findings, before, look.atMs),
  };
}

/** Whether the REDUCING that the watchdog latched has lost its cause, and nothing else asks for it meanwhile. */
export function mayResume(
  control: ControlState,
  record: Pick<WatchdogRecord, "healthyLooks">,
  nowMs: number,
): boolean {
  const { state, cause } = control.tradingState;
  if (state !== "REDUCING" || cause !== "watchdog" || control.flatten !== null) return false;
  if (isGraver(control.drawdownGrade, "WARN") || control.dailyLossDay === utcDay(nowMs)) return false;
  return record.healthyLooks >= HEALTHY_LOOKS_TO_RESUME;
}
