// Every method, namespace and conversion of the documented rules language, by name. What is missing here is refused
// when the rules are loaded.
import {
  LIST_METHODS,
  MAP_DIFF_METHODS,
  MAP_METHODS,
  PATH_METHODS,
  SET_METHODS,
} from "./language/collection-methods.ts";
import { CONVERSIONS } from "./language/conversions.ts";
import type { MethodTable, RuleMethod } from "./language/expect.ts";
import {
  HASHING_FUNCTIONS,
  LATLNG_FUNCTIONS,
  LATLNG_METHODS,
  MATH_FUNCTIONS,
} from "./language/number-functions.ts";
import { BYTES_METHODS, STRING_METHODS } from "./language/text-methods.ts";
import {
  DURATION_FUNCTIONS,
  DURATION_METHODS,
  TIMESTAMP_FUNCTIONS,
  TIMESTAMP_METHODS,
} from "./language/time-methods.ts";
import { EvaluationError, type RuleValue, typeOf, type ValueType } from "./rule-values.ts";

export const METHODS: Readonly<Partial<Record<ValueType, MethodTable>>> = {
  bytes: BYTES_METHODS,
  duration: DURATION_METHODS,
  latlng: LATLNG_METHODS,
  list: LIST_METHODS,
  map: MAP_METHODS,
  map_diff: MAP_DIFF_METHODS,
  path: PATH_METHODS,
  set: SET_METHODS,
  string: STRING_METHODS,
  timestamp: TIMESTAMP_METHODS,
};

export const NAMESPACES: Readonly<Record<string, MethodTable>> = {
  duration: DURATION_FUNCTIONS,
  hashing: HASHING_FUNCTIONS,
  latlng: LATLNG_FUNCTIONS,
  math: MATH_FUNCTIONS,
  timestamp: TIMESTAMP_FUNCTIONS,
};

/** Functions that read another document: the path is their argument. */
export const DOCUMENT_FUNCTIONS: readonly string[] = ["get", "exists", "getAfter", "existsAfter"];

/** Names of all methods, for messages. */
export const RULE_METHOD_NAMES: readonly string[] = [
  ...new Set(Object.values(METHODS).flatMap((table) => Object.keys(table))),
].sort();

const entry = (table: MethodTable | undefined, name: string): RuleMethod | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/** How many arguments a method of that name may take; empty when no type has it. */
export const argumentCounts = (method: string): readonly number[] => [
  ...new Set(Object.values(METHODS).flatMap((table) => entry(table, method)?.argumentCount ?? [])),
];

export const namespaceFunction = (namespace: string, name: string): RuleMethod | undefined =>
  Object.hasOwn(NAMESPACES, namespace) ? entry(NAMESPACES[namespace], name) : undefined;

export const conversion = (name: string): RuleMethod | undefined => entry(CONVERSIONS, name);

/** Throws EvaluationError when the receiver's type has no such method. */
export function applyMethod(receiver: RuleValue, name: string, args: readonly RuleValue[]): RuleValue {
  const known = entry(METHODS[typeOf(receiver)], name);
  if (known === undefined) throw new EvaluationError(`a ${typeOf(receiver)} has no method '${name}'`);
  if (!known.argumentCount.includes(args.length))
    throw new EvaluationError(
      `'${name}' of a ${typeOf(receiver)} takes ${known.argumentCount.join(" or ")} arguments`,
    );
  return known.apply(receiver, args);
}
