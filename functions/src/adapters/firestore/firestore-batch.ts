// The port's writes as one Firestore batch. Holds the only use of the SDK's inside: a replacement under a version,
// which the protocol has and the SDK's public `set` does not offer.
import { FieldValue, type Firestore, Timestamp, type WriteBatch } from "firebase-admin/firestore";
import type { DocumentVersion, DocumentWrite, FieldChange } from "#ports/documents.ts";
import { isIncrement, isServerTime } from "./document-check.ts";
import { updateTimeOf } from "./document-version.ts";

/** `writes` are checked already. Nothing is sent. */
export function batchOf(firestore: Firestore, writes: readonly DocumentWrite[]): WriteBatch {
  const batch = firestore.batch();
  for (const write of writes) add(batch, firestore, write);
  return batch;
}

function add(batch: WriteBatch, firestore: Firestore, write: DocumentWrite): void {
  const document = firestore.doc(write.path);
  switch (write.op) {
    case "create":
      batch.create(document, { ...write.data });
      return;
    case "set":
      batch.set(document, { ...write.data });
      if (write.version !== undefined) requireVersion(batch, write.version);
      return;
    case "update":
      if (write.version === undefined) batch.update(document, fieldsOf(write.changes));
      else batch.update(document, fieldsOf(write.changes), { lastUpdateTime: timestampOf(write.version) });
      return;
    case "delete":
      if (write.version === undefined) batch.delete(document);
      else batch.delete(document, { lastUpdateTime: timestampOf(write.version) });
  }
}

function fieldsOf(changes: Readonly<Record<string, FieldChange>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => {
      if (isServerTime(change)) return [field, FieldValue.serverTimestamp()];
      return [field, isIncrement(change) ? FieldValue.increment(change.incrementBy) : change];
    }),
  );
}

function timestampOf(version: DocumentVersion): Timestamp {
  const { seconds, nanoseconds } = updateTimeOf(version);
  return new Timestamp(seconds, nanoseconds);
}

interface PendingWrite {
  /** Builds the google.firestore.v1.Write when the batch is committed. */
  op: () => Readonly<Record<string, unknown>>;
}

/**
 * Puts `currentDocument.update_time` on the write added last. The SDK's public `update` takes it, but merges;
 * only `set` replaces. Throws when the SDK's batch is built otherwise than known, so that an upgrade of the
 * SDK fails loudly instead of dropping the precondition.
 */
function requireVersion(batch: WriteBatch, version: DocumentVersion): void {
  const pending: unknown = Reflect.get(batch, "_ops");
  const last: unknown = Array.isArray(pending) ? pending.at(-1) : undefined;
  if (!isPendingWrite(last)) {
    throw new Error(
      "This version of @google-cloud/firestore builds batches otherwise: adapt firestore-batch.ts",
    );
  }
  const { seconds, nanoseconds } = updateTimeOf(version);
  const build = last.op;
  last.op = () => ({ ...build(), currentDocument: { updateTime: { seconds, nanos: nanoseconds } } });
}

function isPendingWrite(value: unknown): value is PendingWrite {
  return typeof value === "object" && value !== null && "op" in value && typeof value.op === "function";
}
