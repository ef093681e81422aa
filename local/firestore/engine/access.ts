// Whether a call may run. Asks the rules, for client callers only: owners bypass them. A server that was
// started without rules refuses every client, so that documents stay private. A query also needs its index where the
// server was started with a list of them; that holds for owners too.

import type { Clock } from "@ballast/local-serving/clock.ts";
import type { AccessRequest, Authorizer, Caller, DocumentLookup } from "../backend.ts";
import { documentToRuleValues } from "../rules/document-values.ts";
import type { StoredDocument } from "./document.ts";
import { pathBelowRoot, rootOf } from "./name.ts";
import type { CompiledQuery } from "./query/compile.ts";
import { listedQuery } from "./query/constraints.ts";
import { checkIndex, type IndexFile } from "./query/indexes.ts";
import { permissionDenied, unimplemented } from "./status.ts";
import type { PlannedWrite } from "./write.ts";

const OPEN_FOR_NOBODY: Authorizer = { allows: () => false };
/** Documents that the rules of one request with several operations may look up together (documentation of rules). */
const MAX_LOOKUPS = 20;

type Read = (name: string) => StoredDocument | null;

export class Access {
  readonly #authorizer: Authorizer;
  /** Rules that were uploaded for one project. */
  readonly #ofProject = new Map<string, Authorizer>();
  readonly #indexes: IndexFile | undefined;
  readonly #clock: Clock;
  readonly #read: Read;

  constructor(clock: Clock, read: Read, authorizer: Authorizer | undefined, indexes: IndexFile | undefined) {
    this.#read = read;
    this.#authorizer = authorizer ?? OPEN_FOR_NOBODY;
    this.#indexes = indexes;
    this.#clock = clock;
  }

  setRules(projectId: string, authorizer: Authorizer): void {
    this.#ofProject.set(projectId, authorizer);
  }

  mayGet(caller: Caller, name: string, stored: StoredDocument | null): boolean {
    // Before the document is converted for the rules: owners' reads are most of the traffic.
    if (caller.kind === "owner") return true;
    const before = seen(stored);
    const documents = lookUp(rootOf(name), this.#read, this.#read);
    return this.#allows(caller, name, {
      operation: "get",
      path: pathBelowRoot(name),
      before,
      after: null,
      documents,
    });
  }

  /** Throws PERMISSION_DENIED. */
  checkGet(caller: Caller, name: string, stored: StoredDocument | null): void {
    if (!this.mayGet(caller, name, stored)) throw permissionDenied();
  }

  /**
   * The query must be allowed for every document it could return. Throws PERMISSION_DENIED, or FAILED_PRECONDITION for
   * want of an index.
   */
  checkQuery(caller: Caller, query: CompiledQuery): void {
    this.#checkRules(caller, query);
    if (this.#indexes !== undefined) checkIndex(this.#indexes, query.need);
  }

  #checkRules(caller: Caller, query: CompiledQuery): void {
    if (caller.kind === "owner") return;
    if (query.collectionId === undefined)
      throw unimplemented("Queries over all collections are for servers only");
    const path = pathBelowRoot(`${query.parent}/${query.collectionId}`);
    const collectionGroup = query.allDescendants;
    let undecided: string | undefined;
    const request = {
      operation: "list",
      path,
      collectionGroup,
      query: listedQuery(query.source),
      before: null,
      after: null,
      documents: lookUp(rootOf(query.parent), this.#read, this.#read),
      onUndecided: (reason: string) => {
        undecided ??= `The rules are proved from the query, and ${reason}.`;
      },
    } as const;
    if (!this.#allows(caller, query.parent, request)) throw permissionDenied(undecided);
  }

  /** Every write of a commit must be allowed. Throws PERMISSION_DENIED. */
  checkWrites(caller: Caller, planned: readonly PlannedWrite[]): void {
    if (caller.kind === "owner") return;
    const final = new Map(planned.map(({ name, after }) => [name, after]));
    const readAfter: Read = (name) => final.get(name) ?? (final.has(name) ? null : this.#read(name));
    const [first] = planned;
    const documents = first && lookUp(rootOf(first.name), this.#read, readAfter);
    for (const write of planned) {
      const { name, before, after, verifyOnly } = write;
      const operation = operationOf(write);
      const path = pathBelowRoot(name);
      const request = {
        operation,
        path,
        before: seen(before),
        after: verifyOnly ? null : seen(after),
        ...(documents && { documents }),
      } as const;
      if (!this.#allows(caller, name, request)) throw permissionDenied();
    }
  }

  /** `name` is any resource name of the database in question. */
  #allows(caller: Caller, name: string, request: Omit<AccessRequest, "caller" | "timeMs">): boolean {
    if (caller.kind === "owner") return true;
    const authorizer = this.#ofProject.get(name.split("/")[1] ?? "") ?? this.#authorizer;
    return authorizer.allows({ ...request, caller, timeMs: this.#clock.nowMs() });
  }
}

function seen(document: StoredDocument | null): Readonly<Record<string, unknown>> | null {
  return document === null ? null : documentToRuleValues(document.fields);
}

function operationOf({ before, after, verifyOnly }: PlannedWrite): AccessRequest["operation"] {
  if (verifyOnly) return "get";
  if (after === null) return "delete";
  return before === null ? "create" : "update";
}

/** Looks documents up for the rules of one request, up to the limit of all its operations together. */
function lookUp(root: string, before: Read, after: Read): DocumentLookup {
  let count = 0;
  const through = (read: Read) => (path: string) => {
    count += 1;
    return count > MAX_LOOKUPS ? undefined : seen(read(`${root}/${path}`));
  };
  return { before: through(before), after: through(after) };
}
