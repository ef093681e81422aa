// Contention as production has it, where the server is asked for it: a document takes about one write a second for long, and
// more for a moment. A commit beyond that waits its turn; one that would wait too long is refused with ABORTED, which SDKs
// repeat. Must not let a refused commit count.
import type { Clock } from "@ballast/local-serving/clock.ts";
import { contention } from "./status.ts";

export interface WriteRateLimits {
  /** Sustained writes of one document. Google's guidance is one a second. */
  readonly writesPerSecond: number;
  /** Writes above that rate that one document takes at once, before commits begin to wait. */
  readonly burst: number;
  /** Longest wait of a commit; beyond it the commit is refused. */
  readonly longestWaitMs: number;
}

/**
 * Google's guidance: at most one sustained write a second to a document. How much more it takes for a moment, and how long a
 * commit waits before it is refused, is not documented: half a minute's worth at once, and ten seconds, are guesses on the
 * strict side of what operators report.
 */
export const PRODUCTION_WRITE_RATE: WriteRateLimits = {
  writesPerSecond: 1,
  burst: 30,
  longestWaitMs: 10_000,
};

const SECOND_MS = 1_000;

export class WriteRate {
  readonly #limits: WriteRateLimits;
  readonly #clock: Clock;
  /** By document: when all the writes let through so far are paid for at the sustained rate. */
  readonly #paidAtMs = new Map<string, number>();

  constructor(limits: WriteRateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Calls `go` when it is the commit's turn at every document that it writes, or `refuse` at once. */
  enter(names: readonly string[], go: () => void, refuse: (error: unknown) => void): void {
    const nowMs = this.#clock.nowMs();
    const waitMs = Math.max(0, ...names.map((name) => this.#waitMs(name, nowMs)));
    if (waitMs > this.#limits.longestWaitMs) {
      refuse(contention(`${Math.ceil(waitMs)} ms of writes wait for one document`));
      return;
    }
    const perWriteMs = SECOND_MS / this.#limits.writesPerSecond;
    for (const name of names) {
      const paidAtMs = Math.max(nowMs, this.#paidAtMs.get(name) ?? 0);
      this.#paidAtMs.set(name, paidAtMs + perWriteMs);
    }
    if (waitMs === 0) go();
    else this.#clock.after(waitMs, go);
  }

  #waitMs(name: string, nowMs: number): number {
    const { burst, writesPerSecond } = this.#limits;
    const owedMs = (this.#paidAtMs.get(name) ?? 0) - nowMs;
    return owedMs - (burst * SECOND_MS) / writesPerSecond;
  }
}
