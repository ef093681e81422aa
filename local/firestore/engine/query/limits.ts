// Refuses the filters that Google refuses although they could be evaluated, so that a query which works here
// works in production too.
import { NAME_FIELD } from "../field-path.ts";
import type { Filter } from "../proto.ts";
import { invalidArgument } from "../status.ts";

/** Most disjunctions of a query in disjunctive normal form (Firestore quota). */
const MAX_DISJUNCTIONS = 30;
/** Most values of a not-in filter (proto documentation). */
const MAX_NOT_IN_VALUES = 10;
const INEQUALITIES: ReadonlySet<string> = new Set([
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "NOT_EQUAL",
  "NOT_IN",
  "IS_NOT_NULL",
  "IS_NOT_NAN",
]);
const NEGATIONS: ReadonlySet<string> = new Set(["NOT_EQUAL", "NOT_IN", "IS_NOT_NULL", "IS_NOT_NAN"]);

interface Leaf {
  readonly op: string;
  readonly fieldPath: string;
  readonly values: number;
}

function leafOf(filter: Filter): Leaf | undefined {
  if (filter.unaryFilter != null) {
    return {
      op: filter.unaryFilter.op ?? "",
      fieldPath: filter.unaryFilter.field?.fieldPath ?? "",
      values: 1,
    };
  }
  if (filter.fieldFilter == null) return undefined;
  const list = filter.fieldFilter.value?.arrayValue as { values?: readonly unknown[] } | undefined;
  const op = filter.fieldFilter.op ?? "";
  return { op, fieldPath: filter.fieldFilter.field?.fieldPath ?? "", values: list?.values?.length ?? 1 };
}

/** Every comparison of a filter, however it is nested. */
export function* filterLeaves(filter: Filter | null | undefined): Generator<Leaf> {
  if (filter == null) return;
  const leaf = leafOf(filter);
  if (leaf !== undefined) yield leaf;
  for (const part of filter.compositeFilter?.filters ?? []) yield* filterLeaves(part);
}

function disjunctions(filter: Filter): number {
  const parts = filter.compositeFilter?.filters;
  if (parts === undefined) {
    const leaf = leafOf(filter);
    return leaf?.op === "IN" || leaf?.op === "ARRAY_CONTAINS_ANY" ? leaf.values : 1;
  }
  const counts = parts.map(disjunctions);
  return filter.compositeFilter?.op === "OR"
    ? counts.reduce((sum, count) => sum + count, 0)
    : counts.reduce((product, count) => product * count, 1);
}

const hasOr = (filter: Filter): boolean =>
  (filter.compositeFilter?.op === "OR" && (filter.compositeFilter.filters?.length ?? 0) > 1) ||
  (filter.compositeFilter?.filters ?? []).some(hasOr);

/** Fields under an inequality, sorted: they are ordered by even when the query does not say so. */
export function inequalityFields(filter: Filter | null | undefined): string[] {
  const fields = new Set<string>();
  for (const leaf of filterLeaves(filter)) if (INEQUALITIES.has(leaf.op)) fields.add(leaf.fieldPath);
  return [...fields].sort();
}

/** Throws INVALID_ARGUMENT where a key is fixed by `==` while other fields are under an inequality. */
function checkKeyEquality(filter: Filter, all: readonly Leaf[]): void {
  const fields = inequalityFields(filter);
  const fixesKey = all.some(({ op, fieldPath }) => op === "EQUAL" && fieldPath === NAME_FIELD);
  if (fixesKey && fields.length > 0 && !fields.includes(NAME_FIELD)) {
    throw invalidArgument(
      "Equality on key is not allowed if there are other inequality fields and key does not appear in inequalities.",
    );
  }
}

/** Throws INVALID_ARGUMENT for combinations that production refuses. */
export function checkFilterLimits(filter: Filter | null | undefined): void {
  if (filter == null) return;
  const all = [...filterLeaves(filter)];
  const negations = all.filter(({ op }) => NEGATIONS.has(op));
  if (negations.length > 1) {
    throw invalidArgument("At most one of !=, not-in, is-not-null and is-not-nan is allowed in a query.");
  }
  const notIn = all.find(({ op }) => op === "NOT_IN");
  if (notIn !== undefined) {
    if (notIn.values > MAX_NOT_IN_VALUES) {
      throw invalidArgument(`'NOT_IN' supports up to ${MAX_NOT_IN_VALUES} comparison values.`);
    }
    if (hasOr(filter) || all.some(({ op }) => op === "IN" || op === "ARRAY_CONTAINS_ANY")) {
      throw invalidArgument(
        "'NOT_IN' cannot be used with 'OR', 'IN' or 'ARRAY_CONTAINS_ANY' in the same query.",
      );
    }
  }
  checkKeyEquality(filter, all);
  const total = disjunctions(filter);
  if (total > MAX_DISJUNCTIONS) {
    throw invalidArgument(`The query has ${total} disjunctions; at most ${MAX_DISJUNCTIONS} are supported.`);
  }
}
