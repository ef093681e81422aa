// Turns a rules file into the Authorizer that the engine asks. Any matching allow grants; everything else, and
// every evaluation error, denies.
import type { AccessRequest, Authorizer } from "../backend.ts";
import { Evaluation } from "./evaluation.ts";
import { evaluate, truth } from "./evaluator.ts";
import { checkLimits } from "./limits.ts";
import { checkNames } from "./name-check.ts";
import { ANY_ID, ANY_PARENT, matchPath, type RequestSegment } from "./path-match.ts";
import { UndecidedError } from "./queried-field.ts";
import { DATABASE_PREFIX, requestVariables } from "./request-variables.ts";
import { EvaluationError } from "./rule-values.ts";
import { parseRules } from "./rules-parser.ts";
import { Scope } from "./scope.ts";
import type { AllowStatement, MatchBlock } from "./syntax-tree.ts";

/**
 * Compiles firestore.rules.
 *
 * `before` and `after` of a request must be rule values as `documentToRuleValues` makes them.
 * Throws RulesSyntaxError (file, line, column) for anything the evaluator does not know.
 */
export function compileRules(source: string, fileName = "firestore.rules"): Authorizer {
  const rules = parseRules(source, fileName);
  checkLimits(source, rules, fileName);
  checkNames(rules, fileName);
  return {
    allows(request) {
      const evaluation = new Evaluation(request);
      const path = requestPath(request);
      // Each disjunction of a query has its own documents, and each of them must be granted.
      return (request.query?.disjunctions ?? [[]]).every((constraints) => {
        const root = new Scope(evaluation, requestVariables(request, constraints), rules.functions);
        return rules.matches.some((match) => grants(match, path, root, request));
      });
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

function holds({ at, operations, condition }: AllowStatement, scope: Scope, request: AccessRequest): boolean {
  if (!operations.has(request.operation)) return false;
  if (condition === undefined) return true;
  try {
    return truth(evaluate(condition, scope));
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (error instanceof UndecidedError) request.onUndecided?.(`${error.message} (allow in line ${at.line})`);
    return false;
  }
}

function requestPath({ path, operation, collectionGroup }: AccessRequest): readonly RequestSegment[] {
  const segments: readonly RequestSegment[] = path.split("/");
  if (operation !== "list") return [...DATABASE_PREFIX, ...segments];
  const above: readonly RequestSegment[] = collectionGroup === true ? [ANY_PARENT] : [];
  const below: readonly RequestSegment[] = [ANY_ID];
  return [...DATABASE_PREFIX, ...segments.slice(0, -1), ...above, ...segments.slice(-1), ...below];
}
