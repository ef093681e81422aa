// Retries of calls that change nothing when made twice: reads and cancels. Bounded, exponential, jittered, obeying
// the venue's Retry-After. Must never wrap the creation of an order.
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import { VenueError } from "#ports/venue.ts";

/** First call and two more: what does not work three times is the next schedule's, a minute later. */
const MAX_ATTEMPTS = 3;
/** Doubles from here; general-info suggests 200, 400, 800 ms. */
const FIRST_DELAY_MS = 200;
/** A longer wait than this costs a function more than it is worth: the caller gets the error with its time instead. */
const MAX_DELAY_MS = 5_000;

export interface RetryDependencies {
  readonly clock: Clock;
  readonly identity: Identity;
}

/**
 * Runs `attempt` until it succeeds, up to three times. `retryable` and `unknown` errors are tried again; `clock`
 * too, since the caller has set its offset by then; `banned` and `rejected` never.
 */
export async function withRetries<Result>(
  { clock, identity }: RetryDependencies,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const delayMs = error instanceof VenueError ? delayBefore(error, failures, clock, identity) : null;
      if (delayMs === null) throw error;
      await clock.sleep(delayMs);
    }
  }
}

function delayBefore(error: VenueError, failures: number, clock: Clock, identity: Identity): number | null {
  if (error.kind === "rejected" || error.kind === "banned" || failures >= MAX_ATTEMPTS) return null;
  const backoffMs = FIRST_DELAY_MS * 2 ** (failures - 1);
  // Half fixed, half random: callers that failed together do not come back together.
  const jitteredMs = backoffMs / 2 + identity.random() * (backoffMs / 2);
  const delayMs = Math.max(jitteredMs, (error.retryAtMs ?? 0) - clock.nowMs());
  return delayMs > MAX_DELAY_MS ? null : Math.ceil(delayMs);
}
