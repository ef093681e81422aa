// Guards deadlines: work that is in time is untouched, work that is late is given up, and no timer is left behind.
import { expect, it, vi } from "vitest";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";

it("hands on results and failures that come in time, leaving no timer", async () => {
  vi.useFakeTimers();
  try {
    await expect(systemDeadline.within(Promise.resolve(7), 1_000)).resolves.toBe(7);
    await expect(systemDeadline.within(Promise.reject(new TypeError("no")), 1_000)).rejects.toThrow(
      TypeError,
    );
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it("gives up on work that is late, whatever becomes of it then", async () => {
  vi.useFakeTimers();
  try {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const outcome = expect(systemDeadline.within(work, 1_000)).rejects.toThrow(DeadlineExceededError);
    await vi.advanceTimersByTimeAsync(1_000);
    await outcome;
    fail(new Error("too late for anybody"));
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
