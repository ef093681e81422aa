// Keeps one subscription per emulated function and topic, as Eventarc does in production, and pushes it. What
// arrives before the function is known waits in the CLI's own subscription; nothing is delivered through that.
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import type { EmulatedFunction } from "#local/functions-emulator/functions-backends.ts";
import { readRetryNames } from "#local/functions-emulator/functions-manifest.ts";
import { TriggerCaller } from "#local/functions-emulator/trigger-call.ts";
import { bareSubscription } from "./bare-subscription.ts";
import type { Broker, Subscription } from "./broker.ts";
import { type FunctionTarget, pushTimeoutMs, pushToFunction } from "./function-push.ts";
import type { Delivery } from "./message.ts";
import { PushWorker, type Verdict } from "./push-worker.ts";

/** The lease outlives the call by this much, for the answer to be dealt with. */
const LEASE_MARGIN_MS = 5_000;
/** A function that is absent this long has been removed; shorter, and the emulator is reloading. */
const ABSENCE_MS = 600_000;
/** The CLI's own subscriptions; it acknowledges whatever it is given, also what its function failed on. */
const CLI_PREFIX = "emulator-sub-";

export function isCliSubscription(subscription: Subscription): boolean {
  return subscription.config.name.split("/").at(-1)?.startsWith(CLI_PREFIX) === true;
}

/** The CLI's subscription keeps messages only while no function is known to take them. */
export function acceptsMessages(subscription: Subscription, siblings: readonly Subscription[]): boolean {
  return !isCliSubscription(subscription) || siblings.every(({ trigger }) => trigger === undefined);
}

export interface FunctionTriggersOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly say: LogLine;
  /** Origin of the functions emulator. */
  readonly origin: string;
  readonly maxInFlight: number;
  readonly stopped: AbortSignal;
}

interface Served {
  readonly fn: EmulatedFunction;
  readonly topic: string;
  /** Undefined until the folder's manifest has told. */
  isRetried: boolean | undefined;
}

export class FunctionTriggers {
  readonly #options: FunctionTriggersOptions;
  readonly #caller = new TriggerCaller();
  readonly #workers = new Map<string, PushWorker>();
  #served = new Map<string, Served>();
  #removal: Timer | undefined;

  constructor(options: FunctionTriggersOptions) {
    this.#options = options;
  }

  /** Takes over the emulator's list: subscriptions for new functions, and none left for functions that are gone. */
  onFunctions(functions: readonly EmulatedFunction[]): void {
    const { broker, say } = this.#options;
    const served = new Map<string, Served>();
    for (const fn of functions) {
      if (fn.topic === undefined) continue;
      const name = this.#nameOf(fn.topic, fn.id);
      served.set(name, { fn, topic: fn.topic, isRetried: undefined });
    }
    this.#served = served;
    for (const [name, { fn, topic }] of served) {
      if (broker.subscriptions.has(name)) continue;
      if (!broker.topics.has(topic)) broker.createTopic({ name: topic, labels: {}, state: "ACTIVE" });
      const trigger = { functionId: fn.id, projectId: topic.split("/")[1] ?? "" };
      broker.createSubscription(bareSubscription(name, topic), trigger);
      say(`function ${fn.id} takes ${topic}`);
    }
    for (const topic of new Set([...served.values()].map((one) => one.topic))) this.#handOver(topic);
    this.#removal?.cancel();
    this.#removal = this.#options.clock.after(ABSENCE_MS, () => this.#removeAbsent());
    void this.#learnRetries(served);
  }

