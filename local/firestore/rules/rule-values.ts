// The values of the rules language and what holds for all of them: type names, equality, order. Integers are
// bigint and doubles are number, so that `is int` and `is float` never guess.

export class EvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EvaluationError";
  }
}

/** Nanoseconds since the epoch: Firestore's own timestamps are finer than a Date. */
export class RuleTimestamp {
  readonly epochNanos: bigint;
  constructor(epochNanos: bigint) {
    this.epochNanos = epochNanos;
  }
}

export class RulePath {
  readonly segments: readonly string[];
  constructor(segments: readonly string[]) {
    this.segments = segments;
  }
  toString(): string {
    return `/${this.segments.join("/")}`;
  }
}

/** A length of time, in nanoseconds. */
export class RuleDuration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Items without order and without repetition. */
export class RuleSet {
  readonly items: readonly RuleValue[];
  /** Of items that are equal, the first stays. */
  constructor(items: readonly RuleValue[]) {
    this.items = items.filter((item, at) => items.findIndex((other) => equals(other, item)) === at);
  }
}

/** The difference between two maps, by their keys. */
export class RuleMapDiff {
  readonly after: RuleMap;
  readonly before: RuleMap;
  constructor(after: RuleMap, before: RuleMap) {
    this.after = after;
    this.before = before;
  }
}

/** A value that a query settles only in part: every use that needs more of it throws. */
export abstract class PartlyKnown {
  abstract undecided(): EvaluationError;
}

export class RuleLatLng {
  readonly latitude: number;
  readonly longitude: number;
  constructor(latitude: number, longitude: number) {
    this.latitude = latitude;
    this.longitude = longitude;
  }
}

export interface RuleMap {
  readonly [key: string]: RuleValue;
}

export type RuleValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | RuleTimestamp
  | RulePath
  | RuleLatLng
  | RuleDuration
  | RuleSet
  | RuleMapDiff
  | PartlyKnown
  | readonly RuleValue[]
  | RuleMap;

export const TYPE_NAMES = [
  "bool",
  "bytes",
  "duration",
  "float",
  "int",
  "latlng",
  "list",
  "map",
  "map_diff",
  "null",
  "number",
  "path",
  "set",
  "string",
  "timestamp",
] as const;
export type ValueType = Exclude<(typeof TYPE_NAMES)[number], "number">;

/** Type of a value; never `number`, which stands for both int and float. Throws for a value that is known in part. */
export function typeOf(value: RuleValue): ValueType {
  if (value === null) return "null";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  if (typeof value === "string") return "string";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof RuleTimestamp) return "timestamp";
  if (value instanceof RulePath) return "path";
  if (value instanceof RuleLatLng) return "latlng";
  if (value instanceof RuleDuration) return "duration";
  if (value instanceof RuleSet) return "set";
  if (value instanceof RuleMapDiff) return "map_diff";
  if (value instanceof PartlyKnown) throw value.undecided();
  return Array.isArray(value) ? "list" : "map";
}

export function isList(value: RuleValue): value is readonly RuleValue[] {
  return Array.isArray(value);
}

export function isMap(value: RuleValue): value is RuleMap {
  return typeOf(value) === "map";
}

export function isNumber(value: RuleValue): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

/** Deep equality. Values of different types are unequal, except int and float, which compare by value. */
export function equals(left: RuleValue, right: RuleValue): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: bigint and number compare by value only loosely
  if (isNumber(left) && isNumber(right)) return left == right;
  if (typeOf(left) !== typeOf(right)) return false;
  if (isList(left) && isList(right)) return equalLists(left, right);
  if (isMap(left) && isMap(right)) return equalMaps(left, right);
  return equalScalars(left, right);
}

function equalLists(left: readonly RuleValue[], right: readonly RuleValue[]): boolean {
  return left.length === right.length && left.every((item, i) => equals(item, right[i] ?? null));
}

function equalMaps(left: RuleMap, right: RuleMap): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equals(left[key] ?? null, right[key] ?? null))
  );
}

/** Two values of one type that hold no others. */
function equalScalars(left: RuleValue, right: RuleValue): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  if (left instanceof RuleTimestamp && right instanceof RuleTimestamp) {
    return left.epochNanos === right.epochNanos;
  }
  if (left instanceof RulePath && right instanceof RulePath) return left.toString() === right.toString();
  if (left instanceof RuleLatLng && right instanceof RuleLatLng) {
    return left.latitude === right.latitude && left.longitude === right.longitude;
  }
  if (left instanceof RuleDuration && right instanceof RuleDuration) return left.nanos === right.nanos;
  if (left instanceof RuleSet && right instanceof RuleSet) return equalSets(left.items, right.items);
  return left === right;
}

function equalSets(left: readonly RuleValue[], right: readonly RuleValue[]): boolean {
  return left.length === right.length && left.every((item) => right.some((other) => equals(item, other)));
}

function sign(left: bigint | number, right: bigint | number): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** Negative, zero or positive. Throws EvaluationError for values that have no common order. */
export function compare(left: RuleValue, right: RuleValue): number {
  if (isNumber(left) && isNumber(right)) return sign(left, right);
  if (typeof left === "string" && typeof right === "string") {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  if (left instanceof RuleTimestamp && right instanceof RuleTimestamp) {
    return sign(left.epochNanos, right.epochNanos);
  }
  if (left instanceof RuleDuration && right instanceof RuleDuration) return sign(left.nanos, right.nanos);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return sign(Number(left), Number(right));
  throw new EvaluationError(`${typeOf(left)} and ${typeOf(right)} have no order`);
}
