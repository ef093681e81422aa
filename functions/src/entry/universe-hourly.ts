// Every hour: the venue's filters and steps of all configured symbols.
import { accountSchedule } from "./schedules.ts";

export const universeHourly = accountSchedule("every 60 minutes", (duties) => duties.refreshUniverse());
