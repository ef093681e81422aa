// A decision on an intent as a change of the books: the order that it placed, or the refusal with its reasons, each with the
// intent's own document and its receipt. Commit A stores one or several of them.

import type { Books, BooksChange, ExecutionDeps } from "#app/books";
import { alertOfBan, stayOf } from "#app/books";
import { alertWrites } from "#app/telling";
import type { Placement, Queueing } from "#domain/decide/decide-intent.ts";
import type { DecisionBasis } from "#domain/documents/basis.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { replacedIn } from "#domain/queue/tend-queue.ts";
import { withSignal } from "#domain/risk/supersession.ts";
import { withVeto } from "#domain/risk/veto.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import { alertOfDenial, alertOfMissed } from "./exit-alerts.ts";
import { type Arrival, stepOf, storedIntent, taken, waitingIn } from "./stored-intent.ts";

/** The reasons of a refusal. */
export interface Refused {
  readonly denials: readonly Denial[];
  readonly basis: DecisionBasis;
}

/** Order, group, control with its lease, and the decision on the intent; all before the send. */
export function placementChange(
  deps: ExecutionDeps,
  books: Books,
  placed: Arrival & Placement,
  actor: string,
): BooksChange {
  const { order, group, control, isLast, intent, waiting, queued } = placed;
  const missed = alertOfMissed(books, placed);
  const waited = (waiting?.denials.length ?? 0) > 0;
  const standing: Pick<StoredIntent, "status" | "step" | "denials" | "basis"> = {
    status: isLast ? "DECIDED" : "INBOX",
    step: order.step + 1,
    denials: [],
    basis: isLast ? order.basis : null,
  };
  return {
    kind: "ORDER_STORED",
    subject: order.request.clientOrderId,
    actor,
    control: isLast ? taken(control, placed) : waitingIn(control, placed),
    order,
    createsOrder: true,
    group,
    also: [
      storedIntent(deps, placed, standing),
      ...(queued === null ? [] : [receiptUpdate(intent, promoted(order, queued))]),
      // It waits for nothing any more.
      ...(waited && queued === null ? [receiptUpdate(intent, { denials: [] })] : []),
      ...(missed === null ? [] : alertWrites(missed, deps.clock.nowMs())),
    ],
  };
}

/** Ordered at last: the receipt tells how it came there. */
function promoted({ request, createdAtMs }: Order, queued: QueuedEntry): DocumentData {
  return {
    status: "ORDERED",
    clientOrderId: request.clientOrderId,
    denials: [],
    decidedAtMs: createdAtMs,
    queue: { ...stayOf(queued, "PROMOTED", null, createdAtMs) },
  };
}

/**
 * An entry that joins the queue, and the end of the one whose place it takes. It acts on nothing outside, so the lease stays
 * as `books` have it.
 */
export function queueChange(
  deps: ExecutionDeps,
  books: Books,
  joining: Arrival & Queueing,
  actor: string,
): BooksChange {
  const { intent, entry, replaces, denials } = joining;
  const { control, config } = books;
  const nowMs = deps.clock.nowMs();
  const others = control.queue.filter(({ intentId }) => intentId !== replaces?.intentId);
  const newestSignals = withSignal(control, intent, config, nowMs);
  return {
    kind: "INTENT_QUEUED",
    subject: intent.intentId,
    actor,
    control: taken({ ...control, queue: [...others, entry], newestSignals }, joining),
    leftQueue: replaces === null ? [] : [replacedIn(replaces, intent.intentId)],
    also: [
      storedIntent(deps, joining, { status: "QUEUED", step: stepOf(joining), denials, basis: joining.basis }),
      receiptUpdate(intent, {
        status: "QUEUED",
        denials: denials.map((each) => ({ ...each })),
        queue: { ...stayOf(entry, null, null, nowMs) },
      }),
    ],
  };
}

function receiptUpdate({ accountId, signalId }: Intent, changes: DocumentData): DocumentWrite {
  return { op: "update", path: paths.receipt(accountId, signalId), changes };
}

/**
 * One whose first step was ordered is decided, with the denials of the step that was not; the receipt tells both. A refusal
 * acts on nothing outside, so the lease stays as `books` have it.
 */
export function denialChange(
  deps: ExecutionDeps,
  books: Books,
  denied: Arrival & Refused,
  actor: string,
): BooksChange {
  const { intent, denials, basis, touch, queued } = denied;
  const { control } = books;
  const step = stepOf(denied);
  const expired = denials.some((denial) => denial.code === "INTENT_EXPIRED");
  const refusal = expired ? "EXPIRED" : "DENIED";
  const nowMs = deps.clock.nowMs();
  const vetoed = withVeto(control.throttles, { intent, denials }, books.config, nowMs);
  const throttles = {
    ...vetoed,
    venueBannedUntilMs: Math.max(vetoed.venueBannedUntilMs, touch.bannedUntilMs),
  };
  const newestSignals = withSignal(control, intent, books.config, nowMs);
  const ordered = { status: "ORDERED", clientOrderId: clientOrderId(intent.accountId, intent.intentId, 0) };
  const missed = alertOfMissed(books, denied);
  const alerts = [
    missed,
    alertOfDenial(books, denied, denials),
    alertOfBan(control, touch.bannedUntilMs, nowMs),
  ];
  return {
    kind: `INTENT_${refusal}`,
    subject: intent.intentId,
    actor,
    control: taken({ ...control, throttles, newestSignals }, denied),
    also: [
      storedIntent(deps, denied, { status: step > 0 ? "DECIDED" : refusal, step, denials, basis }),
      receiptUpdate(intent, {
        ...(step > 0 ? ordered : { status: refusal }),
        denials: denials.map((each) => ({ ...each })),
        decidedAtMs: nowMs,
        ...(queued === null ? {} : { queue: { ...stayOf(queued, "PROMOTED", null, nowMs) } }),
      }),
      ...alerts.flatMap((alert) => (alert === null ? [] : alertWrites(alert, nowMs))),
    ],
  };
}
