// The one way to act for an account: one at a time in this process, under the lease across processes, the inbox in
// the order of its signals first, and letting go only when nothing in it can be decided now. A commit that fails means somebody else acted:
// reload and decide again.

import type { Books, ExecutionDeps } from "#app/books";
import {
  cachedBooks,
  commitBooks,
  inboxIsEmpty,
  latchBanOf,
  latchRefusalOf,
  listInbox,
  loadBooks,
  putInInbox,
  reloadBooks,
} from "#app/books";
import { commitDecision, decode, RACES } from "#app/documents";
import { isHeldByOther, releaseLease } from "#domain/books/lease.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { mayTakeOver } from "#domain/lifecycle/ordered-flatten.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import { beginFlattenTry } from "./begin-flatten-try.ts";
import { continueClosings } from "./continue-closings.ts";
import { EntryTouch } from "./entry-touch.ts";
import { type Processed, processIntent } from "./process-intent.ts";
import { scheduleFollowUp } from "./send-order.ts";

/** BUSY: another holder acts for the account; what there is to do waits in the inbox or for its next look. */
export type ActResult = "DONE" | "BUSY";

/** Work under the lease beside intents, such as reconciling; returns the books as it leaves them. */
export type AccountWork = (books: Books) => Promise<Books>;

export function actForAccount(
  deps: ExecutionDeps,
  accountId: string,
  actor: string,
  own: { readonly intent?: Intent; readonly work?: AccountWork },
): Promise<ActResult> {
  return deps.serial.run(accountId, async () => {
    const intent = own.intent ?? null;
    const touch = intent === null ? null : new EntryTouch(deps, intent);
    const turn: Turn = { actor, work: own.work ?? null, intent, touch };
    try {
      return await commitDecision(deps, RACES.account, {
        subject: `Account ${accountId}`,
        attempt: async (isFirst) => {
          const mayBeCached = isFirst && turn.work === null;
          turn.touch?.begin(deps.cache.get(accountId));
          return await actOrGiveWay(deps, await currentBooks(deps, accountId, mayBeCached), turn);
        },
        onLost: async () => {
          deps.cache.delete(accountId);
          if (turn.intent !== null && (await isDecided(deps, turn.intent))) turn.intent = null;
        },
      });
    } catch (error) {
      await latchBanOf(deps, accountId, error, actor);
      await latchRefusalOf(deps, accountId, error);
      throw error;
    }
  });
}

/** The work of one call for the account. */
interface Turn {
  readonly actor: string;
  readonly work: AccountWork | null;
  /** Null once it waits in the inbox or has been decided by somebody else. */
  intent: Intent | null;
  /** Of the intent. */
  readonly touch: EntryTouch | null;
}

async function actOrGiveWay(deps: ExecutionDeps, books: Books, turn: Turn): Promise<ActResult> {
  if (mayAct(deps, books, turn)) return await actOnce(deps, books, turn);
  if (turn.intent === null) return "BUSY";
  await putInInbox(deps, books, turn.intent);
  turn.intent = null;
  // A holder that let go after the intent was stored has seen it, but one that let go just before has left it
  // in the inbox. So look once more: while the lease is free, this call is the only one that looks soon.
  const now = await loadBooks(deps, books.accountId);
  return mayAct(deps, now, turn) ? await actOnce(deps, now, turn) : "BUSY";
}

function mayAct(deps: ExecutionDeps, { control }: Books, { work }: Turn): boolean {
  const takesOver = work !== null && mayTakeOver(control, deps.clock.nowMs());
  return takesOver || !isHeldByOther(control.lease, deps.holderId, deps.clock.nowMs());
}

/** Cached books if they are young and show the lease free: "busy" from memory proves nothing. */
async function currentBooks(deps: ExecutionDeps, accountId: string, mayBeCached: boolean): Promise<Books> {
  const cached = mayBeCached ? cachedBooks(deps, accountId) : null;
  if (cached === null || isHeldByOther(cached.control.lease, deps.holderId, deps.clock.nowMs())) {
    return await loadBooks(deps, accountId);
  }
  return cached;
}

