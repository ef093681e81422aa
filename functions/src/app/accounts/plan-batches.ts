// A schedule's work over many accounts as tasks, each with some of them. A batch is drawn anew every minute, so that an
// account which brings its batch's process down has other neighbours a minute later. Must not wait for the work.

import type { AlertDeps } from "#app/telling";
import type { AccountProfile } from "#domain/documents/account.ts";
import { taskName } from "#domain/documents/ids.ts";
import { drawnBatches } from "#domain/nav/account-batches.ts";
import type { ListKeeper } from "#domain/nav/nav-cadence.ts";
import type { Tasks } from "#ports/tasks.ts";
import { type AccountBatch, MAX_ACCOUNTS_AT_ONCE } from "#schemas/records.ts";

/** Tasks asked for at the same time: 400 of them, for 10,000 accounts, are stored within seconds. */
const PLANNED_AT_ONCE = 20;
const MINUTE_MS = 60_000;
/** The watchdog shares no queue with what it watches. */
const QUEUES = { nav: "accountBatch", reconcile: "accountBatch", watchdog: "watchdogBatch" } as const;

export interface FanOutDeps extends AlertDeps {
  readonly tasks: Tasks;
}

/** Faults of the batches that could not be planned; the others are. */
export async function planBatches(
  deps: FanOutDeps,
  duty: ListKeeper,
  profiles: readonly AccountProfile[],
): Promise<readonly Error[]> {
  const plannedAtMs = deps.clock.nowMs();
  const minute = Math.floor(plannedAtMs / MINUTE_MS);
  const batches = drawnBatches(profiles, minute, MAX_ACCOUNTS_AT_ONCE);
  return await planEach(
    deps,
    batches.map((accounts, place) => ({
      name: taskName("batch", duty, minute, place),
      batch: { duty, plannedAtMs, accounts },
    })),
  );
}

/** Each account of a batch as a task of its own. */
export async function planSingly(
  deps: FanOutDeps,
  { duty, plannedAtMs, accounts }: AccountBatch,
): Promise<readonly Error[]> {
  return await planEach(
    deps,
    accounts.map((account) => ({
      name: taskName("single", duty, plannedAtMs, account.accountId),
      batch: { duty, plannedAtMs, accounts: [account] },
    })),
  );
}

interface PlannedBatch {
  readonly name: string;
  readonly batch: AccountBatch;
}

async function planEach(deps: FanOutDeps, planned: readonly PlannedBatch[]): Promise<readonly Error[]> {
  const waiting = [...planned];
  const faults: Error[] = [];
  const planner = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { name, batch } = next;
      const runAtMs = deps.clock.nowMs();
      try {
        await deps.tasks.schedule({ queue: QUEUES[batch.duty], name, payload: { ...batch }, runAtMs });
      } catch (cause) {
        const whose = batch.accounts.map(({ accountId }) => accountId).join(", ");
        faults.push(new Error(`The batch of ${whose} was not planned`, { cause }));
      }
    }
  };
  await Promise.all(Array.from({ length: PLANNED_AT_ONCE }, planner));
  return faults;
}
