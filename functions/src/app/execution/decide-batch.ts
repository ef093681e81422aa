// Several entries in one commit A, one round of sends and one commit B. Each is decided on the books that the one before it
// leaves, so caps, throttles and slots count those before; each has its own order, deadline and journal entry. Takes only
// what needs nothing before its commit: an exit, a reversal, a repeat and a refusal on old books go by themselves.

import type { Books, BooksChange, ExecutionDeps } from "#app/books";
import { commitChanges, stepAfter } from "#app/books";
import { closesFirst, decideIntent } from "#domain/decide/decide-intent.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import { DocumentNotFoundError, DocumentRefusedError } from "#ports/documents.ts";
import { denialChange, placementChange, queueChange } from "./decision-changes.ts";
import { mayRefuseOn, mustWait, withLease } from "./process-intent.ts";
import type { OutcomeContext } from "./record-outcome.ts";
import { sendOrders } from "./send-order.ts";
import { type Arrival, standingOf } from "./stored-intent.ts";

/**
 * Entries of one commit. Ten make a burst of fifty five commits; their sends leave together, so the last one waits for the
 * commit alone, as the first does, and an exit that arrives meanwhile waits for one round of ten.
 */
export const ENTRIES_AT_ONCE = 10;

export interface DecidedBatch {
  readonly books: Books;
  /** How many of the arrivals, from the first on, are decided. */
  readonly count: number;
}

/** Zero of them where the first has to go by itself, or the batch could not be stored. */
export async function decideBatch(
  deps: ExecutionDeps,
  given: Books,
  arrivals: readonly Arrival[],
  context: OutcomeContext,
): Promise<DecidedBatch> {
  const changes = await changesOf(deps, given, arrivals, context.actor);
  const count = changes.length;
  // One by itself is decided where everything about it can be.
  if (count < 2) return { books: given, count: 0 };
  const stored = await storeAll(deps, given, changes);
  if (stored === null) return { books: given, count: 0 };
  const ids = changes.flatMap(({ order }) => (order === undefined ? [] : [order.request.clientOrderId]));
  const mayRelease = context.mayRelease && count === arrivals.length;
  return { books: await sendOrders(deps, stored, ids, { ...context, mayRelease }), count };
}

/** Of the longest beginning that can be decided together. */
async function changesOf(
  deps: ExecutionDeps,
  given: Books,
  arrivals: readonly Arrival[],
  actor: string,
): Promise<readonly BooksChange[]> {
  for (const { touch } of arrivals) touch.begin(given);
  const changes: BooksChange[] = [];
  let books = given;
  for (const arrival of arrivals) {
    const change = await changeOf(deps, books, arrival, actor);
    // An order of this batch may still free the room that its place in the books takes: the refusal waits for its outcome.
    const isRefusedForOthers =
      change?.order === undefined && changes.some(({ order }) => order !== undefined);
    if (change === null || isRefusedForOthers) break;
    const after = stepAfter(books, change, deps.clock.nowMs());
    const ended = [...(change.leftQueue ?? []), ...after.leftQueue];
    // A document is written once in a batch: an entry that joined in this one ends in the next.
    if (ended.some(({ entry }) => joinedIn(changes, entry))) break;
    changes.push(change);
    books = after.books;
  }
  return changes;
}

async function changeOf(
  deps: ExecutionDeps,
  books: Books,
  arrival: Arrival,
  actor: string,
): Promise<BooksChange | null> {
  const { intent } = arrival;
  const standing = standingOf(arrival);
  const isStored =
    books.orders[clientOrderId(intent.accountId, intent.intentId, standing.step)] !== undefined;
  if (isStored || intent.action !== "open" || closesFirst(books, intent, standing)) return null;
  const touch = await arrival.touch.answer(books);
  const decision = decideIntent({ ...withLease(deps, books), touch }, intent, deps.clock.nowMs(), standing);
  if (decision.kind === "place" && decision.isLast)
    return placementChange(deps, books, { ...arrival, ...decision }, actor);
  if (!mayRefuseOn(deps, books)) return null;
  if (decision.kind === "queue") return queueChange(deps, books, { ...arrival, ...decision }, actor);
  if (decision.kind !== "deny" || mustWait(deps, books, intent) || isToBeTold(decision.denials)) return null;
  return denialChange(deps, books, { ...arrival, ...decision }, actor);
}

function joinedIn(changes: readonly BooksChange[], { intentId }: QueuedEntry): boolean {
  return changes.some(({ kind, subject }) => kind === "INTENT_QUEUED" && subject === intentId);
}

/** Its alert is looked for before it is stored. */
function isToBeTold(denials: readonly Denial[]): boolean {
  return denials.some(({ code }) => code === "QUEUE_FULL");
}

/** Null when the store refuses the batch for what one of them brings along: each is then tried by itself. */
async function storeAll(
  deps: ExecutionDeps,
  given: Books,
  changes: readonly BooksChange[],
): Promise<Books | null> {
  try {
    return await commitChanges(deps, given, changes);
  } catch (error) {
    if (!(error instanceof DocumentNotFoundError || error instanceof DocumentRefusedError)) throw error;
    const { accountId } = given;
    deps.logger.warn("A batch of decisions was refused; each goes by itself", {
      accountId,
      message: error.message,
    });
    return null;
  }
}
