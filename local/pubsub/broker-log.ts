// What the broker writes down, and how a log becomes state again. Every entry is one line; replaying all of
// them in order gives exactly the unacknowledged messages.
import type { Message } from "./message.ts";
import type { WireSubscription, WireTopic } from "./wire.ts";

/** A subscription that pushes to an emulated function; the functions emulator's id, e.g. `us-central1-executor`. */
export interface FunctionTrigger {
  readonly functionId: string;
  readonly projectId: string;
}

interface LoggedMessage {
  readonly id: string;
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
  readonly publishTimeMs: number;
}

export type BrokerEntry =
  | { readonly t: "topic"; readonly topic: WireTopic }
  | { readonly t: "topicGone"; readonly name: string }
  | { readonly t: "sub"; readonly sub: WireSubscription; readonly trigger?: FunctionTrigger }
  | { readonly t: "subGone"; readonly name: string }
  | { readonly t: "pub"; readonly subs: readonly string[]; readonly messages: readonly LoggedMessage[] }
  | { readonly t: "try"; readonly sub: string; readonly id: string; readonly attempts: number }
  | { readonly t: "gone"; readonly sub: string; readonly ids: readonly string[] }
  | { readonly t: "id"; readonly next: number };

interface ReplayedSubscription {
  readonly sub: WireSubscription;
  readonly trigger: FunctionTrigger | undefined;
  readonly pending: Map<string, { readonly message: Message; attempts: number }>;
}

interface ReplayedBroker {
  /** How many entries the log held. */
  entries: number;
  readonly topics: Map<string, WireTopic>;
  readonly subs: Map<string, ReplayedSubscription>;
  nextId: number;
}

export function loggedMessage(message: Message): LoggedMessage {
  return { ...message, data: message.data.toString("base64") };
}

function replayPublish(state: ReplayedBroker, entry: Extract<BrokerEntry, { t: "pub" }>): void {
  for (const logged of entry.messages) {
    const message = { ...logged, data: Buffer.from(logged.data, "base64") };
    state.nextId = Math.max(state.nextId, Number(logged.id) + 1);
    for (const name of entry.subs) state.subs.get(name)?.pending.set(message.id, { message, attempts: 0 });
  }
}

function replaySubscription(state: ReplayedBroker, entry: Extract<BrokerEntry, { t: "sub" }>): void {
  const pending = state.subs.get(entry.sub.name)?.pending ?? new Map();
  state.subs.set(entry.sub.name, { sub: entry.sub, trigger: entry.trigger, pending });
}

type Replay<T extends BrokerEntry["t"]> = (
  state: ReplayedBroker,
  entry: Extract<BrokerEntry, { t: T }>,
) => void;

const REPLAY: { readonly [T in BrokerEntry["t"]]: Replay<T> } = {
  topic: (state, { topic }) => void state.topics.set(topic.name, topic),
  topicGone: (state, { name }) => void state.topics.delete(name),
  sub: replaySubscription,
  subGone: (state, { name }) => void state.subs.delete(name),
  pub: replayPublish,
  try: (state, { sub, id, attempts }) => {
    const pending = state.subs.get(sub)?.pending.get(id);
    if (pending !== undefined) pending.attempts = attempts;
  },
  gone: (state, { sub, ids }) => {
    for (const id of ids) state.subs.get(sub)?.pending.delete(id);
  },
  id: (state, { next }) => {
    state.nextId = Math.max(state.nextId, next);
  },
};

/** Folds the log into state. */
export function replayBroker(entries: Iterable<BrokerEntry>): ReplayedBroker {
  const state: ReplayedBroker = { entries: 0, topics: new Map(), subs: new Map(), nextId: 1 };
  for (const entry of entries) {
    // Each entry meets the function of its own kind; the table's type says so, an index by kind loses it.
    (REPLAY[entry.t] as Replay<BrokerEntry["t"]>)(state, entry);
    state.entries += 1;
  }
  return state;
}
