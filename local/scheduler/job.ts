// One scheduled function: waits for its next moment, runs it with retries, and never twice at a time unless
// told. A moment that comes while a run lasts is not lost: one run follows when it ends.
import { Alarm } from "@ballast/local-serving/alarm.ts";
import { type Clock, pause } from "@ballast/local-serving/clock.ts";
import { type HttpOutcome, isSuccess } from "@ballast/local-serving/http-call.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { steppedBackoffMs } from "@ballast/local-serving/stepped-backoff.ts";
import type { EmulatedFunction, RetryRules } from "#local/functions-emulator/functions-backends.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

/** Cloud Scheduler's own when a job says nothing (google/cloud/scheduler/v1/job.proto, RetryConfig). */
const DEFAULT_RETRY = { minBackoffMs: 5_000, maxBackoffMs: 3_600_000, maxDoublings: 5 };
const DEFAULT_TIME_ZONE = "UTC";

interface RunReport {
  readonly scheduleTime: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: "succeeded" | "failed";
  readonly attempts: number;
  readonly detail: string;
}

interface JobOptions {
  readonly fn: EmulatedFunction;
  readonly clock: Clock;
  readonly say: LogLine;
  readonly mayOverlap: boolean;
  readonly isPaused: () => boolean;
  /** One call of the function; never rejects. */
  readonly call: (fn: EmulatedFunction, scheduleTimeMs: number) => Promise<HttpOutcome>;
}

export class Job {
  readonly #options: JobOptions;
  readonly #alarm: Alarm;
  readonly #schedule: Schedule | undefined;
  readonly fault: string | undefined;
  #nextAtMs: number | undefined;
  #running: Promise<RunReport> | undefined;
  #missedAtMs: number | undefined;
  #isStopped = false;
  last: RunReport | undefined;

  constructor(options: JobOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.#onDue());
    const { schedule = "", timeZone = DEFAULT_TIME_ZONE } = options.fn.schedule ?? {};
    try {
      this.#schedule = parseSchedule(schedule, timeZone);
      this.#plan();
    } catch (fault) {
      this.fault = fault instanceof Error ? fault.message : String(fault);
    }
  }

  get nextRun(): string | undefined {
    return this.#nextAtMs === undefined ? undefined : new Date(this.#nextAtMs).toISOString();
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Runs the function now, after the run in progress if there is one; resolves when this run has ended. */
  async fire(): Promise<RunReport> {
    while (this.#running !== undefined && !this.#options.mayOverlap) await this.#running;
    return this.#run(this.#options.clock.nowMs());
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.stop();
  }

  #plan(): void {
    this.#nextAtMs = this.#schedule?.next(this.#options.clock.nowMs());
    this.#alarm.setFor(this.#nextAtMs);
  }

  #onDue(): void {
    const dueMs = this.#nextAtMs;
    const isEarly = dueMs === undefined || this.#options.clock.nowMs() < dueMs;
    if (isEarly) {
      this.#alarm.setFor(dueMs);
      return;
    }
    this.#plan();
    if (this.#options.isPaused()) return;
    if (this.#running === undefined || this.#options.mayOverlap) void this.#run(dueMs);
    else this.#missedAtMs = dueMs;
  }

  #run(scheduleTimeMs: number): Promise<RunReport> {
    const run = this.#attemptAll(scheduleTimeMs).then((report) => {
      this.last = report;
      if (this.#running === run) this.#running = undefined;
      const missedAtMs = this.#missedAtMs;
      this.#missedAtMs = undefined;
      if (missedAtMs !== undefined && !this.#isStopped) void this.#run(missedAtMs);
      return report;
    });
    this.#running = run;
    return run;
  }

  async #attemptAll(scheduleTimeMs: number): Promise<RunReport> {
    const { fn, clock, call, say } = this.#options;
    const startMs = clock.nowMs();
    const reportOf = (outcome: RunReport["outcome"], attempts: number, detail: string): RunReport => ({
      scheduleTime: new Date(scheduleTimeMs).toISOString(),
      startedAt: new Date(startMs).toISOString(),
      finishedAt: new Date(clock.nowMs()).toISOString(),
      outcome,
      attempts,
      detail,
    });
    for (let attempts = 1; ; attempts += 1) {
      const answer = await call(fn, scheduleTimeMs);
      const detail = detailOf(answer);
      if (isSuccess(answer)) {
        if (attempts > 1) say(`${fn.name}, attempt ${attempts}: done`);
        return reportOf("succeeded", attempts, detail);
      }
      const waitMs = retryWaitMs(fn.schedule?.retry ?? {}, attempts, clock.nowMs() - startMs);
      if (!this.#isStopped) say(`${fn.name}, attempt ${attempts}: ${detail}; ${nextStep(waitMs)}`);
      if (waitMs === undefined || this.#isStopped) return reportOf("failed", attempts, detail);
      await pause(clock, waitMs);
    }
  }
}

function detailOf({ status, detail }: HttpOutcome): string {
  return status === undefined ? detail : `status ${status}`;
}

function nextStep(waitMs: number | undefined): string {
  return waitMs === undefined ? "given up until its next moment" : `again in ${waitMs} ms`;
}

/** Wait before the next attempt, or undefined when the run is over; with two limits set, both must be reached. */
function retryWaitMs(retry: RetryRules, attempts: number, elapsedMs: number): number | undefined {
  const limitMs = (retry.maxRetrySeconds ?? 0) * 1_000;
  const retryCount = retry.retryCount ?? 0;
  const isCountReached = attempts > retryCount;
  const isTimeReached = limitMs === 0 || elapsedMs >= limitMs;
  const isOver = retryCount === 0 && limitMs > 0 ? isTimeReached : isCountReached && isTimeReached;
  if (isOver) return undefined;
  const seconds = (value: number | undefined, absentMs: number) =>
    value === undefined ? absentMs : value * 1_000;
  return steppedBackoffMs(
    {
      minBackoffMs: seconds(retry.minBackoffSeconds, DEFAULT_RETRY.minBackoffMs),
      maxBackoffMs: seconds(retry.maxBackoffSeconds, DEFAULT_RETRY.maxBackoffMs),
      maxDoublings: retry.maxDoublings ?? DEFAULT_RETRY.maxDoublings,
    },
    attempts,
  );
}
