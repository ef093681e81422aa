// The bus over Google's own client, for the operator's tools; deployed functions use rest-bus.ts. A message is sent at
// once instead of in batches, and is confirmed within a bound; otherwise the caller gets an error. An unconfirmed
// message may still arrive: consumers must bear it twice.
import { PubSub, type Topic as PubSubTopic } from "@google-cloud/pubsub";
import { systemDeadline } from "#adapters/system/deadline.ts";
import type { Bus, Topic } from "#ports/bus.ts";
import { BusError } from "#ports/bus.ts";

/** The webhook answers its sender within three seconds in all but this case, and says 503 then. */
const PUBLISH_TIMEOUT_MS = 5_000;
/** One attempt: short enough for a second one inside the bound. */
const ATTEMPT_TIMEOUT_MS = 2_000;
/** DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE: a second message does no harm. */
const RETRIED_STATUSES = [4, 8, 10, 13, 14];

export interface PubSubBusOptions {
  readonly projectId: string;
  /** `host:port` of a local server; left out, the SDK finds its own way (PUBSUB_EMULATOR_HOST or Google). */
  readonly endpoint?: string;
}

export interface PubSubBus extends Bus {
  /** Ends the connection. A function instance never needs it; tests and tools do. */
  close(): Promise<void>;
}

/** Opens nothing before the first message. */
export function createPubSubBus({ projectId, endpoint }: PubSubBusOptions): PubSubBus {
  let client: PubSub | null = null;
  const topics = new Map<Topic, PubSubTopic>();
  const topicOf = (name: Topic): PubSubTopic => {
    client ??= new PubSub(
      endpoint === undefined ? { projectId } : { projectId, apiEndpoint: endpoint, emulatorMode: true },
    );
    const topic = topics.get(name) ?? client.topic(name, PUBLISH_OPTIONS);
    topics.set(name, topic);
    return topic;
  };
  return {
    async publish(topic, payload, attributes) {
      try {
        const published = topicOf(topic).publishMessage({ json: payload, attributes: { ...attributes } });
        await systemDeadline.within(published, PUBLISH_TIMEOUT_MS);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BusError(`Pub/Sub did not confirm a message on ${topic}: ${reason}`, { cause: error });
      }
    },
    async close() {
      await client?.close();
    },
  };
}

const PUBLISH_OPTIONS = {
  batching: { maxMessages: 1, maxMilliseconds: 0 },
  gaxOpts: {
    timeout: PUBLISH_TIMEOUT_MS,
    retry: {
      retryCodes: RETRIED_STATUSES,
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 1_000,
        initialRpcTimeoutMillis: ATTEMPT_TIMEOUT_MS,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: ATTEMPT_TIMEOUT_MS,
        totalTimeoutMillis: PUBLISH_TIMEOUT_MS,
      },
    },
  },
};
