// Turns a rules file into the Authorizer that the engine asks. Any matching allow grants; everything else, and
// every evaluation error, denies.
import type { AccessRequest, Authorizer } from "../backend.ts";
import { jsonToRuleValue } from "./document-values.ts";
import { evaluate, truth } from "./evaluator.ts";
import { checkNames } from "./name-check.ts";
import { ANY_ID, ANY_PARENT, matchPath, type RequestSegment } from "./path-match.ts";
import { EvaluationError, type RuleMap, RulePath, RuleTimestamp, type RuleValue } from "./rule-values.ts";
import { parseRules } from "./rules-parser.ts";
import { type Binding, Scope, UNKNOWN } from "./scope.ts";
import type { AllowStatement, MatchBlock } from "./syntax-tree.ts";

const NANOS_PER_MS = 1_000_000n;
/** Rules see full paths; the project has one database, and the local server serves one. */
const DATABASE_PREFIX: readonly string[] = ["databases", "(default)", "documents"];

/**
 * Compiles firestore.rules.
 *
 * `before` and `after` of a request must be rule values as `documentToRuleValues` makes them.
 * Throws RulesSyntaxError (file, line, column) for anything the evaluator does not know.
 */
export function compileRules(source: string, fileName = "firestore.rules"): Authorizer {
  const rules = parseRules(source, fileName);
  checkNames(rules, fileName);
  return {
    allows(request) {
      const root = new Scope(undefined, requestVariables(request), rules.functions);
      return rules.matches.some((match) => grants(match, requestPath(request), root, request));
    },
  };
}

function grants(
  match: MatchBlock,
  path: readonly RequestSegment[],
  outer: Scope,
  request: AccessRequest,
): boolean {
  return matchPath(match.pattern, path).some(({ variables, remaining }) => {
    const scope = new Scope(outer, variables, match.functions);
    return (
      (remaining.length === 0 && match.allows.some((allow) => holds(allow, scope, request))) ||
      match.matches.some((inner) => grants(inner, remaining, scope, request))
    );
  });
}

function holds({ operations, condition }: AllowStatement, scope: Scope, request: AccessRequest): boolean {
  if (!operations.has(request.operation)) return false;
  if (condition === undefined) return true;
  try {
    return truth(evaluate(condition, scope));
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

function requestPath({ path, operation, collectionGroup }: AccessRequest): readonly RequestSegment[] {
  const segments: readonly RequestSegment[] = path.split("/");
  if (operation !== "list") return [...DATABASE_PREFIX, ...segments];
  const above: readonly RequestSegment[] = collectionGroup === true ? [ANY_PARENT] : [];
  const below: readonly RequestSegment[] = [ANY_ID];
  return [...DATABASE_PREFIX, ...segments.slice(0, -1), ...above, ...segments.slice(-1), ...below];
}

function requestVariables(request: AccessRequest): ReadonlyMap<string, Binding> {
  const { operation, caller, timeMs } = request;
  const listing = operation === "list";
  const auth = caller.auth && { uid: caller.auth.uid, token: jsonToRuleValue(caller.auth.token) };
  const fields: Record<string, RuleValue> = {
    auth,
    time: new RuleTimestamp(BigInt(Math.trunc(timeMs)) * NANOS_PER_MS),
    method: operation,
  };
  if (!listing) fields.path = new RulePath([...DATABASE_PREFIX, ...request.path.split("/")]);
  if (request.after !== null) fields.resource = resource(request.path, request.after);
  return new Map<string, Binding>([
    ["request", fields],
    ["resource", listing ? UNKNOWN : request.before && resource(request.path, request.before)],
  ]);
}

function resource(path: string, data: Readonly<Record<string, unknown>>): RuleMap {
  const segments = path.split("/");
  return {
    data: data as RuleMap,
    id: segments.at(-1) ?? "",
    __name__: new RulePath([...DATABASE_PREFIX, ...segments]),
  };
}
