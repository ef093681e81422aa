// The document of an intent under decision, as the commit that decides it writes it: a new one, or the waiting one if it
// is still as it was listed. So no repeat of a signal can be decided twice.

import type { Books, ExecutionDeps, WaitingIntent } from "#app/books";
import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import type { Standing } from "#domain/decide/decide-intent.ts";
import { paths } from "#domain/documents/paths.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { EntryTouch } from "./entry-touch.ts";

/** An intent that is to be decided. */
export interface Arrival {
  readonly intent: Intent;
  /** Its place in the inbox; null when it comes straight from the bus. */
  readonly waiting: WaitingIntent | null;
  /** Its place in the queue, where it is to be promoted; it has none in the inbox then. */
  readonly queued: QueuedEntry | null;
  readonly touch: EntryTouch;
}

/** Orders that it has had: the step of the next one. */
export function stepOf({ waiting }: Arrival): number {
  return waiting?.step ?? 0;
}

export function standingOf(arrival: Arrival): Standing {
  return { step: stepOf(arrival), queued: arrival.queued };
}

export function storedIntent(
  deps: ExecutionDeps,
  { intent, waiting }: Arrival,
  standing: Pick<StoredIntent, "status" | "step" | "denials" | "basis">,
): DocumentWrite {
  const nowMs = deps.clock.nowMs();
  const stored: StoredIntent = { intent, ...standing, updatedAtMs: nowMs };
  const path = paths.intent(intent.accountId, intent.intentId);
  const data = encodeWithTtl(stored, nowMs, RETENTION_MS.intents);
  return waiting === null
    ? { op: "create", path, data }
    : { op: "set", path, data, version: waiting.version };
}

/** Whether it was looked at before, and stored as waiting. */
function isCounted({ waiting }: Arrival): boolean {
  return waiting !== null && (waiting.step > 0 || waiting.denials.length > 0);
}

/** The control document once the intent is decided to its end. */
export function taken(control: Books["control"], arrival: Arrival): Books["control"] {
  if (arrival.queued !== null) return withoutQueued(control, arrival.queued);
  if (arrival.waiting === null) return control;
  const inbox = { ...control.inbox, takenCount: control.inbox.takenCount + 1 };
  return { ...control, inbox, waitingCount: control.waitingCount - (isCounted(arrival) ? 1 : 0) };
}

function withoutQueued(control: Books["control"], { intentId }: QueuedEntry): Books["control"] {
  return { ...control, queue: control.queue.filter((each) => each.intentId !== intentId) };
}

/** The control document while the intent waits, on its way or for a brake. */
export function waitingIn(control: Books["control"], arrival: Arrival): Books["control"] {
  const added = arrival.waiting === null ? 1 : 0;
  const inbox = { ...control.inbox, storedCount: control.inbox.storedCount + added };
  return { ...control, inbox, waitingCount: control.waitingCount + (isCounted(arrival) ? 0 : 1) };
}
