// One intent to its decision: denied with every reason, or stored as one order, sent, and its outcome stored. An exit
// that meets a brake waits; a reversal is decided twice, the second time when the first order has made it flat.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { commitBooks, reloadBooks, withMarket } from "#app/books";
import { alertWritesOnce } from "#app/telling";
import { acquireLease } from "#domain/books/lease.ts";
import { closesFirst, type Decision, decideIntent, type Queueing } from "#domain/decide/decide-intent.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { slotOfSymbol } from "#domain/risk/pool.ts";
import { TOUCH_NOT_ASKED } from "#domain/risk/touch-answer.ts";
import { denialChange, placementChange, queueChange, type Refused } from "./decision-changes.ts";
import { withdrawRoutes } from "./end-routes.ts";
import { alertOfFullQueue } from "./queue-alerts.ts";
import type { OutcomeContext } from "./record-outcome.ts";
import { cancelOrder, resolveOrder } from "./resolve-order.ts";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp, sendOrder } from "./send-order.ts";
import { type Arrival, standingOf, stepOf } from "./stored-intent.ts";
import { commitWaiting, looksAgainAfterMs, mayWait } from "./wait-in-inbox.ts";

/**
 * An entry in the way may be cancelled, its fill then be in the way of nothing, and its route be withdrawn: three looks are
 * enough.
 */
const MAX_CLEARINGS = 3;

/** Books older than this are read again before a refusal is stored on them. */
const REFUSING_BOOKS_LIMIT_MS = 1_000;

const HANDLED = { kind: "handled" } as const;

/** The decision on an arrival, and the books that it was made on. */
interface Sight {
  /** As they are stored. */
  readonly given: Books;
  /** The same with the lease taken or renewed, for the next commit to store. */
  readonly books: Books;
  readonly decision:
    | Decision
    /** By an earlier delivery. */
    | { readonly kind: "stored"; readonly order: Order }
    /** Somebody else has it or had it. */
    | { readonly kind: "handled" };
}

/** The books after one look at an intent, and what is left to do about it. */
export interface Processed {
  readonly books: Books;
  /**
   * `done`: decided to its end, or somebody else's. `goesOn`: its next step may be decided at once. `waits`: stored as
   * waiting, for a brake or for its own first order. `deferred`: it must wait, and is not stored as waiting by this look.
   */
  readonly left: "done" | "goesOn" | "waits" | "deferred";
  /** Of one that waits or is deferred: when to look again; null leaves it to the schedule. */
  readonly againAfterMs: number | null;
}

/** A deferred intent waits for an order's fate; look again about when that can be known. */
const DEFERRED_AFTER_MS = 2_000;

const done = (books: Books): Processed => ({ books, left: "done", againAfterMs: null });
const deferred = (books: Books): Processed => ({
  books,
  left: "deferred",
  againAfterMs: DEFERRED_AFTER_MS,
});
const waits = (books: Books, againAfterMs: number | null): Processed => ({
  books,
  left: "waits",
  againAfterMs,
});

export async function processIntent(
  deps: ExecutionDeps,
  given: Books,
  arrival: Arrival,
  context: OutcomeContext,
): Promise<Processed> {
  let sight = await look(deps, given, arrival);
  // A refusal is final: it must not come from cached NAV or marks that the store has newer.
  if (isRefusal(sight.decision) && !mayRefuseOn(deps, given))
    sight = await look(deps, await reloadBooks(deps, given.accountId), arrival);
  if (sight.decision.kind === "clearFirst") sight = await clearWay(deps, sight, arrival, context);
  const { books, decision } = sight;
  switch (decision.kind) {
    case "handled":
      return done(books);
    case "stored":
      return done(await resolveStored(deps, books, decision.order, context));
    case "clearFirst":
      return deferred(books);
    case "wait":
      return await waitOrDeny(deps, sight, { ...arrival, ...decision }, context);
    case "queue":
      return done(await commitQueueing(deps, sight, { ...arrival, ...decision }, context));
    case "staysQueued":
      return waits(sight.given, null);
    case "deny":
      if (mustWait(deps, sight.given, arrival.intent)) return deferred(sight.given);
      return done(await commitDenial(deps, sight, { ...arrival, ...decision }, context));
    case "place": {
      const change = placementChange(deps, books, { ...arrival, ...decision }, context.actor);
      const stored = await commitBooks(deps, books, change);
      const { clientOrderId } = decision.order.request;
      const sent = await sendOrder(deps, stored, clientOrderId, context);
      if (decision.isLast) return done(sent);
      return sent.groups[decision.group.groupId] === undefined
        ? { books: sent, left: "goesOn", againAfterMs: null }
        : waits(sent, DEFERRED_AFTER_MS);
    }
  }
}

