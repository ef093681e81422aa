// Open transactions: their ids, snapshots and age. Locks are the lock table's concern. A transaction ends by commit,
// rollback or age, and an ended one is never usable again.
import { randomBytes } from "node:crypto";
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import type { History } from "./history.ts";
import type { LockTable } from "./locks.ts";
import type { TransactionOptions } from "./proto.ts";
import { invalidArgument, transactionExpired } from "./status.ts";
import type { TimeOracle } from "./time-oracle.ts";
import { microsOf } from "./timestamp.ts";
import type { Transaction } from "./transaction.ts";

/** Total life and idle time of a transaction, ms (Firestore quotas: 270 s and 60 s). */
export const MAX_TRANSACTION_MS = 270_000;
export const MAX_IDLE_MS = 60_000;
/** How often open transactions are checked for age; a lock may outlive its transaction's limit by this, ms. */
const SWEEP_INTERVAL_MS = 1_000;
const EPOCH_BYTES = 8;
/** Epoch, sequence, seniority: the id itself carries the age that a retry keeps, so nothing ended is remembered. */
const ID_BYTES = 24;
const SENIORITY_OFFSET = 16;

export class Transactions {
  readonly #clock: Clock;
  readonly #oracle: TimeOracle;
  readonly #locks: LockTable;
  readonly #history: History;
  /** Ids of an earlier run of the server must not be taken for this run's. */
  readonly #epoch = randomBytes(EPOCH_BYTES);
  readonly #open = new Map<number, Transaction>();
  #issued = 0;
  #sweep: Timer | undefined;

  constructor(clock: Clock, oracle: TimeOracle, locks: LockTable, history: History) {
    this.#clock = clock;
    this.#oracle = oracle;
    this.#locks = locks;
    this.#history = history;
  }

  /** Starts a transaction; options absent mean read-write, as in BeginTransaction. */
  begin(options: TransactionOptions | null | undefined): Transaction {
    const readOnly = options?.readOnly != null;
    const readTime = options?.readOnly?.readTime;
    const nowMs = this.#clock.nowMs();
    this.#issued += 1;
    const id = Buffer.alloc(ID_BYTES);
    this.#epoch.copy(id);
    id.writeBigUInt64BE(BigInt(this.#issued), EPOCH_BYTES);
    const retried = options?.readWrite?.retryTransaction;
    const isRetry = retried != null && retried.length > 0;
    const seniority = (isRetry ? this.#partOf(retried, SENIORITY_OFFSET) : undefined) ?? this.#issued;
    id.writeBigUInt64BE(BigInt(seniority), SENIORITY_OFFSET);
    const transaction: Transaction = {
      sequence: this.#issued,
      id,
      seniority,
      readOnly,
      snapshotMicros: readOnly
        ? this.#snapshot(readTime == null ? undefined : microsOf(readTime))
        : undefined,
      isRetry,
      beganMs: nowMs,
      lastUsedMs: nowMs,
    };
    if (transaction.snapshotMicros !== undefined) this.#history.pin(transaction, transaction.snapshotMicros);
    this.#open.set(transaction.sequence, transaction);
    this.#scheduleSweep();
    return transaction;
  }

  #snapshot(readMicros: number | undefined): number {
    const now = this.#oracle.read();
    if (readMicros !== undefined && readMicros > now) throw invalidArgument("read_time is in the future");
    return readMicros ?? now;
  }

  /** The open transaction with this id. Throws INVALID_ARGUMENT when it has ended or never was. */
  get(id: Uint8Array | string): Transaction {
    const sequence = this.#partOf(id, EPOCH_BYTES);
    const transaction = sequence === undefined ? undefined : this.#open.get(sequence);
    if (transaction === undefined) throw transactionExpired();
    if (this.#isOver(transaction)) {
      this.end(transaction);
      throw transactionExpired();
    }
    transaction.lastUsedMs = this.#clock.nowMs();
    return transaction;
  }

  /** Ends the transaction and frees its locks. Rolling back one that has already ended is no error. */
  rollback(id: Uint8Array | string): void {
    const sequence = this.#partOf(id, EPOCH_BYTES);
    if (sequence === undefined || sequence > this.#issued) throw transactionExpired();
    const transaction = this.#open.get(sequence);
    if (transaction !== undefined) this.end(transaction);
  }

  end(transaction: Transaction): void {
    if (!this.#open.delete(transaction.sequence)) return;
    this.#history.unpin(transaction);
    this.#locks.release(transaction);
  }

  endAll(): void {
    for (const transaction of [...this.#open.values()]) this.end(transaction);
  }

  /** For a shutdown: no timer is left behind. */
  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
  }

  /** A number of an id that this run issued; undefined for any other. */
  #partOf(id: Uint8Array | string, offset: number): number | undefined {
    const bytes =
      typeof id === "string" ? Buffer.from(id, "base64") : Buffer.from(id.buffer, id.byteOffset, id.length);
    if (bytes.length !== ID_BYTES || !bytes.subarray(0, EPOCH_BYTES).equals(this.#epoch)) return undefined;
    return Number(bytes.readBigUInt64BE(offset));
  }

  #isOver(transaction: Transaction): boolean {
    const nowMs = this.#clock.nowMs();
    return nowMs - transaction.beganMs > MAX_TRANSACTION_MS || nowMs - transaction.lastUsedMs > MAX_IDLE_MS;
  }

  #scheduleSweep(): void {
    if (this.#sweep !== undefined) return;
    this.#sweep = this.#clock.after(SWEEP_INTERVAL_MS, () => {
      this.#sweep = undefined;
      for (const transaction of [...this.#open.values()]) {
        if (this.#isOver(transaction)) this.end(transaction);
      }
      if (this.#open.size > 0) this.#scheduleSweep();
    });
  }
}
