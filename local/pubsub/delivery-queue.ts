// The deliveries of one subscription: what is ready, leased to a consumer, waiting for its back-off, or blocked
// behind an earlier message of its ordering key. It never drops a message except by acknowledgement,
// dead-lettering or retention, and tells the broker of each.
import { Alarm } from "@ballast/local-serving/alarm.ts";
import type { Clock } from "@ballast/local-serving/clock.ts";
import { DueQueue } from "@ballast/local-serving/due-queue.ts";
import type { Chaos } from "./chaos.ts";
import { type Delivery, type Message, messageBytes } from "./message.ts";

export interface QueueRules {
  readonly isOrdered: boolean;
  /** Wait before the next delivery after `attempt` failed ones. */
  readonly backoffMs: (attempt: number) => number;
  /** Deliveries after which a message goes to the dead-letter topic; undefined means never. */
  readonly maxAttempts: number | undefined;
  readonly retentionMs: number;
}

/** What the queue tells its broker. */
export interface QueueOwner {
  onDelivered(message: Message, attempt: number): void;
  onGone(ids: readonly string[]): void;
  onExpired(message: Message): void;
  /** True when the message was taken over by the dead-letter topic. */
  onExhausted(message: Message, attempts: number): boolean;
}

type State = "ready" | "leased" | "waiting" | "blocked" | "gone";

interface Entry {
  readonly message: Message;
  /** A chaos duplicate: delivered once, never retried, unknown to the log. */
  readonly isCopy: boolean;
  state: State;
  attempts: number;
  /** Grows with every change of state, so that an outdated alarm is recognised. */
  stamp: number;
  ackId: string;
  onLeaseEnd: ((ackId: string) => void) | undefined;
}

interface TakeLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly leaseMs: number;
  /** Called when the lease ends, however it ends. */
  readonly onLeaseEnd?: (ackId: string) => void;
}

export class DeliveryQueue {
  rules: QueueRules;
  readonly #owner: QueueOwner;
  readonly #clock: Clock;
  readonly #chaos: Chaos;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new Set<Entry>();
  readonly #leased = new Map<string, Entry>();
  readonly #due = new DueQueue<{ readonly entry: Entry; readonly stamp: number }>();
  readonly #keys = new Map<string, Entry[]>();
  readonly #consumers: (() => void)[] = [];
  readonly #alarm: Alarm;
  #isWakePlanned = false;
  #deliveries = 0;

  constructor(rules: QueueRules, owner: QueueOwner, clock: Clock, chaos: Chaos) {
    this.rules = rules;
    this.#owner = owner;
    this.#clock = clock;
    this.#chaos = chaos;
    this.#alarm = new Alarm(clock, () => this.#onAlarm());
  }

  /** Messages not acknowledged yet, in the order of their arrival. */
  *unacknowledged(): Iterable<{ readonly message: Message; readonly attempts: number }> {
    yield* this.#entries.values();
  }

  get depth(): { readonly unacknowledged: number; readonly leased: number; readonly ready: number } {
    return { unacknowledged: this.#entries.size, leased: this.#leased.size, ready: this.#ready.size };
  }

  add(message: Message, attempts = 0): void {
    const entry = this.#entry(message, attempts, false);
    this.#entries.set(message.id, entry);
    const key = this.rules.isOrdered ? message.orderingKey : "";
    if (key === "") {
      this.#waitFor(entry, this.#chaos.delayMs());
      if (this.#chaos.wantsDuplicate()) this.#waitFor(this.#entry(message, 0, true), this.#chaos.delayMs());
      return;
    }
    const line = this.#keys.get(key);
    if (line === undefined) {
      this.#keys.set(key, [entry]);
      this.#waitFor(entry, this.#chaos.delayMs());
    } else line.push(entry);
  }

  /** Leases up to the limits; always at least one message if any is ready, however large. */
  take(limits: TakeLimits): Delivery[] {
    const taken: Delivery[] = [];
    let bytes = 0;
    while (taken.length < limits.maxMessages) {
      const entry = this.#nextReady();
      if (entry === undefined) break;
      if (this.#isExpired(entry)) {
        this.#expire(entry);
        continue;
      }
      const sizeBytes = messageBytes(entry.message);
      if (taken.length > 0 && bytes + sizeBytes > limits.maxBytes) break;
      bytes += sizeBytes;
      taken.push(this.#lease(entry, limits));
    }
    return taken;
  }

  /** Acknowledges; ids whose lease has ended are ignored, as their message will come again. */
  acknowledge(ackIds: readonly string[]): void {
    const gone: string[] = [];
    for (const ackId of ackIds) {
      const entry = this.#endLease(ackId);
      if (entry === undefined) continue;
      this.#remove(entry);
      if (!entry.isCopy) gone.push(entry.message.id);
    }
    if (gone.length > 0) this.#owner.onGone(gone);
  }

  /** Moves the lease's end to `leaseMs` from now; 0 gives the message back at once. */
  modifyDeadline(ackId: string, leaseMs: number): void {
    const entry = this.#leased.get(ackId);
    if (entry === undefined) return;
    if (leaseMs <= 0) this.#fail(ackId);
    else this.#wakeAt(entry, this.#clock.nowMs() + leaseMs);
  }

  /** Registers who is told that messages are ready; returns how to leave. */
  onReady(consumer: () => void): () => void {
    this.#consumers.push(consumer);
    this.#planWake();
    return () => {
      const index = this.#consumers.indexOf(consumer);
      if (index >= 0) this.#consumers.splice(index, 1);
      this.#planWake();
    };
  }

  /** Empties the queue without telling the owner; returns the messages in order. */
  drain(): Message[] {
    const messages = Array.from(this.#entries.values(), (entry) => entry.message);
    for (const entry of this.#entries.values()) this.#remove(entry);
    return messages;
  }

  /** Drops what outlived the retention. */
  sweep(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state !== "leased" && this.#isExpired(entry)) this.#expire(entry);
    }
  }

  stop(): void {
    this.#alarm.stop();
    this.#consumers.length = 0;
  }

  #entry(message: Message, attempts: number, isCopy: boolean): Entry {
    return { message, attempts, isCopy, state: "blocked", stamp: 0, ackId: "", onLeaseEnd: undefined };
  }

  #nextReady(): Entry | undefined {
    let skip = this.rules.isOrdered ? 0 : this.#chaos.skip(this.#ready.size);
    for (const entry of this.#ready) {
      if (skip === 0) return entry;
      skip -= 1;
    }
    return undefined;
  }

  #lease(entry: Entry, limits: TakeLimits): Delivery {
    this.#ready.delete(entry);
    this.#deliveries += 1;
    entry.state = "leased";
    entry.attempts += 1;
    entry.ackId = `${entry.message.id}-${this.#deliveries}`;
    entry.onLeaseEnd = limits.onLeaseEnd;
    this.#leased.set(entry.ackId, entry);
    this.#wakeAt(entry, this.#clock.nowMs() + limits.leaseMs);
    if (!entry.isCopy) this.#owner.onDelivered(entry.message, entry.attempts);
    return { ackId: entry.ackId, message: entry.message, attempt: entry.attempts };
  }

  #endLease(ackId: string): Entry | undefined {
    const entry = this.#leased.get(ackId);
    if (entry === undefined) return undefined;
    this.#leased.delete(ackId);
    const tell = entry.onLeaseEnd;
    entry.onLeaseEnd = undefined;
    tell?.(ackId);
    return entry;
  }

