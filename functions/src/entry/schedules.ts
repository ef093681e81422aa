// The schedules' shared options and shape: guard, then the work for every account, all faults thrown at the end.
import { onSchedule, type ScheduleOptions } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { REGION, TRADING_MEMORY, TRADING_TIMEOUT_SECONDS, VENUE_KEYS_SECRET } from "./options.ts";

/** A failed run is repeated once, soon; the next minute is the repeat of that. */
const RETRY_COUNT = 1;

export function accountSchedule(schedule: string, work: (wired: ReturnType<typeof wiring>) => Promise<void>) {
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
  return onSchedule(options, async () => {
    const wired = wiring();
    await wired.guard();
    await work(wired);
  });
}
