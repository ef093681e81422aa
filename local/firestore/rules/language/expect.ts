// Operands of methods and functions of the rules language, each taken for a value of one type. Every reader throws EvaluationError, which denies,
// where the operand is of another type.
import {
  EvaluationError,
  isList,
  isMap,
  isNumber,
  type RuleMap,
  RuleSet,
  type RuleValue,
  typeOf,
} from "../rule-values.ts";

export interface RuleMethod {
  readonly argumentCount: readonly number[];
  /** Throws EvaluationError when the receiver or an argument has the wrong type. */
  readonly apply: (receiver: RuleValue, args: readonly RuleValue[]) => RuleValue;
}

/** Methods of one type, or functions of one namespace, by name. */
export type MethodTable = Readonly<Record<string, RuleMethod>>;

/** A method without arguments. */
export const bare = (apply: (receiver: RuleValue) => RuleValue): RuleMethod => ({
  argumentCount: [0],
  apply,
});
/** A method, or a function of a namespace, with one argument. */
export const unary = (apply: (receiver: RuleValue, argument: RuleValue) => RuleValue): RuleMethod => ({
  argumentCount: [1],
  apply: (receiver, [argument = null]) => apply(receiver, argument),
});

export function text(value: RuleValue): string {
  if (typeof value === "string") return value;
  throw wrongType("string", value);
}

export function list(value: RuleValue): readonly RuleValue[] {
  if (isList(value)) return value;
  throw wrongType("list", value);
}

/** The items of a list or a set. */
export function items(value: RuleValue): readonly RuleValue[] {
  return value instanceof RuleSet ? value.items : list(value);
}

export function map(value: RuleValue): RuleMap {
  if (isMap(value)) return value;
  throw wrongType("map", value);
}

export function set(value: RuleValue): RuleSet {
  if (value instanceof RuleSet) return value;
  throw wrongType("set", value);
}

export function whole(value: RuleValue): bigint {
  if (typeof value === "bigint") return value;
  throw wrongType("int", value);
}

export function number(value: RuleValue): bigint | number {
  if (isNumber(value)) return value;
  throw wrongType("number", value);
}

export function bytes(value: RuleValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw wrongType("bytes", value);
}

export function wrongType(wanted: string, value: RuleValue): EvaluationError {
  return new EvaluationError(`expected a ${wanted}, got a ${typeOf(value)}`);
}
