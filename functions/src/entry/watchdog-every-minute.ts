// Every minute: the watchdog's look at every account, and the looks in between of those that hold something.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { watchEveryAccount } from "#app/watchdog";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const watchdogEveryMinute = onSchedule(FUNCTIONS.watchdogEveryMinute, () =>
  guarded(({ watchdog }) => watchEveryAccount(watchdog())),
);
