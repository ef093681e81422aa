// Evaluates a rule expression. Every doubt is an EvaluationError; the caller turns that into a denial. Only || and
// && look past an error, and only when the other side settles the answer alone.

import type { Binding } from "./binding.ts";
import { LimitError } from "./evaluation.ts";
import { QueriedField } from "./queried-field.ts";
import { applyMethod, conversion, namespaceFunction } from "./rule-methods.ts";
import { applyBinary } from "./rule-operators.ts";
import {
  EvaluationError,
  isList,
  isMap,
  isNumber,
  type RuleMap,
  RulePath,
  type RuleValue,
  typeOf,
} from "./rule-values.ts";
import { Scope } from "./scope.ts";
import type { Expression } from "./syntax-tree.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Value of an expression in a scope. Throws EvaluationError. */
export function evaluate(expression: Expression, scope: Scope): RuleValue {
  if (expression.kind !== "literal" && expression.kind !== "name") scope.evaluation.countExpression();
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "name":
      return scope.variable(expression.name);
    case "list":
      return expression.items.map((item) => evaluate(item, scope));
    case "map":
      return evaluateMap(expression, scope);
    case "path":
      return evaluatePath(expression, scope);
    case "member":
      return entryOf(evaluate(expression.object, scope), expression.member);
    case "index":
      return elementOf(evaluate(expression.object, scope), evaluate(expression.index, scope));
    case "range":
      return evaluateRange(expression, scope);
    case "call":
      return evaluateCall(expression, scope);
    case "method":
      return evaluateMethod(expression, scope);
    case "unary":
      return evaluateUnary(expression, scope);
    case "binary":
      return evaluateBinary(expression, scope);
    case "logical":
      return evaluateLogical(expression, scope);
    case "is":
      return isOfType(evaluate(expression.operand, scope), expression.type);
    case "conditional":
      return truth(evaluate(expression.test, scope))
        ? evaluate(expression.whenTrue, scope)
        : evaluate(expression.whenFalse, scope);
  }
}

/** The boolean itself. Throws EvaluationError for anything else: nothing is truthy by itself. */
export function truth(value: RuleValue): boolean {
  if (typeof value !== "boolean") throw new EvaluationError(`expected a bool, got a ${typeOf(value)}`);
  return value;
}

function evaluateLogical({ operator, left, right }: Of<"logical">, scope: Scope): boolean {
  /** The value that settles the whole expression whatever the other side is. */
  const settling = operator === "||";
  let first: boolean;
  try {
    first = truth(evaluate(left, scope));
  } catch (error) {
    if (!(error instanceof EvaluationError) || error instanceof LimitError) throw error;
    if (truth(evaluate(right, scope)) === settling) return settling;
    throw error;
  }
  return first === settling ? settling : truth(evaluate(right, scope));
}

function evaluateBinary({ operator, left, right }: Of<"binary">, scope: Scope): RuleValue {
  const first = evaluate(left, scope);
  const second = evaluate(right, scope);
  if (first instanceof QueriedField) return first.compared(operator, second, true);
  if (second instanceof QueriedField) return second.compared(operator, first, false);
  return applyBinary(operator, first, second);
}

function evaluateMap({ entries }: Of<"map">, scope: Scope): RuleMap {
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const name = evaluate(key, scope);
      if (typeof name !== "string")
        throw new EvaluationError(`a map's key is a string, not a ${typeOf(name)}`);
      return [name, evaluate(value, scope)];
    }),
  );
}

function evaluatePath({ segments }: Of<"path">, scope: Scope): RulePath {
  return new RulePath(
    segments.flatMap((segment) => {
      if (typeof segment === "string") return [segment];
      const value = evaluate(segment, scope);
      if (typeof value === "string") return [value];
      if (value instanceof RulePath) return value.segments;
      throw new EvaluationError(`a path segment is a string or a path, not a ${typeOf(value)}`);
    }),
  );
}

