// The document port over Google's own client, for the operator's tools and tests; deployed functions use
// rest-documents.ts, which loads in less time. Every call is one round trip and ends within a bound. What Firestore may
// have applied without our hearing of it is `DocumentUnavailableError`, and safe to find out by reading.
import { FieldPath, type Firestore, type Query } from "firebase-admin/firestore";
import { systemDeadline } from "#adapters/system/deadline.ts";
import type { DocumentPort, DocumentQuery, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { assertDocumentPath, assertQuery, frozenWrites } from "./document-check.ts";
import { versionOf } from "./document-version.ts";
import { batchOf } from "./firestore-batch.ts";
import { documentError } from "./firestore-errors.ts";
import { portData } from "./firestore-values.ts";

/** Longer than any healthy answer, shorter than a function's patience: then the caller decides, not the SDK. */
const CALL_TIMEOUT_MS = 15_000;

/**
 * The SDK itself repeats a commit that ended ABORTED, UNAVAILABLE or RESOURCE_EXHAUSTED, for up to ten
 * minutes, and the second attempt may meet the first one's writes. A `create` or a `version` in the commit
 * makes the repetition fail with DocumentExistsError or PreconditionFailedError, so everything is applied
 * once. A caller that gets one of these must therefore reload, and may find its own write. A commit of
 * increments and plain sets alone has no such guard: its increments may count twice. `firestore` is asked for
 * at every call, so that the first call opens the client.
 */
export function createFirestoreDocuments(firestore: () => Firestore): DocumentPort {
  return {
    async getAll(paths) {
      for (const path of paths) assertDocumentPath(path);
      if (paths.length === 0) return [];
      const store = firestore();
      const documents = paths.map((path) => store.doc(path));
      const snapshots = await bounded([], () => store.getAll(...documents));
      return snapshots.map(snapshotOf);
    },
    async commit(writes) {
      if (writes.length === 0) return [];
      const checked = frozenWrites(writes);
      const batch = batchOf(firestore(), checked);
      const results = await bounded(checked, () => batch.commit());
      return checked.map(({ op }, index) => {
        const written = results[index]?.writeTime;
        if (op === "delete") return null;
        if (written !== undefined) return versionOf(written.seconds, written.nanoseconds);
        throw new DocumentUnavailableError("Firestore answered a commit without its write times", null);
      });
    },
    async query(query) {
      assertQuery(query);
      const { docs } = await bounded([], () => queryOf(firestore(), query).get());
      return docs.map(snapshotOf);
    },
  };
}

interface SdkSnapshot {
  readonly ref: { readonly path: string };
  readonly updateTime?: { readonly seconds: number; readonly nanoseconds: number } | undefined;
  data(): Readonly<Record<string, unknown>> | undefined;
}

function snapshotOf(snapshot: SdkSnapshot): DocumentSnapshot {
  const { ref, updateTime } = snapshot;
  const data = snapshot.data();
  if (data === undefined || updateTime === undefined) return { path: ref.path, data: null, version: null };
  return {
    path: ref.path,
    data: portData(ref.path, data),
    version: versionOf(updateTime.seconds, updateTime.nanoseconds),
  };
}

function queryOf(firestore: Firestore, query: DocumentQuery): Query {
  let built: Query =
    query.allDescendants === true
      ? firestore.collectionGroup(query.collection)
      : firestore.collection(query.collection);
  for (const { field, op, value } of query.where ?? []) built = built.where(field, op, value);
  if (query.orderBy !== undefined) built = built.orderBy(query.orderBy.field, query.orderBy.direction);
  if (query.after !== undefined)
    built = built.orderBy(FieldPath.documentId()).startAfter(firestore.doc(query.after).id);
  return built.limit(query.limit);
}

async function bounded<Result>(
  writes: readonly DocumentWrite[],
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await systemDeadline.within(call(), CALL_TIMEOUT_MS);
  } catch (error) {
    throw documentError(error, writes);
  }
}
