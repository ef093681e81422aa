// A clock that moves only when told to, or by itself with every sleep, so that no test waits for real time.
import type { Clock } from "#ports/clock.ts";

export interface FakeClock extends Clock {
  /** Moves on by `durationMs`, waking sleepers in the order of their times. Resolves when they have run. */
  advance(durationMs: number): Promise<void>;
  /** Jumps without waking anyone, also backwards: a clock that was set. */
  setMs(atMs: number): void;
  /** Every sleep asked for, in order. */
  readonly sleepsMs: readonly number[];
}

/** 2026-01-02T03:04:05.678Z: an ordinary time, so that a test cannot pass by a zero or a midnight. */
export const DEFAULT_START_MS = 1_767_323_045_678;

export interface FakeClockOptions {
  readonly startMs?: number;
  /** `instant`: a sleep moves the clock and returns at once. `manual`: it waits for `advance`. */
  readonly sleeping?: "instant" | "manual";
}

export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  let nowMs = options.startMs ?? DEFAULT_START_MS;
  const instant = (options.sleeping ?? "instant") === "instant";
  const sleepsMs: number[] = [];
  let sleepers: { wakeAtMs: number; wake: () => void }[] = [];

  return {
    sleepsMs,
    nowMs: () => nowMs,
    setMs(atMs) {
      nowMs = atMs;
    },
    async sleep(durationMs) {
      sleepsMs.push(durationMs);
      if (instant) {
        nowMs += durationMs;
        return;
      }
      const wakeAtMs = nowMs + durationMs;
      await new Promise<void>((wake) => sleepers.push({ wakeAtMs, wake }));
    },
    async advance(durationMs) {
      const untilMs = nowMs + durationMs;
      for (;;) {
        const due = sleepers.filter((sleeper) => sleeper.wakeAtMs <= untilMs);
        const next = due.sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.wakeAtMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Lets every promise that can go on without time do so. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
