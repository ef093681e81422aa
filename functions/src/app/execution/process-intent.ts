// One intent to its decision: denied with every reason, or stored as one order, sent, and its outcome stored. The
// document intents/{id} is created with the decision, so that no repeat of the signal can be decided twice.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { commitBooks, reloadBooks, withMarket } from "#app/books";
import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { acquireLease } from "#domain/books/lease.ts";
import { type Decision, decideIntent, type Placement } from "#domain/decide/decide-intent.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent, StoredIntentStatus } from "#domain/documents/signal.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { slotOfSymbol } from "#domain/risk/pool.ts";
import { withVeto } from "#domain/risk/veto.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { EntryTouch } from "./entry-touch.ts";
import type { OutcomeContext } from "./record-outcome.ts";
import { cancelOrder, resolveOrder } from "./resolve-order.ts";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp, sendOrder } from "./send-order.ts";

/** An entry in the way may be cancelled, and its fill then be in the way of nothing: two looks are enough. */
const MAX_CLEARINGS = 2;

/** Books older than this are read again before a refusal is stored on them. */
const REFUSING_BOOKS_LIMIT_MS = 1_000;

const HANDLED = { kind: "handled" } as const;

type Denied = Extract<Decision, { kind: "deny" }>;

/** An intent that is to be decided. */
interface Arrival {
  readonly intent: Intent;
  /** Its place in the inbox; null when it comes straight from the bus. */
  readonly waiting: WaitingIntent | null;
  readonly touch: EntryTouch;
}

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

/** `deferred`: it must wait, for the fate of an order that is in its way, or for an instance of a later release. */
export async function processIntent(
  deps: ExecutionDeps,
  given: Books,
  arrival: Arrival,
  context: OutcomeContext,
): Promise<{ readonly books: Books; readonly deferred: boolean }> {
  let sight = await look(deps, given, arrival);
  // A refusal is final: it must not come from cached NAV or marks that the store has newer.
  if (sight.decision.kind === "deny" && deps.clock.nowMs() - given.loadedAtMs > REFUSING_BOOKS_LIMIT_MS)
    sight = await look(deps, await reloadBooks(deps, given.accountId), arrival);
  if (sight.decision.kind === "clearFirst") sight = await clearWay(deps, sight, arrival, context);
  const { books, decision } = sight;
  switch (decision.kind) {
    case "handled":
      return { books, deferred: false };
    case "stored":
      return { books: await resolveStored(deps, books, decision.order, context), deferred: false };
    case "clearFirst":
      return { books, deferred: true };
    case "deny":
      if (mustWait(deps, sight, arrival.intent)) return { books: sight.given, deferred: true };
      return {
        books: await commitDenial(deps, sight, { ...arrival, ...decision }, context),
        deferred: false,
      };
    case "place": {
      const stored = await commitPlacement(deps, books, { ...arrival, ...decision }, context);
      const { clientOrderId } = decision.order.request;
      return { books: await sendOrder(deps, stored, clientOrderId, context), deferred: false };
    }
  }
}

/** A refusal for want of documents that a later release has stored is no refusal: an instance of that release decides. */
function mustWait(deps: ExecutionDeps, { given }: Sight, { action, expiresAtMs }: Intent): boolean {
  return given.newer.length > 0 && action === "open" && deps.clock.nowMs() <= expiresAtMs;
}

function look(deps: ExecutionDeps, given: Books, arrival: Arrival): Promise<Sight> {
  const { intent } = arrival;
  const order = given.orders[clientOrderId(intent.accountId, intent.intentId, 0)];
  if (order === undefined) return decide(deps, given, given, arrival);
  return Promise.resolve({ given, books: given, decision: { kind: "stored", order } });
}

/** Only its outcome can be missing. */
async function resolveStored(
  deps: ExecutionDeps,
  given: Books,
  { status, request }: Order,
  context: OutcomeContext,
): Promise<Books> {
  if (!isUnresolved(status)) return given;
  const books = await resolveOrder(deps, given, request.clientOrderId, context);
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
    const cleared = await clear(deps, sight.books, sight.decision.clientOrderIds, context);
    sight = await decide(deps, sight.given, cleared, arrival);
  }
  return sight;
}

/** `current` are the newest books. A reduction does not fail for want of the market's steps. */
async function decide(deps: ExecutionDeps, given: Books, current: Books, arrival: Arrival): Promise<Sight> {
  const { intent } = arrival;
  const touch = await arrival.touch.answer(current);
  const books = withLease(deps, current);
  const decision = decideIntent({ ...books, touch }, intent, deps.clock.nowMs());
  if (decision.kind !== "deny" || !isOnlyMarketUnknown(books, intent, decision.denials))
    return { given, books, decision };
  const known = await withMarket(deps, books, intent.symbol);
  return { given, books: known, decision: decideIntent({ ...known, touch }, intent, deps.clock.nowMs()) };
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
  placed: Arrival & Placement,
  { actor }: OutcomeContext,
): Promise<Books> {
  const { order, group, control, waiting } = placed;
  return commitBooks(deps, books, {
    kind: "ORDER_STORED",
    subject: order.request.clientOrderId,
    actor,
    control: taken(control, waiting),
    order,
    createsOrder: true,
    group,
    also: [decided(deps, placed, "DECIDED", { denials: [], basis: order.basis })],
  });
}

/** A denial acts on nothing outside, so the lease stays as it is. */
function commitDenial(
  deps: ExecutionDeps,
  { given, books }: Sight,
  denied: Arrival & Denied,
  { actor }: OutcomeContext,
): Promise<Books> {
  const { intent, waiting, denials, touch } = denied;
  const expired = denials.some((denial) => denial.code === "INTENT_EXPIRED");
  const status = expired ? "EXPIRED" : "DENIED";
  const nowMs = deps.clock.nowMs();
  const control = books.controlVersion === given.controlVersion ? given.control : books.control;
  const vetoed = withVeto(control.throttles, { intent, denials }, books.config, nowMs);
  const throttles = {
    ...vetoed,
    venueBannedUntilMs: Math.max(vetoed.venueBannedUntilMs, touch.bannedUntilMs),
  };
  const receipt: DocumentWrite = {
    op: "update",
    path: paths.receipt(intent.accountId, intent.signalId),
    changes: { status, denials: denials.map((each) => ({ ...each })), decidedAtMs: nowMs },
  };
  return commitBooks(
    deps,
    { ...books, control },
    {
      kind: `INTENT_${status}`,
      subject: intent.intentId,
      actor,
      control: taken({ ...control, throttles }, waiting),
      also: [decided(deps, denied, status, denied), receipt],
    },
  );
}

/** The decision on the intent: a new document, or the waiting one if it is still as it was listed. */
function decided(
  deps: ExecutionDeps,
  { intent, waiting }: Arrival,
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
