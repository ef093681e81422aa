// A task's duty, as its entry calls it.
import type { Duties } from "#functions/compose.ts";
import type { TaskRequest } from "#ports/tasks.ts";
import { accountBatchSchema } from "#schemas/records.ts";

export function runTask({ queue, payload }: TaskRequest, duties: Duties): Promise<void> {
  switch (queue) {
    case "outbox":
      return duties.sendOutbox();
    case "watchdog":
      return duties.watchAccount(String(payload.accountId));
    case "followUp":
      return duties.followUpAccount(String(payload.accountId));
    case "accountBatch":
    case "watchdogBatch":
      return duties.serveBatch({ ...accountBatchSchema.parse(payload), triedBefore: 0 });
  }
}
