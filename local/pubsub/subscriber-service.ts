// The gRPC service google.pubsub.v1.Subscriber over the broker. Snapshots and Seek answer UNIMPLEMENTED.

import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import { GrpcFault, unary } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { type PageRequest, pageOf } from "@ballast/local-serving/pages.ts";
import { status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Broker, Subscription } from "./broker.ts";
import { wireReceived } from "./message.ts";
import { streamingPullHandler } from "./streaming-pull.ts";
import { completeSubscription } from "./subscription-config.ts";
import type { WirePushConfig, WireReceived, WireSubscription } from "./wire.ts";

/** How long a Pull waits for a first message before it answers with none; clients ask again. */
const PULL_WAIT_MS = 10_000;
/** Keeps a Pull answer well below what clients accept. */
const LARGEST_PULL_BYTES = 8_000_000;
/** Field-mask path → field; the others are fixed at creation, or not supported. */
const UPDATABLE: Readonly<Record<string, keyof WireSubscription>> = {
  push_config: "pushConfig",
  ack_deadline_seconds: "ackDeadlineSeconds",
  retain_acked_messages: "retainAckedMessages",
  message_retention_duration: "messageRetentionDuration",
  labels: "labels",
  expiration_policy: "expirationPolicy",
  dead_letter_policy: "deadLetterPolicy",
  retry_policy: "retryPolicy",
};

interface PullRequest {
  readonly subscription: string;
  readonly maxMessages: number;
  readonly returnImmediately: boolean;
}

/** The service's handlers; `isMuted` names subscriptions that are never fed (the CLI's own). */
export function subscriberHandlers(
  broker: Broker,
  clock: Clock,
  say: LogLine,
  isMuted: (subscription: Subscription) => boolean,
): UntypedServiceImplementation {
  return {
    CreateSubscription: unary(say, (asked: WireSubscription) => broker.createSubscription(asked).config),
    GetSubscription: unary(
      say,
      (request: { subscription: string }) => broker.subscription(request.subscription).config,
    ),
    UpdateSubscription: unary(
      say,
      (request: { subscription: WireSubscription; updateMask: { paths: string[] } | null }) =>
        update(broker, request.subscription, request.updateMask?.paths ?? []),
    ),
    ListSubscriptions: unary(say, (request: PageRequest & { project: string }) => {
      const all = [...broker.subscriptions.values()].map(({ config }) => config);
      const own = all.filter(({ name }) => name.startsWith(`${request.project}/subscriptions/`));
      const { items, nextPageToken } = pageOf(own, request);
      return { subscriptions: items, nextPageToken };
    }),
    DeleteSubscription: unary(say, (request: { subscription: string }) => {
      broker.deleteSubscription(request.subscription);
      return {};
    }),
    ModifyPushConfig: unary(say, (request: { subscription: string; pushConfig: WirePushConfig | null }) => {
      const subscription = broker.subscription(request.subscription);
      const config = completeSubscription({ ...subscription.config, pushConfig: request.pushConfig });
      broker.putSubscription(subscription, config);
      return {};
    }),
    Acknowledge: unary(say, (request: { subscription: string; ackIds: string[] }) => {
      broker.subscription(request.subscription).queue.acknowledge(request.ackIds);
      return {};
    }),
    ModifyAckDeadline: unary(
      say,
      (request: { subscription: string; ackIds: string[]; ackDeadlineSeconds: number }) => {
        const { queue } = broker.subscription(request.subscription);
        for (const ackId of request.ackIds) queue.modifyDeadline(ackId, request.ackDeadlineSeconds * 1_000);
        return {};
      },
    ),
    Pull: unary(say, (request: PullRequest) => pull(broker, clock, request, isMuted)),
    StreamingPull: streamingPullHandler(broker, say, isMuted),
  };
}

function update(broker: Broker, asked: WireSubscription, paths: readonly string[]): WireSubscription {
  const subscription = broker.subscription(asked.name);
  const changes = paths.map((path) => {
    const field = UPDATABLE[path];
    if (field === undefined) throw new GrpcFault(status.INVALID_ARGUMENT, `Cannot update ${path}`);
    return [field, asked[field]] as const;
  });
  const config = completeSubscription({ ...subscription.config, ...Object.fromEntries(changes) });
  broker.putSubscription(subscription, config);
  return config;
}

async function pull(
  broker: Broker,
  clock: Clock,
  request: PullRequest,
  isMuted: (subscription: Subscription) => boolean,
): Promise<{ receivedMessages: WireReceived[] }> {
  const subscription = broker.subscription(request.subscription);
  if (request.maxMessages <= 0) throw new GrpcFault(status.INVALID_ARGUMENT, "maxMessages must be positive");
  const { config, queue } = subscription;
  const take = () => {
    const leaseMs = config.ackDeadlineSeconds * 1_000;
    const taken = isMuted(subscription)
      ? []
      : queue.take({ maxMessages: request.maxMessages, maxBytes: LARGEST_PULL_BYTES, leaseMs });
    return taken.map((delivery) => wireReceived(delivery, config.deadLetterPolicy !== null));
  };
  const first = take();
  if (first.length > 0 || request.returnImmediately) return { receivedMessages: first };
  return new Promise((resolve) => {
    let timer: Timer | undefined;
    const leave = queue.onReady(() => {
      const receivedMessages = take();
      if (receivedMessages.length > 0) finish(receivedMessages);
    });
    const finish = (receivedMessages: WireReceived[]) => {
      leave();
      timer?.cancel();
      resolve({ receivedMessages });
    };
    timer = clock.after(PULL_WAIT_MS, () => finish([]));
  });
}
