// Time for the local servers, injected so that tests can move it. No other file of these servers reads the wall clock
// or sets a timer. Every timer can be taken back, and none keeps a process alive.

/** A timer that was set and can be taken back. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, fractions allowed. */
  nowMs(): number;
  /** Calls back once, not earlier than `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
}

/** Node's timers overflow beyond this delay (2^31-1 ms) and would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  // Not performance.now(): it stands still while a laptop sleeps, and stored times would lag behind for ever.
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Calls back every `intervalMs`, first after one interval, until it is cancelled. */
export function every(clock: Clock, intervalMs: number, run: () => void): Timer {
  let next = clock.after(intervalMs, tick);
  function tick(): void {
    next = clock.after(intervalMs, tick);
    run();
  }
  return { cancel: () => next.cancel() };
}

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