/** A refusal is stored on books that are young. */
export function mayRefuseOn(deps: ExecutionDeps, { loadedAtMs }: Books): boolean {
  return deps.clock.nowMs() - loadedAtMs <= REFUSING_BOOKS_LIMIT_MS;
}

function isRefusal({ kind }: Sight["decision"]): boolean {
  return kind === "deny" || kind === "wait" || kind === "queue";
}

async function waitOrDeny(
  deps: ExecutionDeps,
  sight: Sight,
  exit: Arrival & Refused,
  context: OutcomeContext,
): Promise<Processed> {
  if (!mayWait(sight.given.control, exit)) return done(await commitDenial(deps, sight, exit, context));
  const nowMs = deps.clock.nowMs();
  const books = await commitWaiting(deps, unleased(sight), exit, context.actor);
  return waits(books, looksAgainAfterMs(books, exit.denials, nowMs - exit.intent.receivedAtMs, nowMs));
}

async function commitDenial(
  deps: ExecutionDeps,
  sight: Sight,
  denied: Arrival & Refused,
  { actor }: OutcomeContext,
): Promise<Books> {
  const books = unleased(sight);
  const change = denialChange(deps, books, denied, actor);
  const alert = alertOfFullQueue(books, denied, deps.clock.nowMs());
  const told = alert === null ? [] : await alertWritesOnce(deps, alert);
  return await commitBooks(deps, books, { ...change, also: [...(change.also ?? []), ...told] });
}

async function commitQueueing(
  deps: ExecutionDeps,
  sight: Sight,
  joining: Arrival & Queueing,
  { actor }: OutcomeContext,
): Promise<Books> {
  const books = unleased(sight);
  return await commitBooks(deps, books, queueChange(deps, books, joining, actor));
}

/** Waiting and denying act on nothing outside, so the lease stays as it is. */
function unleased({ given, books }: Sight): Books {
  const control = books.controlVersion === given.controlVersion ? given.control : books.control;
  return { ...books, control };
}

/** A refusal for want of documents that a later release has stored is no refusal: an instance of that release decides. */
export function mustWait(deps: ExecutionDeps, { newer }: Books, { action, expiresAtMs }: Intent): boolean {
  return newer.length > 0 && action === "open" && deps.clock.nowMs() <= expiresAtMs;
}

function look(deps: ExecutionDeps, given: Books, arrival: Arrival): Promise<Sight> {
  const { accountId, intentId } = arrival.intent;
  const order = given.orders[clientOrderId(accountId, intentId, stepOf(arrival))];
  if (order === undefined) return decide(deps, given, given, arrival);
  return Promise.resolve({ given, books: given, decision: { kind: "stored", order } });
}

/**
 * Only its outcome can be missing. An entry in doubt that the look-up does not show is cancelled, so books from memory are
 * not enough: another instance may have its outcome long since.
 */
async function resolveStored(
  deps: ExecutionDeps,
  given: Books,
  { status, request }: Order,
  context: OutcomeContext,
): Promise<Books> {
  if (!isUnresolved(status)) return given;
  const now = await reloadBooks(deps, given.accountId);
  const current = now.orders[request.clientOrderId];
  if (current === undefined || !isUnresolved(current.status)) return now;
  const books = await resolveOrder(deps, now, request.clientOrderId, context);
  const isOpen = books.orders[request.clientOrderId] !== undefined;
  if (isOpen) await scheduleFollowUp(deps, given.accountId, FOLLOW_UP_AFTER_MS);
  return books;
}

