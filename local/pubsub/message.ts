// A published message as the broker keeps it, and its form on the wire.
import { wireTimeOf } from "@ballast/local-serving/wire-time.ts";
import type { WireMessage, WireReceived } from "./wire.ts";

export interface Message {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
  readonly publishTimeMs: number;
}

/** One delivery of a message: the ack id names this delivery, not the message. */
export interface Delivery {
  readonly ackId: string;
  readonly message: Message;
  /** 1 at the first delivery. */
  readonly attempt: number;
}

function wireMessage(message: Message): WireMessage {
  const { id, publishTimeMs, data, attributes, orderingKey } = message;
  return { messageId: id, publishTime: wireTimeOf(publishTimeMs), data, attributes, orderingKey };
}

/** As Pub/Sub does, the attempt is told only to subscriptions with a dead-letter policy; else it is 0. */
export function wireReceived(delivery: Delivery, hasDeadLetters: boolean): WireReceived {
  const { ackId, message, attempt } = delivery;
  return { ackId, message: wireMessage(message), deliveryAttempt: hasDeadLetters ? attempt : 0 };
}

export function messageBytes(message: Message): number {
  return message.data.length + JSON.stringify(message.attributes).length + message.orderingKey.length;
}
