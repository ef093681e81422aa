// Checks of paths, batches and queries before they are sent, shared by the real and the in-memory store, so that a
// call which one refuses the other refuses too. Faults here are the caller's: TypeErrors, never retried.
import type { DocumentQuery, DocumentWrite, FieldChange, Increment } from "#ports/documents.ts";
import { SERVER_TIME } from "#ports/documents.ts";
import { frozenDocument, frozenValue, InvalidDocumentError } from "./document-value.ts";

/** A commit of more writes than this is a programming error: no use case needs it, and latency grows with it. */
const MAX_WRITES_PER_COMMIT = 500;
/** A page that fits one answer and one function's memory. */
const MAX_QUERY_LIMIT = 1_000;
/** Firestore's limit on the values of `in`. */
const MAX_IN_VALUES = 30;
/** Firestore refuses these in a dotted field path; such fields can only be written with `set`. */
const UNADDRESSABLE_FIELD = /[*~/[\]]/;

/** Throws unless `path` names a document: an even number of segments, none empty. */
export function assertDocumentPath(path: string): void {
  const segments = path.split("/");
  if (segments.length % 2 !== 0 || segments.some((segment) => !isSegment(segment))) {
    throw new InvalidDocumentError(`Not a document path: ${JSON.stringify(path)}`);
  }
}

/**
 * A deep-frozen copy of a batch, as it stood at the call. Throws when it is too large, names a document twice,
 * addresses fields that overlap, or holds what a document cannot.
 */
export function frozenWrites(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  if (writes.length > MAX_WRITES_PER_COMMIT) {
    throw new InvalidDocumentError(`${writes.length} writes in one commit, over ${MAX_WRITES_PER_COMMIT}`);
  }
  const seen = new Set<string>();
  return writes.map((write) => {
    assertDocumentPath(write.path);
    if (seen.has(write.path)) {
      throw new InvalidDocumentError(`${write.path} is written twice in one commit`);
    }
    seen.add(write.path);
    if (write.op === "delete") return write;
    if (write.op === "update") return { ...write, changes: frozenChanges(write.path, write.changes) };
    return { ...write, data: frozenDocument(write.path, write.data) };
  });
}

/** Throws when a query is unbounded or needs what the port does not promise. */
export function assertQuery(query: DocumentQuery): void {
  const segments = query.collection.split("/");
  const isGroup = query.allDescendants === true;
  if (
    segments.some((segment) => !isSegment(segment)) ||
    (isGroup ? segments.length !== 1 : segments.length % 2 !== 1)
  ) {
    throw new InvalidDocumentError(`Not a collection: ${JSON.stringify(query.collection)}`);
  }
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_QUERY_LIMIT) {
    throw new InvalidDocumentError(`A query's limit is 1 to ${MAX_QUERY_LIMIT}, not ${query.limit}`);
  }
  if (query.after !== undefined) assertPage(query, query.after);
  assertConditions(query);
}

function assertConditions(query: DocumentQuery): void {
  for (const { field, op, value } of query.where ?? []) {
    assertFieldPaths(query.collection, [field]);
    if (op === "in" && !(Array.isArray(value) && value.length >= 1 && value.length <= MAX_IN_VALUES)) {
      throw new InvalidDocumentError(`"in" on ${field} takes 1 to ${MAX_IN_VALUES} values`);
    }
    if (op !== "==" && op !== "in" && query.orderBy !== undefined && query.orderBy.field !== field) {
      throw new InvalidDocumentError(`A range on ${field} cannot be ordered by ${query.orderBy.field}`);
    }
  }
}

function assertPage(query: DocumentQuery, after: string): void {
  assertDocumentPath(after);
  const isPlain = query.where === undefined && query.orderBy === undefined && query.allDescendants !== true;
  if (!isPlain || !after.startsWith(`${query.collection}/`))
    throw new InvalidDocumentError(`A page after ${after} is of its plain collection`);
}

export function isIncrement(change: FieldChange): change is Increment {
  return (
    typeof change === "object" &&
    change !== null &&
    !Array.isArray(change) &&
    Object.keys(change).length === 1 &&
    "incrementBy" in change &&
    typeof change.incrementBy === "number"
  );
}

export function isServerTime(change: FieldChange): change is typeof SERVER_TIME {
  return change === SERVER_TIME;
}

function frozenChanges(
  path: string,
  changes: Readonly<Record<string, FieldChange>>,
): Readonly<Record<string, FieldChange>> {
  assertFieldPaths(path, Object.keys(changes));
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => [
      field,
      isServerTime(change) || isIncrement(change) ? change : frozenValue(`${path} ${field}`, change),
    ]),
  );
}

function isSegment(segment: string): boolean {
  return segment !== "" && segment !== "." && segment !== ".." && !/^__.*__$/.test(segment);
}

function assertFieldPaths(path: string, fields: readonly string[]): void {
  if (fields.length === 0) throw new InvalidDocumentError(`An update of ${path} names no field`);
  const sorted = [...fields].sort();
  for (const [index, field] of sorted.entries()) {
    if (UNADDRESSABLE_FIELD.test(field) || field.split(".").some((part) => part === "")) {
      throw new InvalidDocumentError(`${path}: not a field path: ${JSON.stringify(field)}`);
    }
    for (const other of sorted.slice(index + 1)) {
      if (other.startsWith(`${field}.`)) {
        throw new InvalidDocumentError(`${path}: ${field} and ${other} overlap in one update`);
      }
    }
  }
}
