// Refuses, when the rules are loaded, every name the evaluator would not know when asked: variables, functions,
// methods, types, and members of request and resource. A rule that loads has no unknown part left.
import { RULE_METHOD_NAMES, ruleMethod, wholeMatch } from "./rule-methods.ts";
import { TYPE_NAMES } from "./rule-values.ts";
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";
import type { Expression, FunctionDeclaration, MatchBlock, RulesFile } from "./syntax-tree.ts";

const RESOURCE_MEMBERS = ["data", "id", "__name__"];
/** Members of what the request brings, by the expression that leads to them. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  request: ["auth", "time", "method", "path", "resource"],
  "request.auth": ["uid", "token"],
  "request.resource": RESOURCE_MEMBERS,
  resource: RESOURCE_MEMBERS,
};

interface Names {
  readonly variables: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Functions that are being checked, to find recursion. */
  readonly calling: readonly string[];
}

/** Throws RulesSyntaxError at the first name that evaluation would not know. */
export function checkNames(rules: RulesFile, fileName: string): void {
  const fault = (at: SourcePosition, message: string) => new RulesSyntaxError(fileName, at, message);
  const outer: Names = {
    variables: new Set(["request", "resource"]),
    functions: new Map(),
    calling: [],
  };
  checkBlock({ functions: rules.functions, matches: rules.matches, allows: [] }, outer, fault);
}

type Fault = (at: SourcePosition, message: string) => RulesSyntaxError;

function checkBlock(
  block: Pick<MatchBlock, "functions" | "matches" | "allows">,
  outer: Names,
  fault: Fault,
): void {
  const functions = new Map(outer.functions);
  for (const declared of block.functions) {
    if (block.functions.some((other) => other !== declared && other.name === declared.name)) {
      throw fault(declared.at, `function '${declared.name}' is declared twice`);
    }
    functions.set(declared.name, declared);
  }
  const names: Names = { ...outer, functions };
  for (const declared of block.functions) checkFunction(declared, names, fault);
  for (const { condition } of block.allows) if (condition) checkExpression(condition, names, fault);
  for (const match of block.matches) {
    const wildcards = match.pattern.flatMap((segment) => (segment.kind === "text" ? [] : [segment.name]));
    checkBlock(match, { ...names, variables: new Set([...names.variables, ...wildcards]) }, fault);
  }
}

function checkFunction(declared: FunctionDeclaration, names: Names, fault: Fault): void {
  const variables = new Set([...names.variables, ...declared.parameters]);
  const inner: Names = { ...names, variables, calling: [...names.calling, declared.name] };
  for (const binding of declared.bindings) {
    checkExpression(binding.value, inner, fault);
    variables.add(binding.name);
  }
  checkExpression(declared.result, inner, fault);
}

function checkExpression(expression: Expression, names: Names, fault: Fault): void {
  for (const child of children(expression)) checkExpression(child, names, fault);
  if (expression.kind === "name" && !names.variables.has(expression.name)) {
    throw fault(expression.at, `unknown variable '${expression.name}'`);
  }
  if (expression.kind === "call") checkCall(expression, names, fault);
  if (expression.kind === "method") checkMethod(expression, fault);
  if (expression.kind === "is" && !TYPE_NAMES.some((type) => type === expression.type)) {
    throw fault(expression.at, `unknown type '${expression.type}': use ${TYPE_NAMES.join(", ")}`);
  }
  if (expression.kind === "member") checkMember(expression, fault);
}

function checkCall(call: Extract<Expression, { kind: "call" }>, names: Names, fault: Fault): void {
  const declared = names.functions.get(call.name);
  if (declared === undefined) throw fault(call.at, `unknown function '${call.name}'`);
  if (declared.parameters.length !== call.args.length) {
    throw fault(
      call.at,
      `'${call.name}' takes ${declared.parameters.length} arguments, not ${call.args.length}`,
    );
  }
  if (names.calling.includes(call.name)) throw fault(call.at, `'${call.name}' calls itself`);
  // Followed only to find recursion: the function's own names are checked where it is declared.
  if (names.calling.length > 0) {
    const calling = [...names.calling, call.name];
    const expressions = [declared.result, ...declared.bindings.map((binding) => binding.value)];
    for (const called of expressions.flatMap(callsIn)) checkCall(called, { ...names, calling }, fault);
  }
}

function callsIn(expression: Expression): readonly Extract<Expression, { kind: "call" }>[] {
  const inner = children(expression).flatMap(callsIn);
  return expression.kind === "call" ? [expression, ...inner] : inner;
}

function checkMethod(call: Extract<Expression, { kind: "method" }>, fault: Fault): void {
  const known = ruleMethod(call.method);
  if (known === undefined) {
    throw fault(
      call.at,
      `unknown method '${call.method}': the known ones are ${RULE_METHOD_NAMES.join(", ")}`,
    );
  }
  if (!known.argumentCount.includes(call.args.length)) {
    throw fault(call.at, `'${call.method}' takes ${known.argumentCount.join(" or ")} arguments`);
  }
  if (call.method !== "matches") return;
  const [pattern] = call.args;
  if (pattern?.kind !== "literal" || typeof pattern.value !== "string") {
    throw fault(call.at, "'matches' takes a literal pattern only");
  }
  try {
    wholeMatch(pattern.value);
  } catch (error) {
    throw fault(pattern.at, `unusable pattern: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkMember(access: Extract<Expression, { kind: "member" }>, fault: Fault): void {
  const owner = dotted(access.object);
  const members = owner !== undefined && Object.hasOwn(MEMBERS, owner) ? MEMBERS[owner] : undefined;
  if (members !== undefined && !members.includes(access.member)) {
    throw fault(access.at, `'${owner}' has no member '${access.member}' here: use ${members.join(", ")}`);
  }
}

function dotted(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "member") return undefined;
  const owner = dotted(expression.object);
  return owner === undefined ? undefined : `${owner}.${expression.member}`;
}

function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
    case "name":
      return [];
    case "list":
      return expression.items;
    case "map":
      return expression.entries.flat();
    case "path":
      return expression.segments.filter((segment) => typeof segment !== "string");
    case "member":
      return [expression.object];
    case "index":
      return [expression.object, expression.index];
    case "call":
      return expression.args;
    case "method":
      return [expression.object, ...expression.args];
    case "unary":
    case "is":
      return [expression.operand];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.whenTrue, expression.whenFalse];
  }
}
