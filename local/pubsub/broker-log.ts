// What the broker writes down, and how a log becomes state again. Every entry is one line; replaying all of
// them in order gives exactly the unacknowledged messages.
import type { Message } from "./message.ts";
import type { WireSubscription, WireTopic } from "./wire.ts";

/** A subscription that pushes to an emulated function; the functions emulator's id, e.g. `us-central1-executor`. */
export interface FunctionTrigger {
  readonly functionId: string;
  readonly projectId: string;
}

export interface LoggedMessage {
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

export interface ReplayedSubscription {
  readonly sub: WireSubscription;
  readonly trigger: FunctionTrigger | undefined;
  readonly pending: Map<string, { readonly message: Message; attempts: number }>;
}

export interface ReplayedBroker {
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

/** Folds the log into state. */
export function replayBroker(entries: Iterable<BrokerEntry>): ReplayedBroker {
  const state: ReplayedBroker = { topics: new Map(), subs: new Map(), nextId: 1 };
  for (const entry of entries) {
    if (entry.t === "topic") state.topics.set(entry.topic.name, entry.topic);
    else if (entry.t === "topicGone") state.topics.delete(entry.name);
    else if (entry.t === "sub") replaySubscription(state, entry);
    else if (entry.t === "subGone") state.subs.delete(entry.name);
    else if (entry.t === "pub") replayPublish(state, entry);
    else if (entry.t === "id") state.nextId = Math.max(state.nextId, entry.next);
    else if (entry.t === "gone") {
      for (const id of entry.ids) state.subs.get(entry.sub)?.pending.delete(id);
    } else {
      const pending = state.subs.get(entry.sub)?.pending.get(entry.id);
      if (pending !== undefined) pending.attempts = entry.attempts;
    }
  }
  return state;
}
