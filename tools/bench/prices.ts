// Firestore's list prices, from which a month's cost is computed, and its free quota.

/** One document operation of each kind, in numbers for a day or a single event. */
export interface Operations {
  readonly reads: number;
  readonly writes: number;
  /** Deletes by TTL policy, which have no free quota. */
  readonly ttlDeletes: number;
}

/**
 * US dollars for 100,000 operations, Standard edition, in Oregon, from a stored copy of
 * firebase.google.com/docs/firestore/pricing whose date is not known: check the live page before relying on them.
 * Other regions cost more, also the one that the functions run in.
 */
const USD_PER_100K = { reads: 0.03, writes: 0.09, ttlDeletes: 0.01 };
/** Free each day for one database of a project (same page). */
export const FREE_A_DAY = { reads: 50_000, writes: 20_000 };
/** 365 / 12 */
export const DAYS_A_MONTH = 30.42;

export function monthlyUsd(aDay: Operations): number {
  const billed = {
    reads: Math.max(0, aDay.reads - FREE_A_DAY.reads),
    writes: Math.max(0, aDay.writes - FREE_A_DAY.writes),
    ttlDeletes: aDay.ttlDeletes,
  };
  const usdADay =
    billed.reads * USD_PER_100K.reads +
    billed.writes * USD_PER_100K.writes +
    billed.ttlDeletes * USD_PER_100K.ttlDeletes;
  return (usdADay * DAYS_A_MONTH) / 100_000;
}

export function times(operations: Operations, factor: number): Operations {
  return {
    reads: operations.reads * factor,
    writes: operations.writes * factor,
    ttlDeletes: operations.ttlDeletes * factor,
  };
}

export function sum(...all: readonly Operations[]): Operations {
  return all.reduce((total, one) => ({
    reads: total.reads + one.reads,
    writes: total.writes + one.writes,
    ttlDeletes: total.ttlDeletes + one.ttlDeletes,
  }));
}

/**
 * US dollars of the rest of the platform, list prices of a Tier 1 region, which Tokyo is. Cloud Run's are from stored copies
 * of cloud.google.com/run/pricing (read 2026-11-28, their own date is not known). Those of Tasks, Logging, NAT and stored
 * data are Google's published list as known, and were not looked up again: check the live pages before relying on them.
 */
export const PLATFORM = {
  usdPerCpuSecond: 0.000_024,
  usdPerGibSecond: 0.000_002_5,
  usdPerMillionRequests: 0.4,
  freeCpuSeconds: 180_000,
  freeGibSeconds: 360_000,
  freeMillionRequests: 2,
  /** An instance that is kept and idle, for each vCPU-second and each GiB-second. */
  usdPerIdleSecond: 0.000_002_5,
  usdPerMillionTasks: 0.4,
  freeMillionTasks: 1,
  usdPerLogGib: 0.5,
  freeLogGib: 50,
  usdPerStoredGib: 0.15,
  /** A gateway for few instances and one address. */
  usdPerNatMonth: 4.7,
  usdPerNatGib: 0.045,
};
