// The signed receive window of whatever adds to or guards a position: the venue refuses the request after its deadline,
// so that a paused sender cannot land late.
import { VenueError } from "#ports/venue.ts";

/** Binance's largest receive window. Bybit names none; no order of ours is good for longer. */
const MAX_WINDOW_MS = 60_000;

/** Window that ends at the deadline. Throws VenueError `retryable` `SEND_DEADLINE` when that has passed. */
export function sendWindowMs(sendDeadlineMs: number, nowMs: number): number {
  const windowMs = Math.min(MAX_WINDOW_MS, Math.floor(sendDeadlineMs - nowMs));
  if (windowMs >= 1) return windowMs;
  throw new VenueError("retryable", "SEND_DEADLINE", "Not sent: the deadline for sending has passed");
}
