// `telemetry/execution`: how often the venue refused orders of the last hour, left their fate open, or had to be sent one again,
// and how long doubt lasted. Folded from the journal, each entry once. Tells; holds no order back. Pure.

import type { Order } from "#domain/documents/order.ts";
import type { EXECUTION_ALARMS, WordOf } from "#domain/documents/words.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";

/** Buckets are as long as the distance of two runs; older ones than the window are dropped. */
export const BUCKET_MS = 300_000;
export const WINDOW_MS = 3_600_000;
/** Orders in doubt whose time is taken. A pool has fewer places; one beyond is counted, and its time is not taken. */
const MOST_DOUBTED = 100;

export interface HealthBucket {
  readonly startMs: number;
  /** Orders that were stored, to be sent. */
  readonly orders: number;
  /** Refused by the venue; an order of a route that would have taken is none of them. */
  readonly rejections: number;
  /** Sends whose fate was open. */
  readonly unknowns: number;
  readonly resends: number;
  /** Doubts that ended, by what the venue showed. */
  readonly resolved: number;
  readonly resolveSumMs: number;
  readonly longestResolveMs: number;
}

export type AlarmName = WordOf<typeof EXECUTION_ALARMS>;

/** `accounts/{a}/telemetry/execution` */
export interface ExecutionHealth {
  readonly accountId: string;
  /** Last entry of the journal that is counted. */
  readonly foldedSeq: number;
  readonly lostEntries: number;
  /** Oldest first. */
  readonly buckets: readonly HealthBucket[];
  /** Since when the fate of an order is open, by its id. */
  readonly doubtedSinceMs: Readonly<Record<string, number>>;
  /** Since when a limit is passed. */
  readonly alarms: Readonly<Partial<Record<AlarmName, number>>>;
  readonly updatedAtMs: number;
}

/** A change of one order, as one entry of the journal tells it. */
export interface OrderChange {
  readonly kind: string;
  readonly order: Order;
  readonly atMs: number;
}

export function newExecutionHealth(accountId: string, foldedSeq: number, nowMs: number): ExecutionHealth {
  const counts = { foldedSeq, lostEntries: 0, updatedAtMs: nowMs };
  return { accountId, ...counts, buckets: [], doubtedSinceMs: {}, alarms: {} };
}

/** The same health when the change says nothing about it. */
export function withChange(health: ExecutionHealth, change: OrderChange): ExecutionHealth {
  const counted = { ...newsOf(change), ...doubtOf(health, change) };
  if (Object.values(counted).every((count) => count === 0)) return health;
  const buckets = withCounts(health.buckets, change.atMs, counted);
  return { ...health, buckets, doubtedSinceMs: doubtedAfter(health.doubtedSinceMs, change) };
}

/** Without the buckets that have left the window. */
export function within(health: ExecutionHealth, nowMs: number): ExecutionHealth {
  const kept = health.buckets.filter(({ startMs }) => startMs + BUCKET_MS > nowMs - WINDOW_MS);
  return kept.length === health.buckets.length ? health : { ...health, buckets: kept };
}

type Counts = Omit<HealthBucket, "startMs">;

const ZERO: Counts = {
  orders: 0,
  rejections: 0,
  unknowns: 0,
  resends: 0,
  resolved: 0,
  resolveSumMs: 0,
  longestResolveMs: 0,
};

/** The sums of a window. */
export function totalOf({ buckets }: Pick<ExecutionHealth, "buckets">): Counts {
  return buckets.reduce<Counts>(added, ZERO);
}

function added(one: Counts, other: Counts): Counts {
  return {
    orders: one.orders + other.orders,
    rejections: one.rejections + other.rejections,
    unknowns: one.unknowns + other.unknowns,
    resends: one.resends + other.resends,
    resolved: one.resolved + other.resolved,
    resolveSumMs: one.resolveSumMs + other.resolveSumMs,
    longestResolveMs: Math.max(one.longestResolveMs, other.longestResolveMs),
  };
}

/** Whatever stores an order that is about to be sent names its entry so: `FLATTEN_ORDER_STORED`. */
const STORED = /ORDER_STORED$/;

function newsOf({ kind, order }: OrderChange): Counts {
  const wouldTake = order.rejection?.reason === "wouldTake";
  return {
    ...ZERO,
    orders: STORED.test(kind) ? 1 : 0,
    rejections: kind === "ORDER_REJECTED" && !wouldTake ? 1 : 0,
    resends: kind === "ORDER_RESENT" ? 1 : 0,
  };
}

/** The venue may have it, and has not said so. */
function isDoubted({ status, openSends }: Order): boolean {
  return status === "SUBMIT_UNKNOWN" && openSends.length > 0;
}

function sinceOf({ doubtedSinceMs }: Pick<ExecutionHealth, "doubtedSinceMs">, { order }: OrderChange) {
  return doubtedSinceMs[order.request.clientOrderId];
}

/** A resend does not end a doubt: its answer does. */
function endsDoubt({ order }: OrderChange): boolean {
  return !isUnresolved(order.status) || order.openSends.length === 0;
}

function doubtOf(health: ExecutionHealth, change: OrderChange): Partial<Counts> {
  const sinceMs = sinceOf(health, change);
  if (sinceMs === undefined) return isDoubted(change.order) ? { unknowns: 1 } : {};
  if (!endsDoubt(change)) return {};
  // Two processes may have clocks that differ.
  const resolveMs = Math.max(0, change.atMs - sinceMs);
  return { resolved: 1, resolveSumMs: resolveMs, longestResolveMs: resolveMs };
}

function doubtedAfter(
  doubtedSinceMs: ExecutionHealth["doubtedSinceMs"],
  change: OrderChange,
): ExecutionHealth["doubtedSinceMs"] {
  const id = change.order.request.clientOrderId;
  const { [id]: sinceMs, ...others } = doubtedSinceMs;
  if (sinceMs !== undefined) return endsDoubt(change) ? others : doubtedSinceMs;
  const hasRoom = Object.keys(others).length < MOST_DOUBTED;
  return isDoubted(change.order) && hasRoom ? { ...others, [id]: change.atMs } : doubtedSinceMs;
}

function withCounts(
  buckets: readonly HealthBucket[],
  atMs: number,
  counted: Partial<Counts>,
): readonly HealthBucket[] {
  const startMs = Math.floor(atMs / BUCKET_MS) * BUCKET_MS;
  const counts = { ...ZERO, ...counted };
  const known = buckets.find((bucket) => bucket.startMs === startMs);
  const bucket = { startMs, ...added(known ?? ZERO, counts) };
  const others = buckets.filter((each) => each !== known);
  return [...others, bucket].toSorted((one, other) => one.startMs - other.startMs);
}
