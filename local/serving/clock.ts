// Time for the local servers, injected so that tests can move it. It keeps every timer cancellable and
// must not be bypassed: no other file of these servers reads the wall clock or sets a timer.

/** A timer that was set and can be taken back. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Calls back once, not earlier than `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
}

/** Node's timers overflow beyond this delay (2^31-1 ms) and would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};
