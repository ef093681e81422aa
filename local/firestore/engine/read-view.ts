// One consistent state to read from, as the request's consistency selector asks: the latest under a transaction's
// locks, the latest without any, or the documents as they were at a time.
import type { Database } from "./database.ts";
import type { StoredDocument } from "./document.ts";
import type { Overlay } from "./history.ts";
import type { LockRequest } from "./lock-waiter.ts";
import type { ConsistencySelector } from "./proto.ts";
import type { CompiledQuery } from "./query/compile.ts";
import { runQuery } from "./query/run.ts";
import { invalidArgument } from "./status.ts";
import { microsOf } from "./timestamp.ts";
import type { Transaction } from "./transaction.ts";

export interface ReadView {
  readonly readMicros: number;
  /** Set when this read began a transaction: the response must carry the id. */
  readonly newTransactionId: Buffer | undefined;
  readonly get: (name: string) => StoredDocument | null;
  readonly query: (query: CompiledQuery) => StoredDocument[];
}

function latestView(database: Database, newTransactionId?: Buffer): ReadView {
  return {
    readMicros: database.oracle.read(),
    newTransactionId,
    get: (name) => database.store.get(name),
    query: (query) => runQuery(database.store, query),
  };
}

function pastView(database: Database, readMicros: number, newTransactionId?: Buffer): ReadView {
  const overlay: Overlay = database.history.overlayAt(readMicros);
  return {
    readMicros,
    newTransactionId,
    get: (name) => {
      const then = overlay.get(name);
      return then === undefined ? database.store.get(name) : then;
    },
    query: (query) => runQuery(database.store, query, overlay),
  };
}

function transactionOf(database: Database, selector: ConsistencySelector): Transaction | undefined {
  if (selector.newTransaction != null) return database.transactions.begin(selector.newTransaction);
  const { transaction } = selector;
  return transaction != null && transaction.length > 0 ? database.transactions.get(transaction) : undefined;
}

/**
 * Runs `read` on the view the selector asks for, inside the lock's grant: nothing can change between the lock and
 * the read. Rejects with ABORTED when the lock is refused; the transaction has ended then.
 */
export function withView<T>(
  database: Database,
  selector: ConsistencySelector,
  lock: LockRequest,
  read: (view: ReadView) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (selector.readTime != null) {
      const micros = microsOf(selector.readTime);
      if (micros > database.oracle.read()) throw invalidArgument("read_time is in the future");
      resolve(read(pastView(database, micros)));
      return;
    }
    const transaction = transactionOf(database, selector);
    const begun = selector.newTransaction != null ? transaction?.id : undefined;
    if (transaction === undefined) {
      resolve(read(latestView(database)));
    } else if (transaction.snapshotMicros !== undefined) {
      resolve(read(pastView(database, transaction.snapshotMicros, begun)));
    } else {
      database.locks.acquire(
        transaction,
        lock,
        () => {
          try {
            resolve(read(latestView(database, begun)));
          } catch (error) {
            reject(error);
          }
        },
        (error) => {
          database.transactions.end(transaction);
          reject(error);
        },
      );
    }
  });
}
