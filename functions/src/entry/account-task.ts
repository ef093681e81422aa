// A task for one account. An unusable one is logged and done with: no retry can help it, and no account can be told.
import { followUpTaskSchema } from "#schemas/records.ts";
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
