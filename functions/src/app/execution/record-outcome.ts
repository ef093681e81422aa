// Commit B: what became of an order, with its group, control and view, in one batch. Cumulative evidence makes it safe
// to compute again on fresh books when somebody stored into the inbox between.

import type { Books, ExecutionDeps } from "#app/books";
import {
  type AccountRefusal,
  type BooksChange,
  commitAsHolder,
  commitBooks,
  followAccounts,
  inboxIsEmpty,
  latchedByRefusal,
} from "#app/books";
import { actOnStops } from "#app/stops";
import { type AlertCondition, alertWritesOnce } from "#app/telling";
import { settle } from "#domain/books/bookkeeping.ts";
import { acquireLease, releaseLease } from "#domain/books/lease.ts";
import { planStop, type StopsToActOn, stopsToActOn } from "#domain/decide/protective-stop.ts";
import { stillHolds } from "#domain/decide/resend.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isEnded, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { DocumentNotFoundError, type DocumentWrite } from "#ports/documents.ts";
import { outcomeAlerts } from "./outcome-alerts.ts";

export interface OutcomeContext {
  readonly actor: string;
  /** Whether to let go of the lease with this commit, if the inbox is empty in the version that it replaces. */
  readonly mayRelease: boolean;
  /** Venue ban to latch with the outcome; 0 for none. */
  readonly venueBannedUntilMs?: number;
  /** A refusal of the whole account to latch with the outcome. */
  readonly accountRefusal?: AccountRefusal | null;
}

/** News of one order. */
interface Outcome {
  readonly clientOrderId: string;
  readonly event: OrderEvent;
}

/** Books after the event was stored; unchanged books when the event changes nothing. Throws LeaseLostError. */
export async function recordOutcome(
  deps: ExecutionDeps,
  given: Books,
  outcome: Outcome,
  context: OutcomeContext,
): Promise<Books> {
  const { clientOrderId, event } = outcome;
  const sends = given.orders[clientOrderId]?.sends ?? 0;
  const subject = `The outcome of order ${clientOrderId}`;
  const { books, stops, group } = await commitAsHolder(deps, given, subject, async (current) => {
    const order = current.orders[clientOrderId];
    const holds = order === undefined || stillHolds(event, sends, order);
    const change = holds ? changeOf(deps, current, outcome, context) : null;
    if (change === null) return { books: current, stops: null, group: null };
    return { books: await commitOutcome(deps, current, change), stops: change.stops, group: change.group };
  });
  if (group !== null) await followAccounts(deps, group);
  return stops === null ? books : await actOnStops(deps, books, stops, context);
}

interface OutcomeChange extends BooksChange {
  readonly order: Order;
  readonly group: Group;
  /** To be acted on once this is stored. */
  readonly stops: StopsToActOn | null;
  /** The venue's refusal of a closing, to be told with it; null: none, or a signal's. */
  readonly refusedClosing: AlertCondition | null;
}

function changeOf(
  deps: ExecutionDeps,
  books: Books,
  { clientOrderId, event }: Outcome,
  context: OutcomeContext,
): OutcomeChange | null {
  const order = books.orders[clientOrderId];
  const group = order === undefined ? undefined : books.groups[order.groupId];
  if (order === undefined || group === undefined) return null;
  const market = books.universe?.markets[order.request.symbol] ?? null;
  const after = settle({ order, group, control: books.control }, event, market, books.config);
  if (after.order === order) return null;
  const nowMs = deps.clock.nowMs();
  const planned = planStop(after, {
    accountId: books.accountId,
    stopBps: books.config.watchdog.protectiveStopBps,
    market,
    nowMs,
  });
  // The next step of the stop is stored with a commit of its own; the lease is let go with that one.
  const stops = stopsToActOn(after.group, planned.group);
  const release = context.mayRelease && stops === null && inboxIsEmpty(books);
  const refused = latchedByRefusal(after.control, context.accountRefusal ?? null, nowMs);
  const { throttles } = after.control;
  const bannedUntilMs = Math.max(throttles.venueBannedUntilMs, context.venueBannedUntilMs ?? 0);
  const control: ControlState = {
    ...planned.control,
    tradingState: refused.control.tradingState,
    throttles: { ...throttles, venueBannedUntilMs: bannedUntilMs },
    lease: release
      ? releaseLease(books.control.lease)
      : acquireLease(books.control.lease, deps.holderId, nowMs),
  };
  return {
    kind: `ORDER_${after.order.status}`,
    subject: clientOrderId,
    actor: context.actor,
    control,
    order: after.order,
    group: planned.group,
    showsOnOverview: true,
    stops,
    also: [
      ...refused.alerts,
      ...outcomeAlerts(books, order, after, { bannedUntilMs: context.venueBannedUntilMs ?? 0, nowMs }),
    ],
    refusedClosing: refusalOf(order, after.order, nowMs),
  };
}

/** Without the receipt when that has outlived its retention or was removed by hand: the books must not wait for it. */
async function commitOutcome(deps: ExecutionDeps, books: Books, change: OutcomeChange): Promise<Books> {
  const receipt = receiptWrites(change.order);
  const refused = change.refusedClosing === null ? [] : await alertWritesOnce(deps, change.refusedClosing);
  const told = { ...change, also: [...(change.also ?? []), ...refused] };
  try {
    return await commitBooks(deps, books, { ...told, also: [...told.also, ...receipt] });
  } catch (error) {
    if (!(error instanceof DocumentNotFoundError) || receipt.length === 0) throw error;
    const { clientOrderId } = change.order.request;
    deps.logger.error("An order's receipt is missing", { accountId: books.accountId, clientOrderId });
    return await commitBooks(deps, books, told);
  }
}

/** A closing of our own that the venue refuses reaches a person: what it was to close is still held. */
function refusalOf(before: Order, after: Order, nowMs: number): AlertCondition | null {
  const isNews = after.status === "REJECTED" && before.status !== "REJECTED";
  // The first of a cause is told as an exit that ended (exit-alerts.ts).
  if (!isNews || !after.request.reduceOnly || isFromSignal(after) || after.step === 0) return null;
  const { accountId, groupId, rejection, exitReason } = after;
  const { symbol, side, qtyBase } = after.request;
  return {
    accountId,
    severity: "critical",
    code: "CLOSING_REFUSED",
    message: `The venue refused to ${side} ${qtyBase} ${symbol}, a closing (${exitReason}): ${rejection?.code} ${rejection?.message}. The position is still held; it is tried again`,
    remedy: "Look at the position at the venue, and close it there if the refusal lasts",
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
