// The intents of one turn to their decisions: those of the inbox and the turn's own, exits before entries, entries in batches.
// The inbox is listed again when something was stored into it, so that an exit waits for one batch at most. Queued entries
// go before those that arrive: a place that is free is theirs.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { inboxIsEmpty, listInbox, putInInbox, reloadBooks } from "#app/books";
import { closesFirst } from "#domain/decide/decide-intent.ts";
import { decideBatch, ENTRIES_AT_ONCE } from "./decide-batch.ts";
import { EntryTouch } from "./entry-touch.ts";
import { type Processed, processIntent } from "./process-intent.ts";
import { promoteQueued } from "./promote-queued.ts";
import { scheduleFollowUp } from "./send-order.ts";
import { type Arrival, standingOf, stepOf } from "./stored-intent.ts";
import type { Turn } from "./turn.ts";

/** The inbox as it was listed, less what this turn has taken from it. */
interface Listing {
  readonly left: readonly Arrival[];
  /** Intents ever stored, when it was listed. */
  readonly storedCount: number;
}

/** Books after this turn has looked at every intent that it can see. */
export async function takeArrivals(deps: ExecutionDeps, given: Books, turn: Turn): Promise<Books> {
  let books = given;
  let listing: Listing = { left: [], storedCount: -1 };
  for (;;) {
    turn.takeWaiting();
    listing = await listingFor(deps, books, listing, turn);
    const arrivals = arrivalsOf(listing, turn);
    if (!arrivals.some((arrival) => goesBeforeQueue(books, arrival))) {
      const promoted = await promoteQueued(deps, books, turn);
      if (promoted !== books) {
        books = promoted;
        continue;
      }
    }
    const next = nextOf(books, arrivals);
    if (next.arrivals.length === 0) return books;
    const { books: after, count } = await decide(deps, books, next, turn);
    books = after;
    const done = new Set(next.arrivals.slice(0, count).map(({ intent }) => intent.intentId));
    listing = { ...listing, left: listing.left.filter(({ intent }) => !done.has(intent.intentId)) };
    turn.own = turn.own.filter(({ intent }) => !done.has(intent.intentId));
  }
}

/** Listed anew when something was stored since, and when all of it was looked at: a reversal may go on. */
async function listingFor(
  deps: ExecutionDeps,
  books: Books,
  listing: Listing,
  { tried }: Turn,
): Promise<Listing> {
  const { storedCount } = books.control.inbox;
  if (inboxIsEmpty(books)) return { left: [], storedCount };
  if (listing.left.length > 0 && listing.storedCount === storedCount) return listing;
  const waiting = await listInbox(deps, books.accountId);
  const untried = waiting.filter(({ intent }) => !tried.has(intent.intentId));
  return { left: untried.map((each) => arrivalOf(deps, each)), storedCount };
}

function arrivalOf(deps: ExecutionDeps, waiting: WaitingIntent): Arrival {
  return { intent: waiting.intent, waiting, queued: null, touch: new EntryTouch(deps, waiting.intent) };
}

/** The inbox first, in the order of its signals. An own intent that waits there is the one that waits there. */
function arrivalsOf({ left }: Listing, turn: Turn): readonly Arrival[] {
  const ids = new Set([...turn.tried, ...left.map(({ intent }) => intent.intentId)]);
  turn.own = turn.own.filter(({ intent }) => !ids.has(intent.intentId));
  return [...left, ...turn.own.map((own) => ({ ...own, waiting: null, queued: null }))];
}

interface Next {
  readonly arrivals: readonly Arrival[];
  /** Whether no other intent is in sight behind them. */
  readonly isLast: boolean;
}

/** The first exit by itself, then the entry of a reversal before the queue, else the first entries. */
function nextOf(books: Books, arrivals: readonly Arrival[]): Next {
  const exit =
    arrivals.find((arrival) => isExit(books, arrival)) ??
    (books.control.queue.length === 0 ? undefined : arrivals.find((arrival) => stepOf(arrival) > 0));
  const next = exit === undefined ? arrivals.slice(0, ENTRIES_AT_ONCE) : [exit];
  return { arrivals: next, isLast: next.length === arrivals.length };
}

/** An exit, and the entry of a reversal, whose place its own close has freed. */
function goesBeforeQueue(books: Books, arrival: Arrival): boolean {
  return isExit(books, arrival) || stepOf(arrival) > 0;
}

/** A reversal leaves its position first. */
function isExit(books: Books, arrival: Arrival): boolean {
  return arrival.intent.action !== "open" || closesFirst(books, arrival.intent, standingOf(arrival));
}

/** In a batch those of which that is possible, else the first by itself. */
async function decide(
  deps: ExecutionDeps,
  books: Books,
  { arrivals, isLast }: Next,
  turn: Turn,
): Promise<{ readonly books: Books; readonly count: number }> {
  const { actor } = turn;
  const isOwn = arrivals.every(({ waiting }) => waiting === null);
  const context = { actor, mayRelease: isOwn && isLast };
  if (arrivals.length > 1) {
    const batch = await decideBatch(deps, books, arrivals, context);
    for (const { intent } of arrivals.slice(0, batch.count)) turn.tried.add(intent.intentId);
    if (batch.count > 0) return batch;
  }
  const [first] = arrivals;
  if (first === undefined) return { books, count: 0 };
  const mayRelease = context.mayRelease && arrivals.length === 1;
  const result = await processIntent(deps, books, first, { actor, mayRelease });
  const isDeferred = first.waiting === null && result.left === "deferred";
  const after = isDeferred ? await putBack(deps, result.books, first) : result.books;
  await lookAgain(deps, result, first, turn);
  return { books: after, count: 1 };
}

/** An intent that must wait, and has no place in the inbox yet. */
async function putBack(deps: ExecutionDeps, books: Books, { intent }: Arrival): Promise<Books> {
  await putInInbox(deps, books, [intent]);
  return await reloadBooks(deps, books.accountId);
}

/** Arranges the next look at an intent that waits. A reversal that has closed is listed again, with its next step. */
async function lookAgain(
  deps: ExecutionDeps,
  { left, againAfterMs, books }: Processed,
  { intent: { intentId } }: Arrival,
  { tried, waiting }: Turn,
): Promise<void> {
  if (left !== "goesOn") tried.add(intentId);
  if (left !== "waits" && left !== "deferred") return;
  waiting.add(intentId);
  if (againAfterMs !== null) await scheduleFollowUp(deps, books.accountId, againAfterMs);
}
