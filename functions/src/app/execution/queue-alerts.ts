// The alert of a queue that takes no more: the one end of an entry at the queue that a person has to know of. Built here; the
// denial's own batch stores it.
import type { Books } from "#app/books";
import type { AlertCondition } from "#app/telling";
import { utcHour } from "#domain/nav/nav-book.ts";
import type { Refused } from "./decision-changes.ts";
import type { Arrival } from "./stored-intent.ts";

/** Null for any other denial. One an hour: a sender that goes on is the same condition. */
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
