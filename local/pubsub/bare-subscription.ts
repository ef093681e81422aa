// A subscription request with nothing asked for: every default applies.
import type { WireSubscription } from "./wire.ts";

export function bareSubscription(name: string, topic: string): WireSubscription {
  return {
    name,
    topic,
    pushConfig: null,
    ackDeadlineSeconds: 0,
    retainAckedMessages: false,
    messageRetentionDuration: null,
    labels: {},
    enableMessageOrdering: false,
    expirationPolicy: null,
    filter: "",
    deadLetterPolicy: null,
    retryPolicy: null,
    detached: false,
    enableExactlyOnceDelivery: false,
  };
}
