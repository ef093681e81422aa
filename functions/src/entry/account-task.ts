// A task for one account or for several. An unusable one is logged and acknowledged: a retry would fail again, and it names
// no account to tell.
import { accountBatchSchema, followUpTaskSchema } from "#schemas/records.ts";
import type { Duties } from "../compose.ts";
import { wiring } from "../wiring.ts";

/** The handler of a task queue. `unusable` is the log line about a task that names no account. */
export function accountTask(
  unusable: string,
  act: (duties: Duties, accountId: string) => Promise<void>,
): (request: { readonly data: unknown }) => Promise<void> {
  return async ({ data }) => {
    const duties = wiring();
    const task = followUpTaskSchema.safeParse(data);
    if (task.success) return await act(duties, task.data.accountId);
    duties.logger.error(unusable, { faults: task.error.issues.map(({ message }) => message) });
  };
}

/** The parts of a task's call that are used. */
interface BatchRequest {
  readonly data: unknown;
  readonly retryCount: number;
}

/** The handler of a task with several accounts. */
export async function batchTask({ data, retryCount }: BatchRequest): Promise<void> {
  const duties = wiring();
  const batch = accountBatchSchema.safeParse(data);
  if (batch.success) return await duties.serveBatch({ ...batch.data, triedBefore: retryCount });
  duties.logger.error("A batch of accounts is unusable", {
    faults: batch.error.issues.map(({ message }) => message),
  });
}
