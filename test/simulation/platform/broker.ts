// Pub/Sub as its subscribers meet it: at least once, in no order, late, and again until acknowledged; and Cloud Tasks,
// which remembers names. Backoff is shorter than the real one so that healing fits into a run.
import type { TaskRequest } from "#ports/tasks.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { Random } from "../engine/random.ts";
import type { Ending } from "./functions.ts";

const FIRST_RETRY_MS = 10_000;
/** Pub/Sub's own is 600 s. */
const LONGEST_RETRY_MS = 40_000;
const USUAL_DELIVERY_MS = 60;
const LATE_DELIVERY_MS = 25_000;
/** Cloud Tasks' settings of the queue, see entry/options.ts. */
const TASK_ATTEMPTS = 5;
const TASK_RETRY_MS = 2_000;

export interface DeliveryRates {
  readonly late: number;
  readonly twice: number;
  readonly acknowledgementLost: number;
}

export const PUNCTUAL: DeliveryRates = { late: 0, twice: 0, acknowledgementLost: 0 };

export interface SimMessage {
  readonly messageId: string;
  readonly topic: string;
  readonly publishedAtMs: number;
  readonly payload: unknown;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Messages and tasks that the broker still owes its subscribers: the state of a run outside documents and
 * venue.
 */
export interface InFlight {
  readonly messages: readonly (SimMessage & { readonly failures: number })[];
  readonly tasks: readonly (TaskRequest & { readonly attempt: number })[];
  /** `queue/name` of every task that was ever scheduled: a second one of the name is not created. */
  readonly taskNames: readonly string[];
}

export interface BrokerSetup {
  readonly queue: EventQueue;
  readonly random: Random;
  /** Told what comes late, and by how much. */
  readonly disturbed?: ((cause: string, sinceMs: number, lastsMs: number) => void) | undefined;
  readonly handleMessage: (message: SimMessage, ended: (how: Ending) => void) => void;
  readonly handleTask: (task: TaskRequest, ended: (how: Ending) => void) => void;
}

/** Looks of the watchdog follow one another as long as something is held. */
const UNENDING = "watchdog";
/** More than any run publishes: ids of quarantine and deliveries are made of a message's id. */
const FIRST_RESUMED_MESSAGE = 100_000;

export class Broker {
  readonly #setup: BrokerSetup;
  readonly #taskNames = new Set<string>();
  readonly #openMessages = new Map<SimMessage, { failures: number }>();
  /** Runs of tasks that are due or under way, by a number of their own: one task may run twice. */
  readonly #openTasks = new Map<number, TaskRequest & { readonly attempt: number }>();
  #taskRuns = 0;
  #messages = 0;
  /** Open messages and tasks, apart from the watchdog's looks. */
  open = 0;
  /** Deliveries and runs of tasks so far. */
  handled = 0;
  rates: DeliveryRates = PUNCTUAL;

  constructor(setup: BrokerSetup) {
    this.#setup = setup;
  }

  /** Open messages and tasks, as a power cut of everything but the broker would leave them. */
  inFlight(): InFlight {
    return {
      messages: [...this.#openMessages].map(([message, { failures }]) => ({ ...message, failures })),
      tasks: [...this.#openTasks.values()],
      taskNames: [...this.#taskNames],
    };
  }

  /** Owes again what a stopped run owed; ids of new messages go on after all of the old ones. */
  restore({ messages, tasks, taskNames }: InFlight): void {
    for (const name of taskNames) this.#taskNames.add(name);
    this.#messages = FIRST_RESUMED_MESSAGE;
    for (const { failures, ...recorded } of messages) {
      // Those of release 0.1.0 have none.
      const message: SimMessage = { ...recorded, attributes: recorded.attributes ?? {} };
      this.open += 1;
      const state = { isAcknowledged: false, failures };
      this.#openMessages.set(message, state);
      this.#deliver(message, state);
    }
    for (const { attempt, ...task } of tasks) {
      if (task.queue !== UNENDING) this.open += 1;
      this.#taskRuns += 1;
      this.#dispatch(task, attempt, this.#taskRuns);
    }
  }

  publish(topic: string, payload: unknown, attributes: Readonly<Record<string, string>> = {}): void {
    this.#messages += 1;
    const message: SimMessage = {
      messageId: `m${this.#messages}`,
      topic,
      publishedAtMs: this.#setup.queue.nowMs,
      payload: JSON.parse(JSON.stringify(payload)),
      attributes,
    };
    this.open += 1;
    const state = { isAcknowledged: false, failures: 0 };
    this.#openMessages.set(message, state);
    this.#deliver(message, state);
    if (this.#setup.random.chance(this.rates.twice)) this.#deliver(message, state);
  }

  schedule(task: TaskRequest): void {
    const id = `${task.queue}/${task.name}`;
    if (this.#taskNames.has(id)) return;
    this.#taskNames.add(id);
    const runs = this.#setup.random.chance(this.rates.twice) ? 2 : 1;
    for (let run = 0; run < runs; run += 1) {
      if (task.queue !== UNENDING) this.open += 1;
      this.#taskRuns += 1;
      this.#dispatch(task, 1, this.#taskRuns);
    }
  }

  #deliver(message: SimMessage, state: { isAcknowledged: boolean; failures: number }): void {
    const { queue, random, disturbed, handleMessage } = this.#setup;
    const backoffMs =
      state.failures === 0 ? 0 : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (state.failures - 1));
    const lateMs = random.chance(this.rates.late) ? random.int(500, LATE_DELIVERY_MS) : 0;
    if (lateMs > 0) disturbed?.(`${message.topic} late`, queue.nowMs + backoffMs, lateMs);
    queue.after(backoffMs + lateMs + random.int(2, USUAL_DELIVERY_MS), () => {
      if (state.isAcknowledged) return;
      this.handled += 1;
      handleMessage(message, (how) => {
        if (state.isAcknowledged) return;
        if (how === "ok" && !random.chance(this.rates.acknowledgementLost)) {
          state.isAcknowledged = true;
          this.#openMessages.delete(message);
          this.open -= 1;
          return;
        }
        state.failures += 1;
        this.#deliver(message, state);
      });
    });
  }

  #dispatch(task: TaskRequest, attempt: number, run: number): void {
    const { queue, random, disturbed, handleTask } = this.#setup;
    this.#openTasks.set(run, { ...task, attempt });
    const lateMs = random.chance(this.rates.late) ? random.int(500, LATE_DELIVERY_MS) : 0;
    const dueMs = attempt === 1 ? task.runAtMs : queue.nowMs + TASK_RETRY_MS * 2 ** (attempt - 2);
    if (lateMs > 0) disturbed?.(`${task.queue} late`, dueMs, lateMs);
    queue.at(dueMs + lateMs + random.int(1, USUAL_DELIVERY_MS), () => {
      this.handled += 1;
      handleTask(task, (how) => {
        if (how !== "ok" && attempt < TASK_ATTEMPTS) return this.#dispatch(task, attempt + 1, run);
        this.#openTasks.delete(run);
        if (task.queue !== UNENDING) this.open -= 1;
      });
    });
  }
}
