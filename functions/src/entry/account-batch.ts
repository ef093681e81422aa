// Task queue `accountBatch`: NAV or reconcile for some accounts of a minute, where there are too many for the schedule's own run.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { batchTask } from "./account-task.ts";
import { FUNCTIONS } from "./options.ts";

export const accountBatch = onTaskDispatched(FUNCTIONS.accountBatch, batchTask);
