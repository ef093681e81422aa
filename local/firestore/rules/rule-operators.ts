// The binary operators of the rules language. A pair of types that an operator is not defined for is an
// evaluation error, which denies.
import {
  compare,
  EvaluationError,
  equals,
  isList,
  isMap,
  isNumber,
  type RuleValue,
  typeOf,
} from "./rule-values.ts";
import type { BinaryOperator } from "./syntax-tree.ts";

/** Result of `left operator right`. Throws EvaluationError where the operator is not defined. */
export function applyBinary(operator: BinaryOperator, left: RuleValue, right: RuleValue): RuleValue {
  switch (operator) {
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    case ">=":
      return compare(left, right) >= 0;
    case "in":
      return contains(right, left);
    case "+":
      return add(left, right);
    default:
      return calculate(operator, left, right);
  }
}

function contains(container: RuleValue, item: RuleValue): boolean {
  if (isList(container)) return container.some((candidate) => equals(candidate, item));
  if (isMap(container) && typeof item === "string") return Object.hasOwn(container, item);
  throw new EvaluationError(`'in' is not defined for ${typeOf(item)} in ${typeOf(container)}`);
}

function add(left: RuleValue, right: RuleValue): RuleValue {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  return calculate("+", left, right);
}

function calculate(operator: "+" | "-" | "*" | "/" | "%", left: RuleValue, right: RuleValue): RuleValue {
  if (!isNumber(left) || !isNumber(right)) {
    throw new EvaluationError(`'${operator}' is not defined for ${typeOf(left)} and ${typeOf(right)}`);
  }
  if (typeof left === "bigint" && typeof right === "bigint") return calculateInt(operator, left, right);
  const a = Number(left);
  const b = Number(right);
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  return operator === "/" ? a / b : a % b;
}

function calculateInt(operator: "+" | "-" | "*" | "/" | "%", a: bigint, b: bigint): bigint {
  if ((operator === "/" || operator === "%") && b === 0n) throw new EvaluationError("division by zero");
  if (operator === "+") return int64(a + b);
  if (operator === "-") return int64(a - b);
  if (operator === "*") return int64(a * b);
  return operator === "/" ? int64(a / b) : a % b;
}

function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new EvaluationError("integer overflow");
  return value;
}
