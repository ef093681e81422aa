// A clock that stands still until a test moves it. Timers fire in order of their moment, during advance().
import type { Clock } from "@ballast/local-serving/clock.ts";

interface Pending {
  readonly atMs: number;
  readonly run: () => void;
}

export class ManualClock implements Clock {
  #nowMs: number;
  readonly #pending = new Set<Pending>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void) {
    const pending = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** The earliest moment a timer is set for. */
  get nextAtMs(): number | undefined {
    const moments = [...this.#pending].map(({ atMs }) => atMs);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Moves time on, firing every timer that falls due on the way. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#pending].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#pending.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = endMs;
  }
}
