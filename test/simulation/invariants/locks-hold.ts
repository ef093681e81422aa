// Rule 4, brakes outlive processes (docs/RULES.md), for the protections: a lock is set with its cause, keeps
// its whole length, and no entry is ordered under it. The cause is judged here from the stored documents
// alone, apart from the product's own word.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, ProtectionLock } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { type Change, configInForce, type Evidence, type Invariant, type Landed } from "./invariant.ts";

export const locksHold: Invariant = {
  rule: 4,
  name: "locksHold",
  says: "Protection locks and vetoes are stored with what causes them, end no earlier than they said, and no entry is ordered under one, whichever instance decides.",
  watch(evidence) {
    /** Times of failed sends, as the orders tell them, by account. */
    const failures = new Map<string, number[]>();
    return {
      landed(commit) {
        const control = commit.changes.find(({ path }) => path.endsWith("/control/state"));
        if (control !== undefined) checkKept(evidence, commit, control);
        // Clearing everything forgets the failed sends as well: the next burst starts from nothing.
        const { after } = controlsOf(control);
        if (control?.accountId && isOrdered(commit) && after?.throttles.errorAtMs.length === 0)
          failures.delete(control.accountId);
        for (const change of commit.changes) {
          if (change.path.includes("/orders/")) checkOrder(evidence, change, control, failures);
          if (change.path.includes("/groups/")) checkGroup(evidence, change, control);
        }
      },
    };
  },
};

const controlsOf = (change: Change | undefined) => ({
  before: (change?.before ?? null) as unknown as ControlState | null,
  after: (change?.after ?? null) as unknown as ControlState | null,
});

/** An operator's clearing takes a lock away on purpose; the command is stored with its effect. */
function isOrdered({ process, changes }: Landed): boolean {
  return process === null || changes.some(({ path }) => path.includes("/commands/"));
}

function checkKept(evidence: Evidence, commit: Landed, change: Change): void {
  const { before, after } = controlsOf(change);
  if (before === null || after === null || isOrdered(commit)) return;
  const nowMs = after.updatedAtMs;
  for (const lock of before.protections.locks.filter(({ untilMs }) => untilMs > nowMs)) {
    const kept = after.protections.locks.find((each) => isSame(each, lock));
    if (kept === undefined || kept.untilMs < lock.untilMs)
      evidence.fail(`${commit.process?.id} shortened ${lock.protection} of ${change.accountId}`);
  }
  for (const [key, untilMs] of Object.entries(before.throttles.vetoedUntilMs)) {
    if (untilMs > nowMs && (after.throttles.vetoedUntilMs[key] ?? 0) < untilMs)
      evidence.fail(`${commit.process?.id} shortened the veto ${key} of ${change.accountId}`);
  }
}

function isSame(a: ProtectionLock, b: ProtectionLock): boolean {
  return a.protection === b.protection && a.symbol === b.symbol && a.side === b.side;
}

function checkOrder(
  evidence: Evidence,
  change: Change,
  controlChange: Change | undefined,
  failures: Map<string, number[]>,
): undefined {
  const accountId = change.accountId ?? "";
  const before = change.before as unknown as Order | null;
  const after = change.after as unknown as Order | null;
  if (after === null) return;
  const times = failures.get(accountId) ?? [];
  failures.set(accountId, times);
  if (before === null) return checkEntry(evidence, after, controlsOf(controlChange).before, times);
  const failed =
    before.status === "SUBMITTING" &&
    (after.status === "REJECTED" || after.status === "SUBMIT_UNKNOWN") &&
    after.absences.count === before.absences.count &&
    !isPostOnlyRefusal(after);
  if (failed) times.push(after.updatedAtMs);
}

const WOULD_TAKE: ReadonlySet<string> = new Set(["-5022", "EC_PostOnlyWillTakeLiquidity"]);

/** The venue's word for a post-only order that would have taken: the book moved, and no send failed. */
function isPostOnlyRefusal({ request, rejection }: Order): boolean {
  return request.timeInForce === "GTX" && WOULD_TAKE.has(rejection?.code ?? "");
}

function checkEntry(
  evidence: Evidence,
  order: Order,
  control: ControlState | null,
  failedAtMs: readonly number[],
): undefined {
  const { request, createdAtMs, accountId } = order;
  if (request.reduceOnly || control === null) return;
  const id = request.clientOrderId;
  const side = request.side === "buy" ? "long" : "short";
  const locked = control.protections.locks.find(
    (lock) =>
      lock.untilMs > createdAtMs &&
      (lock.symbol === null || lock.symbol === request.symbol) &&
      (lock.side === null || lock.side === side),
  );
  if (locked !== undefined) return evidence.fail(`the entry ${id} was ordered under ${locked.protection}`);
  if ((control.throttles.vetoedUntilMs[`${order.strategyId}/${request.symbol}`] ?? 0) > createdAtMs)
    return evidence.fail(`the entry ${id} was ordered under a veto`);
  const burst = configOf(evidence, accountId, control)?.protections.errorBurst ?? null;
  if (burst === null) return;
  const inWindow = failedAtMs.filter(
    (atMs) => atMs > createdAtMs - Math.min(burst.windowMs, burst.stopDurationMs),
  );
  if (inWindow.length >= burst.limit && configIsOld(evidence, accountId, inWindow))
    evidence.fail(`the entry ${id} was ordered after ${inWindow.length} failed sends`);
}

/** The config that the decision was made on; null when another is in force by now. */
function configOf(evidence: Evidence, accountId: string, control: ControlState): AccountConfig | null {
  const config = configInForce(evidence, accountId);
  return config?.version === control.configVersion ? config : null;
}

/** A burst counts for a lock only under the config that asks for it. */
function configIsOld(evidence: Evidence, accountId: string, times: readonly number[]): boolean {
  const config = configInForce(evidence, accountId);
  return config !== null && times.every((atMs) => atMs > config.createdAtMs);
}

function checkGroup(evidence: Evidence, change: Change, controlChange: Change | undefined): undefined {
  const before = change.before as unknown as Group | null;
  const after = change.after as unknown as Group | null;
  const { after: control } = controlsOf(controlChange);
  if (before === null || after === null || control === null) return;
  if (!isGroupEnded(after.status) || isGroupEnded(before.status) || after.averageEntryUsd === null) return;
  if (after.exitReason === null) return evidence.fail(`the group ${after.groupId} ended without a reason`);
  const cooldown = configOf(evidence, after.accountId, control)?.protections.cooldownPeriod ?? null;
  if (cooldown === null || after.endedAtMs === null) return;
  const untilMs = after.endedAtMs + cooldown.stopDurationMs;
  const isLocked = control.protections.locks.some(
    (lock) => lock.protection === "CooldownPeriod" && lock.symbol === after.symbol && lock.untilMs >= untilMs,
  );
  if (!isLocked) evidence.fail(`the group ${after.groupId} ended without the cooldown of ${after.symbol}`);
}
