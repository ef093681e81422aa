// A queue's retry rules and rate limits: Cloud Tasks' defaults, a function's own settings as `firebase deploy`
// would write them, and the back-off that follows from them.

import type { SteppedBackoff } from "@ballast/local-serving/stepped-backoff.ts";
import { millisOf, type WireTime, wireTimeOf } from "@ballast/local-serving/wire-time.ts";
import type { EmulatedFunction } from "#local/functions-emulator/functions-backends.ts";
import type { WireQueue } from "./wire.ts";

export interface QueueConfig extends SteppedBackoff {
  /** -1 means without end. */
  readonly maxAttempts: number;
  /** 0 means without limit. */
  readonly maxRetryMs: number;
  readonly maxDispatchesPerSecond: number;
  readonly maxConcurrentDispatches: number;
}

/** What a queue has when nothing is said (google/cloud/tasks/v2/queue.proto). */
export const DEFAULT_QUEUE: QueueConfig = {
  maxAttempts: 100,
  maxRetryMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
  maxDispatchesPerSecond: 500,
  maxConcurrentDispatches: 1_000,
};
/** `firebase deploy` gives the queue of a function three attempts unless the function says otherwise. */
const FUNCTION_ATTEMPTS = 3;
/** Cloud Tasks lets about a fifth of a second's rate burst. */
const BURST_SHARE = 5;

/** The queue that deploying this function would make; undefined when it is no task function. */
export function functionQueue({ taskQueue }: EmulatedFunction): QueueConfig | undefined {
  if (taskQueue === undefined) return undefined;
  const { retry, maxConcurrentDispatches, maxDispatchesPerSecond } = taskQueue;
  const millis = (seconds: number | undefined, absentMs: number) =>
    seconds === undefined ? absentMs : seconds * 1_000;
  return {
    maxAttempts: retry.maxAttempts ?? FUNCTION_ATTEMPTS,
    maxRetryMs: millis(retry.maxRetrySeconds, DEFAULT_QUEUE.maxRetryMs),
    minBackoffMs: millis(retry.minBackoffSeconds, DEFAULT_QUEUE.minBackoffMs),
    maxBackoffMs: millis(retry.maxBackoffSeconds, DEFAULT_QUEUE.maxBackoffMs),
    maxDoublings: retry.maxDoublings ?? DEFAULT_QUEUE.maxDoublings,
    maxDispatchesPerSecond: maxDispatchesPerSecond ?? DEFAULT_QUEUE.maxDispatchesPerSecond,
    maxConcurrentDispatches: maxConcurrentDispatches ?? DEFAULT_QUEUE.maxConcurrentDispatches,
  };
}

function millisOr(duration: WireTime | null | undefined, absentMs: number): number {
  return duration == null ? absentMs : millisOf(duration);
}

/** Reads a queue from the wire, where 0 and null mean "the default". */
export function queueConfig(queue: WireQueue): QueueConfig {
  const { retryConfig: retry, rateLimits: rate } = queue;
  return {
    maxAttempts: retry?.maxAttempts || DEFAULT_QUEUE.maxAttempts,
    maxRetryMs: millisOr(retry?.maxRetryDuration, DEFAULT_QUEUE.maxRetryMs),
    minBackoffMs: millisOr(retry?.minBackoff, DEFAULT_QUEUE.minBackoffMs),
    maxBackoffMs: millisOr(retry?.maxBackoff, DEFAULT_QUEUE.maxBackoffMs),
    maxDoublings: retry?.maxDoublings || DEFAULT_QUEUE.maxDoublings,
    maxDispatchesPerSecond: rate?.maxDispatchesPerSecond || DEFAULT_QUEUE.maxDispatchesPerSecond,
    maxConcurrentDispatches: rate?.maxConcurrentDispatches || DEFAULT_QUEUE.maxConcurrentDispatches,
  };
}

export function burstSize(config: QueueConfig): number {
  return Math.max(1, Math.ceil(config.maxDispatchesPerSecond / BURST_SHARE));
}

export function wireQueue(name: string, config: QueueConfig, isPaused: boolean): WireQueue {
  return {
    name,
    state: isPaused ? "PAUSED" : "RUNNING",
    rateLimits: {
      maxDispatchesPerSecond: config.maxDispatchesPerSecond,
      maxBurstSize: burstSize(config),
      maxConcurrentDispatches: config.maxConcurrentDispatches,
    },
    retryConfig: {
      maxAttempts: config.maxAttempts,
      maxRetryDuration: config.maxRetryMs === 0 ? null : wireTimeOf(config.maxRetryMs),
      minBackoff: wireTimeOf(config.minBackoffMs),
      maxBackoff: wireTimeOf(config.maxBackoffMs),
      maxDoublings: config.maxDoublings,
    },
  };
}

/** Whether a task that failed `attempts` times is given up; with both limits set, both must be reached. */
export function isExhausted(config: QueueConfig, attempts: number, sinceFirstMs: number): boolean {
  const isOutOfTime = config.maxRetryMs > 0 && sinceFirstMs >= config.maxRetryMs;
  if (config.maxAttempts === -1) return isOutOfTime;
  return attempts >= config.maxAttempts && (config.maxRetryMs === 0 || isOutOfTime);
}
