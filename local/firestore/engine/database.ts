// The engine's core: live documents, versions, locks, transactions and the log behind one commit path. Every change
// goes through commit() or clear(); everything that must see changes subscribes here.
import type { Clock } from "@ballast/local-serving/clock.ts";
import type { DocumentChange, StoredDocument } from "./document.ts";
import { History } from "./history.ts";
import type { QueryPredicate } from "./lock-waiter.ts";
import { LockTable } from "./locks.ts";
import { DocumentLog } from "./log/document-log.ts";
import type { LogRecord } from "./log/record.ts";
import type { Write } from "./proto.ts";
import { checkCommitBytes } from "./size.ts";
import { Code, failedPrecondition, toRpcError } from "./status.ts";
import { Store } from "./store.ts";
import { TimeOracle } from "./time-oracle.ts";
import type { Transaction } from "./transaction.ts";
import { Transactions } from "./transactions.ts";
import { netChanges, type PlannedWrite, planWrites, targetOf } from "./write.ts";
import { WriteRate, type WriteRateLimits } from "./write-rate.ts";

interface DatabaseOptions {
  readonly clock: Clock;
  /** Absent: everything is in memory and gone at the end. */
  readonly dataDir?: string | undefined;
  /** Absent: a document takes any number of writes. */
  readonly writeRate?: WriteRateLimits | undefined;
  readonly log: (message: string) => void;
}

export interface CommitOutcome {
  readonly commitMicros: number;
  readonly planned: readonly PlannedWrite[];
}

type CommitListener = (changes: readonly DocumentChange[]) => void;

/** Runs on the planned writes before anything is applied; throws to refuse the commit. */
type CommitCheck = (planned: readonly PlannedWrite[]) => void;

export class Database {
  readonly store = new Store();
  readonly history = new History();
  readonly oracle: TimeOracle;
  readonly locks: LockTable;
  readonly transactions: Transactions;
  readonly #log: DocumentLog | undefined;
  readonly #writeRate: WriteRate | undefined;
  readonly #listeners = new Set<CommitListener>();

  /** Replays the data directory, if there is one. Throws when its log is damaged. */
  constructor(options: DatabaseOptions) {
    this.oracle = new TimeOracle(options.clock);
    this.locks = new LockTable(options.clock);
    const { writeRate, clock } = options;
    this.#writeRate = writeRate === undefined ? undefined : new WriteRate(writeRate, clock);
    this.transactions = new Transactions(options.clock, this.oracle, this.locks, this.history);
    if (options.dataDir === undefined) return;
    this.#log = new DocumentLog(options.dataDir, options.log, {
      document: (document) => this.#restore(document.name, document, document.updateMicros),
      record: (record) => this.#replay(record),
    });
    this.history.forgetBefore(this.oracle.read());
  }

  /** Calls back after every commit that changed something. The returned function unsubscribes. */
  subscribe(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Applies all writes or none, as soon as the locks of other transactions allow it. A transaction ends with
   * its commit, also with a failed one. Rejects with the RpcError of the first write that fails, or with
   * ABORTED.
   */
  commit(
    writes: readonly Write[],
    transaction: Transaction | null,
    check?: CommitCheck,
  ): Promise<CommitOutcome> {
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => {
        if (transaction !== null) this.transactions.end(transaction);
        reject(toRpcError(error));
      };
      try {
        if (transaction?.readOnly === true && writes.length > 0) {
          throw failedPrecondition("Cannot modify entities in a read-only transaction.");
        }
        const names = [...new Set(writes.map(targetOf))];
        const touches = (predicate: QueryPredicate): boolean => this.#touches(writes, names, predicate);
        const granted = (): void => {
          try {
            resolve(this.#apply(writes, check));
            if (transaction !== null) this.transactions.end(transaction);
          } catch (error) {
            refuse(error);
          }
        };
        const acquire = (): void =>
          this.locks.acquire(transaction, { kind: "commit", names, touches }, granted, refuse);
        if (this.#writeRate === undefined) acquire();
        else this.#writeRate.enter(names, acquire, refuse);
      } catch (error) {
        refuse(error);
      }
    });
  }

  /** Removes every document below `root`. Open transactions end: what they read is gone. */
  clear(root: string): void {
    const prefix = `${root}/`;
    const changes = [...this.store.documents()]
      .filter(({ name }) => name.startsWith(prefix))
      .map((before) => ({ name: before.name, before, after: null }));
    const atMicros = this.oracle.nextCommit();
    this.#log?.clear(atMicros, root);
    for (const change of changes) this.store.apply(change);
    this.history.forgetBefore(atMicros);
    this.transactions.endAll();
    for (const listener of this.#listeners) listener(changes);
  }

  close(): void {
    this.transactions.stop();
    this.#log?.close();
  }

  #apply(writes: readonly Write[], check: CommitCheck | undefined): CommitOutcome {
    const commitMicros = this.oracle.nextCommit();
    const planned = planWrites(writes, (name) => this.store.get(name), commitMicros);
    check?.(planned);
    const changes = netChanges(planned);
    checkCommitBytes(changes.reduce((sum, { after }) => sum + (after?.sizeBytes ?? 0), 0));
    if (changes.length === 0) return { commitMicros, planned };
    this.#log?.commit(commitMicros, changes);
    for (const change of changes) this.store.apply(change);
    this.history.record(changes, commitMicros);
    if (this.#log?.needsCompaction === true) this.#log.compact(this.store.documents());
    for (const listener of this.#listeners) listener(changes);
    return { commitMicros, planned };
  }

  /** A plan that fails touches nothing: it will fail the same way, or differently, when it is applied. */
  #touches(writes: readonly Write[], names: readonly string[], predicate: QueryPredicate): boolean {
    if (!names.some((name) => predicate.scopesName(name))) return false;
    try {
      const planned = planWrites(writes, (name) => this.store.get(name), this.oracle.read());
      return netChanges(planned).some((change) => predicate.touchedBy(change));
    } catch (error) {
      if (toRpcError(error).code === Code.INTERNAL) throw error;
      return false;
    }
  }

  #replay(record: LogRecord): void {
    if (record.kind === "clear") {
      const prefix = `${record.root}/`;
      for (const document of [...this.store.documents()]) {
        if (document.name.startsWith(prefix)) this.#restore(document.name, null, record.atMicros);
      }
      this.oracle.advanceTo(record.atMicros);
      return;
    }
    for (const { name, after } of record.changes) this.#restore(name, after, record.atMicros);
  }

  #restore(name: string, after: StoredDocument | null, atMicros: number): void {
    this.store.apply({ name, before: null, after });
    this.oracle.advanceTo(atMicros);
  }
}
