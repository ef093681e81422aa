// Rule 4, brakes outlive processes, and rule 7, nothing in silence (docs/RULES.md), for entries that wait for a place of the
// pool: none is forgotten, and each ends in one way that its receipt tells.
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import {
  type Change,
  CLOCK_TOLERANCE_MS,
  configInForce,
  type Evidence,
  type Invariant,
  type Landed,
} from "./invariant.ts";
import { waitingEntries } from "./queue-truth.ts";

export const queuedEntriesEndOnce: Invariant = {
  rule: 7,
  name: "queuedEntriesEndOnce",
  says: "An entry that was queued leaves the queue once, in one way, and its receipt tells which; none trades past its validity or the drift that the config allows.",
  watch(evidence) {
    return {
      landed(commit) {
        for (const change of commit.changes) {
          if (change.path.includes("/receipts/")) checkStay(evidence, change);
          if (change.path.includes("/intents/")) checkTraded(evidence, commit, change);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) checkWaiting(evidence, profile.accountId);
      },
    };
  },
};

function checkStay(evidence: Evidence, { path, before: was, after: is }: Change): undefined {
  const before = was as unknown as Receipt | null;
  const after = is as unknown as Receipt | null;
  // An earlier release had no queue.
  const stay = after?.queue ?? null;
  if (after === null || stay === null) return;
  const { end, endedAtMs } = stay;
  if ((end === null) !== (after.status === "QUEUED"))
    return evidence.fail(`${path} is ${after.status}, and its time in the queue ended with ${end}`);
  if ((end === null) !== (endedAtMs === null)) evidence.fail(`${path} ended with ${end} at ${endedAtMs}`);
  if (after.status === "ORDERED" && end !== "PROMOTED") evidence.fail(`${path} was ordered after ${end}`);
  const earlier = before?.queue?.end ?? null;
  if (earlier !== null && earlier !== end)
    evidence.fail(`${path} left the queue twice: ${earlier}, then ${end}`);
}

/** An entry of the queue that was ordered with this commit. */
function checkTraded(
  evidence: Evidence,
  { changes }: Landed,
  { accountId, before: was, after: is }: Change,
): void {
  const before = was as unknown as StoredIntent | null;
  const after = is as unknown as StoredIntent | null;
  if (before?.status !== "QUEUED" || after?.status !== "DECIDED" || accountId === null) return;
  const created = changes.find(({ path, before: earlier }) => path.includes("/orders/") && earlier === null);
  const order = (created?.after ?? null) as unknown as Order | null;
  // The entry of a reversal, denied at last: its first step was ordered.
  if (order === null) return;
  const { queue } = configInForce(evidence, accountId) ?? { queue: null };
  if (queue === null) evidence.fail(`${order.request.clientOrderId} was promoted without a queue`);
  if (queue === null) return;
  const waitedMs = order.createdAtMs - before.updatedAtMs;
  if (waitedMs > queue.validForMs + CLOCK_TOLERANCE_MS)
    evidence.fail(`${order.request.clientOrderId} was ordered after ${waitedMs} ms in the queue`);
  const priceOf = ({ basis }: Pick<StoredIntent, "basis">): number =>
    Number(order.request.side === "buy" ? basis?.touch?.askUsd : basis?.touch?.bidUsd);
  const driftBps = (Math.abs(priceOf(order) - priceOf(before)) / priceOf(before)) * 10_000;
  if (!(driftBps <= queue.maxPriceDriftBps + 1e-6))
    evidence.fail(`${order.request.clientOrderId} was ordered ${driftBps} bps away from where it was queued`);
}

function checkWaiting(evidence: Evidence, accountId: string): void {
  const listed = new Set(
    evidence.read<ControlState>(paths.control(accountId))?.queue.map(({ intentId }) => intentId),
  );
  const waiting = waitingEntries(evidence, accountId);
  for (const { path, intentId } of waiting)
    if (!listed.has(intentId)) evidence.fail(`${path} waits, and no queue has it`);
  if (listed.size !== waiting.length)
    evidence.fail(`${accountId} lists ${listed.size} queued entries, and ${waiting.length} receipts wait`);
}

export const queueSurvivesRestarts: Invariant = {
  rule: 4,
  name: "queueSurvivesRestarts",
  says: "An entry leaves the stored queue only in a commit that gives its intent another standing.",
  watch(evidence) {
    return {
      landed({ process, changes }) {
        for (const { path, accountId, before, after } of changes) {
          if (!path.endsWith("/control/state") || accountId === null) continue;
          const was = (before as unknown as ControlState | null)?.queue ?? [];
          // One that an earlier release has stored, and of which only a counter was changed since, has none either.
          const left = (after as unknown as Partial<ControlState> | null)?.queue ?? [];
          const is = new Set(left.map(({ intentId }) => intentId));
          for (const { intentId } of was.filter((each) => !is.has(each.intentId))) {
            const stored = evidence.read<StoredIntent>(paths.intent(accountId, intentId));
            if (stored?.status === "QUEUED")
              evidence.fail(
                `${process?.id ?? "the operator"} forgot the queued entry ${intentId} of ${accountId}`,
              );
          }
        }
      },
    };
  },
};
