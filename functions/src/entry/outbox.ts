// Task queue `outbox`: what has just been stored for people is sent now.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { wiring } from "../wiring.ts";
import { HOOK_SECRETS_SECRET, REGION, TRADING_TIMEOUT_SECONDS } from "./options.ts";

/** A pass that fails is repeated by the sweep. */
const RETRY = { maxAttempts: 2, minBackoffSeconds: 10, maxBackoffSeconds: 30 } as const;
/** One pass at a time: two would send the same messages. */
const RATE = { maxConcurrentDispatches: 1 } as const;

export const outbox = onTaskDispatched(
  {
    region: REGION,
    memory: "256MiB",
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    retryConfig: RETRY,
    rateLimits: RATE,
    secrets: [HOOK_SECRETS_SECRET],
  },
  async () => wiring().sendOutbox(),
);
