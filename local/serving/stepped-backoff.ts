// The back-off that Cloud Tasks and Cloud Scheduler share: it doubles a number of times, then grows by a constant
// step, never above the maximum (google/cloud/tasks/v2/queue.proto, max_doublings).

export interface SteppedBackoff {
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxDoublings: number;
}

/** Wait after the `attempt`-th failed attempt; attempts count from 1. */
export function steppedBackoffMs(rules: SteppedBackoff, attempt: number): number {
  const doublings = Math.min(attempt - 1, rules.maxDoublings);
  const steps = Math.max(0, attempt - 1 - rules.maxDoublings);
  return Math.min(rules.maxBackoffMs, rules.minBackoffMs * 2 ** doublings * (1 + steps));
}
