// Field transforms: serverTimestamp, increment, maximum, minimum, arrayUnion, arrayRemove. Pure: the value before,
// the transform and the commit's time give the value after and what the RPC reports.
import { compareValues, equivalent } from "./compare.ts";
import type { FieldTransform } from "./proto.ts";
import { invalidArgument, unimplemented } from "./status.ts";
import { timestampFromMicros } from "./timestamp.ts";
import type { RawValue } from "./value.ts";
import { canonicalValue, NULL, type Value } from "./value.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const MICROS_PER_MS = 1000;
/** google.firestore.v1.DocumentTransform.FieldTransform.ServerValue */
const REQUEST_TIME = "REQUEST_TIME";
const REQUEST_TIME_NUMBER = 1;

interface Transformed {
  readonly value: Value;
  /** What WriteResult.transform_results holds: null for the array transforms. */
  readonly result: Value;
}

function isNumber(value: Value | undefined): value is { integerValue: string } | { doubleValue: number } {
  return value !== undefined && ("integerValue" in value || "doubleValue" in value);
}

function operandOf(raw: RawValue, transform: string): Value {
  const operand = canonicalValue(raw);
  if (!isNumber(operand)) throw invalidArgument(`${transform} needs an integer or a double`);
  return operand;
}

function increment(before: Value | undefined, operand: Value): Value {
  if (!isNumber(before)) return operand;
  if ("integerValue" in before && "integerValue" in operand) {
    const sum = BigInt(before.integerValue) + BigInt(operand.integerValue);
    const clamped = sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : sum;
    return { integerValue: clamped.toString() };
  }
  return { doubleValue: asDouble(before) + asDouble(operand) };
}

function asDouble(value: Value): number {
  if ("integerValue" in value) return Number(value.integerValue);
  return "doubleValue" in value ? value.doubleValue : Number.NaN;
}

/** `direction` 1 keeps the larger, -1 the smaller. NaN wins; equal numbers keep the stored one. */
function extreme(before: Value | undefined, operand: Value, direction: 1 | -1): Value {
  if (!isNumber(before)) return operand;
  if (Number.isNaN(asDouble(before)) || Number.isNaN(asDouble(operand))) return { doubleValue: Number.NaN };
  return compareValues(operand, before) * direction > 0 ? operand : before;
}

const elementsOf = (value: Value | undefined): readonly Value[] =>
  value !== undefined && "arrayValue" in value ? value.arrayValue.values : [];

function operandElements(raw: { readonly values?: readonly RawValue[] } | null): readonly Value[] {
  const operand = canonicalValue({ arrayValue: raw });
  return elementsOf(operand);
}

function union(before: Value | undefined, added: readonly Value[]): Value {
  const values = [...elementsOf(before)];
  for (const element of added) {
    if (!values.some((present) => equivalent(present, element))) values.push(element);
  }
  return { arrayValue: { values } };
}

function difference(before: Value | undefined, removed: readonly Value[]): Value {
  const values = elementsOf(before).filter((present) => !removed.some((gone) => equivalent(present, gone)));
  return { arrayValue: { values } };
}

/** REQUEST_TIME has millisecond precision and is one time for the whole commit (proto documentation). */
function requestTime(commitMicros: number): Value {
  return { timestampValue: timestampFromMicros(commitMicros - (commitMicros % MICROS_PER_MS)) };
}

/** The field's value after the transform. Throws INVALID_ARGUMENT on a bad operand. */
export function applyTransform(
  before: Value | undefined,
  transform: FieldTransform,
  commitMicros: number,
): Transformed {
  const kind = transform.setToServerValue;
  if (kind !== undefined) {
    if (kind !== REQUEST_TIME && kind !== REQUEST_TIME_NUMBER) throw unimplemented(`Server value ${kind}`);
    const value = requestTime(commitMicros);
    return { value, result: value };
  }
  if (transform.increment != null) {
    const value = increment(before, operandOf(transform.increment, "increment"));
    return { value, result: value };
  }
  if (transform.maximum != null) {
    const value = extreme(before, operandOf(transform.maximum, "maximum"), 1);
    return { value, result: value };
  }
  if (transform.minimum != null) {
    const value = extreme(before, operandOf(transform.minimum, "minimum"), -1);
    return { value, result: value };
  }
  if (transform.appendMissingElements != null) {
    return { value: union(before, operandElements(transform.appendMissingElements)), result: NULL };
  }
  if (transform.removeAllFromArray != null) {
    return { value: difference(before, operandElements(transform.removeAllFromArray)), result: NULL };
  }
  throw unimplemented(`Field transform ${Object.keys(transform).join(", ")}`);
}
