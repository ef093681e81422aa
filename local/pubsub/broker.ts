// Topics, subscriptions and what was published: the heart of the Pub/Sub server, without any network. Every
// change is in the log before it is visible; nothing leaves a subscription except as DeliveryQueue says.

import type { AppendLog } from "@ballast/local-serving/append-log.ts";
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { status } from "@grpc/grpc-js";
import { type BrokerEntry, type FunctionTrigger, loggedMessage, replayBroker } from "./broker-log.ts";
import type { Chaos } from "./chaos.ts";
import { deadLetterAttributes } from "./dead-letter.ts";
import { DeliveryQueue, type QueueOwner, type QueueRules } from "./delivery-queue.ts";
import type { Message } from "./message.ts";
import { completeSubscription, queueRules, requireName } from "./subscription-config.ts";
import type { WireMessage, WireSubscription, WireTopic } from "./wire.ts";

/** How often messages beyond their retention are looked for. */
const SWEEP_MS = 60_000;
/** Where a subscription points after its topic was deleted, as Pub/Sub names it. */
const DELETED_TOPIC = "_deleted-topic_";

export interface Subscription {
  config: WireSubscription;
  readonly trigger: FunctionTrigger | undefined;
  readonly queue: DeliveryQueue;
  /** Called when the subscription is deleted: open streams end with it. */
  readonly onDeleted: Set<() => void>;
}

interface BrokerOptions {
  readonly log: AppendLog<BrokerEntry>;
  readonly clock: Clock;
  readonly chaos: Chaos;
  readonly say: LogLine;
  /** Whether the subscription keeps what is published: the CLI's own do only while no trigger takes it. */
  readonly accepts: (subscription: Subscription, siblings: readonly Subscription[]) => boolean;
  /** Rules of a subscription that belongs to a function. */
  readonly triggerRules: QueueRules;
}

export class Broker {
  readonly topics = new Map<string, WireTopic>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly #options: BrokerOptions;
  readonly #watchers: ((subscription: Subscription, isAlive: boolean) => void)[] = [];
  #nextId: number;
  #isStopped = false;
  #sweep: Timer | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    const state = replayBroker(options.log.replay());
    this.#nextId = state.nextId;
    for (const [name, topic] of state.topics) this.topics.set(name, topic);
    let kept = 0;
    for (const { sub, trigger, pending } of state.subs.values()) {
      const { queue } = this.#addSubscription(sub, trigger);
      for (const { message, attempts } of pending.values()) queue.add(message, attempts);
      kept += pending.size;
    }
    if (state.entries > 0) {
      options.say(
        `restored ${this.topics.size} topics, ${state.subs.size} subscriptions, ${kept} unacknowledged messages`,
      );
      options.log.rewrite(this.#snapshot());
    }
    this.#sweepLater();
  }

  /** Calls back for every subscription there is and comes, and when one goes. */
  watch(watcher: (subscription: Subscription, isAlive: boolean) => void): void {
    this.#watchers.push(watcher);
    for (const subscription of this.subscriptions.values()) watcher(subscription, true);
  }

  createTopic(topic: WireTopic): WireTopic {
    requireName("topics", topic.name);
    if (this.topics.has(topic.name))
      throw new GrpcFault(status.ALREADY_EXISTS, `Topic already exists: ${topic.name}`);
    return this.putTopic(topic);
  }

  putTopic(topic: WireTopic): WireTopic {
    this.#write({ t: "topic", topic });
    this.topics.set(topic.name, topic);
    return topic;
  }

  topic(name: string): WireTopic {
    const topic = this.topics.get(name);
    if (topic === undefined) throw new GrpcFault(status.NOT_FOUND, `Topic not found: ${name}`);
    return topic;
  }

  deleteTopic(name: string): void {
    this.topic(name);
    this.#write({ t: "topicGone", name });
    this.topics.delete(name);
    for (const subscription of this.subscribersOf(name)) {
      this.putSubscription(subscription, { ...subscription.config, topic: DELETED_TOPIC });
    }
  }

  /** Creates a subscription; `trigger` marks one that belongs to an emulated function. */
  createSubscription(asked: WireSubscription, trigger?: FunctionTrigger): Subscription {
    const sub = completeSubscription(asked);
    if (this.subscriptions.has(sub.name)) {
      throw new GrpcFault(status.ALREADY_EXISTS, `Subscription already exists: ${sub.name}`);
    }
    this.topic(sub.topic);
    if (sub.deadLetterPolicy !== null) this.topic(sub.deadLetterPolicy.deadLetterTopic);
    this.#write({ t: "sub", sub, ...(trigger === undefined ? {} : { trigger }) });
    return this.#addSubscription(sub, trigger);
  }

  subscription(name: string): Subscription {
    const subscription = this.subscriptions.get(name);
    if (subscription === undefined) throw new GrpcFault(status.NOT_FOUND, `Subscription not found: ${name}`);
    return subscription;
  }

