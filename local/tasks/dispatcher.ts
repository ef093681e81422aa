// Runs one queue: attempts each task when it is due, within the queue's rate and concurrency, and sets its next
// attempt by the queue's back-off. A paused queue attempts nothing but what is run by hand.
import { Alarm } from "@ballast/local-serving/alarm.ts";
import type { Clock } from "@ballast/local-serving/clock.ts";
import { DueQueue } from "@ballast/local-serving/due-queue.ts";
import { isSuccess } from "@ballast/local-serving/http-call.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { steppedBackoffMs } from "@ballast/local-serving/stepped-backoff.ts";
import { dispatchTask } from "./dispatch.ts";
import { burstSize, isExhausted } from "./queue-config.ts";
import type { TaskStore } from "./store.ts";
import type { Attempt, Task } from "./task.ts";

interface DispatcherOptions {
  readonly queueName: string;
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly say: LogLine;
  readonly stopped: AbortSignal;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #due = new DueQueue<{ readonly name: string; readonly scheduleMs: number }>();
  readonly #running = new Set<string>();
  readonly #alarm: Alarm;
  /** Begins full: the first refill cuts it to the burst size. */
  #tokens = Number.POSITIVE_INFINITY;
  #tokensAtMs: number;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.pump());
    this.#tokensAtMs = options.clock.nowMs();
    for (const task of options.store.tasks(options.queueName)) this.enqueue(task);
  }

  get inFlight(): number {
    return this.#running.size;
  }

  enqueue(task: Task): void {
    this.#due.push(task.scheduleMs, task);
    this.pump();
  }

  /** Starts what is due and allowed; sets the alarm for what comes next. */
  pump(): void {
    const { store, queueName, clock, stopped } = this.#options;
    const queue = store.findQueue(queueName);
    if (queue === undefined || queue.isPaused || stopped.aborted) return;
    const nowMs = clock.nowMs();
    this.#refill(nowMs);
    while (this.#running.size < queue.config.maxConcurrentDispatches) {
      if (this.#tokens < 1) {
        if (this.#due.size > 0)
          this.#alarm.setFor(nowMs + Math.ceil(1_000 / queue.config.maxDispatchesPerSecond));
        return;
      }
      const due = this.#due.popDue(nowMs);
      if (due === undefined) break;
      const task = store.find(due.name);
      if (task === undefined || task.scheduleMs !== due.scheduleMs || this.#running.has(due.name)) continue;
      this.#tokens -= 1;
      void this.#attempt(task);
    }
    this.#alarm.setFor(this.#due.nextAtMs);
  }

  /** Attempts a task at once, whatever the queue's state and limits; returns it as it is dispatched. */
  runNow(task: Task): Task {
    if (!this.#running.has(task.name)) void this.#attempt(task);
    return { ...task, dispatchCount: task.dispatchCount + 1 };
  }

  stop(): void {
    this.#alarm.stop();
  }

  #refill(nowMs: number): void {
    const config = this.#options.store.queue(this.#options.queueName).config;
    const earned = ((nowMs - this.#tokensAtMs) / 1_000) * config.maxDispatchesPerSecond;
    this.#tokens = Math.min(burstSize(config), this.#tokens + Math.max(0, earned));
    this.#tokensAtMs = nowMs;
  }

  async #attempt(task: Task): Promise<void> {
    const { clock, stopped, store } = this.#options;
    this.#running.add(task.name);
    const dispatchMs = clock.nowMs();
    const outcome = await dispatchTask(task, dispatchMs, stopped);
    this.#running.delete(task.name);
    // A stopped server leaves the task as it is: its successor attempts it again.
    if (stopped.aborted) return;
    if (store.find(task.name) !== undefined) {
      const { status } = outcome;
      const responseMs = status === undefined ? undefined : clock.nowMs();
      const attempt = { scheduleMs: task.scheduleMs, dispatchMs, responseMs, status, detail: outcome.detail };
      if (isSuccess(outcome)) this.#succeed(task);
      else this.#fail(task, attempt);
    }
    this.pump();
  }

  #succeed(task: Task): void {
    const { store, say } = this.#options;
    store.end(task.name);
    if (task.dispatchCount > 0) say(`task ${shortName(task.name)}, attempt ${task.dispatchCount + 1}: done`);
  }

  #fail(task: Task, attempt: Attempt): void {
    const { store, say, clock, queueName } = this.#options;
    const { config } = store.queue(queueName);
    const nowMs = clock.nowMs();
    const dispatchCount = task.dispatchCount + 1;
    const first = task.first ?? attempt;
    const { status } = attempt;
    const what = `task ${shortName(task.name)}, attempt ${dispatchCount}: ${status ?? attempt.detail}`;
    if (isExhausted(config, dispatchCount, nowMs - first.dispatchMs)) {
      store.end(task.name);
      say(`${what}; given up`);
      return;
    }
    const waitMs = steppedBackoffMs(config, dispatchCount);
    say(`${what}; again in ${waitMs} ms`);
    const next: Task = {
      ...task,
      dispatchCount,
      responseCount: task.responseCount + (status === undefined ? 0 : 1),
      executionCount: task.executionCount + (status === undefined || status >= 500 ? 0 : 1),
      first,
      last: attempt,
      scheduleMs: nowMs + waitMs,
    };
    store.put(next);
    this.#due.push(next.scheduleMs, next);
  }
}

function shortName(name: string): string {
  return name.split("/").slice(-3).join("/").replace("/tasks/", "/");
}
