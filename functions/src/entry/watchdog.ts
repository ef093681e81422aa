// Task queue `watchdog`: a look at one account, sooner than the next minute.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { accountTask } from "./account-task.ts";
import { FUNCTIONS } from "./options.ts";

export const watchdog = onTaskDispatched(
  FUNCTIONS.watchdog,
  accountTask("A watchdog task is unusable", (duties, accountId) => duties.watchAccount(accountId)),
);