  putSubscription(subscription: Subscription, config: WireSubscription): void {
    const { trigger } = subscription;
    this.#write({ t: "sub", sub: config, ...(trigger === undefined ? {} : { trigger }) });
    subscription.config = config;
    subscription.queue.rules = this.#rulesOf(config, trigger);
    for (const watcher of this.#watchers) watcher(subscription, true);
  }

  deleteSubscription(name: string): void {
    const subscription = this.subscription(name);
    this.#write({ t: "subGone", name });
    this.subscriptions.delete(name);
    subscription.queue.stop();
    for (const tell of subscription.onDeleted) tell();
    for (const watcher of this.#watchers) watcher(subscription, false);
  }

  subscribersOf(topic: string): Subscription[] {
    return [...this.subscriptions.values()].filter(
      ({ config }) => config.topic === topic && !config.detached,
    );
  }

  /** Publishes; the ids are on disk when this returns. Throws NOT_FOUND or INVALID_ARGUMENT. */
  publish(topicName: string, messages: readonly WireMessage[]): string[] {
    this.topic(topicName);
    if (messages.length === 0)
      throw new GrpcFault(status.INVALID_ARGUMENT, "A publish request needs a message");
    for (const { data, attributes } of messages) {
      if (data.length === 0 && Object.keys(attributes).length === 0) {
        throw new GrpcFault(status.INVALID_ARGUMENT, "A message needs data or an attribute");
      }
    }
    const publishTimeMs = this.#options.clock.nowMs();
    return this.#deliver(
      topicName,
      messages.map(({ data, attributes, orderingKey }) => {
        const id = String(this.#nextId);
        this.#nextId += 1;
        return { id, data, attributes, orderingKey, publishTimeMs };
      }),
    );
  }

  /** Moves everything that `from` holds to the others, e.g. what came before the function was known. */
  handOver(from: Subscription, to: readonly Subscription[]): number {
    const messages = from.queue.drain();
    if (messages.length === 0) return 0;
    this.#write({
      t: "pub",
      subs: to.map(({ config }) => config.name),
      messages: messages.map(loggedMessage),
    });
    this.#write({ t: "gone", sub: from.config.name, ids: messages.map(({ id }) => id) });
    for (const { queue } of to) for (const message of messages) queue.add(message);
    return messages.length;
  }

  stop(): void {
    this.#isStopped = true;
    this.#sweep?.cancel();
    for (const { queue } of this.subscriptions.values()) queue.stop();
    this.#options.log.close();
  }

  #deliver(topicName: string, messages: readonly Message[]): string[] {
    const siblings = this.subscribersOf(topicName);
    const takers = siblings.filter((subscription) => this.#options.accepts(subscription, siblings));
    if (takers.length > 0) {
      const subs = takers.map(({ config }) => config.name);
      this.#write({ t: "pub", subs, messages: messages.map(loggedMessage) });
    }
    for (const { queue } of takers) for (const message of messages) queue.add(message);
    return messages.map(({ id }) => id);
  }

  #addSubscription(config: WireSubscription, trigger: FunctionTrigger | undefined): Subscription {
    const { clock, chaos } = this.#options;
    const queue = new DeliveryQueue(this.#rulesOf(config, trigger), this.#owner(config.name), clock, chaos);
    const subscription: Subscription = { config, trigger, queue, onDeleted: new Set() };
    this.subscriptions.set(config.name, subscription);
    for (const watcher of this.#watchers) watcher(subscription, true);
    return subscription;
  }

  #rulesOf(config: WireSubscription, trigger: FunctionTrigger | undefined): QueueRules {
    return trigger === undefined ? queueRules(config) : this.#options.triggerRules;
  }

  #owner(name: string): QueueOwner {
    return {
      onDelivered: (message, attempts) => {
        const hasDeadLetters = this.subscriptions.get(name)?.config.deadLetterPolicy != null;
        if (hasDeadLetters) this.#write({ t: "try", sub: name, id: message.id, attempts });
      },
      onGone: (ids) => this.#write({ t: "gone", sub: name, ids }),
      onExpired: ({ id }) => this.#options.say(`dropped message ${id} of ${name}: older than its retention`),
      onExhausted: (message, attempts) => this.#deadLetter(name, message, attempts),
    };
  }

  #deadLetter(name: string, message: Message, attempts: number): boolean {
    const topicName = this.subscriptions.get(name)?.config.deadLetterPolicy?.deadLetterTopic;
    if (topicName === undefined || !this.topics.has(topicName)) return false;
    const id = String(this.#nextId);
    this.#nextId += 1;
    const attributes = { ...message.attributes, ...deadLetterAttributes(name, message, attempts) };
    const publishTimeMs = this.#options.clock.nowMs();
    this.#deliver(topicName, [{ ...message, id, attributes, publishTimeMs }]);
    this.#options.say(`message ${message.id} of ${name} went to ${topicName} after ${attempts} deliveries`);
    return true;
  }

  #write(entry: BrokerEntry): void {
    if (this.#isStopped) return;
    // Compacting comes first: the entry's effect is not in the snapshot yet.
    if (this.#options.log.isOvergrown) this.#options.log.rewrite(this.#snapshot());
    this.#options.log.append(entry);
  }

  *#snapshot(): Iterable<BrokerEntry> {
    yield { t: "id", next: this.#nextId };
    for (const topic of this.topics.values()) yield { t: "topic", topic };
    for (const { config: sub, trigger, queue } of this.subscriptions.values()) {
      yield { t: "sub", sub, ...(trigger === undefined ? {} : { trigger }) };
      for (const { message, attempts } of queue.unacknowledged()) {
        yield { t: "pub", subs: [sub.name], messages: [loggedMessage(message)] };
        if (attempts > 0) yield { t: "try", sub: sub.name, id: message.id, attempts };
      }
    }
  }

  #sweepLater(): void {
    this.#sweep = this.#options.clock.after(SWEEP_MS, () => {
      for (const { queue } of this.subscriptions.values()) queue.sweep();
      this.#sweepLater();
    });
  }
}
