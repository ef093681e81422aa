// Carries out the watchdog's verdict. Every change of the trading state is stored together with the alert
// that tells why; a condition is told once, and rarely again while it lasts. The watchdog ends only a REDUCING of its own.

import { type ControlChange, changeControl } from "#app/books";
import { followUpAccount } from "#app/reconcile";
import { type AlertCondition, alertWrites, raiseAlert } from "#app/telling";
import type { ControlState, TradingStateLatch } from "#domain/documents/control.ts";
import { flattenId } from "#domain/documents/ids.ts";
import type { AlertSeverity } from "#domain/documents/records.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { tellingOf, untold } from "#domain/watchdog/episodes.ts";
import { type Judgement, mayResume } from "#domain/watchdog/judge.ts";
import type { Finding, WatchdogRecord, WatchdogView } from "#domain/watchdog/view.ts";
import { closeGroups } from "./close-groups.ts";
import { readOwn } from "./read-account.ts";
import { WATCHDOG_ACTOR, type WatchdogDeps } from "./watchdog-deps.ts";

/** Findings of which people could not be told: their alert could not be stored. */
export async function carryOut(
  deps: WatchdogDeps,
  view: WatchdogView,
  { findings, verdict }: Judgement,
  record: WatchdogRecord,
): Promise<readonly Finding[]> {
  const { accountId } = view.control;
  if (verdict.kind === "flatten") {
    await flatten(deps, view, findings);
    return [];
  }
  const unstored = await raiseNew(deps, view, findings, record);
  if (verdict.kind === "reduce") await reduce(deps, view, findings);
  if (verdict.groupIds.length > 0) await closeGroups(deps, accountId, verdict.groupIds);
  if (mayResume(view.control, record, view.look.atMs)) await resume(deps, view, record);
  return unstored;
}

/** Stored first; then the first look of it, at once and by the watchdog itself. */
async function flatten(deps: WatchdogDeps, view: WatchdogView, findings: readonly Finding[]): Promise<void> {
  const { accountId } = view.control;
  if (await hasSeenMeanwhile(deps, view, findings)) return;
  const reason = inWords(findings);
  const cause = isOfSession(findings) ? "session" : "watchdog";
  await changeControl(deps, accountId, WATCHDOG_ACTOR, ({ control }) => {
    if (control.flatten !== null || isOutdated(view, findings, control)) return null;
    const nowMs = deps.clock.nowMs();
    const id = flattenId(accountId, control.journalSeq);
    const wish = { flattenId: id, orderedBy: WATCHDOG_ACTOR, reason, cause } as const;
    const alert = alertOf(control, "critical", "WATCHDOG_FLATTENS", `Everything is being closed: ${reason}`);
    return {
      kind: "FLATTEN_ORDERED",
      subject: id,
      control: orderFlatten(control, wish, nowMs),
      also: alertWrites(alert, nowMs),
    };
  });
  await followUpAccount(deps, accountId, WATCHDOG_ACTOR);
}

/**
 * Whether what was judged has been acted on meanwhile, by another look or an operator: a slow look would otherwise close
 * what was opened since. The limits of a session are judged by the session as it is now, everything else by the trading
 * state. The next look judges what there is.
 */
function isOutdated(
  { control: judged }: WatchdogView,
  findings: readonly Finding[],
  now: ControlState,
): boolean {
  const { session } = now;
  if (isOfSession(findings))
    return (
      session?.startedAtMs !== judged.session?.startedAtMs ||
      session?.horizonAtMs !== judged.session?.horizonAtMs ||
      session?.stopLossNavUsd !== judged.session?.stopLossNavUsd
    );
  return hasChangedState(judged, now);
}

function hasChangedState(judged: ControlState, { tradingState }: ControlState): boolean {
  return tradingState.atMs !== judged.tradingState.atMs;
}

function isOfSession(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => code.startsWith("SESSION_"));
}

/**
 * Whether another look has seen since this one read its memory, so that the age of blindness is another now. One that ended
 * blind beside it changes nothing: while the venue hangs, every look takes longer than the distance of two.
 */
