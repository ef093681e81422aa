// Every minute: the watchdog's look at every account, and the looks in between of those that hold something.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const watchdogEveryMinute = onSchedule(FUNCTIONS.watchdogEveryMinute, async () =>
  wiring().watchEveryAccount(),
);
