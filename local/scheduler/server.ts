// The local Cloud Scheduler: runs the schedules of emulated functions, which firebase-tools does not. It learns
// them from the functions emulator and calls its triggers; over HTTP it lists jobs and fires one now.
import { createServer } from "node:http";
import { type Answer, adminHandler, type Route } from "@ballast/local-serving/admin-http.ts";
import { type Clock, systemClock } from "@ballast/local-serving/clock.ts";
import type { HttpOutcome } from "@ballast/local-serving/http-call.ts";
import { listenOn } from "@ballast/local-serving/listen.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import type { EmulatedFunction } from "#local/functions-emulator/functions-backends.ts";
import {
  DEFAULT_POLL_MS,
  type FunctionsDirectory,
  watchFunctions,
} from "#local/functions-emulator/functions-directory.ts";
import { TriggerCaller } from "#local/functions-emulator/trigger-call.ts";
import { Job } from "./job.ts";

/** The emulator ends a call at the function's own timeout; this much later it has hung. */
const HANG_MARGIN_MS = 10_000;

export interface SchedulerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly log: LogLine;
  /** Origin of the functions emulator, `http://127.0.0.1:5001`. */
  readonly functionsOrigin: string;
  /** Whether a run may begin while the last one lasts (default false). */
  readonly mayOverlap?: boolean;
  /** Starts with the schedules paused, so that only `POST /fire` runs them (default false). */
  readonly isPaused?: boolean;
  readonly functionsPollMs?: number;
  readonly clock?: Clock;
}

export interface Scheduler {
  readonly port: number;
  stop(): Promise<void>;
}

interface Entry {
  readonly fn: EmulatedFunction;
  readonly job: Job;
}

class Jobs {
  readonly #options: SchedulerOptions;
  readonly #clock: Clock;
  readonly #caller = new TriggerCaller();
  readonly #stopped = new AbortController();
  readonly entries = new Map<string, Entry>();
  isPaused: boolean;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.isPaused = options.isPaused ?? false;
  }

  /** Keeps the jobs whose function is unchanged, replaces the others. */
  onFunctions(functions: readonly EmulatedFunction[]): void {
    const scheduled = new Map(
      functions.flatMap((fn) => (fn.schedule === undefined ? [] : [[fn.id, fn] as const])),
    );
    for (const [id, { fn, job }] of this.entries) {
      if (JSON.stringify(scheduled.get(id)) === JSON.stringify(fn)) continue;
      job.stop();
      this.entries.delete(id);
    }
    for (const [id, fn] of scheduled) if (!this.entries.has(id)) this.#add(id, fn);
  }

  list() {
    return [...this.entries.values()].map(({ fn, job }) => ({
      id: fn.id,
      name: fn.name,
      schedule: fn.schedule?.schedule,
      timeZone: fn.schedule?.timeZone ?? "UTC",
      isRunning: job.isRunning,
      ...(job.fault === undefined ? { nextRun: job.nextRun } : { error: job.fault }),
      ...(job.last === undefined ? {} : { last: job.last }),
    }));
  }

  find(name: string): Entry | undefined {
    return this.entries.get(name) ?? [...this.entries.values()].find(({ fn }) => fn.name === name);
  }

  stop(): void {
    this.#stopped.abort();
    for (const { job } of this.entries.values()) job.stop();
  }

  #add(id: string, fn: EmulatedFunction): void {
    const { log, mayOverlap } = this.#options;
    const job = new Job({
      fn,
      clock: this.#clock,
      say: log,
      mayOverlap: mayOverlap ?? false,
      isPaused: () => this.isPaused,
      call: (scheduled, timeMs) => this.#call(scheduled, timeMs),
    });
    this.entries.set(id, { fn, job });
    log(
      job.fault === undefined
        ? `${fn.name}: ${fn.schedule?.schedule}, next ${job.nextRun}`
        : `${fn.name} cannot be scheduled: ${job.fault}`,
    );
  }

  /** Cloud Scheduler's headers; the job is named as `firebase deploy` names it. */
  #call(fn: EmulatedFunction, scheduleTimeMs: number): Promise<HttpOutcome> {
    return this.#caller.call(
      {
        origin: this.#options.functionsOrigin,
        projectId: fn.projectId,
        functionId: fn.id,
        headers: {
          "content-type": "application/json",
          "user-agent": "Google-Cloud-Scheduler",
          "x-cloudscheduler": "true",
          "x-cloudscheduler-jobname": `firebase-schedule-${fn.name}-${fn.region}`,
          "x-cloudscheduler-scheduletime": new Date(scheduleTimeMs).toISOString(),
        },
        body: "{}",
        timeoutMs: fn.timeoutSeconds * 1_000 + HANG_MARGIN_MS,
      },
      this.#stopped.signal,
    );
  }
}

async function fire(
  jobs: Jobs,
  directory: FunctionsDirectory,
  name: string,
  isAwaited: boolean,
): Promise<Answer> {
  if (jobs.find(name) === undefined) await directory.refresh();
  const entry = jobs.find(name);
  if (entry === undefined) {
    const known = jobs.list().map((job) => job.name);
    return { status: 404, body: { error: `No scheduled function "${name}"`, known } };
  }
  const run = entry.job.fire();
  if (!isAwaited) return { status: 202, body: { fired: entry.fn.name } };
  const report = await run;
  return { status: report.outcome === "succeeded" ? 200 : 502, body: { name: entry.fn.name, ...report } };
}

function adminRoutes(jobs: Jobs, directory: FunctionsDirectory): Route[] {
  const setPaused = (isPaused: boolean) => () => {
    jobs.isPaused = isPaused;
    return { status: 200, body: { isPaused } };
  };
  return [
    { method: "GET", path: "/jobs", answer: () => ({ status: 200, body: jobs.list() }) },
    {
      method: "POST",
      path: "/fire/*",
      answer: ({ rest, query }) => fire(jobs, directory, rest, query.get("wait") !== "false"),
    },
    { method: "POST", path: "/pause", answer: setPaused(true) },
    { method: "POST", path: "/resume", answer: setPaused(false) },
  ];
}

/** Starts the scheduler. Rejects when its port is taken. */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const server = createServer();
  const port = await listenOn(server, options);
  const jobs = new Jobs(options);
  const directory = watchFunctions({
    origin: options.functionsOrigin,
    clock: options.clock ?? systemClock,
    log: options.log,
    pollMs: options.functionsPollMs ?? DEFAULT_POLL_MS,
    onChange: (functions) => jobs.onFunctions(functions),
  });
  server.on("request", adminHandler(adminRoutes(jobs, directory)));
  return {
    port,
    stop() {
      directory.stop();
      jobs.stop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
