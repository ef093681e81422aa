// The order-rate throttle: send times in a rolling window. Persistent in the control document, so that a restart
// never loosens it.

/** The window that `maxOrdersPerMinute` counts in. */
export const ORDER_RATE_WINDOW_MS = 60_000;

/** Sends still inside the window at `nowMs`. */
export function sendsInWindow(sentAtMs: readonly number[], nowMs: number): readonly number[] {
  return sentAtMs.filter((atMs) => atMs > nowMs - ORDER_RATE_WINDOW_MS);
}

/** The window with one more send. */
export function withSend(sentAtMs: readonly number[], nowMs: number): readonly number[] {
  return [...sendsInWindow(sentAtMs, nowMs), nowMs];
}
