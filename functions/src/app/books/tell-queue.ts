// The queue's part of every commit of an account's books. Entries that end with it are told in the same batch, by their
// intents and receipts. Looks are arranged before a commit is made, for a process that dies after it arranges nothing: one
// where it frees a place, which the holder gives itself before it lets go of the lease, and one when an entry runs out.

import { paths } from "#domain/documents/paths.ts";
import type { QueuedEntry, QueueEnd, QueueStay } from "#domain/documents/queue.ts";
import { nextInQueue } from "#domain/queue/next-in-queue.ts";
import type { LeftQueue } from "#domain/queue/tend-queue.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { TaskError } from "#ports/tasks.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { type BooksChange, booksAfter, stepAfter } from "./books-change.ts";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "./schedule-follow-up.ts";

/** An entry is valid up to and with its last millisecond; the look comes after it, by whichever clock is behind. */
const EXPIRED_MARGIN_MS = 1_000;

/** An entry's time in the queue, as its receipt tells it; `end` is null while it waits. */
export function stayOf(
  entry: QueuedEntry,
  end: QueueEnd | null,
  endedBy: string | null,
  nowMs: number,
): QueueStay {
  const { queuedAtMs, placeWhenQueued } = entry;
  return { queuedAtMs, placeWhenQueued, end, endedAtMs: end === null ? null : nowMs, endedBy };
}

/** The changes, with the ends of queued entries that each of them brings. */
export function withQueueEnds(
  given: Books,
  changes: readonly BooksChange[],
  nowMs: number,
): readonly BooksChange[] {
  let books = given;
  return changes.map((change) => {
    const step = stepAfter(books, change, nowMs);
    books = step.books;
    const left = [...(change.leftQueue ?? []), ...step.leftQueue];
    if (left.length === 0) return change;
    const { leftQueue: _told, ...rest } = change;
    return {
      ...rest,
      also: [...(change.also ?? []), ...left.flatMap((each) => endWrites(given.accountId, each, nowMs))],
    };
  });
}

function endWrites(
  accountId: string,
  { entry, end, endedBy, denials }: LeftQueue,
  nowMs: number,
): readonly DocumentWrite[] {
  const status = end === "EXPIRED" ? "EXPIRED" : "DENIED";
  const told = { status, denials: denials.map((each) => ({ ...each })) };
  return [
    { op: "update", path: paths.intent(accountId, entry.intentId), changes: { ...told, updatedAtMs: nowMs } },
    {
      op: "update",
      path: paths.receipt(accountId, entry.signalId),
      changes: { ...told, decidedAtMs: nowMs, queue: { ...stayOf(entry, end, endedBy, nowMs) } },
    },
  ];
}

/** Before the changes are stored: a look at a place that they free, and one when an entry that joins runs out. */
export async function arrangeQueueLooks(
  deps: ExecutionDeps,
  given: Books,
  changes: readonly BooksChange[],
): Promise<void> {
  if (changes.every(({ control }) => control.queue.length === 0)) return;
  const nowMs = deps.clock.nowMs();
  const { accountId } = given;
  const after = changes.reduce((books, change) => booksAfter(books, change, nowMs), given);
  if (nextInQueue(given) === null && nextInQueue(after) !== null) await lookSoon(deps, accountId);
  const known = new Set(given.control.queue.map(({ intentId }) => intentId));
  const joined = after.control.queue.filter(({ intentId }) => !known.has(intentId));
  if (joined.length === 0) return;
  const soonestMs = Math.min(...joined.map(({ expiresAtMs }) => expiresAtMs));
  await scheduleFollowUp(deps, accountId, soonestMs - nowMs + EXPIRED_MARGIN_MS);
}

/** A place is freed by the fate of an order, which is booked whether a look can be arranged or not. */
async function lookSoon(deps: ExecutionDeps, accountId: string): Promise<void> {
  try {
    await scheduleFollowUp(deps, accountId, FOLLOW_UP_AFTER_MS);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    deps.logger.warn("A look at the queue could not be arranged", { accountId, cause: error.message });
  }
}
