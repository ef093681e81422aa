// The account's inbox: where an intent waits that found the lease taken. Storing counts up on the control document
// in the same batch, so a holder that lets go under its version cannot overlook an intent stored meanwhile.

import { decodeRequired, encodeWithTtl, RETENTION_MS, UnusableDocumentError } from "#app/documents";
import { tellSetAside } from "#app/telling";
import { taskName } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import {
  DocumentExistsError,
  type DocumentSnapshot,
  type DocumentVersion,
  type DocumentWrite,
} from "#ports/documents.ts";
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
 * Stores the intents for the holder of the lease in one commit, and sets a task that looks after them when that lease runs
 * out. One that was delivered before waits already, or has been decided, and is left as it is.
 */
export async function putInInbox(
  deps: ExecutionDeps,
  books: Books,
  intents: readonly Intent[],
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  try {
    await storeAll(deps, books.accountId, intents);
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

/** All or none; again without those that turn out to be there, of which each round finds one at least. */
async function storeAll(deps: ExecutionDeps, accountId: string, intents: readonly Intent[]): Promise<void> {
  let left = intents;
  while (left.length > 0) {
    try {
      await deps.documents.commit([
        ...left.map((each) => waitingWrite(deps, each)),
        counted(accountId, left),
      ]);
      return;
    } catch (error) {
      if (!(error instanceof DocumentExistsError)) throw error;
      // Alone, it is the one that is there.
      if (left.length === 1) return;
    }
    const found = await deps.documents.getAll(left.map(({ intentId }) => paths.intent(accountId, intentId)));
    left = left.filter((_, index) => found[index]?.version === null);
  }
}

function waitingWrite(deps: ExecutionDeps, intent: Intent): DocumentWrite {
  const nowMs = deps.clock.nowMs();
  const stored: StoredIntent = {
    intent,
    status: "INBOX",
    step: 0,
    denials: [],
    basis: null,
    updatedAtMs: nowMs,
  };
  const path = paths.intent(intent.accountId, intent.intentId);
  return { op: "create", path, data: encodeWithTtl(stored, nowMs, RETENTION_MS.intents) };
}

function counted(accountId: string, { length }: readonly Intent[]): DocumentWrite {
  const changes = { "inbox.storedCount": { incrementBy: length } };
  return { op: "update", path: paths.control(accountId), changes };
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
