// A request that the lock table could not grant at once: what it asks for, and how it is told the outcome.
import type { DocumentChange } from "./document.ts";
import type { Transaction } from "./transaction.ts";

/** The scope and filter of a query that a transaction ran: what must not change while it is open. */
export interface QueryPredicate {
  /** Whether the query looks at the collection this document is in. */
  readonly scopesName: (documentName: string) => boolean;
  /** Whether the change adds to, alters or takes from what the query's filter selects. */
  readonly touchedBy: (change: DocumentChange) => boolean;
}

/** Documents to lock for reading, a query whose result must not change, or documents to write now. */
export type LockRequest =
  | { readonly kind: "read"; readonly names: readonly string[] }
  | { readonly kind: "query"; readonly predicate: QueryPredicate }
  | {
      readonly kind: "commit";
      readonly names: readonly string[];
      /** Whether what is to be written would change this query's result; evaluated anew at every attempt. */
      readonly touches: (predicate: QueryPredicate) => boolean;
    };

export interface LockWaiter {
  /** Null for a write outside any transaction: it holds nothing while it waits. */
  readonly owner: Transaction | null;
  readonly request: LockRequest;
  readonly granted: () => void;
  readonly refused: (error: Error) => void;
  readonly cancelTimeout: () => void;
}

/** A transaction, or a waiting write outside any transaction. */
export type WaitNode = Transaction | LockWaiter;
