// A request that the lock table could not grant at once: what it asks for, and how it is told the outcome.
import type { QueryPredicate } from "./locks.ts";
import type { Transaction } from "./transaction.ts";

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
