// One question to the rules: its cost, and the documents that its conditions look up. Limits are those that the
// documentation of security rules gives.
import type { AccessRequest, DocumentLookup } from "../backend.ts";
import { DATABASE_PREFIX, resource } from "./request-variables.ts";
import { EvaluationError, type RuleMap, RulePath, type RuleValue, typeOf } from "./rule-values.ts";

/** Expressions that one request may evaluate. */
const MAX_EXPRESSIONS = 1_000;
/** Documents that the conditions of one operation may look up; one that is asked for again is not counted again. */
const MAX_LOOKUPS = 10;
/** Calls within calls. */
const MAX_CALL_DEPTH = 20;

/** A limit was reached: no other side of an expression can settle it any more. */
export class LimitError extends EvaluationError {}

export class Evaluation {
  readonly #documents: DocumentLookup | undefined;
  readonly #seen = new Map<string, RuleMap | null>();
  #expressions = 0;
  #depth = 0;

  constructor(request: AccessRequest) {
    this.#documents = request.documents;
  }

  countExpression(): void {
    this.#expressions += 1;
    if (this.#expressions > MAX_EXPRESSIONS)
      throw new LimitError(`a request may evaluate ${MAX_EXPRESSIONS} expressions`);
  }

  /** Runs a function's body one call deeper. */
  call<T>(body: () => T): T {
    if (this.#depth >= MAX_CALL_DEPTH) throw new LimitError(`functions may call ${MAX_CALL_DEPTH} deep`);
    this.#depth += 1;
    try {
      return body();
    } finally {
      this.#depth -= 1;
    }
  }

  /** The document of a full path as a resource, or null; `after` as the request would leave it. */
  document(path: RuleValue, after: boolean): RuleMap | null {
    const below = pathBelowRoot(path);
    const key = `${after ? "after" : "before"} ${below}`;
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    if (this.#seen.size >= MAX_LOOKUPS)
      throw new LimitError(`the rules of one operation may look up ${MAX_LOOKUPS} documents`);
    if (this.#documents === undefined) throw new EvaluationError("no documents can be looked up here");
    const fields = after ? this.#documents.after(below) : this.#documents.before(below);
    if (fields === undefined) throw new LimitError("the rules of this request look up too many documents");
    const found = fields === null ? null : resource(below, fields);
    this.#seen.set(key, found);
    return found;
  }
}

function pathBelowRoot(path: RuleValue): string {
  if (!(path instanceof RulePath)) throw new EvaluationError(`expected a path, got a ${typeOf(path)}`);
  const { segments } = path;
  const length = DATABASE_PREFIX.length;
  if (DATABASE_PREFIX.some((segment, at) => segments[at] !== segment))
    throw new EvaluationError(`${path} is not below /${DATABASE_PREFIX.join("/")}`);
  if (segments.length === length || (segments.length - length) % 2 !== 0)
    throw new EvaluationError(`${path} is no document's path`);
  return segments.slice(length).join("/");
}
