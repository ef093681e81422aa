// One task's accounts. A fault is its account's and is logged with its cause: the next minute plans the account again. A task
// that comes again had brought its process down, so its accounts are served singly from then on, and the one at fault
// harms itself alone. A queue that fell behind must not work off the past while the present waits.

import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountBatch } from "#schemas/records.ts";
import { serveAccounts } from "./for-each-account.ts";
import { type FanOutDeps, planSingly } from "./plan-batches.ts";

/** Two later batches have been planned for the same accounts by then. */
const TOO_LATE_MS = 120_000;

export interface GivenBatch extends AccountBatch {
  /** How often the task was tried before. */
  readonly triedBefore: number;
}

/** Resolves once every account has ended, well or not. Rejects only where the single tasks cannot be planned. */
export async function serveBatch(
  deps: FanOutDeps,
  given: GivenBatch,
  work: (profile: AccountProfile) => Promise<void>,
): Promise<void> {
  const { duty, plannedAtMs, accounts, triedBefore } = given;
  const lateMs = deps.clock.nowMs() - plannedAtMs;
  const named = accounts.map(({ accountId }) => accountId);
  if (lateMs > TOO_LATE_MS) {
    deps.logger.error("Accounts of a task came too late and were left out", {
      duty,
      lateMs,
      accounts: named,
    });
    return;
  }
  if (triedBefore > 0 && accounts.length > 1) {
    deps.logger.error("A task brought its process down; its accounts are served singly", {
      duty,
      accounts: named,
    });
    const unplanned = await planSingly(deps, { duty, plannedAtMs, accounts });
    if (unplanned.length > 0)
      throw new AggregateError(unplanned, `${unplanned.length} accounts were not planned`);
    return;
  }
  for (const { message, cause } of await serveAccounts(deps, accounts, work))
    deps.logger.error(`${message} failed`, { duty, cause: textOf(cause) });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
