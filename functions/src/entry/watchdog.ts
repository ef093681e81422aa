// Task queue `watchdog`: a look at one account, sooner than the next minute.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { watchdogTaskSchema } from "#schemas/watchdog.ts";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS, VENUE_KEYS_SECRET } from "./options.ts";

/** A look that fails is tried once more, soon: the next one is due within the minute. */
const RETRY = { maxAttempts: 2, minBackoffSeconds: 2, maxBackoffSeconds: 5 } as const;
const RATE = { maxConcurrentDispatches: 20 } as const;

export const watchdog = onTaskDispatched(
  {
    region: REGION,
    memory: TRADING_MEMORY,
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    retryConfig: RETRY,
    rateLimits: RATE,
    secrets: [VENUE_KEYS_SECRET],
  },
  async (request) => {
    const { watchAccount, logger } = wiring();
    const task = watchdogTaskSchema.safeParse(request.data);
    if (!task.success) {
      // No retry can help it, and no account can be told: the log is the record.
      logger.error("A watchdog task is unusable", {
        faults: task.error.issues.map((issue) => issue.message),
      });
      return;
    }
    await watchAccount(task.data.accountId);
  },
);
