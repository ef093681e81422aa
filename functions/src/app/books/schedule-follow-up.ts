// Arranges a look at what is open at an account: its orders, its stops, a flatten, the inbox of a holder that died.
import type { Group } from "#domain/documents/group.ts";
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

/** The venue's trades follow its fills by a moment. */
const ACCOUNTS_AFTER_MS = 2_000;

/** A look at the trades of a group that has just ended, or whose price is not known. Others wait for the minute's pass. */
export async function followAccounts(
  deps: Pick<ExecutionDeps, "clock" | "tasks">,
  { accountId, costEstimated, endedAtMs, accounts }: Group,
): Promise<void> {
  if (costEstimated || (endedAtMs !== null && !accounts?.settled))
    await scheduleFollowUp(deps, accountId, ACCOUNTS_AFTER_MS);
}
