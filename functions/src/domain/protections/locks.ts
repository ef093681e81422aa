// The locks that protections have set. A later lock can only make one longer; only its own end, or an
// operator's command, takes it away.
import type { ProtectionLock } from "#domain/documents/control.ts";

/** With `added`, without those that have ended. Of two for the same thing the later end holds. */
export function withLocks(
  locks: readonly ProtectionLock[],
  added: readonly ProtectionLock[],
  nowMs: number,
): readonly ProtectionLock[] {
  return added
    .reduce(
      withLock,
      locks.filter(({ untilMs }) => untilMs > nowMs),
    )
    .filter(({ untilMs }) => untilMs > nowMs);
}

function withLock(locks: readonly ProtectionLock[], added: ProtectionLock): readonly ProtectionLock[] {
  const same = locks.find((lock) => isSame(lock, added));
  if (same === undefined) return [...locks, added];
  if (same.untilMs >= added.untilMs) return locks;
  return [...locks.filter((lock) => lock !== same), { ...added, sinceMs: same.sinceMs }];
}

function isSame(a: ProtectionLock, b: ProtectionLock): boolean {
  return a.protection === b.protection && a.symbol === b.symbol && a.side === b.side;
}

/** Whether `lock` locks the same thing as `other`, and for as long. */
export function covers(lock: ProtectionLock, other: ProtectionLock): boolean {
  return isSame(lock, other) && lock.untilMs >= other.untilMs;
}

const MS_PER_MINUTE = 60_000;

/** A duration for a lock's reason: `90 min`. */
export function minutesText(ms: number): string {
  return `${Math.round((ms / MS_PER_MINUTE) * 10) / 10} min`;
}
