// Rule 4, brakes outlive processes, and rule 5, fresh ground (docs/RULES.md), for limits of time: a session
// ends by a command or by the flatten that its horizon or stop-loss ordered. While the watchdog looks,
// session and groups end within their limits.
import { isDeepStrictEqual } from "node:util";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, NavSample, NavSeries } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { doneIn } from "./commands-once.ts";
import { type Change, configInForce, type Evidence, type Invariant, type Landed } from "./invariant.ts";

/** A look at every minute, one that was late, and the time that closing takes. */
const LATEST_MS = 150_000;

export const limitsOfTimeHold: Invariant = {
  rule: 4,
  name: "limitsOfTimeHold",
  says: "A session ends by command or by the flatten it ordered; no session outlives its horizon or its stop-loss, no group its time limit.",
  watch: (evidence) => ({
    landed(commit) {
      for (const change of commit.changes) {
        if (change.path.endsWith("/control/state") && commit.process !== null)
          checkSession(evidence, commit, change);
      }
    },
    healed() {
      for (const { profile } of evidence.setup.accounts) {
        // No process of a run may trade a live account.
        if (profile.mode === "paper") checkEnds(evidence, profile.accountId);
      }
    },
  }),
};

function checkSession(evidence: Evidence, commit: Landed, { accountId, before, after }: Change): void {
  const was = before as unknown as ControlState | null;
  const is = after as unknown as ControlState | null;
  if (accountId === null || was === null || is === null || isDeepStrictEqual(was.session, is.session)) return;
  const isCommanded = doneIn(commit, accountId) !== null;
  const isFlattened = is.session === null && is.flatten !== null && was.flatten === null;
  if (!isCommanded && !isFlattened)
    evidence.fail(`${commit.process?.id} changed the session of ${accountId} without a command or a flatten`);
}

function checkEnds(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  const config = configInForce(evidence, accountId);
  if (control === null || config === null) return;
  // Several last passes take minutes, in which a group of the time before grows older and nothing looks.
  const nowMs = evidence.scheduledUntilMs();
  const { session, slots, tradingState } = control;
  if (session?.horizonAtMs != null && nowMs - session.horizonAtMs > LATEST_MS)
    evidence.fail(`the session of ${accountId} outlived its horizon by ${nowMs - session.horizonAtMs} ms`);
  const limitMs = config.watchdog.groupTimeLimitMs;
  // Under a halt nothing is closed but by an ordered flatten.
  if (limitMs !== null && tradingState.state !== "HALTED") {
    for (const [groupId, { sinceMs, qtyBase }] of Object.entries(slots)) {
      if (Number(qtyBase) > 0 && nowMs - sinceMs > limitMs + LATEST_MS)
        evidence.fail(`${groupId} of ${accountId} is ${nowMs - sinceMs} ms old, limit ${limitMs}`);
    }
  }
  const stopUsd = session?.stopLossNavUsd ?? null;
  if (session === null || stopUsd === null || Object.keys(slots).length === 0) return;
  const heldSinceMs = Math.max(session.startedAtMs, ...Object.values(slots).map(({ sinceMs }) => sinceMs));
  const recent = samplesOf(evidence, accountId).filter(
    ({ atMs }) => atMs > Math.max(heldSinceMs, nowMs - LATEST_MS) && atMs <= nowMs,
  );
  // Below it at every NAV of that time, so below it at a look of the watchdog too.
  if (recent.length >= 3 && recent.every(({ navUsd }) => Number(navUsd) < Number(stopUsd) * 0.9999))
    evidence.fail(`${accountId} has been below its session's stop-loss ${stopUsd} for ${recent.length} NAVs`);
}

function samplesOf(evidence: Evidence, accountId: string): readonly NavSample[] {
  const packed = evidence
    .below<NavSeries>(`accounts/${accountId}/navSeries/`)
    .flatMap(([, { atMs, navUsd }]) => atMs.map((at, place) => ({ atMs: at, navUsd: navUsd[place] ?? "0" })));
  return [...packed, ...(evidence.read<Nav>(paths.nav(accountId))?.recent ?? [])];
}
