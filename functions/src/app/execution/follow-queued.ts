// After an entry has joined the queue: a look when the first of them runs out, so that its sender learns of it in time.
// And the alert of a queue that takes no more.
import type { Books, ExecutionDeps } from "#app/books";
import { scheduleFollowUp } from "#app/books";
import type { AlertCondition } from "#app/telling";
import { utcHour } from "#domain/nav/nav-book.ts";
import type { Refused } from "./decision-changes.ts";
import type { Arrival } from "./stored-intent.ts";

/** An entry is valid up to and with its last millisecond; the look comes after it, by whichever clock is behind. */
const EXPIRED_MARGIN_MS = 1_000;

export async function followQueued(deps: ExecutionDeps, { accountId, control }: Books): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const joined = control.queue.filter(({ queuedAtMs }) => queuedAtMs === control.updatedAtMs);
  const soonestMs = Math.min(...joined.map(({ expiresAtMs }) => expiresAtMs));
  if (joined.length > 0) await scheduleFollowUp(deps, accountId, soonestMs - nowMs + EXPIRED_MARGIN_MS);
}

/** One an hour: a sender that goes on is the same condition. */
export function alertOfFullQueue(
  { accountId }: Books,
  { intent, denials }: Arrival & Refused,
  nowMs: number,
): AlertCondition | null {
  const full = denials.find(({ code }) => code === "QUEUE_FULL");
  if (full === undefined) return null;
  return {
    accountId,
    severity: "warning",
    code: "QUEUE_FULL",
    message: `The entry of ${intent.symbol} by ${intent.strategyId} was denied: the pool is full, and ${full.actual} of ${full.limit} entries wait for a place`,
    remedy:
      "Close or drop what is not wanted any more, or set a longer queue or more open groups in the config",
    dedupeKey: utcHour(nowMs),
  };
}
