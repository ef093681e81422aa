// Firestore's total order over values of any type, and its two kinds of sameness: equivalence (3 and 3.0 are one
// value to filters and array transforms) and identity (they are two values to a write).
import { NUMERIC_ID } from "./name.ts";
import type { Fields, Value } from "./value.ts";
import { vectorElements } from "./value.ts";

/** Rank of a value's type in the order; values of different ranks compare by rank alone. */
export function typeRank(value: Value): number {
  if ("stringValue" in value) return 4;
  if ("integerValue" in value || "doubleValue" in value) return 2;
  if ("booleanValue" in value) return 1;
  if ("timestampValue" in value) return 3;
  if ("mapValue" in value) return vectorElements(value.mapValue.fields) === undefined ? 10 : 9;
  if ("arrayValue" in value) return 8;
  if ("referenceValue" in value) return 6;
  if ("bytesValue" in value) return 5;
  if ("geoPointValue" in value) return 7;
  return 0;
}

function sign(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** UTF-8 byte order of two JavaScript strings, without encoding them. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    const leftSurrogate = left >= 0xd800 && left <= 0xdfff;
    const rightSurrogate = right >= 0xd800 && right <= 0xdfff;
    if (leftSurrogate === rightSurrogate) return sign(left, right);
    return leftSurrogate ? 1 : -1;
  }
  return sign(a.length, b.length);
}

/** Order of resource names, segment by segment; Datastore's numeric ids come before all other ids. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.split("/");
  const right = b.split("/");
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const order = compareIds(left[at] ?? "", right[at] ?? "");
    if (order !== 0) return order;
  }
  return sign(left.length, right.length);
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.startsWith("__id") ? NUMERIC_ID.exec(a)?.[1] : undefined;
  const right = b.startsWith("__id") ? NUMERIC_ID.exec(b)?.[1] : undefined;
  if (left !== undefined && right !== undefined) return BigInt(left) < BigInt(right) ? -1 : 1;
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return compareStrings(a, b);
}

/** NaN first, then by numeric value; int64 and double compare exactly, beyond 2^53 too. */
function compareNumbers(a: Value, b: Value): number {
  const left = doubleOf(a);
  const right = doubleOf(b);
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  if (left !== right) return left < right ? -1 : 1;
  if (Math.abs(left) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(left)) return 0;
  return sign(exactOf(a, left), exactOf(b, right));
}

function doubleOf(value: Value): number {
  if ("integerValue" in value) return Number(value.integerValue);
  return "doubleValue" in value ? value.doubleValue : Number.NaN;
}

const exactOf = (value: Value, double: number): bigint =>
  BigInt("integerValue" in value ? value.integerValue : double);

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a[at];
    const right = b[at];
    if (left === undefined || right === undefined) break;
    const order = compareValues(left, right);
    if (order !== 0) return order;
  }
  return sign(a.length, b.length);
}

function compareMaps(a: Fields, b: Fields): number {
  const leftKeys = Object.keys(a).sort(compareStrings);
  const rightKeys = Object.keys(b).sort(compareStrings);
  const length = Math.min(leftKeys.length, rightKeys.length);
  for (let at = 0; at < length; at += 1) {
    const leftKey = leftKeys[at] ?? "";
    const rightKey = rightKeys[at] ?? "";
    const keyOrder = compareStrings(leftKey, rightKey);
    if (keyOrder !== 0) return keyOrder;
    const left = a[leftKey];
    const right = b[rightKey];
    const order = left === undefined || right === undefined ? 0 : compareValues(left, right);
    if (order !== 0) return order;
  }
  return sign(leftKeys.length, rightKeys.length);
}

/** Firestore's order of two values: negative, zero or positive. Zero means equivalent (3 equals 3.0). */
export function compareValues(a: Value, b: Value): number {
  if ("stringValue" in a && "stringValue" in b) return compareStrings(a.stringValue, b.stringValue);
  const rank = typeRank(a);
  const rankOrder = sign(rank, typeRank(b));
  if (rankOrder !== 0) return rankOrder;
  if (rank === 2) return compareNumbers(a, b);
  return compareParts(a, b) ?? compareScalars(a, b);
}

/** Two values that consist of values; undefined for others. */
function compareParts(a: Value, b: Value): number | undefined {
  if ("arrayValue" in a && "arrayValue" in b) return compareLists(a.arrayValue.values, b.arrayValue.values);
  if ("mapValue" in a && "mapValue" in b) return compareMapsOrVectors(a.mapValue.fields, b.mapValue.fields);
  return undefined;
}

/** Two values of one type that is neither text, number, array nor map. */
function compareScalars(a: Value, b: Value): number {
  if ("booleanValue" in a && "booleanValue" in b) return sign(Number(a.booleanValue), Number(b.booleanValue));
  if ("timestampValue" in a && "timestampValue" in b) {
    const seconds = sign(Number(a.timestampValue.seconds), Number(b.timestampValue.seconds));
    return seconds || sign(a.timestampValue.nanos, b.timestampValue.nanos);
  }
  if ("bytesValue" in a && "bytesValue" in b) return Buffer.compare(a.bytesValue, b.bytesValue);
  if ("referenceValue" in a && "referenceValue" in b) return compareNames(a.referenceValue, b.referenceValue);
  if ("geoPointValue" in a && "geoPointValue" in b) {
    const latitude = sign(a.geoPointValue.latitude, b.geoPointValue.latitude);
    return latitude || sign(a.geoPointValue.longitude, b.geoPointValue.longitude);
  }
  return 0;
}

function compareMapsOrVectors(a: Fields, b: Fields): number {
  const left = vectorElements(a);
  const right = vectorElements(b);
  if (left === undefined || right === undefined) return compareMaps(a, b);
  return left.length !== right.length ? sign(left.length, right.length) : compareLists(left, right);
}

export const equivalent = (a: Value, b: Value): boolean => compareValues(a, b) === 0;

/** Same type and same content: what decides whether a write changed anything. */
export function identical(a: Value, b: Value): boolean {
  if (a === b) return true;
  if ("stringValue" in a) return "stringValue" in b && a.stringValue === b.stringValue;
  if ("integerValue" in a) return "integerValue" in b && a.integerValue === b.integerValue;
  if ("doubleValue" in a) return "doubleValue" in b && Object.is(a.doubleValue, b.doubleValue);
  if ("mapValue" in a) return "mapValue" in b && identicalFields(a.mapValue.fields, b.mapValue.fields);
  if ("arrayValue" in a) {
    if (!("arrayValue" in b)) return false;
    const left = a.arrayValue.values;
    const right = b.arrayValue.values;
    if (left.length !== right.length) return false;
    return left.every((item, at) => {
      const other = right[at];
      return other !== undefined && identical(item, other);
    });
  }
  return typeRank(a) === typeRank(b) && compareValues(a, b) === 0;
}

export function identicalFields(a: Fields, b: Fields): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const left = a[key];
    const right = Object.hasOwn(b, key) ? b[key] : undefined;
    return left !== undefined && right !== undefined && identical(left, right);
  });
}
