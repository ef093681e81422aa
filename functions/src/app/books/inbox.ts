// The account's inbox: where an intent waits that found the lease taken. Storing counts up on the control document
// in the same batch, so a holder that lets go under its version cannot overlook an intent stored meanwhile.

import { decodeRequired, encodeWithTtl, RETENTION_MS, UnusableDocumentError } from "#app/documents";
import { tellSetAside } from "#app/telling";
import { taskName } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { DocumentExistsError, type DocumentSnapshot, type DocumentVersion } from "#ports/documents.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import type { Books, ExecutionDeps } from "./books.ts";

/** Intents taken from the inbox in one query. */
const INBOX_BATCH = 200;
/** After the lease has run out, so that the task does not find it still valid. */
const TAKEOVER_MARGIN_MS = 500;

export interface WaitingIntent extends Pick<StoredIntent, "intent" | "step" | "denials"> {
  readonly version: DocumentVersion;
}

export function inboxIsEmpty(books: Books): boolean {
  return books.control.inbox.storedCount === books.control.inbox.takenCount;
}

/**
 * Stores the intent for the holder of the lease, and sets a task that looks after it when that lease runs
 * out.
 */
export async function putInInbox(deps: ExecutionDeps, books: Books, intent: Intent): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const stored: StoredIntent = {
    intent,
    status: "INBOX",
    step: 0,
    denials: [],
    basis: null,
    updatedAtMs: nowMs,
  };
  const path = paths.intent(books.accountId, intent.intentId);
  try {
    await deps.documents.commit([
      { op: "create", path, data: encodeWithTtl(stored, nowMs, RETENTION_MS.intents) },
      {
        op: "update",
        path: paths.control(books.accountId),
        changes: { "inbox.storedCount": { incrementBy: 1 } },
      },
    ]);
  } catch (error) {
    // Delivered before: it waits already, or has been decided.
    if (!(error instanceof DocumentExistsError)) throw error;
  } finally {
    deps.cache.delete(books.accountId);
  }
  const { fence, expiresAtMs } = books.control.lease;
  await deps.tasks.schedule({
    queue: "followUp",
    name: taskName("takeover", books.accountId, fence, expiresAtMs),
    payload: { accountId: books.accountId },
    runAtMs: Math.max(expiresAtMs, nowMs) + TAKEOVER_MARGIN_MS,
  });
}

/** Waiting intents in the order in which their signals were received: one that waits long keeps its place. */
export async function listInbox(deps: ExecutionDeps, accountId: string): Promise<readonly WaitingIntent[]> {
  const snapshots = await deps.documents.query({
    collection: paths.intents(accountId),
    where: [{ field: "status", op: "==", value: "INBOX" }],
    limit: INBOX_BATCH,
  });
  const waiting: WaitingIntent[] = [];
  for (const snapshot of snapshots) {
    const stored = await readable(deps, accountId, snapshot);
    if (stored === null) continue;
    const { intent, step, denials } = stored;
    waiting.push({ intent, step, denials, version: snapshot.version ?? "" });
  }
  return waiting.toSorted(byReceipt);
}

/** Null for one that keeps its place until it is mended: those behind it do not wait for it. */
async function readable(
  deps: ExecutionDeps,
  accountId: string,
  snapshot: DocumentSnapshot,
): Promise<StoredIntent | null> {
  try {
    return decodeRequired(storedIntentSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    await tellSetAside(deps, accountId, error, "The signal that waits in it is not decided; the others are");
    return null;
  }
}

function byReceipt(a: WaitingIntent, b: WaitingIntent): number {
  const { receivedAtMs } = a.intent;
  if (receivedAtMs !== b.intent.receivedAtMs) return receivedAtMs - b.intent.receivedAtMs;
  return a.version < b.version ? -1 : 1;
}
