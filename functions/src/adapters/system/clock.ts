// The machine's clock: with the other files of this folder the only place that reads time or randomness.
import type { Clock } from "#ports/clock.ts";

export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: (durationMs) =>
      new Promise((resolve) => {
        setTimeout(resolve, durationMs);
      }),
  };
}
