// The port's queries as google.firestore.v1.StructuredQuery in JSON. Nothing is sent.
import type { DocumentQuery, DocumentValue } from "#ports/documents.ts";
import { restValue } from "./rest-values.ts";
import { fieldPath } from "./rest-write.ts";

const OPERATORS = {
  "==": "EQUAL",
  "<": "LESS_THAN",
  "<=": "LESS_THAN_OR_EQUAL",
  ">": "GREATER_THAN",
  ">=": "GREATER_THAN_OR_EQUAL",
  in: "IN",
} as const;

interface RestQuery {
  /** Below the documents' root, with its slash; empty for a collection at the root or a collection group. */
  readonly parent: string;
  readonly structuredQuery: object;
}

/** `query` is checked already; `root` is `projects/{p}/databases/{d}/documents`. */
export function restQuery(root: string, query: DocumentQuery): RestQuery {
  const { collection, allDescendants = false, where = [], orderBy, after, limit } = query;
  const cut = collection.lastIndexOf("/");
  const filters = where.map(({ field, op, value }) => fieldFilter(field, op, value));
  return {
    parent: cut === -1 ? "" : `/${collection.slice(0, cut)}`,
    structuredQuery: {
      from: [{ collectionId: collection.slice(cut + 1), allDescendants }],
      ...(filters.length === 0 ? {} : { where: { compositeFilter: { op: "AND", filters } } }),
      ...(orderBy === undefined ? {} : { orderBy: [order(orderBy)] }),
      ...(after === undefined ? {} : page(`${root}/${after}`)),
      limit,
    },
  };
}

/** By name, behind the document. */
function page(name: string): object {
  return {
    orderBy: [{ field: { fieldPath: "__name__" }, direction: "ASCENDING" }],
    startAt: { values: [{ referenceValue: name }], before: false },
  };
}

/** Null has an operator of its own. */
function fieldFilter(field: string, op: keyof typeof OPERATORS, value: DocumentValue): object {
  const named = { fieldPath: fieldPath(field) };
  if (op === "==" && value === null) return { unaryFilter: { op: "IS_NULL", field: named } };
  return { fieldFilter: { field: named, op: OPERATORS[op], value: restValue(value) } };
}

function order({ field, direction }: NonNullable<DocumentQuery["orderBy"]>): object {
  const named = { fieldPath: fieldPath(field) };
  return { field: named, direction: direction === "asc" ? "ASCENDING" : "DESCENDING" };
}
