// A decision on an intent as a change of the books: the order that it placed, or the refusal with its reasons, each with the
// intent's own document and its receipt. Commit A stores one or several of them.

import type { Books, BooksChange, ExecutionDeps } from "#app/books";
import { alertOfBan } from "#app/books";
import { alertWrites } from "#app/telling";
import type { Placement } from "#domain/decide/decide-intent.ts";
import type { DecisionBasis } from "#domain/documents/basis.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
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
  const { order, group, control, isLast, intent, waiting } = placed;
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
      // It waits for nothing any more.
      ...(waited ? [receiptUpdate(intent, { denials: [] })] : []),
      ...(missed === null ? [] : alertWrites(missed, deps.clock.nowMs())),
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
  const { intent, denials, basis, touch } = denied;
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
      }),
      ...alerts.flatMap((alert) => (alert === null ? [] : alertWrites(alert, nowMs))),
    ],
  };
}
