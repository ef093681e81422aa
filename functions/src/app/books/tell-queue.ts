// The queue's part of every commit of an account's books. Entries that end with it are told in the same batch, by their
// intents and receipts. A commit that frees a place for a queued entry arranges a look before it is made: the holder
// promotes the entry itself before it lets go of the lease, and the look finds it should the holder die.

import { paths } from "#domain/documents/paths.ts";
import type { QueuedEntry, QueueEnd, QueueStay } from "#domain/documents/queue.ts";
import { nextInQueue } from "#domain/queue/next-in-queue.ts";
import type { LeftQueue } from "#domain/queue/tend-queue.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { type BooksChange, booksAfter, stepAfter } from "./books-change.ts";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "./schedule-follow-up.ts";

/** An entry's time in the queue, once it is over. */
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

/** Where the changes free a place for a queued entry that had none. */
export async function lookSoonAtQueue(
  deps: ExecutionDeps,
  given: Books,
  changes: readonly BooksChange[],
): Promise<void> {
  if (changes.every(({ control }) => control.queue.length === 0) || nextInQueue(given) !== null) return;
  const nowMs = deps.clock.nowMs();
  const after = changes.reduce((books, change) => booksAfter(books, change, nowMs), given);
  if (nextInQueue(after) !== null) await scheduleFollowUp(deps, given.accountId, FOLLOW_UP_AFTER_MS);
}
