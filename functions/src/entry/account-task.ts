// A task for one account. An unusable one is logged and done with: no retry can help it, and no account can be told.
import { STAMP_NAME } from "#app/messages";
import { followUpTaskSchema } from "#schemas/records.ts";
import type { Duties } from "../compose.ts";
import { wiring } from "../wiring.ts";

/** A task as firebase-functions hands it on, as far as it is used; names of headers are in small letters. */
interface TaskCall {
  readonly data: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The handler of a task queue. `unusable` is the log line about a task that names no account. */
export function accountTask(
  unusable: string,
  act: (duties: Duties, accountId: string) => Promise<void>,
): (request: TaskCall) => Promise<void> {
  return async ({ data, headers }) => {
    const duties = wiring();
    duties.refuseNewerTask(headers?.[STAMP_NAME]);
    const task = followUpTaskSchema.safeParse(data);
    if (task.success) return await act(duties, task.data.accountId);
    duties.logger.error(unusable, { faults: task.error.issues.map(({ message }) => message) });
  };
}
