// The gRPC service google.pubsub.v1.Publisher over the broker. Calls it lacks answer UNIMPLEMENTED.

import { GrpcFault, unary } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { type PageRequest, pageOf } from "@ballast/local-serving/pages.ts";
import { status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Broker } from "./broker.ts";
import type { WireMessage, WireTopic } from "./wire.ts";

const UPDATABLE = new Set(["labels", "message_retention_duration"]);

function refuseMissingFeatures(topic: WireTopic): void {
  const missing = {
    schemaSettings: topic.schemaSettings,
    ingestionDataSourceSettings: topic.ingestionDataSourceSettings,
    messageTransforms: topic.messageTransforms?.length,
    kmsKeyName: topic.kmsKeyName,
  };
  const named = Object.entries(missing).flatMap(([feature, asked]) => (asked ? [feature] : []));
  if (named.length > 0) {
    throw new GrpcFault(
      status.UNIMPLEMENTED,
      `The local Pub/Sub server has no ${named.join(", ")} on topics`,
    );
  }
}

function updatedTopic(old: WireTopic, asked: WireTopic, paths: readonly string[]): WireTopic {
  const unknown = paths.filter((path) => !UPDATABLE.has(path));
  if (unknown.length > 0) {
    throw new GrpcFault(status.UNIMPLEMENTED, `The local Pub/Sub server cannot update ${unknown.join(", ")}`);
  }
  return {
    ...old,
    ...(paths.includes("labels") ? { labels: asked.labels } : {}),
    ...(paths.includes("message_retention_duration")
      ? { messageRetentionDuration: asked.messageRetentionDuration ?? null }
      : {}),
  };
}

export function publisherHandlers(broker: Broker, say: LogLine): UntypedServiceImplementation {
  return {
    CreateTopic: unary(say, (topic: WireTopic) => {
      refuseMissingFeatures(topic);
      return broker.createTopic({ ...topic, state: "ACTIVE" });
    }),
    UpdateTopic: unary(
      say,
      ({ topic, updateMask }: { topic: WireTopic; updateMask: { paths: string[] } | null }) =>
        broker.putTopic(updatedTopic(broker.topic(topic.name), topic, updateMask?.paths ?? [])),
    ),
    GetTopic: unary(say, ({ topic }: { topic: string }) => broker.topic(topic)),
    DeleteTopic: unary(say, ({ topic }: { topic: string }) => {
      broker.deleteTopic(topic);
      return {};
    }),
    ListTopics: unary(say, (request: PageRequest & { project: string }) => {
      const own = [...broker.topics.values()].filter(({ name }) =>
        name.startsWith(`${request.project}/topics/`),
      );
      const { items, nextPageToken } = pageOf(own, request);
      return { topics: items, nextPageToken };
    }),
    ListTopicSubscriptions: unary(say, (request: PageRequest & { topic: string }) => {
      broker.topic(request.topic);
      const names = broker.subscribersOf(request.topic).map(({ config }) => config.name);
      const { items, nextPageToken } = pageOf(names, request);
      return { subscriptions: items, nextPageToken };
    }),
    Publish: unary(say, ({ topic, messages }: { topic: string; messages: WireMessage[] }) => ({
      messageIds: broker.publish(topic, messages),
    })),
    DetachSubscription: unary(say, ({ subscription: name }: { subscription: string }) => {
      const subscription = broker.subscription(name);
      subscription.queue.drain();
      broker.putSubscription(subscription, { ...subscription.config, detached: true });
      return {};
    }),
  };
}
