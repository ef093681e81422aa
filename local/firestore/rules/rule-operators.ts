// The binary operators of the rules language. A pair of types that an operator is not defined for is an
// evaluation error, which denies.
import {
  compare,
  EvaluationError,
  equals,
  isList,
  isMap,
  isNumber,
  RuleDuration,
  RuleSet,
  RuleTimestamp,
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
  if (container instanceof RuleSet) return container.items.some((candidate) => equals(candidate, item));
  if (isMap(container) && typeof item === "string") return Object.hasOwn(container, item);
  throw new EvaluationError(`'in' is not defined for ${typeOf(item)} in ${typeOf(container)}`);
}

function add(left: RuleValue, right: RuleValue): RuleValue {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  return calculate("+", left, right);
}

/** Sums and differences of moments and lengths of time; undefined for other operands. */
function calculateTime(operator: string, left: RuleValue, right: RuleValue): RuleValue | undefined {
  if (left instanceof RuleTimestamp && right instanceof RuleTimestamp && operator === "-")
    return new RuleDuration(left.epochNanos - right.epochNanos);
  if (left instanceof RuleDuration && right instanceof RuleTimestamp && operator === "+")
    return new RuleTimestamp(left.nanos + right.epochNanos);
  if (!(right instanceof RuleDuration) || (operator !== "+" && operator !== "-")) return undefined;
  const nanos = operator === "+" ? right.nanos : -right.nanos;
  if (left instanceof RuleTimestamp) return new RuleTimestamp(left.epochNanos + nanos);
  return left instanceof RuleDuration ? new RuleDuration(left.nanos + nanos) : undefined;
}

function calculate(operator: "+" | "-" | "*" | "/" | "%", left: RuleValue, right: RuleValue): RuleValue {
  const time = calculateTime(operator, left, right);
  if (time !== undefined) return time;
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
