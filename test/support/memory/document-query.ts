// Queries over the in-memory store, with Firestore's rules: a range compares within one type only, an order drops
// documents that lack the field, ties go by path.
import type { DocumentQuery, DocumentSnapshot, DocumentValue } from "#ports/documents.ts";
import { fieldAt } from "./document-fields.ts";
import { comparePaths, compareValues, typeRank } from "./document-order.ts";

type Filter = NonNullable<DocumentQuery["where"]>[number];

/** The matching snapshots, ordered and cut to the limit. `all` holds existing documents only. */
export function runQuery(all: Iterable<DocumentSnapshot>, query: DocumentQuery): readonly DocumentSnapshot[] {
  const order = query.orderBy ?? impliedOrder(query);
  const matching: DocumentSnapshot[] = [];
  for (const snapshot of all) {
    if (query.after !== undefined && comparePaths(snapshot.path, query.after) <= 0) continue;
    if (inCollection(snapshot.path, query) && matches(snapshot, query.where ?? [])) {
      if (order === null || fieldOf(snapshot, order.field) !== undefined) matching.push(snapshot);
    }
  }
  const sign = order?.direction === "desc" ? -1 : 1;
  matching.sort((a, b) => {
    const byValue = order === null ? 0 : compareKnown(fieldOf(a, order.field), fieldOf(b, order.field));
    return sign * (byValue !== 0 ? byValue : comparePaths(a.path, b.path));
  });
  return matching.slice(0, query.limit);
}

/** Firestore orders by the field of a range when no order is given. */
function impliedOrder(query: DocumentQuery): NonNullable<DocumentQuery["orderBy"]> | null {
  const range = (query.where ?? []).find(({ op }) => op !== "==" && op !== "in");
  return range === undefined ? null : { field: range.field, direction: "asc" };
}

function inCollection(path: string, query: DocumentQuery): boolean {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (query.allDescendants !== true) return parent === query.collection;
  return parent.slice(parent.lastIndexOf("/") + 1) === query.collection;
}

function matches(snapshot: DocumentSnapshot, filters: readonly Filter[]): boolean {
  return filters.every((filter) => {
    const value = fieldOf(snapshot, filter.field);
    return value !== undefined && satisfies(value, filter);
  });
}

function satisfies(value: DocumentValue, { op, value: operand }: Filter): boolean {
  if (op === "in") {
    return Array.isArray(operand) && operand.some((item: DocumentValue) => compareValues(value, item) === 0);
  }
  if (typeRank(value) !== typeRank(operand)) return false;
  const order = compareValues(value, operand);
  if (op === "==") return order === 0;
  if (op === "<") return order < 0;
  if (op === "<=") return order <= 0;
  return op === ">" ? order > 0 : order >= 0;
}

function fieldOf(snapshot: DocumentSnapshot, field: string): DocumentValue | undefined {
  return snapshot.data === null ? undefined : fieldAt(snapshot.data, field);
}

function compareKnown(a: DocumentValue | undefined, b: DocumentValue | undefined): number {
  if (a === undefined || b === undefined)
    throw new RangeError("Only documents that have the field are ordered");
  return compareValues(a, b);
}