/** Cancels what rests in the intent's way and decides again; still `clearFirst` when that is not settled yet. */
async function clearWay(
  deps: ExecutionDeps,
  found: Sight,
  arrival: Arrival,
  context: OutcomeContext,
): Promise<Sight> {
  const { intent, waiting } = arrival;
  // Clearing acts at the venue before anything is committed, so a repeat must be told apart before it, not by it.
  if (await isHandled(deps, intent, waiting)) return { ...found, books: found.given, decision: HANDLED };
  let sight: Sight = { ...found, books: await takeLease(deps, found.books, intent, context.actor) };
  for (let clearings = 0; sight.decision.kind === "clearFirst" && clearings < MAX_CLEARINGS; clearings++) {
    if (clearings > 0 && (await isHandled(deps, intent, waiting))) return { ...sight, decision: HANDLED };
    const cleared = await clear(deps, sight.books, sight.decision, context);
    sight = await decide(deps, sight.given, cleared, arrival);
  }
  return sight;
}

/** `current` are the newest books. A reduction does not fail for want of the market's steps. */
async function decide(deps: ExecutionDeps, given: Books, current: Books, arrival: Arrival): Promise<Sight> {
  const { intent } = arrival;
  const standing = standingOf(arrival);
  // An exit does not wait for a price.
  const touch = closesFirst(current, intent, standing)
    ? TOUCH_NOT_ASKED
    : await arrival.touch.answer(current);
  const books = withLease(deps, current);
  const decision = decideIntent({ ...books, touch }, intent, deps.clock.nowMs(), standing);
  if (decision.kind !== "deny" || !isOnlyMarketUnknown(books, intent, decision.denials))
    return { given, books, decision };
  const known = await withMarket(deps, books, intent.symbol);
  return {
    given,
    books: known,
    decision: decideIntent({ ...known, touch }, intent, deps.clock.nowMs(), standing),
  };
}

/** An exit from something open that lacks nothing but the market's steps. */
function isOnlyMarketUnknown(books: Books, intent: Intent, denials: readonly Denial[]): boolean {
  const slot = slotOfSymbol(books.control, intent.symbol)?.slot;
  const isExit = slot !== undefined && (intent.action !== "open" || slot.side !== intent.side);
  return isExit && denials.every(({ code }) => code === "MARKET_UNKNOWN");
}

/**
 * Whether somebody else has the intent or had it: an earlier delivery was decided or waits in the inbox, or what waited
 * there has been decided since it was listed, which books that were loaded anew in between do not tell.
 */
async function isHandled(
  deps: ExecutionDeps,
  intent: Intent,
  waiting: WaitingIntent | null,
): Promise<boolean> {
  const [snapshot] = await deps.documents.getAll([paths.intent(intent.accountId, intent.intentId)]);
  return (snapshot?.version ?? null) !== (waiting?.version ?? null);
}

/** The books with the lease taken or renewed, for the next commit to store. */
export function withLease(deps: ExecutionDeps, books: Books): Books {
  const lease = acquireLease(books.control.lease, deps.holderId, deps.clock.nowMs());
  return { ...books, control: { ...books.control, lease } };
}

/** Clearing acts at the venue, so the lease is stored before it: no second delivery may clear beside this one. */
async function takeLease(deps: ExecutionDeps, books: Books, intent: Intent, actor: string): Promise<Books> {
  const { control } = books;
  return await commitBooks(deps, books, { kind: "LEASE_TAKEN", subject: intent.intentId, actor, control });
}

async function clear(
  deps: ExecutionDeps,
  given: Books,
  { clientOrderIds, routesOf }: Extract<Decision, { readonly kind: "clearFirst" }>,
  context: OutcomeContext,
): Promise<Books> {
  const groupIds = clientOrderIds.flatMap((id) => given.orders[id]?.groupId ?? []);
  let books = given;
  for (const groupId of new Set(routesOf === null ? groupIds : [routesOf, ...groupIds]))
    books = await withdrawRoutes(deps, books, groupId, context.actor);
  for (const id of clientOrderIds) {
    const order = books.orders[id];
    if (order === undefined) continue;
    const kept = { ...context, mayRelease: false };
    books = isUnresolved(order.status)
      ? await resolveOrder(deps, books, id, kept)
      : await cancelOrder(deps, books, id, kept);
  }
  return books;
}
