// Firestore's gRPC statuses in the document port's errors. What may have been applied is never called refused.
import type { DocumentWrite } from "#ports/documents.ts";
import {
  DocumentConflictError,
  DocumentError,
  DocumentExistsError,
  DocumentNotFoundError,
  DocumentRefusedError,
  DocumentUnavailableError,
  PreconditionFailedError,
} from "#ports/documents.ts";

/** google.rpc.Code, as far as a document call can meet it. */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;
const ABORTED = 10;
/** INVALID_ARGUMENT, PERMISSION_DENIED, OUT_OF_RANGE, UNIMPLEMENTED, UNAUTHENTICATED: refused for good. */
const REFUSED: ReadonlySet<number> = new Set([3, 7, 11, 12, 16]);

/** The port's error for a failed call. `writes` are those of a commit; empty for a read. */
export function documentError(error: unknown, writes: readonly DocumentWrite[]): DocumentError {
  if (error instanceof DocumentError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  const path = concerned(message, writes);
  if (code === ALREADY_EXISTS) return new DocumentExistsError(message, path, options);
  if (code === ABORTED) return new DocumentConflictError(message, path, options);
  if (code === NOT_FOUND && writes.length > 0) {
    // The update of a deleted document had a stale version, if it had one; without a version the document is
    // not found.
    return wasVersioned(path, writes)
      ? new PreconditionFailedError(message, path, options)
      : new DocumentNotFoundError(message, path, options);
  }
  if (code === FAILED_PRECONDITION && writes.length > 0) {
    return new PreconditionFailedError(message, path, options);
  }
  if (code === FAILED_PRECONDITION) {
    const text = `Firestore refused the query, most often for want of an index (firestore.indexes.json): ${message}`;
    return new DocumentRefusedError(text, null, options);
  }
  if (code !== null && REFUSED.has(code)) return new DocumentRefusedError(message, null, options);
  return new DocumentUnavailableError(message, path, options);
}

function codeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "number" ? error.code : null;
}

/** The document that the status names, or the only one with a precondition, or null. */
function concerned(message: string, writes: readonly DocumentWrite[]): string | null {
  const named = writes.filter(({ path }) => message.endsWith(`/documents/${path}`));
  const [first] = named.length > 0 ? named : writes.filter(hasPrecondition);
  const isCertain = named.length > 0 || writes.filter(hasPrecondition).length === 1;
  return isCertain && first !== undefined ? first.path : null;
}

function hasPrecondition(write: DocumentWrite): boolean {
  return write.op === "create" || write.op === "update" || write.version !== undefined;
}

function wasVersioned(path: string | null, writes: readonly DocumentWrite[]): boolean {
  const suspects = path === null ? writes.filter(({ op }) => op === "update") : writes;
  const found = suspects.filter((write) => path === null || write.path === path);
  return found.length > 0 && found.every((write) => write.op !== "create" && write.version !== undefined);
}
