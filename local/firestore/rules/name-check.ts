// Refuses, when the rules are loaded, every name the evaluator would not know when asked: variables, functions,
// methods, types, and members of request and resource. A rule that loads has no unknown part left.
import { wholeMatch } from "./language/patterns.ts";
import {
  argumentCounts,
  conversion,
  DOCUMENT_FUNCTIONS,
  NAMESPACES,
  namespaceFunction,
  RULE_METHOD_NAMES,
} from "./rule-methods.ts";
import { TYPE_NAMES } from "./rule-values.ts";
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";
import type { Expression, FunctionDeclaration, MatchBlock, RulesFile } from "./syntax-tree.ts";

const RESOURCE_MEMBERS = ["data", "id", "__name__"];
/** Members of what the request brings, by the expression that leads to them. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  request: ["auth", "time", "method", "path", "query", "resource"],
  "request.auth": ["uid", "token"],
  "request.query": ["limit", "offset"],
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
  const namespace = namespaceOf(expression, names);
  const below = namespace === undefined ? children(expression) : children(expression).slice(1);
  for (const child of below) checkExpression(child, names, fault);
  if (expression.kind === "name" && !names.variables.has(expression.name)) {
    throw fault(expression.at, `unknown variable '${expression.name}'`);
  }
  if (expression.kind === "call") checkCall(expression, names, fault);
  if (expression.kind === "method") {
    if (namespace === undefined) checkMethod(expression, fault);
    else checkNamespace(namespace, expression, fault);
  }
  if (expression.kind === "is" && !TYPE_NAMES.some((type) => type === expression.type)) {
    throw fault(expression.at, `unknown type '${expression.type}': use ${TYPE_NAMES.join(", ")}`);
  }
  if (expression.kind === "member") checkMember(expression, fault);
}

/** The namespace whose function is called: `math` of `math.abs(x)`, unless a variable has that name. */
function namespaceOf(expression: Expression, names: Names): string | undefined {
  if (expression.kind !== "method" || expression.object.kind !== "name") return undefined;
  const { name } = expression.object;
  return !names.variables.has(name) && Object.hasOwn(NAMESPACES, name) ? name : undefined;
}

function checkNamespace(
  namespace: string,
  call: Extract<Expression, { kind: "method" }>,
  fault: Fault,
): void {
  const known = namespaceFunction(namespace, call.method);
  if (known === undefined) throw fault(call.at, `'${namespace}' has no function '${call.method}'`);
  checkCount(`${namespace}.${call.method}`, known.argumentCount, call, fault);
}

function checkCount(
  name: string,
  counts: readonly number[],
  call: { readonly at: SourcePosition; readonly args: readonly Expression[] },
  fault: Fault,
): void {
  if (!counts.includes(call.args.length))
    throw fault(call.at, `'${name}' takes ${counts.join(" or ")} arguments`);
}

function checkCall(call: Extract<Expression, { kind: "call" }>, names: Names, fault: Fault): void {
  const declared = names.functions.get(call.name);
  if (declared === undefined) {
    const counts = DOCUMENT_FUNCTIONS.includes(call.name) ? [1] : conversion(call.name)?.argumentCount;
    if (counts === undefined) throw fault(call.at, `unknown function '${call.name}'`);
    checkCount(call.name, counts, call, fault);
    return;
  }
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
  const counts = argumentCounts(call.method);
  if (counts.length === 0) {
    throw fault(
      call.at,
      `unknown method '${call.method}': the known ones are ${RULE_METHOD_NAMES.join(", ")}`,
    );
  }
  checkCount(call.method, counts, call, fault);
  const [pattern] = call.args;
  if (!["matches", "replace", "split"].includes(call.method)) return;
  if (pattern?.kind !== "literal" || typeof pattern.value !== "string") return;
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
    case "range":
      return [expression.object, expression.start, expression.end];
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
