// Rule 6, old fences never land (docs/RULES.md): a holder that has lost the lease cannot write any more.
import { isDeepStrictEqual } from "node:util";
import type { ControlState, Lease } from "#domain/documents/control.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { type Change, CLOCK_TOLERANCE_MS, type Invariant } from "./invariant.ts";

export const oldFencesNeverLand: Invariant = {
  rule: 6,
  name: "oldFencesNeverLand",
  says: "A commit to an account's books lands only from the holder of its lease, while the lease is free, for a flatten that takes it over with a new fence, or beside the holder if it leaves lease, orders and groups alone; and fences only grow.",
  watch(evidence) {
    const highest = new Map<string, number>();
    return {
      landed({ process, changes }) {
        for (const { path, accountId, before, after } of changes) {
          if (accountId === null || after === null) continue;
          if (path.includes("/journal/")) {
            const { fence, kind } = after as unknown as JournalEntry;
            const last = highest.get(accountId) ?? 0;
            if (fence < last)
              evidence.fail(`${kind} of ${accountId} landed with fence ${fence}; ${last} had been given out`);
            highest.set(accountId, Math.max(last, fence));
          }
          if (!path.endsWith("/control/state") || before === null || process === null) continue;
          const isBooks = changes.some((change) => change.path.includes("/journal/"));
          const held = (before as unknown as ControlState).lease;
          const next = (after as unknown as ControlState).lease;
          const leftMs = held.expiresAtMs - evidence.nowMs();
          if (
            isBooks &&
            !isBesideTheHolder(held, next, changes) &&
            !isTakenOver(before as unknown as ControlState, next) &&
            held.holderId !== null &&
            held.holderId !== process.id &&
            leftMs > CLOCK_TOLERANCE_MS
          )
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

/** A command, the watchdog or a grade: it changes the control document and nothing that is the holder's. */
function isBesideTheHolder(held: Lease, next: Lease, changes: readonly Change[]): boolean {
  return isDeepStrictEqual(held, next) && !changes.some(({ path }) => /\/(orders|groups)\//.test(path));
}

function isTakenOver({ flatten, lease }: ControlState, next: Lease): boolean {
  return flatten !== null && next.fence > lease.fence;
}
