// Commit B: what became of an order, with its group, control and view, in one batch. Cumulative evidence makes it safe
// to compute again on fresh books when somebody stored into the inbox between.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, inboxIsEmpty, LeaseLostError, loadBooks } from "#app/books";
import { jitteredMs } from "#app/documents";
import { actOnStops } from "#app/stops";
import { settle } from "#domain/books/bookkeeping.ts";
import { acquireLease, isHeldByOther, releaseLease } from "#domain/books/lease.ts";
import { planStop, stopsToActOn } from "#domain/decide/protective-stop.ts";
import { stillHolds } from "#domain/decide/resend.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isEnded, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import {
  DocumentConflictError,
  DocumentNotFoundError,
  type DocumentWrite,
  PreconditionFailedError,
} from "#ports/documents.ts";

/** Each failed try means that somebody else committed; so many in a row means something else is wrong. */
const MAX_COMMIT_TRIES = 12;
/** Mean wait between tries, with full jitter. */
const RETRY_WAIT_MS = 25;

export interface OutcomeContext {
  readonly actor: string;
  /** Whether to let go of the lease with this commit, if the inbox is empty in the version that it replaces. */
  readonly mayRelease: boolean;
  /** Venue ban to latch with the outcome; 0 for none. */
  readonly venueBannedUntilMs?: number;
}

/** Books after the event was stored; unchanged books when the event changes nothing. */
export async function recordOutcome(
  deps: ExecutionDeps,
  given: Books,
  clientOrderId: string,
  event: OrderEvent,
  context: OutcomeContext,
): Promise<Books> {
  const sends = given.orders[clientOrderId]?.sends ?? 0;
  let books = given;
  let withReceipt = true;
  for (let tries = 0; tries < MAX_COMMIT_TRIES; tries++) {
    const order = books.orders[clientOrderId];
    if (order !== undefined && !stillHolds(event, sends, order)) return books;
    const change = changeOf(deps, books, clientOrderId, event, context);
    if (change === null) return books;
    const { stops, ...writes } = change;
    const also = withReceipt ? receiptWrites(change.order) : [];
    let stored: Books | null = null;
    try {
      stored = await commitBooks(deps, books, { ...writes, also });
    } catch (error) {
      if (error instanceof DocumentNotFoundError && withReceipt) {
        // The receipt has outlived its retention or was removed by hand: the books must not wait for it.
        deps.logger.error("An order's receipt is missing", { accountId: books.accountId, clientOrderId });
        withReceipt = false;
      } else if (!(error instanceof PreconditionFailedError || error instanceof DocumentConflictError)) {
        throw error;
      }
    }
    if (stored !== null) return stops === null ? stored : await actOnStops(deps, stored, stops, context);
    await deps.clock.sleep(jitteredMs(deps.identity, RETRY_WAIT_MS));
    books = await loadBooks(deps, books.accountId);
    if (isHeldByOther(books.control.lease, deps.holderId, deps.clock.nowMs())) {
      throw new LeaseLostError(books.accountId);
    }
  }
  throw new Error(`The outcome of order ${clientOrderId} could not be stored in ${MAX_COMMIT_TRIES} tries`);
}

function changeOf(
  deps: ExecutionDeps,
  books: Books,
  clientOrderId: string,
  event: OrderEvent,
  context: OutcomeContext,
) {
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
  // What the stop comes to is stored with a commit of its own; the lease is let go with that one.
  const stops = stopsToActOn(after.group, planned.group);
  const release = context.mayRelease && stops === null && inboxIsEmpty(books);
  const control: ControlState = {
    ...planned.control,
    throttles: {
      ...after.control.throttles,
      venueBannedUntilMs: Math.max(
        after.control.throttles.venueBannedUntilMs,
        context.venueBannedUntilMs ?? 0,
      ),
    },
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
