// `request` and `resource` as conditions see them. Of a list, `resource` is any document that the query can return:
// what the query fixes of it is known, everything else is not.
import type { AccessRequest, QueryConstraint } from "../backend.ts";
import type { Binding } from "./binding.ts";
import { jsonToRuleValue } from "./document-values.ts";
import { QueriedField, QueriedName } from "./queried-field.ts";
import { type RuleMap, RulePath, RuleTimestamp, type RuleValue } from "./rule-values.ts";

const NANOS_PER_MS = 1_000_000n;
/** Rules see full paths; the project has one database, and the local server serves one. */
export const DATABASE_PREFIX: readonly string[] = ["databases", "(default)", "documents"];

/** Of a list, `constraints` hold for each document in question; of other operations there are none. */
export function requestVariables(
  request: AccessRequest,
  constraints: readonly QueryConstraint[],
): ReadonlyMap<string, Binding> {
  const { operation, caller, timeMs, path, query } = request;
  const listing = operation === "list";
  const auth = caller.auth && { uid: caller.auth.uid, token: jsonToRuleValue(caller.auth.token) };
  const fields: Record<string, RuleValue> = {
    auth,
    time: new RuleTimestamp(BigInt(Math.trunc(timeMs)) * NANOS_PER_MS),
    method: operation,
    resource: request.after === null ? null : resource(path, request.after),
  };
  if (!listing) fields.path = new RulePath([...DATABASE_PREFIX, ...path.split("/")]);
  if (query !== undefined) fields.query = { limit: whole(query.limit), offset: whole(query.offset) };
  const stored = listing ? anyOf(constraints) : request.before && resource(path, request.before);
  return new Map<string, Binding>([
    ["request", fields],
    ["resource", stored],
  ]);
}

const whole = (count: number | null): bigint | null => (count === null ? null : BigInt(count));

function anyOf(constraints: readonly QueryConstraint[]): RuleMap {
  return {
    data: new QueriedField([], constraints),
    id: new QueriedName("resource.id"),
    __name__: new QueriedName("resource.__name__"),
  };
}

export function resource(path: string, data: Readonly<Record<string, unknown>>): RuleMap {
  const segments = path.split("/");
  return {
    data: data as RuleMap,
    id: segments.at(-1) ?? "",
    __name__: new RulePath([...DATABASE_PREFIX, ...segments]),
  };
}
