// The one way to act for an account: one turn at a time in this process, which takes all intents that wait there, under the
// lease across processes, and letting go only when nothing in inbox or queue can be decided now. A turn that finds the lease taken
// stores its intents for the holder in one commit. A commit that fails means somebody else acted: reload and decide again.

import type { Books, ExecutionDeps } from "#app/books";
import { cachedBooks, commitBooks, latchBanOf, latchRefusalOf, loadBooks, putInInbox } from "#app/books";
import { carryOutDirectives } from "#app/directives";
import { commitDecision, decode, RACES } from "#app/documents";
import { hasRerouting } from "#domain/books/bookkeeping.ts";
import { isHeldByOther, releaseLease } from "#domain/books/lease.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { mayTakeOver } from "#domain/lifecycle/ordered-flatten.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import { beginFlattenTry } from "./begin-flatten-try.ts";
import { continueClosings } from "./continue-closings.ts";
import { continueRoutes } from "./continue-routes.ts";
import { hasPromotedEnough, mayPromote } from "./promote-queued.ts";
import { scheduleFollowUp } from "./send-order.ts";
import { takeArrivals } from "./take-arrivals.ts";
import { type AccountWork, type OwnIntent, Turn } from "./turn.ts";

/** BUSY: another holder acts for the account; what there is to do waits in the inbox or for its next look. */
export type ActResult = "DONE" | "BUSY";

export async function actForAccount(
  deps: ExecutionDeps,
  accountId: string,
  actor: string,
  own: { readonly intent?: Intent; readonly work?: AccountWork },
): Promise<ActResult> {
  const letter = own.intent === undefined ? null : deps.mailbox.put(own.intent);
  return await deps.serial.run(accountId, async () => {
    // An earlier turn of this process has decided it with its own, or stored it with them.
    if (letter?.isAnswered) return "DONE";
    const turn = new Turn(deps, accountId, actor, { letter, work: own.work ?? null });
    try {
      const result = await takeTurn(deps, turn);
      turn.succeeded();
      return result;
    } catch (error) {
      turn.failed();
      await latchBanOf(deps, accountId, error, actor);
      await latchRefusalOf(deps, accountId, error);
      throw error;
    }
  });
}

async function takeTurn(deps: ExecutionDeps, turn: Turn): Promise<ActResult> {
  const { accountId } = turn;
  return await commitDecision(deps, RACES.account, {
    subject: `Account ${accountId}`,
    attempt: async (isFirst) => {
      const mayBeCached = isFirst && turn.work === null;
      turn.begin();
      const books = await currentBooks(deps, accountId, mayBeCached);
      // More may have come while the books were loaded.
      turn.takeWaiting();
      return await actOrGiveWay(deps, books, turn);
    },
    onLost: async () => {
      deps.cache.delete(accountId);
      turn.own = await undecided(deps, accountId, turn.own);
    },
  });
}

async function actOrGiveWay(deps: ExecutionDeps, books: Books, turn: Turn): Promise<ActResult> {
  if (mayAct(deps, books, turn)) return await actOnce(deps, books, turn);
  if (turn.own.length === 0) return "BUSY";
  await putInInbox(
    deps,
    books,
    turn.own.map(({ intent }) => intent),
  );
  turn.own = [];
  // A holder that let go after the intents were stored has seen them, but one that let go just before has left them
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
  const { actor, work, tried, waiting } = turn;
  // Before anything else acts: from this commit on, no write of the holder that was overtaken lands.
  const isFlattening = work !== null && given.control.flatten !== null;
  const own = isFlattening ? await beginFlattenTry(deps, given, actor) : given;
  let books = await takeArrivals(deps, await carryOutDirectives(deps, own, actor), turn);
  if (work !== null) {
    books = await work(books);
    // Those may have waited for the very order that this work has resolved.
    for (const intentId of waiting) tried.delete(intentId);
    books = await goOnWithRoutes(deps, await takeArrivals(deps, books, turn), actor);
  } else {
    // An exit that one order could not carry out. Work of schedules goes on with it in its own order.
    books = await continueClosings(deps, books, actor);
    books = await goOnWithRoutes(deps, books, actor);
    if (mayPromote(books, turn)) books = await takeArrivals(deps, books, turn);
  }
  if (mayPromote(books, turn) && hasPromotedEnough(turn)) await scheduleFollowUp(deps, books.accountId, 0);
  await letGo(deps, books, actor);
  return "DONE";
}

/** Orders of this turn that the venue refused because they would take: their next step is decided at once. */
async function goOnWithRoutes(deps: ExecutionDeps, books: Books, actor: string): Promise<Books> {
  return hasRerouting(books.control) ? await continueRoutes(deps, books, actor) : books;
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

/** Those of the intents that an earlier delivery has not decided to their end, so that something is left to do. */
async function undecided(
  deps: ExecutionDeps,
  accountId: string,
  own: readonly OwnIntent[],
): Promise<readonly OwnIntent[]> {
  if (own.length === 0) return own;
  const [stored, books] = await Promise.all([
    deps.documents.getAll(own.map(({ intent }) => paths.intent(accountId, intent.intentId))),
    loadBooks(deps, accountId),
  ]);
  return own.filter(({ intent }, index) => {
    const snapshot = stored[index];
    const decision = snapshot === undefined ? null : decode(storedIntentSchema, snapshot);
    if (decision === null || decision.status === "INBOX") return true;
    return books.orders[clientOrderId(accountId, intent.intentId, 0)] !== undefined;
  });
}
