// The order of a query's result, and cursors as positions in it. The order is always total: fields under an
// inequality and finally `__name__` are appended, in the last given direction.
import { compareNames, compareValues } from "../compare.ts";
import type { StoredDocument } from "../document.ts";
import { NAME_FIELD } from "../field-path.ts";
import type { Cursor, StructuredQuery } from "../proto.ts";
import { invalidArgument } from "../status.ts";
import { canonicalValue, type Value } from "../value.ts";
import { type FieldReader, fieldReader } from "./filter.ts";
import { inequalityFields } from "./limits.ts";

interface OrderKey {
  readonly fieldPath: string;
  readonly read: FieldReader;
  readonly direction: 1 | -1;
}

/** The complete order, ending with `__name__`. Throws INVALID_ARGUMENT on a bad field path. */
export function compileOrder(query: StructuredQuery): OrderKey[] {
  const keys: OrderKey[] = [];
  const add = (fieldPath: string, direction: 1 | -1): void => {
    keys.push({ fieldPath, read: fieldReader(fieldPath), direction });
  };
  for (const { field, direction } of query.orderBy ?? []) {
    const fieldPath = field?.fieldPath ?? "";
    if (keys.some((key) => key.fieldPath === fieldPath)) {
      throw invalidArgument(`order by clause cannot contain duplicate fields ${fieldPath}`);
    }
    add(fieldPath, direction === "DESCENDING" ? -1 : 1);
  }
  const has = (fieldPath: string): boolean => keys.some((key) => key.fieldPath === fieldPath);
  const implied = inequalityFields(query.where).filter((path) => path !== NAME_FIELD && !has(path));
  if (has(NAME_FIELD)) {
    // Nothing orders documents any further behind the key; a field that an inequality adds would stand there.
    if (keys.at(-1)?.fieldPath !== NAME_FIELD || implied.length > 0)
      throw invalidArgument("order by clause cannot contain more fields after the key");
    return keys;
  }
  const direction = keys.at(-1)?.direction ?? 1;
  for (const fieldPath of implied) add(fieldPath, direction);
  add(NAME_FIELD, direction);
  return keys;
}

export function compareBy(keys: readonly OrderKey[]): (a: StoredDocument, b: StoredDocument) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compareByKey(key, a, b);
      if (order !== 0) return order * key.direction;
    }
    return 0;
  };
}

function compareByKey({ fieldPath, read }: OrderKey, a: StoredDocument, b: StoredDocument): number {
  if (fieldPath === NAME_FIELD) return compareNames(a.name, b.name);
  const left = read(a);
  const right = read(b);
  return left === undefined || right === undefined ? 0 : compareValues(left, right);
}

/** Where a document lies relative to a cursor: negative before it, zero on it, positive after it. */
function positionTo(keys: readonly OrderKey[], values: readonly Value[], document: StoredDocument): number {
  for (const [at, cursorValue] of values.entries()) {
    const key = keys[at];
    const value = key?.read(document);
    if (key === undefined || value === undefined) return 0;
    const order = compareValues(value, cursorValue) * key.direction;
    if (order !== 0) return order;
  }
  return 0;
}

function cursorValues(keys: readonly OrderKey[], cursor: Cursor): Value[] {
  const values = (cursor.values ?? []).map((value) => canonicalValue(value));
  if (values.length > keys.length) throw invalidArgument("Cursor has too many values.");
  for (const [at, value] of values.entries()) {
    if (keys[at]?.fieldPath === NAME_FIELD && !("referenceValue" in value)) {
      throw invalidArgument("A cursor value for __name__ is not a reference");
    }
  }
  return values;
}

/** Whether a document lies between the query's cursors. */
export function compileCursors(
  keys: readonly OrderKey[],
  query: StructuredQuery,
): ((document: StoredDocument) => boolean) | undefined {
  const { startAt, endAt } = query;
  if (startAt == null && endAt == null) return undefined;
  const start = startAt == null ? undefined : cursorValues(keys, startAt);
  const end = endAt == null ? undefined : cursorValues(keys, endAt);
  return (document) => {
    if (start !== undefined) {
      const position = positionTo(keys, start, document);
      if (startAt?.before === true ? position < 0 : position <= 0) return false;
    }
    if (end === undefined) return true;
    const position = positionTo(keys, end, document);
    return endAt?.before === true ? position < 0 : position <= 0;
  };
}
