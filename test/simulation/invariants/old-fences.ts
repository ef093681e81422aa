// Rule 6, old fences never land (docs/RULES.md): a holder that has lost the lease cannot write any more.
import { isDeepStrictEqual } from "node:util";
import type { ControlState, Lease } from "#domain/documents/control.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { type Change, CLOCK_TOLERANCE_MS, type Invariant } from "./invariant.ts";

export const oldFencesNeverLand: Invariant = {
  rule: 6,
  name: "oldFencesNeverLand",
  says: "A commit to an account's books lands only from the holder of its lease, while nobody holds it, for a flatten that takes it over with a new fence, or beside the holder if it leaves lease, orders and groups alone; and fences only grow.",
  watch(evidence) {
    const highest = new Map<string, number>();
    const journaled = (accountId: string, { fence, kind }: JournalEntry): void => {
      const last = highest.get(accountId) ?? 0;
      if (fence < last)
        evidence.fail(`${kind} of ${accountId} landed with fence ${fence}; ${last} had been given out`);
      highest.set(accountId, Math.max(last, fence));
    };
    return {
      landed({ process, changes }) {
        for (const { path, accountId, before, after } of changes) {
          if (accountId === null || after === null) continue;
          if (path.includes("/journal/")) journaled(accountId, after as unknown as JournalEntry);
          if (!path.endsWith("/control/state") || before === null || process === null) continue;
          const held = (before as unknown as ControlState).lease;
          const next = (after as unknown as ControlState).lease;
          const leftMs = held.expiresAtMs - evidence.nowMs();
          const writer = { id: process.id, leftMs };
          if (isIntrusion(before as unknown as ControlState, next, changes, writer))
            evidence.fail(
              `${process.id} wrote ${accountId}'s books, held by ${held.holderId} for ${leftMs} ms more`,
            );
          if (next.fence < held.fence)
            evidence.fail(`${process.id} put ${accountId}'s fence back from ${held.fence} to ${next.fence}`);
          const changedHands = next.holderId !== null && next.holderId !== held.holderId;
          if (changedHands && next.fence <= held.fence)
            evidence.fail(`${process.id} took ${accountId}'s lease without a new fence`);
        }
      },
    };
  },
};

/** Books that a process writes while another one holds them, neither beside the holder nor by taking a flatten over. */
function isIntrusion(
  before: ControlState,
  next: Lease,
  changes: readonly Change[],
  writer: { readonly id: string; readonly leftMs: number },
): boolean {
  const held = before.lease;
  const isHeldByOther = held.holderId !== null && held.holderId !== writer.id;
  if (!isHeldByOther || writer.leftMs <= CLOCK_TOLERANCE_MS) return false;
  const isBooks = changes.some(({ path }) => path.includes("/journal/"));
  return isBooks && !isBesideTheHolder(held, next, changes) && !isTakenOver(before, next);
}

/** A command, the watchdog or a grade: it changes the control document and nothing that is the holder's. */
function isBesideTheHolder(held: Lease, next: Lease, changes: readonly Change[]): boolean {
  return isDeepStrictEqual(held, next) && !changes.some(({ path }) => /\/(orders|groups)\//.test(path));
}

function isTakenOver({ flatten, lease }: ControlState, next: Lease): boolean {
  return flatten !== null && next.fence > lease.fence;
}
