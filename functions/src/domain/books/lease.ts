// Who may act for an account. The fence grows with every change of holder, so a write of an older holder can be
// told from a write of the present one.
import type { Lease } from "#domain/documents/control.ts";

/** How long a holder may go without committing before others take over: several times the slowest venue call. */
export const LEASE_DURATION_MS = 30_000;

export function isHeldByOther(lease: Lease, holderId: string, nowMs: number): boolean {
  return lease.holderId !== null && lease.holderId !== holderId && lease.expiresAtMs > nowMs;
}

/** Whether a commit of this holder stands that no other holder can have followed yet: its books are of now. */
export function isHeldBy(lease: Lease, holderId: string, nowMs: number): boolean {
  return lease.holderId === holderId && lease.expiresAtMs > nowMs;
}

/** The lease after `holderId` takes or renews it. Callers have checked `isHeldByOther`. */
export function acquireLease(lease: Lease, holderId: string, nowMs: number): Lease {
  const renewing = isHeldBy(lease, holderId, nowMs);
  return {
    holderId,
    fence: renewing ? lease.fence : lease.fence + 1,
    expiresAtMs: nowMs + LEASE_DURATION_MS,
  };
}

export function releaseLease(lease: Lease): Lease {
  return { holderId: null, fence: lease.fence, expiresAtMs: 0 };
}
