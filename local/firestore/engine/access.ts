// Whether a call may run. Asks the rules, for client callers only: owners bypass them, as server SDKs do. A server that was
// started without rules refuses every client, so that documents stay private. A query also needs its index where the
// server was started with a list of them; that holds for owners too.

import type { Clock } from "@ballast/local-serving/clock.ts";
import type { AccessRequest, Authorizer, Caller } from "../backend.ts";
import { documentToRuleValues } from "../rules/document-values.ts";
import type { StoredDocument } from "./document.ts";
import { pathBelowRoot } from "./name.ts";
import type { CompiledQuery } from "./query/compile.ts";
import { checkIndex, type IndexFile } from "./query/indexes.ts";
import { permissionDenied, unimplemented } from "./status.ts";
import type { PlannedWrite } from "./write.ts";

const OPEN_FOR_NOBODY: Authorizer = { allows: () => false };

export class Access {
  readonly #authorizer: Authorizer;
  readonly #indexes: IndexFile | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock, authorizer: Authorizer | undefined, indexes: IndexFile | undefined) {
    this.#authorizer = authorizer ?? OPEN_FOR_NOBODY;
    this.#indexes = indexes;
    this.#clock = clock;
  }

  mayGet(caller: Caller, name: string, stored: StoredDocument | null): boolean {
    // Before the document is converted for the rules: owners' reads are most of the traffic.
    if (caller.kind === "owner") return true;
    const before = seen(stored);
    return this.#allows(caller, { operation: "get", path: pathBelowRoot(name), before, after: null });
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
    const request = { operation: "list", path, collectionGroup, before: null, after: null } as const;
    if (!this.#allows(caller, request)) throw permissionDenied();
  }

  /** Every write of a commit must be allowed. Throws PERMISSION_DENIED. */
  checkWrites(caller: Caller, planned: readonly PlannedWrite[]): void {
    for (const { name, before, after, verifyOnly } of planned) {
      const operation = verifyOnly
        ? "get"
        : after === null
          ? "delete"
          : before === null
            ? "create"
            : "update";
      const path = pathBelowRoot(name);
      const request = {
        operation,
        path,
        before: seen(before),
        after: verifyOnly ? null : seen(after),
      } as const;
      if (!this.#allows(caller, request)) throw permissionDenied();
    }
  }

  #allows(caller: Caller, request: Omit<AccessRequest, "caller" | "timeMs">): boolean {
    if (caller.kind === "owner") return true;
    return this.#authorizer.allows({ ...request, caller, timeMs: this.#clock.nowMs() });
  }
}

function seen(document: StoredDocument | null): Readonly<Record<string, unknown>> | null {
  return document === null ? null : documentToRuleValues(document.fields);
}
