// Arranges a look at what is open at an account: its orders, its stops, a flatten, the inbox of a holder that died.
import { taskName } from "#domain/documents/ids.ts";
import type { ExecutionDeps } from "./books.ts";

/** First look at an order or stop whose fate is open; sooner than the next minute, later than most fills. */
export const FOLLOW_UP_AFTER_MS = 2_000;

/** One task per account and second: more would see the same. */
export async function scheduleFollowUp(
  deps: Pick<ExecutionDeps, "clock" | "tasks">,
  accountId: string,
  afterMs: number,
): Promise<void> {
  const runAtMs = deps.clock.nowMs() + afterMs;
  await deps.tasks.schedule({
    queue: "followUp",
    name: taskName("followUp", accountId, Math.floor(runAtMs / 1_000)),
    payload: { accountId },
    runAtMs,
  });
}
