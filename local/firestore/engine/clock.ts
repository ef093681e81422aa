// The engine's only source of time. Tests and the simulation inject their own; nothing else in engine/ may read
// the system clock or set a timer.

/** Wall clock in milliseconds since the epoch (fractions allowed) and a one-shot timer on the same time. */
export interface Clock {
  nowMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. Must not keep the process alive. */
  schedule(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  // Not performance.now(): it stands still while a laptop sleeps, and stored times would lag behind for ever.
  nowMs: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const MICROS_PER_MS = 1000;

/** Hands out commit and read times: microseconds since the epoch, commits unique and strictly rising. */
export class TimeOracle {
  readonly #clock: Clock;
  #lastMicros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A time no commit has and every later commit exceeds. */
  nextCommit(): number {
    const now = Math.floor(this.#clock.nowMs() * MICROS_PER_MS);
    this.#lastMicros = now > this.#lastMicros ? now : this.#lastMicros + 1;
    return this.#lastMicros;
  }

  /** A time at or after every commit so far and before every later one. */
  read(): number {
    const now = Math.floor(this.#clock.nowMs() * MICROS_PER_MS);
    if (now > this.#lastMicros) this.#lastMicros = now;
    return this.#lastMicros;
  }

  /** After a replay: later times must exceed everything stored. */
  advanceTo(micros: number): void {
    if (micros > this.#lastMicros) this.#lastMicros = micros;
  }
}
