// Every minute: orders, inbox, forgotten signals and positions of every account against the venue.
import { accountSchedule } from "./schedules.ts";

export const reconcileEveryMinute = accountSchedule("every 1 minutes", (duties) =>
  duties.reconcileEveryAccount(),
);
