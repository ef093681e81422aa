// The queues with their dispatchers, and where a queue comes from: created by a client, by a function that the
// emulator serves, or (when allowed) by the first task that names it.

import type { Clock } from "@ballast/local-serving/clock.ts";
import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { status } from "@grpc/grpc-js";
import type { EmulatedFunction } from "#local/functions-emulator/functions-backends.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DEFAULT_QUEUE, functionQueue, type QueueConfig } from "./queue-config.ts";
import type { Queue, TaskStore } from "./store.ts";

interface TaskQueuesOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly say: LogLine;
  readonly stopped: AbortSignal;
  /** Whether a task may create its queue. */
  readonly autoCreate: boolean;
}

export class TaskQueues {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly say: LogLine;
  readonly #options: TaskQueuesOptions;
  readonly #dispatchers = new Map<string, Dispatcher>();
  /** `locations/{region}/queues/{function}` → what deploying that function would set. */
  #functionQueues = new Map<string, QueueConfig>();

  constructor(options: TaskQueuesOptions) {
    this.#options = options;
    this.store = options.store;
    this.clock = options.clock;
    this.say = options.say;
    for (const { name } of this.store.queues()) this.dispatcher(name);
  }

  dispatcher(queueName: string): Dispatcher {
    let dispatcher = this.#dispatchers.get(queueName);
    if (dispatcher === undefined) {
      dispatcher = new Dispatcher({ ...this.#options, queueName });
      this.#dispatchers.set(queueName, dispatcher);
    }
    return dispatcher;
  }

  put(queue: Queue): Queue {
    this.store.putQueue(queue);
    this.dispatcher(queue.name).pump();
    return queue;
  }

  delete(name: string): void {
    this.store.deleteQueue(name);
    this.#dispatchers.get(name)?.stop();
    this.#dispatchers.delete(name);
  }

  /** Makes sure that the queue exists. Throws NOT_FOUND when it does not and must not be made. */
  ensure(name: string): void {
    if (this.store.findQueue(name) !== undefined) return;
    const config = this.#functionQueues.get(withoutProject(name));
    if (config === undefined && !this.#options.autoCreate) {
      throw new GrpcFault(status.NOT_FOUND, `Queue does not exist: ${name}`);
    }
    this.say(
      `queue ${withoutProject(name)} created by its first task${config === undefined ? " with defaults" : ""}`,
    );
    this.put({ name, config: config ?? DEFAULT_QUEUE, isPaused: false });
  }

  /** Takes over the settings of task functions, as a deployment would. */
  onFunctions(functions: readonly EmulatedFunction[]): void {
    const known = functions.flatMap((fn) => {
      const config = functionQueue(fn);
      return config === undefined ? [] : [[`locations/${fn.region}/queues/${fn.name}`, config] as const];
    });
    this.#functionQueues = new Map(known);
    for (const queue of this.store.queues()) {
      const config = this.#functionQueues.get(withoutProject(queue.name));
      if (config !== undefined && JSON.stringify(config) !== JSON.stringify(queue.config))
        this.put({ ...queue, config });
    }
  }

  stop(): void {
    for (const dispatcher of this.#dispatchers.values()) dispatcher.stop();
  }
}

function withoutProject(queueName: string): string {
  return queueName.split("/").slice(2).join("/");
}
