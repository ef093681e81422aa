// One intent to its decision: denied with every reason, or stored as one order, sent, and its outcome stored. The
// document intents/{id} is created with the decision, so that no repeat of the signal can be decided twice.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { commitBooks, reloadBooks, withMarket } from "#app/books";
import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { acquireLease } from "#domain/books/lease.ts";
import { type Decision, decideIntent, type Placement } from "#domain/decide/decide-intent.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent, StoredIntentStatus } from "#domain/documents/signal.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { slotOfSymbol } from "#domain/risk/pool.ts";
import { withVeto } from "#domain/risk/veto.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { OutcomeContext } from "./record-outcome.ts";
import { cancelOrder, resolveOrder } from "./resolve-order.ts";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp, sendOrder } from "./send-order.ts";

/** An entry in the way may be cancelled, and its fill then be in the way of nothing: two looks are enough. */
const MAX_CLEARINGS = 2;

/** Books older than this are read again before a refusal is stored on them. */
const REFUSING_BOOKS_LIMIT_MS = 1_000;

type Denied = Extract<Decision, { kind: "deny" }>;

/** `waiting` is the intent's place in the inbox, null when it comes straight from the bus. */
export async function processIntent(
  deps: ExecutionDeps,
  given: Books,
  intent: Intent,
  waiting: WaitingIntent | null,
  context: OutcomeContext,
): Promise<{ books: Books; deferred: boolean }> {
  const ownOrder = given.orders[clientOrderId(intent.accountId, intent.intentId, 0)];
  if (ownOrder !== undefined) {
    // Stored by an earlier delivery: only its outcome can be missing.
    if (!isUnresolved(ownOrder.status)) return { books: given, deferred: false };
    const id = ownOrder.request.clientOrderId;
    const books = await resolveOrder(deps, given, id, context);
    if (books.orders[id] !== undefined) await scheduleFollowUp(deps, intent.accountId, FOLLOW_UP_AFTER_MS);
    return { books, deferred: false };
  }
  let { books, decision } = await decide(deps, withLease(deps, given), intent);
  if (decision.kind === "deny" && deps.clock.nowMs() - given.loadedAtMs > REFUSING_BOOKS_LIMIT_MS) {
    // A refusal is final: it must not come from cached NAV or marks that the store has newer.
    return await processIntent(deps, await reloadBooks(deps, given.accountId), intent, waiting, context);
  }
  // Clearing acts at the venue before anything is committed, so a repeat must be told apart before it, not by it.
  if (decision.kind === "clearFirst" && (await isHandled(deps, intent, waiting)))
    return { books: given, deferred: false };
  if (decision.kind === "clearFirst") books = await takeLease(deps, books, intent, context.actor);
  for (let clearings = 0; decision.kind === "clearFirst" && clearings < MAX_CLEARINGS; clearings++) {
    if (clearings > 0 && (await isHandled(deps, intent, waiting))) return { books, deferred: false };
    const cleared = await clear(deps, books, decision.clientOrderIds, context);
    ({ books, decision } = await decide(deps, withLease(deps, cleared), intent));
  }
  if (decision.kind === "clearFirst") return { books, deferred: true };
  return { books: await carryOut(deps, given, books, intent, waiting, decision, context), deferred: false };
}

/** The decision, and the books that it was made on: a reduction does not fail for want of the market's steps. */
async function decide(
  deps: ExecutionDeps,
  given: Books,
  intent: Intent,
): Promise<{ books: Books; decision: Decision }> {
  const decision = decideIntent(given, intent, deps.clock.nowMs());
  if (decision.kind !== "deny" || !isOnlyMarketUnknown(given, intent, decision.denials))
    return { books: given, decision };
  const books = await withMarket(deps, given, intent.symbol);
  return { books, decision: decideIntent(books, intent, deps.clock.nowMs()) };
}