  #fail(ackId: string): void {
    const entry = this.#endLease(ackId);
    if (entry === undefined) return;
    const { maxAttempts } = this.rules;
    const isExhausted = maxAttempts !== undefined && entry.attempts >= maxAttempts;
    if (entry.isCopy) this.#remove(entry);
    else if (isExhausted && this.#owner.onExhausted(entry.message, entry.attempts)) {
      this.#remove(entry);
      this.#owner.onGone([entry.message.id]);
    } else this.#waitFor(entry, this.rules.backoffMs(entry.attempts));
  }

  #waitFor(entry: Entry, delayMs: number): void {
    if (delayMs > 0) {
      entry.state = "waiting";
      this.#wakeAt(entry, this.#clock.nowMs() + delayMs);
      return;
    }
    entry.state = "ready";
    entry.stamp += 1;
    this.#ready.add(entry);
    this.#planWake();
  }

  #remove(entry: Entry): void {
    entry.state = "gone";
    entry.stamp += 1;
    this.#ready.delete(entry);
    this.#leased.delete(entry.ackId);
    if (entry.isCopy) return;
    this.#entries.delete(entry.message.id);
    const key = entry.message.orderingKey;
    const line = this.#keys.get(key);
    if (line === undefined) return;
    line.splice(line.indexOf(entry), 1);
    const next = line[0];
    if (next === undefined) this.#keys.delete(key);
    else if (next.state === "blocked") this.#waitFor(next, 0);
  }

  #isExpired(entry: Entry): boolean {
    return this.#clock.nowMs() - entry.message.publishTimeMs > this.rules.retentionMs;
  }

  #expire(entry: Entry): void {
    this.#remove(entry);
    if (entry.isCopy) return;
    this.#owner.onExpired(entry.message);
    this.#owner.onGone([entry.message.id]);
  }

  #wakeAt(entry: Entry, atMs: number): void {
    entry.stamp += 1;
    this.#due.push(atMs, { entry, stamp: entry.stamp });
    this.#alarm.setFor(atMs);
  }

  #onAlarm(): void {
    for (;;) {
      const due = this.#due.popDue(this.#clock.nowMs());
      if (due === undefined) break;
      const { entry, stamp } = due;
      if (entry.stamp !== stamp) continue;
      if (entry.state === "leased") this.#fail(entry.ackId);
      else if (entry.state === "waiting") this.#waitFor(entry, 0);
    }
    this.#alarm.setFor(this.#due.nextAtMs);
  }

  /** Tells the consumers soon, a different one first each time, until nothing is ready. */
  #planWake(): void {
    if (this.#isWakePlanned || this.#ready.size === 0 || this.#consumers.length === 0) return;
    this.#isWakePlanned = true;
    queueMicrotask(() => {
      this.#isWakePlanned = false;
      const first = this.#consumers.shift();
      if (first !== undefined) this.#consumers.push(first);
      for (const consumer of [...this.#consumers]) {
        if (this.#ready.size === 0) break;
        consumer();
      }
    });
  }
}
