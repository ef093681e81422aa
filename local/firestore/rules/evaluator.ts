// Evaluates a rule expression. Every doubt is an EvaluationError; the caller turns that into a denial. Only || and
// && look past an error, and only when the other side settles the answer alone.

import { ruleMethod } from "./rule-methods.ts";
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
import { type Binding, Scope } from "./scope.ts";
import type { Expression } from "./syntax-tree.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Value of an expression in a scope. Throws EvaluationError. */
export function evaluate(expression: Expression, scope: Scope): RuleValue {
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
    case "call":
      return evaluateCall(expression, scope);
    case "method":
      return evaluateMethod(expression, scope);
    case "unary":
      return evaluateUnary(expression, scope);
    case "binary":
      return applyBinary(
        expression.operator,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
      );
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
    if (!(error instanceof EvaluationError)) throw error;
    if (truth(evaluate(right, scope)) === settling) return settling;
    throw error;
  }
  return first === settling ? settling : truth(evaluate(right, scope));
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
  const { declaration, home } = scope.function(name);
  const variables = new Map<string, Binding>();
  declaration.parameters.forEach((parameter, i) => {
    const argument = args[i];
    if (argument === undefined) throw new EvaluationError(`${name} lacks its argument ${parameter}`);
    variables.set(parameter, evaluate(argument, scope));
  });
  const inner = new Scope(home, variables);
  for (const binding of declaration.bindings) variables.set(binding.name, evaluate(binding.value, inner));
  return evaluate(declaration.result, inner);
}

function evaluateMethod({ object, method, args }: Of<"method">, scope: Scope): RuleValue {
  const known = ruleMethod(method);
  if (known === undefined) throw new EvaluationError(`method '${method}' is not known`);
  return known.apply(
    evaluate(object, scope),
    args.map((argument) => evaluate(argument, scope)),
  );
}

function evaluateUnary({ operator, operand }: Of<"unary">, scope: Scope): RuleValue {
  const value = evaluate(operand, scope);
  if (operator === "!") return !truth(value);
  if (!isNumber(value)) throw new EvaluationError(`'-' is not defined for ${typeOf(value)}`);
  return -value;
}

function isOfType(value: RuleValue, type: string): boolean {
  const actual = typeOf(value);
  return type === actual || (type === "number" && (actual === "int" || actual === "float"));
}

function entryOf(object: RuleValue, key: string): RuleValue {
  if (!isMap(object)) throw new EvaluationError(`a ${typeOf(object)} has no member '${key}'`);
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined) throw new EvaluationError(`there is no '${key}'`);
  return value;
}

function elementOf(object: RuleValue, index: RuleValue): RuleValue {
  if (typeof index === "string") return entryOf(object, index);
  const items = object instanceof RulePath ? object.segments : object;
  const found = isList(items) && typeof index === "bigint" ? items[Number(index)] : undefined;
  if (found === undefined) throw new EvaluationError(`a ${typeOf(object)} has no element ${String(index)}`);
  return found;
}
