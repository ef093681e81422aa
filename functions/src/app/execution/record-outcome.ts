// Commit B: what became of one order or of several, with their groups, control and view, in one batch. Cumulative evidence
// makes it safe to compute again on fresh books when somebody stored into the inbox between.

import type { Books, ExecutionDeps } from "#app/books";
import {
  type AccountRefusal,
  type BooksChange,
  booksAfter,
  commitAsHolder,
  commitChanges,
  followAccounts,
  inboxIsEmpty,
  latchedByRefusal,
  withBan,
} from "#app/books";
import { actOnStops } from "#app/stops";
import { type AlertCondition, alertWritesOnce } from "#app/telling";
import { hasRerouting, settle } from "#domain/books/bookkeeping.ts";
import { acquireLease, releaseLease } from "#domain/books/lease.ts";
import { type ExitsToActOn, exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { stillHolds } from "#domain/decide/resend.ts";
import type { Group } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isEnded, nextOrder, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { nextInQueue } from "#domain/queue/next-in-queue.ts";
import { refusalRemedy, refusalText } from "#domain/telling/refusal-words.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { followTimeLimit } from "./close-overdue.ts";
import { outcomeAlerts } from "./outcome-alerts.ts";

export interface OutcomeContext {
  readonly actor: string;
  /** Whether to let go of the lease with this commit, if the inbox is empty in the version that it replaces. */
  readonly mayRelease: boolean;
}

/** News of one order. */
export interface Outcome {
  readonly clientOrderId: string;
  readonly event: OrderEvent;
  /** Venue ban to latch with the outcome; 0 for none. */
  readonly venueBannedUntilMs?: number;
  /** A refusal of the whole account to latch with the outcome. */
  readonly accountRefusal?: AccountRefusal | null;
}

/** Books after the event was stored; unchanged books when the event changes nothing. Throws LeaseLostError. */
export async function recordOutcome(
  deps: ExecutionDeps,
  given: Books,
  outcome: Outcome,
  context: OutcomeContext,
): Promise<Books> {
  return await recordOutcomes(deps, given, [outcome], context);
}

/** The same for several orders, in one commit: each is booked on the books that the one before it leaves. */
export async function recordOutcomes(
  deps: ExecutionDeps,
  given: Books,
  outcomes: readonly Outcome[],
  context: OutcomeContext,
): Promise<Books> {
  const sends = new Map(outcomes.map(({ clientOrderId: id }) => [id, given.orders[id]?.sends ?? 0]));
  const subject = `The outcome of order ${outcomes.map(({ clientOrderId }) => clientOrderId).join(", ")}`;
  const { books, changes } = await commitAsHolder(deps, given, subject, async (current) => {
    const news = outcomes.filter((outcome) =>
      isNews(current, outcome, sends.get(outcome.clientOrderId) ?? 0),
    );
    const found = changesOf(deps, current, news, context);
    return { books: await commitOutcomes(deps, current, found), changes: found };
  });
  for (const { group } of changes) {
    await followAccounts(deps, group);
    await followTimeLimit(deps, given.groups[group.groupId] ?? group, group);
  }
  const stops = changes.flatMap((change) => (change.stops === null ? [] : [change.stops]));
  return stops.length === 0 ? books : await actOnStops(deps, books, stops, context);
}

function isNews({ orders, groups }: Books, { clientOrderId, event }: Outcome, sends: number): boolean {
  const order = orders[clientOrderId];
  if (order === undefined || groups[order.groupId] === undefined) return false;
  return stillHolds(event, sends, order) && nextOrder(order, event) !== order;
}

interface OutcomeChange extends BooksChange {
  readonly order: Order;
  readonly group: Group;
  /** To be acted on once this is stored. */
  readonly stops: ExitsToActOn | null;
  /** The venue's refusal of a closing, to be told with it; null: none, or a signal's. */
  readonly refusedClosing: AlertCondition | null;
}

/** One for each outcome. A group's stop is planned with the last of them that concerns the group. */
function changesOf(
  deps: ExecutionDeps,
  given: Books,
  news: readonly Outcome[],
  { actor, mayRelease }: OutcomeContext,
): readonly OutcomeChange[] {
  const nowMs = deps.clock.nowMs();
  const changes: OutcomeChange[] = [];
  const groupOf = ({ clientOrderId }: Outcome) => given.orders[clientOrderId]?.groupId;
  let books = given;
  for (const [index, outcome] of news.entries()) {
    const isLastOfGroup = news.slice(index + 1).every((later) => groupOf(later) !== groupOf(outcome));
    const change = changeOf(books, outcome, { actor, isLastOfGroup, nowMs });
    if (change === null) continue;
    const lease = acquireLease(books.control.lease, deps.holderId, nowMs);
    const held = { ...change, control: { ...change.control, lease } };
    changes.push(held);
    books = booksAfter(books, held, nowMs);
  }
  const last = changes.at(-1);
  // The next step of a stop is stored with a commit of its own; the lease is let go with that one.
  const release =
    mayRelease &&
    changes.every(({ stops }) => stops === null) &&
    // The next order of a route is the holder's to decide.
    !hasRerouting(books.control) &&
    inboxIsEmpty(given) &&
    // A place that this frees is a queued entry's, and the holder's to give.
    nextInQueue(books) === null;
  if (last === undefined || !release) return changes;
  const lease = releaseLease(last.control.lease);
  return [...changes.slice(0, -1), { ...last, control: { ...last.control, lease } }];
}

interface Circumstances {
  readonly actor: string;
  readonly isLastOfGroup: boolean;
  readonly nowMs: number;
}

function changeOf(
  books: Books,
  { clientOrderId, event, accountRefusal = null, venueBannedUntilMs = 0 }: Outcome,
  { actor, isLastOfGroup, nowMs }: Circumstances,
): OutcomeChange | null {
  const order = books.orders[clientOrderId];
  const group = order === undefined ? undefined : books.groups[order.groupId];
  if (order === undefined || group === undefined) return null;
  const market = books.universe?.markets[order.request.symbol] ?? null;
  const after = settle({ order, group, control: books.control }, event, market, books.config);
  const stopBps = books.config.watchdog.protectiveStopBps;
  const planned = isLastOfGroup
    ? planExits(after, { accountId: books.accountId, stopBps, market, nowMs })
    : after;
  const refused = latchedByRefusal(after.control, accountRefusal, nowMs);
  const { tradingState } = refused.control;
  const control = withBan({ ...planned.control, tradingState }, venueBannedUntilMs);
  return {
    kind: `ORDER_${after.order.status}`,
    subject: clientOrderId,
    actor,
    control,
    order: after.order,
    group: planned.group,
    showsOnOverview: true,
    stops: exitsToActOn(group, planned.group),
    also: [
      ...refused.alerts,
      ...outcomeAlerts(books, { order, group }, after, { bannedUntilMs: venueBannedUntilMs, nowMs }),
    ],
    refusedClosing: refusalOf(order, after.order, nowMs),
  };
}

async function commitOutcomes(
  deps: ExecutionDeps,
  books: Books,
  changes: readonly OutcomeChange[],
): Promise<Books> {
  const told: BooksChange[] = [];
  for (const change of changes) {
    const refused = change.refusedClosing === null ? [] : await alertWritesOnce(deps, change.refusedClosing);
    told.push({ ...change, also: [...(change.also ?? []), ...refused, ...receiptWrites(change.order)] });
  }
  return await commitChanges(deps, books, told);
}

/** A closing of our own that the venue refuses reaches a person: what it was to close is still held. */
function refusalOf(before: Order, after: Order, nowMs: number): AlertCondition | null {
  const isNews = after.status === "REJECTED" && before.status !== "REJECTED";
  // The first of a cause is told as an exit that ended (exit-alerts.ts).
  if (!isNews || !after.request.reduceOnly || isFromSignal(after) || after.step === 0) return null;
  const { accountId, groupId, rejection, exitReason } = after;
  const { symbol, side, qtyBase } = after.request;
  const cause = rejection === null ? "" : `: ${refusalText(rejection)}`;
  return {
    accountId,
    severity: "critical",
    code: "CLOSING_REFUSED",
    message: `The venue refused to ${side} ${qtyBase} ${symbol}, a closing (${exitReason})${cause}. The position is still held; it is tried again`,
    remedy: refusalRemedy(
      rejection,
      "Look at the position at the venue, and close it there if the refusal lasts",
    ),
    // A closing is tried again until its group has ended: one alert an hour for each kind of refusal.
    dedupeKey: `${groupId}/${rejection?.code}/${utcHour(nowMs)}`,
  };
}

/** The receipt's latencies are complete once the venue has answered. */
function receiptWrites(order: Order): readonly DocumentWrite[] {
  if (!isFromSignal(order) || (order.acknowledgedAtMs === null && !isEnded(order.status))) return [];
  return [
    {
      op: "update",
      path: paths.receipt(order.accountId, order.signalId),
      changes: {
        status: "ORDERED",
        clientOrderId: order.request.clientOrderId,
        decidedAtMs: order.createdAtMs,
        sentAtMs: order.sentAtMs,
        acknowledgedAtMs: order.acknowledgedAtMs,
      },
    },
  ];
}
