// Push subscriptions: each message is POSTed to the subscription's endpoint in Pub/Sub's wrapped form, until a
// 2xx answers it. Source: cloud.google.com/pubsub/docs/push.
import type { Clock } from "@ballast/local-serving/clock.ts";
import { callHttp, isSuccess } from "@ballast/local-serving/http-call.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { unsignedBearer } from "#local/functions-emulator/unsigned-token.ts";
import type { Subscription } from "./broker.ts";
import type { Delivery } from "./message.ts";
import { PushWorker, type Verdict } from "./push-worker.ts";

/** Pub/Sub starts small and grows its push window; one machine needs no more than this. */
const MAX_IN_FLIGHT = 100;
/** The lease outlives the call by this much, for the answer to be dealt with. */
const LEASE_MARGIN_MS = 5_000;

/** The JSON body of a push: camel case and snake case, as Pub/Sub sends both. */
function wrappedPush(subscription: string, delivery: Delivery, hasDeadLetters: boolean): string {
  const { id, publishTimeMs, data, attributes, orderingKey } = delivery.message;
  const publishTime = new Date(publishTimeMs).toISOString();
  return JSON.stringify({
    message: {
      attributes,
      data: data.toString("base64"),
      messageId: id,
      message_id: id,
      publishTime,
      publish_time: publishTime,
      ...(orderingKey === "" ? {} : { orderingKey }),
    },
    subscription,
    ...(hasDeadLetters ? { deliveryAttempt: delivery.attempt } : {}),
  });
}

/** What a push needs besides the message. */
interface Surroundings {
  readonly clock: Clock;
  readonly stopped: AbortSignal;
  readonly say: LogLine;
}

async function push(
  subscription: Subscription,
  delivery: Delivery,
  { clock, stopped, say }: Surroundings,
): Promise<Verdict> {
  const { name, pushConfig, ackDeadlineSeconds, deadLetterPolicy } = subscription.config;
  const url = pushConfig?.pushEndpoint ?? "";
  const token = pushConfig?.oidcToken;
  const authorization = token
    ? unsignedBearer(token.serviceAccountEmail, token.audience || url, clock.nowMs())
    : undefined;
  const outcome = await callHttp(
    {
      url,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: wrappedPush(name, delivery, deadLetterPolicy !== null),
      timeoutMs: ackDeadlineSeconds * 1_000,
    },
    stopped,
  );
  if (isSuccess(outcome)) return "acknowledge";
  if (!stopped.aborted) {
    say(
      `push ${delivery.message.id} to ${url} failed, attempt ${delivery.attempt}: ${outcome.status ?? outcome.detail}`,
    );
  }
  return "retry";
}

/** A worker for one push subscription. */
export function endpointWorker(subscription: Subscription, surroundings: Surroundings): PushWorker {
  return new PushWorker({
    queue: subscription.queue,
    maxInFlight: MAX_IN_FLIGHT,
    leaseMs: () => subscription.config.ackDeadlineSeconds * 1_000 + LEASE_MARGIN_MS,
    isOpen: () =>
      (subscription.config.pushConfig?.pushEndpoint ?? "") !== "" && !subscription.config.detached,
    push: (delivery) => push(subscription, delivery, surroundings),
  });
}
