// Every minute: NAV, peak and series of every account. The only writer of these documents.
import { accountSchedule } from "./schedules.ts";

export const navEveryMinute = accountSchedule("every 1 minutes", (duties) => duties.writeEveryNav());
