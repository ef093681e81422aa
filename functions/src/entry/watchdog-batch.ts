// Task queue `watchdogBatch`: the watchdog's minute for some accounts, apart from the queue of what it watches.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { batchTask } from "./account-task.ts";
import { FUNCTIONS } from "./options.ts";

export const watchdogBatch = onTaskDispatched(FUNCTIONS.watchdogBatch, batchTask);
