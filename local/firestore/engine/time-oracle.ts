// The times that Firestore hands out: microseconds since the epoch, commits unique and strictly rising, also while the
// clock stands still or goes back.
import type { Clock } from "@ballast/local-serving/clock.ts";

const MICROS_PER_MS = 1000;

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
