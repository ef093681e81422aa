// The document port of one simulated process: the shared in-memory store behind the gate.
import {
  DocumentConflictError,
  type DocumentPort,
  DocumentUnavailableError,
  type DocumentWrite,
} from "#ports/documents.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { Gate, PortCall } from "./gate.ts";
import type { SimPolicy } from "./policy.ts";
import { subjectOfCommit, subjectOfGet, subjectOfQuery } from "./subjects.ts";

export interface DocumentsSetup {
  readonly gate: Gate;
  readonly policy: SimPolicy;
  readonly store: DocumentPort;
  /** Told of every commit that landed, before anybody else can act on it. */
  readonly landed: (process: SimProcess, writes: readonly DocumentWrite[]) => Promise<void>;
}

const READ_ERRORS = {
  refused: () => new DocumentUnavailableError("the store is not available", null),
  unknown: () => new DocumentUnavailableError("the store did not answer", null),
};
const COMMIT_ERRORS = {
  refused: () => new DocumentConflictError("too much contention; nothing was written", null),
  unknown: () => new DocumentUnavailableError("the store did not answer the commit", null),
};

export function simDocuments(setup: DocumentsSetup, process: SimProcess): DocumentPort {
  const { gate, policy, store } = setup;
  const call = (operation: string, subject: string): PortCall => ({
    port: "documents",
    operation,
    subject,
    process,
    canArriveTwice: true,
    canBeRefused: true,
  });
  return {
    getAll(paths) {
      const asked = call("getAll", subjectOfGet(paths));
      return gate.perform(asked, policy.decide(asked), {
        run: () => store.getAll(paths),
        errors: READ_ERRORS,
      });
    },
    commit(writes) {
      const asked = call("commit", subjectOfCommit(writes));
      return gate.perform(asked, policy.decide(asked), {
        run: async () => {
          const versions = await store.commit(writes);
          await setup.landed(process, writes);
          return versions;
        },
        errors: COMMIT_ERRORS,
      });
    },
    query(query) {
      const asked = call("query", subjectOfQuery(query));
      return gate.perform(asked, policy.decide(asked), {
        run: () => store.query(query),
        errors: READ_ERRORS,
      });
    },
  };
}
