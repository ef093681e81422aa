// A Pub/Sub event as the message that a use case takes. A body that is not JSON is given on as its text, so that it is
// quarantined as it came.
import type { BusMessage } from "#app/messages";

/** Pub/Sub's message as firebase-functions hands it on, as far as it is used. */
interface PubSubMessage {
  readonly messageId: string;
  readonly publishTime: string;
  /** Base64. */
  readonly data: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function busMessage(topic: string, message: PubSubMessage): BusMessage {
  const { messageId, publishTime, data, attributes = {} } = message;
  return { messageId, topic, publishedAtMs: Date.parse(publishTime), payload: payloadOf(data), attributes };
}

function payloadOf(data: string): unknown {
  const text = Buffer.from(data, "base64").toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { unparsed: text };
  }
}
