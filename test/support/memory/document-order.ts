// Firestore's order of values, and equality, for the in-memory store: types first, then values, strings by UTF-8
// bytes. Only the types that the document port knows.
import type { DocumentValue } from "#ports/documents.ts";

/** Rank of a value's type: null, booleans, numbers, dates, strings, arrays, maps. */
export function typeRank(value: DocumentValue): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "number") return 2;
  if (value instanceof Date) return 3;
  if (typeof value === "string") return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** Negative, zero or positive, as Firestore sorts. */
export function compareValues(a: DocumentValue, b: DocumentValue): number {
  const byType = typeRank(a) - typeRank(b);
  if (byType !== 0) return byType;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    return Array.isArray(a) && Array.isArray(b)
      ? compareLists(a, b)
      : compareLists(entriesOf(a), entriesOf(b));
  }
  return Number(a) - Number(b);
}

export function comparePaths(a: string, b: string): number {
  return compareLists(a.split("/"), b.split("/"));
}

function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareLists(a: readonly DocumentValue[], b: readonly DocumentValue[]): number {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareValues(item, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function entriesOf(map: object): DocumentValue[] {
  const entries = Object.entries(map) as [string, DocumentValue][];
  return entries.sort(([a], [b]) => compareText(a, b)).flat();
}
