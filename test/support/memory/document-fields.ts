// Dotted fields of the in-memory store: reading one, and what an update makes of a document.
import { isIncrement, isServerTime } from "#adapters/firestore/document-check.ts";
import type { DocumentData, DocumentValue, FieldChange } from "#ports/documents.ts";

/** The value at a dotted path, or undefined when the document does not have it. */
export function fieldAt(data: DocumentData, field: string): DocumentValue | undefined {
  let value: DocumentValue | undefined = data;
  for (const part of field.split(".")) {
    if (!isMap(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** A new document with the changes applied; transforms see the stored value, as in Firestore. */
export function withChanges(
  data: DocumentData,
  changes: Readonly<Record<string, FieldChange>>,
  serverTime: Date,
): DocumentData {
  let changed = data;
  for (const [field, change] of Object.entries(changes)) {
    const value = isServerTime(change)
      ? serverTime
      : isIncrement(change)
        ? incremented(fieldAt(data, field), change.incrementBy)
        : change;
    changed = withField(changed, field.split("."), value);
  }
  return changed;
}

function incremented(stored: DocumentValue | undefined, by: number): number {
  return typeof stored === "number" ? stored + by : by;
}

function withField(data: DocumentData, parts: readonly string[], value: DocumentValue): DocumentData {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError("A field path has at least one part");
  if (rest.length === 0) return { ...data, [first]: value };
  const inner = data[first];
  return { ...data, [first]: withField(isMap(inner) ? inner : {}, rest, value) };
}

function isMap(value: DocumentValue | undefined): value is DocumentData {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
