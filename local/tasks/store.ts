// Queues, tasks, and the names that were used lately, with their log. A task leaves only by success, by being
// given up, or by a delete or purge; its name stays taken for an hour after that.

import type { AppendLog } from "@ballast/local-serving/append-log.ts";
import type { Clock } from "@ballast/local-serving/clock.ts";
import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { status } from "@grpc/grpc-js";
import type { QueueConfig } from "./queue-config.ts";
import { queueOf, type Task } from "./task.ts";

/** Cloud Tasks remembers a used name for up to about an hour (cloudtasks.proto, CreateTask). */
export const NAME_MEMORY_MS = 3_600_000;

export interface Queue {
  readonly name: string;
  readonly config: QueueConfig;
  readonly isPaused: boolean;
}

export type TasksEntry =
  | { readonly t: "queue"; readonly queue: Queue }
  | { readonly t: "queueGone"; readonly name: string }
  | { readonly t: "task"; readonly task: Task }
  | { readonly t: "end"; readonly name: string; readonly atMs: number };

export class TaskStore {
  readonly #queues = new Map<string, Queue>();
  readonly #tasks = new Map<string, Map<string, Task>>();
  /** Name → when it ended; insertion order is order of time. */
  readonly #ended = new Map<string, number>();
  readonly #log: AppendLog<TasksEntry>;
  readonly #clock: Clock;

  constructor(log: AppendLog<TasksEntry>, clock: Clock, say: LogLine) {
    this.#log = log;
    this.#clock = clock;
    let entries = 0;
    for (const entry of log.replay()) {
      this.#apply(entry);
      entries += 1;
    }
    if (entries === 0) return;
    const count = [...this.#tasks.values()].reduce((sum, tasks) => sum + tasks.size, 0);
    say(`restored ${this.#queues.size} queues, ${count} tasks`);
    log.rewrite(this.#snapshot());
  }

  queues(): Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  findQueue(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new GrpcFault(status.NOT_FOUND, `Queue does not exist: ${name}`);
    return queue;
  }

  putQueue(queue: Queue): Queue {
    this.#write({ t: "queue", queue });
    return queue;
  }

  deleteQueue(name: string): void {
    this.queue(name);
    this.#write({ t: "queueGone", name });
  }

  tasks(queueName: string): Task[] {
    return [...(this.#tasks.get(queueName)?.values() ?? [])];
  }

  find(name: string): Task | undefined {
    return this.#tasks.get(queueOf(name))?.get(name);
  }

  /** Throws NOT_FOUND, also for a task that has ended. */
  task(name: string): Task {
    const task = this.find(name);
    if (task === undefined) throw new GrpcFault(status.NOT_FOUND, `Task does not exist: ${name}`);
    return task;
  }

  /** Adds a task. Throws ALREADY_EXISTS when its name is in use or was within the last hour. */
  create(task: Task): void {
    this.#forgetOldNames();
    if (this.find(task.name) !== undefined || this.#ended.has(task.name)) {
      throw new GrpcFault(
        status.ALREADY_EXISTS,
        `A task with this name exists or existed recently: ${task.name}`,
      );
    }
    this.#write({ t: "task", task });
  }

  put(task: Task): void {
    this.#write({ t: "task", task });
  }

  /** Ends a task and reserves its name. */
  end(name: string): void {
    this.#write({ t: "end", name, atMs: this.#clock.nowMs() });
  }

  close(): void {
    this.#log.close();
  }

  #write(entry: TasksEntry): void {
    // Compacting comes first: the entry's effect is not in the snapshot yet.
    if (this.#log.isOvergrown) this.#log.rewrite(this.#snapshot());
    this.#log.append(entry);
    this.#apply(entry);
  }

  #apply(entry: TasksEntry): void {
    if (entry.t === "queue") {
      this.#queues.set(entry.queue.name, entry.queue);
      if (!this.#tasks.has(entry.queue.name)) this.#tasks.set(entry.queue.name, new Map());
    } else if (entry.t === "queueGone") {
      this.#queues.delete(entry.name);
      this.#tasks.delete(entry.name);
    } else if (entry.t === "task")
      this.#tasks.get(queueOf(entry.task.name))?.set(entry.task.name, entry.task);
    else {
      this.#tasks.get(queueOf(entry.name))?.delete(entry.name);
      this.#ended.set(entry.name, entry.atMs);
    }
  }

  #forgetOldNames(): void {
    const oldestMs = this.#clock.nowMs() - NAME_MEMORY_MS;
    for (const [name, atMs] of this.#ended) {
      if (atMs > oldestMs) return;
      this.#ended.delete(name);
    }
  }

  *#snapshot(): Iterable<TasksEntry> {
    this.#forgetOldNames();
    for (const queue of this.#queues.values()) yield { t: "queue", queue };
    for (const tasks of this.#tasks.values()) for (const task of tasks.values()) yield { t: "task", task };
    for (const [name, atMs] of this.#ended) yield { t: "end", name, atMs };
  }
}