async function hasSeenMeanwhile(
  deps: WatchdogDeps,
  { control, before }: WatchdogView,
  findings: readonly Finding[],
): Promise<boolean> {
  const calls = findings.filter(({ calls }) => calls === "flatten");
  if (calls.length === 0 || calls.some(({ code }) => code !== "BLIND")) return false;
  const { before: now } = await readOwn(deps, control.accountId);
  if (now === null || now.lookedAtMs === before?.lookedAtMs) return false;
  return now.blindSinceMs === null || now.blindSinceMs > (before?.blindSinceMs ?? now.blindSinceMs);
}

/** Not where the trading state has changed since it was judged: an old sign does not overrule an operator. */
async function reduce(
  deps: WatchdogDeps,
  { control: judged }: WatchdogView,
  findings: readonly Finding[],
): Promise<void> {
  const reason = inWords(findings.filter(({ calls }) => calls === "stale"));
  await changeControl(deps, judged.accountId, WATCHDOG_ACTOR, ({ control }) => {
    if (control.tradingState.state !== "ACTIVE" || hasChangedState(judged, control)) return null;
    const message = `Only what shrinks exposure is allowed now: ${reason}`;
    const alert = alertOf(control, "critical", "WATCHDOG_REDUCES", message);
    return latch(deps.clock.nowMs(), control, { state: "REDUCING", reason }, alert);
  });
}

/** Not where another look has latched anew since: healthy looks of before it say nothing of its cause. */
async function resume(
  deps: WatchdogDeps,
  { control: judged }: WatchdogView,
  record: WatchdogRecord,
): Promise<void> {
  const reason = `Nothing has been stale for ${record.healthyLooks} looks`;
  await changeControl(deps, judged.accountId, WATCHDOG_ACTOR, ({ control }) => {
    if (hasChangedState(judged, control) || !mayResume(control, record, deps.clock.nowMs())) return null;
    const alert = alertOf(control, "info", "WATCHDOG_RESUMES", `Entries are allowed again: ${reason}`);
    return latch(deps.clock.nowMs(), control, { state: "ACTIVE", reason }, alert);
  });
}

function latch(
  nowMs: number,
  control: ControlState,
  { state, reason }: Pick<TradingStateLatch, "state" | "reason">,
  alert: AlertCondition,
): ControlChange {
  const tradingState: TradingStateLatch = {
    state,
    cause: "watchdog",
    resumeAtMs: null,
    actor: WATCHDOG_ACTOR,
    reason,
    atMs: nowMs,
  };
  const also = alertWrites(alert, nowMs);
  return {
    kind: `TRADING_${state}`,
    subject: control.accountId,
    control: { ...control, tradingState },
    also,
  };
}

/** Of a kind that stands in the commit of its change: unique to that commit. */
function alertOf(
  control: ControlState,
  severity: AlertSeverity,
  code: string,
  message: string,
): AlertCondition {
  const remedy =
    severity === "info"
      ? "Nothing; look at the alerts before it for the cause"
      : "Find out why (docs/runbooks); the positions are listed on the first screen";
  return {
    accountId: control.accountId,
    severity,
    code,
    message,
    remedy,
    dedupeKey: String(control.journalSeq),
  };
}

async function raiseNew(
  deps: WatchdogDeps,
  { control, before }: WatchdogView,
  findings: readonly Finding[],
  record: WatchdogRecord,
): Promise<readonly Finding[]> {
  const unstored: Finding[] = [];
  for (const finding of untold(findings, before, record)) {
    const dedupeKey = tellingOf(finding, record);
    if (dedupeKey === null) throw new Error(`The record of a look lacks its finding ${finding.code}`);
    const isStored = await raiseAlert(deps, {
      accountId: control.accountId,
      severity: "warning",
      code: `WATCHDOG_${finding.code}`,
      message: finding.message,
      remedy: "See the account's watchdog record for what it saw; check the part that it names",
      dedupeKey,
    });
    if (!isStored) unstored.push(finding);
  }
  return unstored;
}

function inWords(findings: readonly Finding[]): string {
  return findings.map(({ message }) => message).join("; ");
}
