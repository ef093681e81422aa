// The bus in memory: keeps what was published, in order, and can be made to fail before or after storing.
import type { Bus, Topic } from "#ports/bus.ts";
import { BusError } from "#ports/bus.ts";

interface PublishedMessage {
  readonly topic: Topic;
  /** As a consumer would read it: passed through JSON. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MemoryBus extends Bus {
  /** Everything stored and not taken yet, oldest first. */
  readonly published: readonly PublishedMessage[];
  /** Removes and returns what is stored for a topic, oldest first. */
  take(topic: Topic): readonly PublishedMessage[];
  /** The next publish rejects; with `stored` the message is there nevertheless, as after a lost answer. */
  failNext(stored: "stored" | "notStored"): void;
}

export function createMemoryBus(): MemoryBus {
  const published: PublishedMessage[] = [];
  const failures: ("stored" | "notStored")[] = [];
  return {
    published,
    async publish(topic, payload, attributes) {
      const failure = failures.shift();
      if (failure !== "notStored") {
        const decoded = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
        published.push({ topic, payload: decoded, attributes: { ...attributes } });
      }
      if (failure !== undefined) throw new BusError(`The bus did not confirm a message on ${topic}`);
    },
    take(topic) {
      const taken = published.filter((message) => message.topic === topic);
      const kept = published.filter((message) => message.topic !== topic);
      published.splice(0, published.length, ...kept);
      return taken;
    },
    failNext: (stored) => void failures.push(stored),
  };
}