function evaluateCall({ name, args }: Of<"call">, scope: Scope): RuleValue {
  const values = args.map((argument) => evaluate(argument, scope));
  const declared = scope.function(name);
  if (declared === undefined) return builtIn(name, values, scope);
  const { declaration, home } = declared;
  const variables = new Map<string, Binding>();
  declaration.parameters.forEach((parameter, i) => {
    const value = values[i];
    if (value === undefined) throw new EvaluationError(`${name} lacks its argument ${parameter}`);
    variables.set(parameter, value);
  });
  const inner = new Scope(home, variables);
  return scope.evaluation.call(() => {
    for (const binding of declaration.bindings) variables.set(binding.name, evaluate(binding.value, inner));
    return evaluate(declaration.result, inner);
  });
}

/** A function that every file has: conversions, and those that read another document. */
function builtIn(name: string, args: readonly RuleValue[], { evaluation }: Scope): RuleValue {
  const [first = null] = args;
  switch (name) {
    case "get":
      return evaluation.document(first, false);
    case "getAfter":
      return evaluation.document(first, true);
    case "exists":
      return evaluation.document(first, false) !== null;
    case "existsAfter":
      return evaluation.document(first, true) !== null;
    default: {
      const known = conversion(name);
      if (known === undefined) throw new EvaluationError(`function '${name}' is not defined`);
      return known.apply(null, args);
    }
  }
}

function evaluateMethod({ object, method, args }: Of<"method">, scope: Scope): RuleValue {
  if (object.kind === "name" && !scope.hasVariable(object.name)) {
    const called = namespaceFunction(object.name, method);
    if (called !== undefined)
      return called.apply(
        null,
        args.map((argument) => evaluate(argument, scope)),
      );
  }
  const receiver = evaluate(object, scope);
  const values = args.map((argument) => evaluate(argument, scope));
  return receiver instanceof QueriedField
    ? receiver.method(method, values)
    : applyMethod(receiver, method, values);
}

function evaluateUnary({ operator, operand }: Of<"unary">, scope: Scope): RuleValue {
  const value = evaluate(operand, scope);
  if (operator === "!") return !truth(value);
  if (!isNumber(value)) throw new EvaluationError(`'-' is not defined for ${typeOf(value)}`);
  return -value;
}

function isOfType(value: RuleValue, type: string): boolean {
  if (value instanceof QueriedField) return value.isOfType(type);
  const actual = typeOf(value);
  return type === actual || (type === "number" && (actual === "int" || actual === "float"));
}

function entryOf(object: RuleValue, key: string): RuleValue {
  if (object instanceof QueriedField) return object.member(key);
  if (!isMap(object)) throw new EvaluationError(`a ${typeOf(object)} has no member '${key}'`);
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined) throw new EvaluationError(`there is no '${key}'`);
  return value;
}

function elementOf(object: RuleValue, index: RuleValue): RuleValue {
  if (typeof index === "string") return entryOf(object, index);
  const found = typeof index === "bigint" ? elementsOf(object)[Number(index)] : undefined;
  if (found === undefined) throw new EvaluationError(`a ${typeOf(object)} has no element ${String(index)}`);
  return found;
}

/** The elements that an index counts: characters of a string, items of a list, segments of a path. */
function elementsOf(object: RuleValue): readonly RuleValue[] {
  if (typeof object === "string") return [...object];
  if (object instanceof RulePath) return object.segments;
  if (isList(object)) return object;
  throw new EvaluationError(`a ${typeOf(object)} has no elements`);
}

function evaluateRange({ object, start, end }: Of<"range">, scope: Scope): RuleValue {
  const whole = evaluate(object, scope);
  const elements = elementsOf(whole);
  const [from, to] = [evaluate(start, scope), evaluate(end, scope)];
  if (typeof from !== "bigint" || typeof to !== "bigint") throw new EvaluationError("a range is of ints");
  if (from < 0n || from > to || to > BigInt(elements.length))
    throw new EvaluationError(`a ${typeOf(whole)} of ${elements.length} has no range ${from}:${to}`);
  const part = elements.slice(Number(from), Number(to));
  if (typeof whole === "string") return part.join("");
  return whole instanceof RulePath ? new RulePath(whole.segments.slice(Number(from), Number(to))) : part;
}
