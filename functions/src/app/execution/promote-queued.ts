// Decides the first queued entry that has a free place, like any entry that arrives now: every check, on a touch of its own,
// and the distance from the price at which it was queued. It is ordered or denied; either ends its time in the queue. Must
// only be called under the lease, by the holder whose books show the place free.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { commitBooks } from "#app/books";
import { decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { tellNewer, tellSetAside } from "#app/telling";
import { isHeldBy } from "#domain/books/lease.ts";
import { paths } from "#domain/documents/paths.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import { nextInQueue } from "#domain/queue/next-in-queue.ts";
import { rankQueue } from "#domain/queue/rank-queue.ts";
import { tendQueue } from "#domain/queue/tend-queue.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import { EntryTouch } from "./entry-touch.ts";
import { processIntent } from "./process-intent.ts";
import type { Turn } from "./turn.ts";

/** Promotions of one turn. Each is two commits and two requests, about a second; the lease lasts thirty. */
const MOST_PROMOTIONS = 8;

/** Whether a queued entry could be decided now that this turn has not looked at. */
export function mayPromote(books: Books, turn: Turn): boolean {
  return nextInQueue(books, turn.passedOver) !== null;
}

/** Whether this turn has done its share, and another one goes on. */
export function hasPromotedEnough(turn: Turn): boolean {
  return turn.promoted >= MOST_PROMOTIONS;
}

/** One promotion; the books as they were where there is none to make. */
export async function promoteQueued(deps: ExecutionDeps, given: Books, turn: Turn): Promise<Books> {
  if (given.control.queue.length === 0 || hasPromotedEnough(turn)) return given;
  const books = await withoutEnded(deps, given, turn.actor);
  const entry = nextInQueue(rankedNow(books), turn.passedOver);
  if (entry === null) return books;
  // Decided, or passed over: no entry is looked at twice by one turn.
  turn.passedOver.add(entry.intentId);
  turn.promoted += 1;
  const waiting = await storedAs(deps, books, entry);
  if (waiting === null) return books;
  const touch = new EntryTouch(deps, waiting.intent);
  touch.begin(books);
  const arrival = { intent: waiting.intent, waiting, queued: entry, touch };
  const { books: after } = await processIntent(deps, books, arrival, {
    actor: turn.actor,
    mayRelease: false,
  });
  return after;
}

/** Losses move with the marks, so the order of now is not the stored one's. */
function rankedNow(books: Books): Books {
  const { control, groups, nav } = books;
  const queue = rankQueue(control.queue, { slots: control.slots, groups, marks: nav?.marks ?? {} });
  return { ...books, control: { ...control, queue } };
}

/** Those whose time is over leave with a commit of their own where no other one comes. */
async function withoutEnded(deps: ExecutionDeps, books: Books, actor: string): Promise<Books> {
  const { config, groups, nav, control } = books;
  const { left } = tendQueue(control, { config, groups, marks: nav?.marks ?? {} }, deps.clock.nowMs());
  if (left.length === 0) return books;
  const subject = left.map(({ entry }) => entry.intentId).join(",");
  return await commitBooks(deps, books, { kind: "QUEUE_TENDED", subject, actor, control });
}

/** Null for one that keeps its place until its document is mended, or its time is over: those behind it do not wait for it. */
async function storedAs(
  deps: ExecutionDeps,
  { accountId, control }: Books,
  { intentId, symbol }: QueuedEntry,
): Promise<WaitingIntent | null> {
  const [snapshot] = await deps.documents.getAll([paths.intent(accountId, intentId)]);
  if (snapshot === undefined) throw new Error("The store answered with fewer documents than were asked for");
  try {
    const { intent, step, denials, status } = decodeRequired(storedIntentSchema, snapshot);
    // Another instance may have decided it since these books were loaded.
    if (status !== "QUEUED" && !isHeldBy(control.lease, deps.holderId, deps.clock.nowMs())) return null;
    if (status !== "QUEUED")
      throw new UnusableDocumentError(snapshot.path, `it is ${status}, and its entry waits in the queue`);
    return { intent, step, denials, version: snapshot.version ?? "" };
  } catch (error) {
    if (error instanceof NewerDocumentError) await tellNewer(deps, accountId, error);
    else if (error instanceof UnusableDocumentError)
      await tellSetAside(deps, accountId, error, `The queued entry of ${symbol} is passed over`);
    else throw error;
    return null;
  }
}
