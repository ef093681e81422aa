// Every minute: the watchdog's look at every account, and the looks in between of those that hold something.
import { accountSchedule } from "./schedules.ts";

export const watchdogEveryMinute = accountSchedule("every 1 minutes", (duties) => duties.watchEveryAccount());