/** A reduction of something open that lacks nothing but the market's steps. */
function isOnlyMarketUnknown(books: Books, intent: Intent, denials: readonly Denial[]): boolean {
  const isOpen = slotOfSymbol(books.control, intent.symbol) !== null;
  return intent.action !== "open" && isOpen && denials.every(({ code }) => code === "MARKET_UNKNOWN");
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

async function carryOut(
  deps: ExecutionDeps,
  given: Books,
  books: Books,
  intent: Intent,
  waiting: WaitingIntent | null,
  decision: Exclude<Decision, { kind: "clearFirst" }>,
  context: OutcomeContext,
): Promise<Books> {
  if (decision.kind === "deny") {
    // A denial acts on nothing outside, so the lease stays as it is.
    const control = books.controlVersion === given.controlVersion ? given.control : books.control;
    return await commitDenial(deps, { ...books, control }, intent, waiting, decision, context.actor);
  }
  const stored = await commitPlacement(deps, books, intent, waiting, decision, context.actor);
  return await sendOrder(deps, stored, decision.order, decision.market, context);
}

/** The books with the lease taken or renewed, for the next commit to store. */
function withLease(deps: ExecutionDeps, books: Books): Books {
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
  clientOrderIds: readonly string[],
  context: OutcomeContext,
): Promise<Books> {
  let books = given;
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

/** Commit A: order, group, control with its version, journal, and the decision on the intent; all before the send. */
function commitPlacement(
  deps: ExecutionDeps,
  books: Books,
  intent: Intent,
  waiting: WaitingIntent | null,
  placement: Placement,
  actor: string,
): Promise<Books> {
  return commitBooks(deps, books, {
    kind: "ORDER_STORED",
    subject: placement.order.request.clientOrderId,
    actor,
    control: taken(placement.control, waiting),
    order: placement.order,
    createsOrder: true,
    group: placement.group,
    also: [decided(deps, intent, waiting, "DECIDED", { denials: [], basis: placement.order.basis })],
  });
}

function commitDenial(
  deps: ExecutionDeps,
  books: Books,
  intent: Intent,
  waiting: WaitingIntent | null,
  denied: Denied,
  actor: string,
): Promise<Books> {
  const { denials } = denied;
  const expired = denials.some((denial) => denial.code === "INTENT_EXPIRED");
  const nowMs = deps.clock.nowMs();
  const throttles = withVeto(books.control.throttles, { intent, denials }, books.config, nowMs);
  const receipt: DocumentWrite = {
    op: "update",
    path: paths.receipt(intent.accountId, intent.signalId),
    changes: {
      status: expired ? "EXPIRED" : "DENIED",
      denials: denials.map((each) => ({ ...each })),
      decidedAtMs: nowMs,
    },
  };
  return commitBooks(deps, books, {
    kind: expired ? "INTENT_EXPIRED" : "INTENT_DENIED",
    subject: intent.intentId,
    actor,
    control: taken({ ...books.control, throttles }, waiting),
    also: [decided(deps, intent, waiting, expired ? "EXPIRED" : "DENIED", denied), receipt],
  });
}

/** The decision on the intent: a new document, or the waiting one if it is still as it was listed. */
function decided(
  deps: ExecutionDeps,
  intent: Intent,
  waiting: WaitingIntent | null,
  status: StoredIntentStatus,
  { denials, basis }: Pick<StoredIntent, "denials" | "basis">,
): DocumentWrite {
  const nowMs = deps.clock.nowMs();
  const stored: StoredIntent = { intent, status, denials, basis, updatedAtMs: nowMs };
  const path = paths.intent(intent.accountId, intent.intentId);
  const data = encodeWithTtl(stored, nowMs, RETENTION_MS.intents);
  return waiting === null
    ? { op: "create", path, data }
    : { op: "set", path, data, version: waiting.version };
}

function taken(control: Books["control"], waiting: WaitingIntent | null): Books["control"] {
  if (waiting === null) return control;
  return { ...control, inbox: { ...control.inbox, takenCount: control.inbox.takenCount + 1 } };
}
