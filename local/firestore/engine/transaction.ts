// One open transaction: its id, its age and its snapshot. The locks that it holds stand in the lock table.

export interface Transaction {
  readonly sequence: number;
  readonly id: Buffer;
  /** Sequence of the first try. The lower it is, the older: of a deadlock the youngest gives way. */
  readonly seniority: number;
  readonly readOnly: boolean;
  /** The snapshot of a read-only transaction; undefined for read-write ones, which read the latest under lock. */
  readonly snapshotMicros: number | undefined;
  /** A retry asks for update locks, so that retries queue instead of deadlocking once more. */
  readonly isRetry: boolean;
  readonly beganMs: number;
  lastUsedMs: number;
}
