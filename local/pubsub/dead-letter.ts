// The attributes that Pub/Sub adds when it forwards a message to a dead-letter topic.
import type { Message } from "./message.ts";

/** `subscription` is the full name of the source, `projects/{p}/subscriptions/{id}`. */
export function deadLetterAttributes(
  subscription: string,
  message: Message,
  attempts: number,
): Readonly<Record<string, string>> {
  const [, project = "", , id = ""] = subscription.split("/");
  return {
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: id,
    CloudPubSubDeadLetterSourceSubscriptionProject: project,
    CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishTimeMs).toISOString(),
  };
}
