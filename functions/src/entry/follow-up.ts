// Task queue `followUp`: a look at one account's open orders, sooner than the next minute.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { followUpTaskSchema } from "#schemas/records.ts";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS, VENUE_KEYS_SECRET } from "./options.ts";

/** A look that fails is repeated soon and few times: the reconcile schedule looks every minute anyway. */
const RETRY = { maxAttempts: 5, minBackoffSeconds: 2, maxBackoffSeconds: 30 } as const;
const RATE = { maxConcurrentDispatches: 20 } as const;

export const followUp = onTaskDispatched(
  {
    region: REGION,
    memory: TRADING_MEMORY,
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    retryConfig: RETRY,
    rateLimits: RATE,
    secrets: [VENUE_KEYS_SECRET],
  },
  async (request) => {
    const { followUpAccount, logger } = wiring();
    const task = followUpTaskSchema.safeParse(request.data);
    if (!task.success) {
      // No retry can help it, and no account can be told: the log is the record.
      logger.error("A follow-up task is unusable", {
        faults: task.error.issues.map((issue) => issue.message),
      });
      return;
    }
    await followUpAccount(task.data.accountId);
  },
);
