// Topic `commands`: applies what is stored for the account. Thrown failures are delivered again.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS } from "./options.ts";
import { payloadOf } from "./payload.ts";

/** Messages in one instance at a time. */
const CONCURRENCY = 20;
/** Instances at most: commands are few. */
const MAX_INSTANCES = 5;

export const commandExecutor = onMessagePublished(
  {
    topic: "commands",
    retry: true,
    region: REGION,
    memory: TRADING_MEMORY,
    cpu: 1,
    concurrency: CONCURRENCY,
    maxInstances: MAX_INSTANCES,
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
  },
  async (event) => {
    const { message } = event.data;
    await wiring().executeCommands({
      messageId: message.messageId,
      topic: "commands",
      publishedAtMs: Date.parse(message.publishTime),
      payload: payloadOf(message),
    });
  },
);
