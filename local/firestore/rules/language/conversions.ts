// The functions that are named after a type: each makes a value of that type, or throws EvaluationError.
import { EvaluationError, RulePath, type RuleValue, typeOf } from "../rule-values.ts";
import { type MethodTable, unary } from "./expect.ts";

const INT = /^[+-]?\d+$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NAMED_FLOATS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function impossible(type: string, value: RuleValue): EvaluationError {
  return new EvaluationError(`this ${typeOf(value)} cannot be made a ${type}`);
}

function toInt(value: RuleValue): bigint {
  const whole = typeof value === "number" && Number.isFinite(value) ? BigInt(Math.trunc(value)) : value;
  const made = typeof whole === "string" && INT.test(whole) ? BigInt(whole) : whole;
  if (typeof made === "bigint" && BigInt.asIntN(64, made) === made) return made;
  throw impossible("int", value);
}

function toFloat(value: RuleValue): number {
  if (typeof value === "bigint" || typeof value === "number") return Number(value);
  if (typeof value === "string") {
    if (Object.hasOwn(NAMED_FLOATS, value)) return NAMED_FLOATS[value] ?? Number.NaN;
    if (FLOAT.test(value)) return Number(value);
  }
  throw impossible("float", value);
}

function toBool(value: RuleValue): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw impossible("bool", value);
}

function toText(value: RuleValue): string {
  if (typeof value === "number") return Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return value;
  if (value instanceof RulePath) return value.toString();
  throw impossible("string", value);
}

function toPath(value: RuleValue): RulePath {
  if (value instanceof RulePath) return value;
  if (typeof value !== "string" || value === "") throw impossible("path", value);
  return new RulePath(value.replace(/^\//, "").split("/"));
}

export const CONVERSIONS: MethodTable = {
  bool: unary((_, value) => toBool(value)),
  float: unary((_, value) => toFloat(value)),
  int: unary((_, value) => toInt(value)),
  path: unary((_, value) => toPath(value)),
  string: unary((_, value) => toText(value)),
  // Google's emulator logs the argument; the value is the argument's in both.
  debug: unary((_, value) => value),
};