  /** Starts pushing a function's subscription; the broker's watcher calls this. */
  onSubscription(subscription: Subscription, isAlive: boolean): void {
    const { name } = subscription.config;
    if (subscription.trigger === undefined) return;
    if (!isAlive) {
      this.#workers.get(name)?.stop();
      this.#workers.delete(name);
    } else if (!this.#workers.has(name)) this.#workers.set(name, this.#worker(subscription));
  }

  stop(): void {
    this.#removal?.cancel();
    for (const worker of this.#workers.values()) worker.stop();
  }

  #nameOf(topic: string, functionId: string): string {
    const [, projectId, , topicId] = topic.split("/");
    return `projects/${projectId}/subscriptions/eventarc-${functionId}-${topicId}`;
  }

  #handOver(topic: string): void {
    const { broker, say } = this.#options;
    const subscriptions = broker.subscribersOf(topic);
    const triggers = subscriptions.filter(({ trigger }) => trigger !== undefined);
    for (const cli of subscriptions.filter(isCliSubscription)) {
      const count = broker.handOver(cli, triggers);
      if (count > 0) say(`${count} messages of ${topic} had waited for their function`);
    }
  }

  #removeAbsent(): void {
    const { broker, say } = this.#options;
    if (this.#served.size === 0) return;
    for (const { config, trigger, queue } of [...broker.subscriptions.values()]) {
      if (trigger === undefined || this.#served.has(config.name)) continue;
      const waiting = queue.depth.unacknowledged;
      if (waiting === 0) broker.deleteSubscription(config.name);
      else say(`function ${trigger.functionId} is not served any more; ${waiting} messages wait for it`);
    }
  }

  async #learnRetries(served: ReadonlyMap<string, Served>): Promise<void> {
    const folders = new Map<string, Served[]>();
    for (const one of served.values())
      folders.set(one.fn.directory, [...(folders.get(one.fn.directory) ?? []), one]);
    for (const [directory, ones] of folders) {
      const projectId = ones[0]?.topic.split("/")[1] ?? "";
      const retried = await readRetryNames(directory, projectId).catch((fault: unknown) => {
        if (!this.#options.stopped.aborted) {
          this.#options.say(`cannot read which functions of ${directory} retry, so all do: ${String(fault)}`);
        }
        return undefined;
      });
      for (const one of ones) one.isRetried = retried?.has(one.fn.name) ?? true;
    }
    for (const worker of this.#workers.values()) worker.pump();
  }

  #worker(subscription: Subscription): PushWorker {
    const { name } = subscription.config;
    const served = () => this.#served.get(name);
    return new PushWorker({
      queue: subscription.queue,
      maxInFlight: this.#options.maxInFlight,
      leaseMs: () => {
        const target = this.#target(subscription);
        return (target === undefined ? 0 : pushTimeoutMs(target)) * 2 + LEASE_MARGIN_MS;
      },
      isOpen: () => served()?.isRetried !== undefined,
      push: (delivery) => this.#push(subscription, delivery),
    });
  }

  #target(subscription: Subscription): FunctionTarget | undefined {
    const { config, trigger } = subscription;
    const served = this.#served.get(config.name);
    if (served === undefined || trigger === undefined) return undefined;
    const { timeoutSeconds } = served.fn;
    return {
      ...trigger,
      origin: this.#options.origin,
      topic: served.topic,
      subscription: config.name,
      timeoutSeconds,
    };
  }

  async #push(subscription: Subscription, delivery: Delivery): Promise<Verdict> {
    const { clock, say, stopped } = this.#options;
    const target = this.#target(subscription);
    if (target === undefined) return "retry";
    const startMs = clock.nowMs();
    const outcome = await pushToFunction(this.#caller, target, delivery.message, stopped);
    if (stopped.aborted) return "retry";
    const what = `message ${delivery.message.id} to ${target.functionId}, attempt ${delivery.attempt}`;
    if (outcome.isDone) {
      if (delivery.attempt > 1) say(`${what}: done`);
      return "acknowledge";
    }
    const isRetried = this.#served.get(subscription.config.name)?.isRetried !== false;
    const isOver = outcome.isTried && !isRetried;
    const waitMs = subscription.queue.rules.backoffMs(delivery.attempt);
    const next = isOver ? "given up, its retry is off" : `again in ${waitMs} ms`;
    say(`${what}: ${outcome.detail} after ${clock.nowMs() - startMs} ms; ${next}`);
    return isOver ? "acknowledge" : "retry";
  }
}