async function actOnce(deps: ExecutionDeps, given: Books, turn: Turn): Promise<"DONE"> {
  const { actor, work, intent, touch } = turn;
  const tried: Tried = { ids: new Set(), waiting: new Set() };
  // Before anything else acts: from this commit on, no write of the holder that was overtaken lands.
  const isFlattening = work !== null && given.control.flatten !== null;
  const own = isFlattening ? await beginFlattenTry(deps, given, actor) : given;
  let books = await drainInbox(deps, own, actor, tried);
  if (work !== null) {
    books = await work(books);
    // Those may have waited for the very order that this work has resolved.
    for (const intentId of tried.waiting) tried.ids.delete(intentId);
  }
  if (intent !== null && touch !== null && !tried.ids.has(intent.intentId)) {
    const context = { actor, mayRelease: true };
    const result = await processIntent(deps, books, { intent, waiting: null, touch }, context);
    books = result.left === "deferred" ? await putBack(deps, result.books, intent) : result.books;
    await lookAgain(deps, result, intent, tried);
  }
  books = await drainInbox(deps, books, actor, tried);
  // An exit that one order could not carry out. Work of schedules goes on with it in its own order.
  if (work === null) books = await continueClosings(deps, books, actor);
  await letGo(deps, books, actor);
  return "DONE";
}

/** Intents that this run has looked at, and those of them that must wait. */
interface Tried {
  readonly ids: Set<string>;
  readonly waiting: Set<string>;
}

/** An intent that must wait, and has no place in the inbox yet. */
async function putBack(deps: ExecutionDeps, books: Books, intent: Intent): Promise<Books> {
  await putInInbox(deps, books, intent);
  return await reloadBooks(deps, books.accountId);
}

/** Arranges the next look at an intent that waits. A reversal that has closed is listed again, with its next step. */
async function lookAgain(
  deps: ExecutionDeps,
  result: Processed,
  { intentId }: Intent,
  tried: Tried,
): Promise<void> {
  const { left, againAfterMs, books } = result;
  if (left !== "goesOn") tried.ids.add(intentId);
  if (left !== "waits" && left !== "deferred") return;
  tried.waiting.add(intentId);
  if (againAfterMs !== null) await scheduleFollowUp(deps, books.accountId, againAfterMs);
}

/** Decides the waiting intents in the order of their signals, until this run has tried each. */
async function drainInbox(deps: ExecutionDeps, given: Books, actor: string, tried: Tried): Promise<Books> {
  let books = given;
  while (!inboxIsEmpty(books)) {
    const waiting = (await listInbox(deps, books.accountId)).filter(
      (each) => !tried.ids.has(each.intent.intentId),
    );
    if (waiting.length === 0) return books;
    for (const each of waiting) {
      const context = { actor, mayRelease: false };
      const { intent } = each;
      const arrival = { intent, waiting: each, touch: new EntryTouch(deps, intent) };
      const result = await processIntent(deps, books, arrival, context);
      books = result.books;
      await lookAgain(deps, result, intent, tried);
    }
  }
  return books;
}

/** Lets go of the lease. Fails under its version if something was stored into the inbox meanwhile. */
async function letGo(deps: ExecutionDeps, books: Books, actor: string): Promise<void> {
  if (books.control.lease.holderId !== deps.holderId) return;
  await commitBooks(deps, books, {
    kind: "LEASE_RELEASED",
    subject: deps.holderId,
    actor,
    control: { ...books.control, lease: releaseLease(books.control.lease) },
  });
}

/** Whether an earlier delivery of the intent was decided to its end, so that this one has nothing left to do. */
async function isDecided(deps: ExecutionDeps, { accountId, intentId }: Intent): Promise<boolean> {
  const [stored, books] = await Promise.all([
    deps.documents.getAll([paths.intent(accountId, intentId)]),
    loadBooks(deps, accountId),
  ]);
  const snapshot = stored[0];
  const decision = snapshot === undefined ? null : decode(storedIntentSchema, snapshot);
  if (decision === null || decision.status === "INBOX") return false;
  return books.orders[clientOrderId(accountId, intentId, 0)] === undefined;
}
