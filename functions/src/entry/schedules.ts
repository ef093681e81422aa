// The schedules' shared options and shape: one duty for every account, all faults thrown at the end.
import { onSchedule, type ScheduleOptions } from "firebase-functions/v2/scheduler";
import type { Duties } from "../compose.ts";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS, VENUE_KEYS_SECRET } from "./options.ts";

/** A failed run is repeated once, soon; the next minute is the repeat of that. */
const RETRY_COUNT = 1;

export function accountSchedule(schedule: string, duty: (duties: Duties) => Promise<void>) {
  const options: ScheduleOptions = {
    schedule,
    timeZone: "Etc/UTC",
    region: REGION,
    memory: TRADING_MEMORY,
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    retryCount: RETRY_COUNT,
    maxInstances: 1,
    secrets: [VENUE_KEYS_SECRET],
  };
  return onSchedule(options, async () => duty(wiring()));
}
