// The one way to act for an account: one at a time in this process, under the lease across processes, the inbox in
// order of storage first, and letting go only when it is empty. A commit that fails means somebody else acted:
// reload and decide again.

import type { Books, ExecutionDeps } from "#app/books";
import {
  cachedBooks,
  commitBooks,
  inboxIsEmpty,
  latchBanOf,
  listInbox,
  loadBooks,
  putInInbox,
  reloadBooks,
} from "#app/books";
import { decode, jitteredMs } from "#app/documents";
import { isHeldByOther, releaseLease } from "#domain/books/lease.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { mayTakeOver } from "#domain/lifecycle/ordered-flatten.ts";
import { DocumentConflictError, DocumentExistsError, PreconditionFailedError } from "#ports/documents.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import { beginFlattenTry } from "./begin-flatten-try.ts";
import { processIntent } from "./process-intent.ts";
import { scheduleFollowUp } from "./send-order.ts";

/** Enough for a burst of fifty alerts that all count up the inbox while one is being decided. */
const MAX_TRIES = 60;
const RETRY_WAIT_MS = 20;
/** A deferred intent waits for an order's fate; look again about when that can be known. */
const DEFERRED_AFTER_MS = 2_000;

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
    let pending = own.intent ?? null;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        const books = await currentBooks(deps, accountId, tries === 0 && own.work === undefined);
        const takesOver = own.work !== undefined && mayTakeOver(books.control, deps.clock.nowMs());
        if (takesOver || !isHeldByOther(books.control.lease, deps.holderId, deps.clock.nowMs())) {
          await actOnce(deps, books, actor, pending, own.work ?? null);
          return "DONE";
        }
        if (pending === null) return "BUSY";
        await putInInbox(deps, books, pending);
        pending = null;
        // The holder cannot have let go unnoticed after the intent was stored, but it may have just before: look
        // once more, and if nobody holds the lease, nobody else will look into the inbox soon.
      } catch (error) {
        if (!isContention(error)) {
          await latchBanOf(deps, accountId, error, actor);
          throw error;
        }
        deps.cache.delete(accountId);
        if (pending !== null && (await isDecided(deps, pending))) pending = null;
        await deps.clock.sleep(jitteredMs(deps.identity, RETRY_WAIT_MS));
      }
    }
    throw new Error(`Account ${accountId} was written by others ${MAX_TRIES} times in a row; giving way`);
  });
}

/** Cached books if they are young and show the lease free: "busy" from memory proves nothing. */
async function currentBooks(deps: ExecutionDeps, accountId: string, mayBeCached: boolean): Promise<Books> {
  const cached = mayBeCached ? cachedBooks(deps, accountId) : null;
  if (cached === null || isHeldByOther(cached.control.lease, deps.holderId, deps.clock.nowMs())) {
    return await loadBooks(deps, accountId);
  }
  return cached;
}

async function actOnce(
  deps: ExecutionDeps,
  given: Books,
  actor: string,
  intent: Intent | null,
  work: AccountWork | null,
): Promise<void> {
  const done = new Set<string>();
  // Before anything else acts: from this commit on, no write of the holder that was overtaken lands.
  const isFlattening = work !== null && given.control.flatten !== null;
  const own = isFlattening ? await beginFlattenTry(deps, given, actor) : given;
  let books = await drainInbox(deps, own, actor, done);
  if (work !== null) books = await work(books);
  if (intent !== null && !done.has(intent.intentId)) {
    const result = await processIntent(deps, books, intent, null, { actor, mayRelease: true });
    books = result.books;
    if (result.deferred) books = await defer(deps, books, intent, done);
  }
  books = await drainInbox(deps, books, actor, done);
  await letGo(deps, books, actor);
}

/** Puts back an intent that must wait for an order's fate; the follow-up finds it in the inbox. */
async function defer(deps: ExecutionDeps, books: Books, intent: Intent, done: Set<string>): Promise<Books> {
  await putInInbox(deps, books, intent);
  await scheduleFollowUp(deps, books.accountId, DEFERRED_AFTER_MS);
  done.add(intent.intentId);
  return await reloadBooks(deps, books.accountId);
}

/** Decides what waits, in order of storage, until nothing is left that this run has not tried. */
async function drainInbox(
  deps: ExecutionDeps,
  given: Books,
  actor: string,
  done: Set<string>,
): Promise<Books> {
  let books = given;
  while (!inboxIsEmpty(books)) {
    const waiting = (await listInbox(deps, books.accountId)).filter(
      (each) => !done.has(each.intent.intentId),
    );
    if (waiting.length === 0) return books;
    for (const each of waiting) {
      done.add(each.intent.intentId);
      const result = await processIntent(deps, books, each.intent, each, { actor, mayRelease: false });
      books = result.books;
      if (result.deferred) await scheduleFollowUp(deps, books.accountId, DEFERRED_AFTER_MS);
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

function isContention(error: unknown): boolean {
  return (
    error instanceof PreconditionFailedError ||
    error instanceof DocumentConflictError ||
    error instanceof DocumentExistsError
  );
}

/** Whether an earlier delivery of the intent was decided to its end, so that this one has nothing left to do. */
async function isDecided(deps: ExecutionDeps, intent: Intent | null): Promise<boolean> {
  if (intent === null) return false;
  const { accountId, intentId } = intent;
  const [stored, books] = await Promise.all([
    deps.documents.getAll([paths.intent(accountId, intentId)]),
    loadBooks(deps, accountId),
  ]);
  const snapshot = stored[0];
  const decision = snapshot === undefined ? null : decode(storedIntentSchema, snapshot);
  if (decision === null || decision.status === "INBOX") return false;
  return books.orders[clientOrderId(accountId, intentId, 0)] === undefined;
}
