// One timer for the earliest of many moments. Setting it earlier replaces the timer; a callback that comes
// after stop() is never made.
import type { Clock, Timer } from "./clock.ts";

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #atMs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings not earlier than `atMs`; keeps an earlier setting. */
  setFor(atMs: number | undefined): void {
    if (this.#stopped || atMs === undefined || atMs >= this.#atMs) return;
    this.#timer?.cancel();
    this.#atMs = atMs;
    this.#timer = this.#clock.after(Math.max(0, atMs - this.#clock.nowMs()), () => {
      this.#atMs = Number.POSITIVE_INFINITY;
      this.#timer = undefined;
      if (!this.#stopped) this.#ring();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }
}
