// A structured query made ready to run: scope, filter, order, window and projection. What the engine cannot
// evaluate is refused here with UNIMPLEMENTED, before anything runs.
import type { DocumentChange, StoredDocument } from "../document.ts";
import { type FieldPath, NAME_FIELD, parseFieldPath } from "../field-path.ts";
import type { QueryPredicate } from "../lock-waiter.ts";
import { collectionId, collectionOf, lastSegment, parentName } from "../name.ts";
import type { StructuredQuery } from "../proto.ts";
import { invalidArgument, unimplemented } from "../status.ts";
import { compileFilter } from "./filter.ts";
import { type IndexNeed, needOf } from "./indexes.ts";
import { checkFilterLimits } from "./limits.ts";
import { compareBy, compileCursors, compileOrder } from "./order.ts";

export interface CompiledQuery {
  /** The documents root or a document's name; the query sees what lies below. */
  readonly parent: string;
  /** Undefined: collections of any id ("kindless"). */
  readonly collectionId: string | undefined;
  readonly allDescendants: boolean;
  /** Whether documents of this collection are considered at all. */
  readonly inScope: (collectionPath: string) => boolean;
  /** Filter, presence of the ordered fields, and cursors; not the window. */
  readonly matches: (document: StoredDocument) => boolean;
  readonly compare: (a: StoredDocument, b: StoredDocument) => number;
  /** Set when the order is by name alone: 1 ascending, -1 descending. */
  readonly nameOrder: 1 | -1 | undefined;
  readonly offset: number;
  readonly limit: number | undefined;
  /** The index that production would ask for; null where none can be needed. */
  readonly need: IndexNeed | null;
  /** The query as it was sent, for the rules. */
  readonly source: StructuredQuery;
  /** Undefined selects all fields. */
  readonly projection: readonly FieldPath[] | undefined;
}

/** Compiles and checks a query. Throws INVALID_ARGUMENT, or UNIMPLEMENTED for what the engine lacks. */
export function compileQuery(parent: string | undefined, query: StructuredQuery): CompiledQuery {
  if (query.findNearest != null) throw unimplemented("Vector search (find_nearest) is not supported");
  const scope = compileScope(parentName(parent), query);
  checkFilterLimits(query.where);
  const filter = compileFilter(query.where);
  const keys = compileOrder(query);
  const present = keys.filter(({ fieldPath }) => fieldPath !== NAME_FIELD);
  const between = compileCursors(keys, query);
  return {
    ...scope,
    matches: (document) =>
      present.every(({ read }) => read(document) !== undefined) &&
      filter(document) &&
      (between === undefined || between(document)),
    compare: compareBy(keys),
    nameOrder: keys.length === 1 ? keys[0]?.direction : undefined,
    offset: checkedCount(query.offset ?? 0, "offset"),
    limit: query.limit == null ? undefined : checkedCount(limitValue(query.limit), "limit"),
    need: needOf(query),
    source: query,
    projection: compileProjection(query),
  };
}

function limitValue(limit: NonNullable<StructuredQuery["limit"]>): number {
  return typeof limit === "number" ? limit : (limit.value ?? 0);
}

function checkedCount(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0) throw invalidArgument(`${what} is negative`);
  return value;
}

function compileProjection(query: StructuredQuery): readonly FieldPath[] | undefined {
  const fields = query.select?.fields ?? [];
  if (fields.length === 0) return undefined;
  return fields
    .map(({ fieldPath }) => fieldPath ?? "")
    .filter((fieldPath) => fieldPath !== NAME_FIELD)
    .map(parseFieldPath);
}

function compileScope(
  parent: string,
  query: StructuredQuery,
): Pick<CompiledQuery, "parent" | "collectionId" | "allDescendants" | "inScope"> {
  const from = query.from ?? [];
  const selector = from[0];
  if (selector === undefined) throw unimplemented("A query without a collection selector is not supported");
  if (from.length > 1) throw unimplemented("A query over several collection selectors is not supported");
  const id = selector.collectionId ? collectionId(selector.collectionId) : undefined;
  const allDescendants = selector.allDescendants === true;
  const prefix = `${parent}/`;
  const exact = `${prefix}${id}`;
  const inScope = (path: string): boolean => {
    if (id !== undefined && !allDescendants) return path === exact;
    if (!path.startsWith(prefix)) return false;
    if (!allDescendants) return !path.slice(prefix.length).includes("/");
    return id === undefined || lastSegment(path) === id;
  };
  return { parent, collectionId: id, allDescendants, inScope };
}

/**
 * The predicate that locks of a transaction use: it tells whether a change would alter the query's result.
 */
export function predicateOf(query: CompiledQuery): QueryPredicate {
  const selects = (document: StoredDocument | null): boolean => document !== null && query.matches(document);
  return {
    scopesName: (name) => query.inScope(collectionOf(name)),
    touchedBy: (change: DocumentChange) =>
      query.inScope(collectionOf(change.name)) && (selects(change.before) || selects(change.after)),
  };
}
