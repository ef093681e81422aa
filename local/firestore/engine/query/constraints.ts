// A query's filters as statements about every document that it can return, for the rules: a list of constraints for each
// disjunction. Filters that say nothing which rules could use are left out; fewer constraints only prove less.
import type { ListedQuery, QueryConstraint } from "#backend";
import { documentToRuleValues } from "#rules/document-values";
import { NAME_FIELD, parseFieldPath } from "../field-path.ts";
import type { Filter, StructuredQuery } from "../proto.ts";
import type { RawValue } from "../value.ts";

type Disjunctions = readonly (readonly QueryConstraint[])[];

const OPERATORS: Readonly<Record<string, QueryConstraint["op"]>> = {
  EQUAL: "==",
  NOT_EQUAL: "!=",
  LESS_THAN: "<",
  LESS_THAN_OR_EQUAL: "<=",
  GREATER_THAN: ">",
  GREATER_THAN_OR_EQUAL: ">=",
  ARRAY_CONTAINS: "array-contains",
};
/** Each value of the list is a disjunction of its own. */
const OF_LISTS: Readonly<Record<string, QueryConstraint["op"]>> = {
  IN: "==",
  ARRAY_CONTAINS_ANY: "array-contains",
};
const NULLS: Readonly<Record<string, QueryConstraint["op"]>> = { IS_NULL: "==", IS_NOT_NULL: "!=" };
const NOTHING: Disjunctions = [[]];

/** The filters are those of a query that was compiled: their number is limited, and their shape checked. */
export function listedQuery({ where, orderBy, limit, offset }: StructuredQuery): ListedQuery {
  const ordered = (orderBy ?? []).flatMap(({ field }) =>
    constraintsOn(field?.fieldPath, "exists", undefined),
  );
  return {
    limit: typeof limit === "number" ? limit : (limit?.value ?? null),
    offset: offset ? offset : null,
    disjunctions: disjunctionsOf(where).map((constraints) => [...constraints, ...ordered]),
  };
}

function disjunctionsOf(filter: Filter | null | undefined): Disjunctions {
  const composite = filter?.compositeFilter;
  if (composite != null) {
    const parts = (composite.filters ?? []).map(disjunctionsOf);
    return composite.op === "OR" ? parts.flat() : parts.reduce(crossed, NOTHING);
  }
  if (filter?.fieldFilter != null) return ofField(filter.fieldFilter);
  if (filter?.unaryFilter == null) return NOTHING;
  const { op = "", field } = filter.unaryFilter;
  const known = Object.hasOwn(NULLS, op) ? NULLS[op] : undefined;
  return [constraintsOn(field?.fieldPath, known ?? "exists", known === undefined ? undefined : null)];
}

const crossed = (left: Disjunctions, right: Disjunctions): Disjunctions =>
  left.flatMap((one) => right.map((other) => [...one, ...other]));

function ofField({ op = "", field, value }: NonNullable<Filter["fieldFilter"]>): Disjunctions {
  const path = field?.fieldPath;
  const list = value?.arrayValue as { readonly values?: readonly RawValue[] } | undefined;
  const ofList = Object.hasOwn(OF_LISTS, op) ? OF_LISTS[op] : undefined;
  if (ofList !== undefined)
    return (list?.values ?? []).map((item) => constraintsOn(path, ofList, ruleValueOf(item)));
  if (op === "NOT_IN")
    return [(list?.values ?? []).flatMap((item) => constraintsOn(path, "!=", ruleValueOf(item)))];
  const known = Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
  return known === undefined || value == null ? NOTHING : [constraintsOn(path, known, ruleValueOf(value))];
}

/** A document's key is no field of its data. */
function constraintsOn(
  fieldPath: string | undefined,
  op: QueryConstraint["op"],
  value: unknown,
): readonly QueryConstraint[] {
  if (fieldPath === undefined || fieldPath === NAME_FIELD) return [];
  return [{ fieldPath: parseFieldPath(fieldPath), op, value }];
}

const ruleValueOf = (value: RawValue): unknown => documentToRuleValues({ value }).value;
