// Filters compiled to predicates over a stored document, as the web SDK evaluates them locally. A missing
// field fails every filter. Null fails != as well as not-in. Inequalities compare within one type only.
import { compareValues, equivalent, typeRank } from "../compare.ts";
import type { StoredDocument } from "../document.ts";
import { getField, NAME_FIELD, parseFieldPath } from "../field-path.ts";
import type { Filter } from "../proto.ts";
import { invalidArgument, unimplemented } from "../status.ts";
import { canonicalValue, NULL, type RawValue, type Value } from "../value.ts";

export type FieldReader = (document: StoredDocument) => Value | undefined;
type Predicate = (document: StoredDocument) => boolean;

/** A reader for the field, where `__name__` is the document's own reference. */
export function fieldReader(fieldPath: string | undefined): FieldReader {
  if (fieldPath === undefined || fieldPath === "") throw invalidArgument("A query names an empty field path");
  if (fieldPath === NAME_FIELD) return (document) => ({ referenceValue: document.name });
  const path = parseFieldPath(fieldPath);
  return (document) => getField(document.fields, path);
}

const isNull = (value: Value): boolean => "nullValue" in value;
const isNaNValue = (value: Value): boolean => "doubleValue" in value && Number.isNaN(value.doubleValue);

function listOperand(value: Value, op: string): readonly Value[] {
  if (!("arrayValue" in value) || value.arrayValue.values.length === 0) {
    throw invalidArgument(`'${op}' requires a non-empty ArrayValue.`);
  }
  return value.arrayValue.values;
}

/** The values of a list that a document can equal: null and NaN of `in` and `array-contains-any` match nothing. */
const matchable = (list: readonly Value[]): readonly Value[] =>
  list.filter((value) => !isNull(value) && !isNaNValue(value));

const includes = (list: readonly Value[], value: Value): boolean =>
  list.some((item) => equivalent(item, value));

/** NaN has a place in the order, but no number is on either side of it. */
function inequality(read: FieldReader, operand: Value, holds: (order: number) => boolean): Predicate {
  if (isNaNValue(operand)) return () => false;
  const rank = typeRank(operand);
  return (document) => {
    const value = read(document);
    return (
      value !== undefined &&
      typeRank(value) === rank &&
      !isNaNValue(value) &&
      holds(compareValues(value, operand))
    );
  };
}

function arrayFilter(read: FieldReader, wanted: readonly Value[]): Predicate {
  return (document) => {
    const value = read(document);
    return (
      value !== undefined &&
      "arrayValue" in value &&
      value.arrayValue.values.some((item) => includes(wanted, item))
    );
  };
}

function fieldPredicate(op: string, read: FieldReader, operand: Value): Predicate {
  switch (op) {
    case "EQUAL":
      return (document) => {
        const value = read(document);
        return value !== undefined && equivalent(value, operand);
      };
    case "NOT_EQUAL":
      return (document) => {
        const value = read(document);
        return value !== undefined && !isNull(value) && !equivalent(value, operand);
      };
    case "LESS_THAN":
      return inequality(read, operand, (order) => order < 0);
    case "LESS_THAN_OR_EQUAL":
      return inequality(read, operand, (order) => order <= 0);
    case "GREATER_THAN":
      return inequality(read, operand, (order) => order > 0);
    case "GREATER_THAN_OR_EQUAL":
      return inequality(read, operand, (order) => order >= 0);
    case "IN": {
      const list = matchable(listOperand(operand, op));
      return (document) => {
        const value = read(document);
        return value !== undefined && includes(list, value);
      };
    }
    case "NOT_IN": {
      const list = listOperand(operand, op);
      if (includes(list, NULL)) return () => false;
      return (document) => {
        const value = read(document);
        return value !== undefined && !isNull(value) && !includes(list, value);
      };
    }
    case "ARRAY_CONTAINS":
      return arrayFilter(read, [operand]);
    case "ARRAY_CONTAINS_ANY":
      return arrayFilter(read, matchable(listOperand(operand, op)));
    default:
      throw unimplemented(`Field filter operator ${op}`);
  }
}

function unaryPredicate(op: string, read: FieldReader): Predicate {
  const holds = (test: (value: Value) => boolean): Predicate => {
    return (document) => {
      const value = read(document);
      return value !== undefined && test(value);
    };
  };
  switch (op) {
    case "IS_NULL":
      return holds(isNull);
    case "IS_NAN":
      return holds(isNaNValue);
    case "IS_NOT_NULL":
      return holds((value) => !isNull(value));
    case "IS_NOT_NAN":
      return holds((value) => !isNull(value) && !isNaNValue(value));
    default:
      throw unimplemented(`Unary filter operator ${op}`);
  }
}

function compositePredicate({ op, filters }: NonNullable<Filter["compositeFilter"]>): Predicate {
  const parts = (filters ?? []).map(compileFilter);
  const [only] = parts;
  if (only === undefined) throw invalidArgument("A composite filter has no filters");
  if (parts.length === 1) return only;
  if (op === "AND") return (document) => parts.every((part) => part(document));
  if (op === "OR") return (document) => parts.some((part) => part(document));
  throw unimplemented(`Composite filter operator ${op}`);
}

const LIST_OPERATORS: ReadonlySet<string> = new Set(["IN", "NOT_IN", "ARRAY_CONTAINS_ANY"]);

/** An operand that lists values may list arrays, which a stored array may not hold. */
function canonicalOperand(op: string, raw: RawValue): Value {
  const list = raw.arrayValue as { values?: readonly RawValue[] } | null | undefined;
  if (!LIST_OPERATORS.has(op) || list == null) return canonicalValue(raw);
  return { arrayValue: { values: (list.values ?? []).map((value) => canonicalValue(value)) } };
}

/** A document is compared by its key with keys alone. */
function checkNameOperand(op: string, operand: Value): void {
  const values = LIST_OPERATORS.has(op) ? listOperand(operand, op) : [operand];
  if (!values.every((value) => "referenceValue" in value)) {
    throw invalidArgument("__key__ filter value must be a Key");
  }
}

/** The filter as a predicate. Throws INVALID_ARGUMENT or UNIMPLEMENTED for what cannot be evaluated. */
export function compileFilter(filter: Filter | null | undefined): Predicate {
  if (filter === null || filter === undefined) return () => true;
  if (filter.compositeFilter != null) return compositePredicate(filter.compositeFilter);
  if (filter.fieldFilter != null) {
    const { op, field, value } = filter.fieldFilter;
    if (value == null) throw invalidArgument("A field filter has no value");
    const operator = op ?? "OPERATOR_UNSPECIFIED";
    const operand = canonicalOperand(operator, value);
    if (field?.fieldPath === NAME_FIELD) checkNameOperand(operator, operand);
    return fieldPredicate(operator, fieldReader(field?.fieldPath), operand);
  }
  if (filter.unaryFilter != null) {
    return unaryPredicate(filter.unaryFilter.op ?? "", fieldReader(filter.unaryFilter.field?.fieldPath));
  }
  throw unimplemented(`Filter ${Object.keys(filter).join(", ")}`);
}
