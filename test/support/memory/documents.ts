// The document port in memory, for unit tests and the simulation. Keeps Firestore's semantics as the app sees them:
// atomic commits, preconditions on versions to the microsecond, commit times that only rise, a write that changes
// nothing keeps its version. Hands out deep-frozen data. Held equal to the real adapter by the contract suite.
import { isDeepStrictEqual } from "node:util";
import { assertDocumentPath, assertQuery, frozenWrites } from "#adapters/firestore/document-check.ts";
import { frozenDocument } from "#adapters/firestore/document-value.ts";
import { versionOf } from "#adapters/firestore/document-version.ts";
import type { Clock } from "#ports/clock.ts";
import type {
  DocumentData,
  DocumentPort,
  DocumentQuery,
  DocumentSnapshot,
  DocumentVersion,
  DocumentWrite,
} from "#ports/documents.ts";
import { DocumentExistsError, DocumentNotFoundError, PreconditionFailedError } from "#ports/documents.ts";
import { withChanges } from "./document-fields.ts";
import { assertIndexed } from "./document-indexes.ts";
import { runQuery } from "./document-query.ts";

type DocumentCall =
  | { readonly kind: "getAll"; readonly paths: readonly string[] }
  | { readonly kind: "commit"; readonly writes: readonly DocumentWrite[] }
  | { readonly kind: "query"; readonly query: DocumentQuery };

/** Where a test or the simulation steps in. Throwing in `before` means nothing happened; in `after`, it did. */
interface DocumentInterceptor {
  before?(call: DocumentCall): Promise<void>;
  after?(call: DocumentCall): Promise<void>;
}

export interface MemoryDocuments extends DocumentPort {
  /** May be replaced at any time; null for none. */
  interceptor: DocumentInterceptor | null;
  /** Every document by path, sorted: what a test compares. */
  dump(): Readonly<Record<string, DocumentData>>;
  /** Puts a document there without a commit: the state that a test starts from. */
  seed(path: string, data: DocumentData): void;
}

interface Stored {
  readonly data: DocumentData;
  readonly version: DocumentVersion;
}

export function createMemoryDocuments(clock: Clock): MemoryDocuments {
  const documents = new Map<string, Stored>();
  let lastCommitMicros = 0;

  const nextCommitMicros = (): number => {
    lastCommitMicros = Math.max(clock.nowMs() * 1_000, lastCommitMicros + 1);
    return lastCommitMicros;
  };
  const snapshotOf = (path: string): DocumentSnapshot => {
    const stored = documents.get(path);
    return { path, data: stored?.data ?? null, version: stored?.version ?? null };
  };
  const apply = (writes: readonly DocumentWrite[]): readonly (DocumentVersion | null)[] => {
    const commitMicros = nextCommitMicros();
    const version = versionOf(Math.floor(commitMicros / 1e6), (commitMicros % 1e6) * 1_000);
    const serverTime = new Date(Math.floor(commitMicros / 1_000));
    // All is checked before any of it is stored: a commit is all or nothing.
    const results = writes.map((write) => {
      const before = documents.get(write.path) ?? null;
      checkPrecondition(write, before);
      const data = dataAfter(write, before, serverTime);
      if (data === null) return null;
      const unchanged = before !== null && isDeepStrictEqual(before.data, data);
      return unchanged ? before : { data, version };
    });
    for (const [index, write] of writes.entries()) {
      const result = results[index] ?? null;
      if (result === null) documents.delete(write.path);
      else documents.set(write.path, result);
    }
    return results.map((result) => result?.version ?? null);
  };

  const port: MemoryDocuments = {
    interceptor: null,
    async getAll(paths) {
      for (const path of paths) assertDocumentPath(path);
      return await call({ kind: "getAll", paths }, () => paths.map(snapshotOf));
    },
    async commit(writes) {
      if (writes.length === 0) return [];
      const copies = frozenWrites(writes);
      return await call({ kind: "commit", writes: copies }, () => apply(copies));
    },
    async query(query) {
      assertQuery(query);
      assertIndexed(query);
      return await call({ kind: "query", query }, () =>
        runQuery([...documents.keys()].map(snapshotOf), query),
      );
    },
    dump: () =>
      Object.fromEntries([...documents].map(([path, { data }]) => [path, data] as const).sort(byPath)),
    seed(path, data) {
      apply(frozenWrites([{ op: "set", path, data }]));
    },
  };
  const call = async <Result>(what: DocumentCall, run: () => Result): Promise<Result> => {
    // Not before the next turn, as any store over a wire: callers must not rely on an answer in the same one.
    await Promise.resolve();
    await port.interceptor?.before?.(what);
    const result = run();
    await port.interceptor?.after?.(what);
    return result;
  };
  return port;
}

function checkPrecondition(write: DocumentWrite, before: Stored | null): void {
  if (write.op === "create") {
    if (before !== null) throw new DocumentExistsError(`${write.path} exists already`, write.path);
    return;
  }
  if (write.version !== undefined && write.version !== before?.version) {
    throw new PreconditionFailedError(`${write.path} does not have the version ${write.version}`, write.path);
  }
  if (write.op === "update" && before === null) {
    throw new DocumentNotFoundError(`${write.path} does not exist`, write.path);
  }
}

function dataAfter(write: DocumentWrite, before: Stored | null, serverTime: Date): DocumentData | null {
  if (write.op === "delete") return null;
  if (write.op === "update") {
    return frozenDocument(write.path, withChanges(before?.data ?? {}, write.changes, serverTime));
  }
  return write.data;
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
