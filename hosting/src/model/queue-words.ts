// The queue of the execution pool in words: who is next, what puts each entry before the next one, and how full the pool
// is. The order is the stored one; this page computes no rank.
import type { QueueCriterion, QueuedEntry, QueueEnd } from "#domain/documents/queue.ts";
import type { LimitUse } from "#domain/risk/engine.ts";
import { formatBps } from "./amount.ts";
import type { ReceiptRow } from "./rows.ts";

export interface PoolRow {
  readonly name: string;
  readonly used: string;
  readonly limit: string;
}

const POOLS: Partial<Readonly<Record<LimitUse["code"], string>>> = {
  POOL_FULL: "All",
  TIER_POOL_FULL: "Tier",
  BUCKET_POOL_FULL: "Bucket",
};

/** Occupancy of the pool and of every tier and bucket that limits it, among the engine's limits. */
export function poolRows(limits: readonly LimitUse[]): readonly PoolRow[] {
  return limits.flatMap(({ code, subject, used, limit }) => {
    const pool = POOLS[code];
    return pool === undefined || used === null
      ? []
      : [{ name: subject === null ? pool : `${pool} ${subject}`, used, limit }];
  });
}

const AHEAD: Readonly<Record<Exclude<QueueCriterion, "LOSS">, string>> = {
  OPERATOR: "an operator put it first",
  PYRAMID: "it adds to an open position",
  REPLACEMENT: "it took the place of an older entry",
  ARRIVAL: "it was queued earlier",
  AGE: "its signal is older",
  ID: "all else is equal",
};

/** Why the entry stands before the next one; null for the last. */
export function aheadWords({ rank: { aheadBy, lossBps } }: QueuedEntry): string | null {
  if (aheadBy === null) return null;
  const why =
    aheadBy === "LOSS" ? `its position’s loss of ${formatBps(lossBps)} % is deeper` : AHEAD[aheadBy];
  return `Before the next: ${why}`;
}

const ENDS: Readonly<Record<QueueEnd, string>> = {
  PROMOTED: "then got a place",
  REPLACED: "then a newer signal took its place",
  EXPIRED: "then its time was over",
  SUPERSEDED: "then its strategy left that side",
  DROPPED: "then it was dropped",
  HALTED: "then trading halted",
};

/** An entry's time in the queue as one sentence; null for a signal that was never queued. */
export function stayWords({ queue }: Pick<ReceiptRow, "queue">): string | null {
  if (queue === null) return null;
  const place = `Queued at place ${queue.placeWhenQueued}`;
  return queue.end === null ? `${place}; waits for a place of the pool` : `${place}, ${ENDS[queue.end]}`;
}
