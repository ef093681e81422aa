// A token bucket as plain data: how many requests an instance still takes. Holds per instance only: several instances
// together take several times the rate. It sheds load; the limits that protect money are in the control document.

export interface RequestBucket {
  readonly remaining: number;
  readonly asOfMs: number;
}

export type RateDecision =
  | { readonly allowed: true; readonly bucket: RequestBucket }
  | { readonly allowed: false; readonly bucket: RequestBucket; readonly retryAfterMs: number };

const MINUTE_MS = 60_000;

/** Takes one request from a bucket that holds a minute's worth and refills evenly. Null for a bucket not used yet. */
export function takeRequest(before: RequestBucket | null, perMinute: number, nowMs: number): RateDecision {
  const elapsedMs = before === null ? MINUTE_MS : Math.max(0, nowMs - before.asOfMs);
  const refilled = (before?.remaining ?? 0) + (elapsedMs * perMinute) / MINUTE_MS;
  const remaining = Math.min(perMinute, refilled);
  const asOfMs = Math.max(nowMs, before?.asOfMs ?? nowMs);
  if (remaining >= 1) return { allowed: true, bucket: { remaining: remaining - 1, asOfMs } };
  const retryAfterMs = Math.ceil(((1 - remaining) * MINUTE_MS) / perMinute);
  return { allowed: false, bucket: { remaining, asOfMs }, retryAfterMs };
}
