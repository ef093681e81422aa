// Topic `intents`, with retry: the handler decides what is acknowledged. Intents of one account queue inside an
// instance, so concurrency shares the lease instead of fighting for it.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS, VENUE_KEYS_SECRET } from "./options.ts";
import { payloadOf } from "./payload.ts";

/** Intents in one instance at a time; more would only wait for the same accounts. */
const CONCURRENCY = 40;
/** Instances at most: accounts are few, and a flood of alerts must not become a flood of instances. */
const MAX_INSTANCES = 10;

export const executor = onMessagePublished(
  {
    topic: "intents",
    retry: true,
    region: REGION,
    memory: TRADING_MEMORY,
    cpu: 1,
    concurrency: CONCURRENCY,
    maxInstances: MAX_INSTANCES,
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    secrets: [VENUE_KEYS_SECRET],
  },
  async (event) => {
    const { message } = event.data;
    await wiring().executeIntent({
      messageId: message.messageId,
      topic: "intents",
      publishedAtMs: Date.parse(message.publishTime),
      payload: payloadOf(message),
    });
  },
);
