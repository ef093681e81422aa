// Task queue `followUp`: a look at one account's open orders, sooner than the next minute.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { accountTask } from "./account-task.ts";
import { FUNCTIONS } from "./options.ts";

export const followUp = onTaskDispatched(
  FUNCTIONS.followUp,
  accountTask("A follow-up task is unusable", (duties, accountId) => duties.followUpAccount(accountId)),
);
