// Counts what a document port is asked to do: round trips, and the documents that Firestore bills. Tests and
// benches hold use cases to the numbers of docs/budget.md with it.
import type { DocumentPort } from "#ports/documents.ts";

export interface DocumentCounts {
  /** Requests that went to the store, failed ones too. */
  readonly roundTrips: number;
  /** Of these, commits. */
  readonly commits: number;
  /** Documents read, as billed: one for each path asked, also if missing; at least one for each query. */
  readonly reads: number;
  /** Documents in commits that landed, deletes too. */
  readonly writes: number;
}

export interface CountedDocuments {
  readonly documents: DocumentPort;
  /** Live: always what has been counted so far. */
  readonly counts: DocumentCounts;
  /** Starts again from zero. */
  reset(): void;
}

export function countDocuments(port: DocumentPort): CountedDocuments {
  const counts = { roundTrips: 0, commits: 0, reads: 0, writes: 0 };
  return {
    counts,
    reset() {
      Object.assign(counts, { roundTrips: 0, commits: 0, reads: 0, writes: 0 });
    },
    documents: {
      async getAll(paths) {
        if (paths.length > 0) counts.roundTrips += 1;
        counts.reads += paths.length;
        return await port.getAll(paths);
      },
      async commit(writes) {
        if (writes.length === 0) return [];
        counts.roundTrips += 1;
        counts.commits += 1;
        const versions = await port.commit(writes);
        counts.writes += writes.length;
        return versions;
      },
      async query(query) {
        counts.roundTrips += 1;
        const snapshots = await port.query(query);
        counts.reads += Math.max(1, snapshots.length);
        return snapshots;
      },
    },
  };
}
