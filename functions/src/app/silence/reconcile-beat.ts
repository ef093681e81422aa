// Reconcile and watchdog hear each other's heart: reconcile says that it ended a pass, asks when the watchdog last looked,
// and wakes it where the control document, which reconcile has read anyway, shows that it is needed.

import type { ExecutionDeps } from "#app/books";
import { committedAtMs, decode, encode, UnusableDocumentError } from "#app/documents";
import { raiseAlert } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { taskName } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { FLAT_BEAT_LIMIT_MS, readsWatchdogBeat, writesBeat } from "#domain/nav/nav-cadence.ts";
import { watchdogRecordSchema } from "#schemas/watchdog.ts";

/** While something is held the watchdog looks several times a minute: three minutes without a look is its end. */
const EXPOSED_BEAT_LIMIT_MS = 180_000;
const MINUTE_MS = 60_000;

/** After a pass, also one that the venue did not answer: it was made. */
export async function endPass(deps: ExecutionDeps, control: ControlState): Promise<void> {
  const { accountId } = control;
  const nowMs = deps.clock.nowMs();
  const isExposed = Object.keys(control.slots).length > 0;
  if (isExposed || writesBeat("reconcile", nowMs)) {
    const data = encode({ accountId, endedAtMs: nowMs });
    await deps.documents.commit([{ op: "set", path: paths.telemetry(accountId, "reconcile"), data }]);
  }
  if (isExposed || readsWatchdogBeat(nowMs)) await listenToWatchdog(deps, control, isExposed);
  if (needsLook(control, nowMs)) await wakeWatchdog(deps, accountId);
}

/** What a flat account's watchdog, which reads nothing, would not see: a horizon, and a REDUCING of its own to end. */
function needsLook({ session, tradingState, flatten }: ControlState, nowMs: number): boolean {
  if (flatten !== null) return false;
  const horizonAtMs = session?.horizonAtMs ?? null;
  const isPast = horizonAtMs !== null && nowMs >= horizonAtMs;
  return isPast || (tradingState.state === "REDUCING" && tradingState.cause === "watchdog");
}

async function wakeWatchdog(deps: ExecutionDeps, accountId: string): Promise<void> {
  const runAtMs = deps.clock.nowMs();
  const name = taskName("watchdog", "woken", accountId, Math.floor(runAtMs / MINUTE_MS));
  await deps.tasks.schedule({ queue: "watchdog", name, payload: { accountId }, runAtMs });
}

async function listenToWatchdog(
  deps: ExecutionDeps,
  control: ControlState,
  isExposed: boolean,
): Promise<void> {
  const { accountId } = control;
  const nowMs = deps.clock.nowMs();
  const lookedAtMs = await lastLookMs(deps, accountId);
  // One that has never looked is silent since something is held; of a flat account that may be its first minute.
  const oldestMs = Math.min(nowMs, ...Object.values(control.slots).map(({ sinceMs }) => sinceMs));
  const sinceMs = isExposed ? Math.max(lookedAtMs ?? 0, oldestMs) : (lookedAtMs ?? nowMs);
  const limitMs = isExposed ? EXPOSED_BEAT_LIMIT_MS : FLAT_BEAT_LIMIT_MS;
  if (nowMs - sinceMs <= limitMs) return;
  await raiseAlert(deps, {
    accountId,
    severity: isExposed ? "critical" : "warning",
    code: "WATCHDOG_SILENT",
    message: `The watchdog has not looked for ${nowMs - sinceMs} ms`,
    remedy:
      "Check the schedule watchdogEveryMinute and the task queue watchdog; until then only resting stops protect",
    dedupeKey: utcHour(nowMs),
  });
}

async function lastLookMs(deps: ExecutionDeps, accountId: string): Promise<number | null> {
  const [snapshot] = await deps.documents.getAll([paths.telemetry(accountId, "watchdog")]);
  if (snapshot === undefined) throw new Error("The store answered without the watchdog's record");
  // A later release's record is a look like any other: it was stored when it ended.
  if (snapshot.newer !== undefined) return committedAtMs(snapshot);
  try {
    return decode(watchdogRecordSchema, snapshot)?.lookedAtMs ?? null;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    deps.logger.error("The watchdog's record cannot be read", { path: error.path, fault: error.message });
    return null;
  }
}
