// Every five minutes: accounts that people are no longer shown, and messages for people whose wake-up was lost or whose
// receiver did not answer.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { HOOK_SECRETS_SECRET, REGION, TRADING_TIMEOUT_SECONDS } from "./options.ts";

export const telemetryEveryFiveMinutes = onSchedule(
  {
    schedule: "every 5 minutes",
    timeZone: "Etc/UTC",
    region: REGION,
    memory: "256MiB",
    timeoutSeconds: TRADING_TIMEOUT_SECONDS,
    retryCount: 0,
    maxInstances: 1,
    secrets: [HOOK_SECRETS_SECRET],
  },
  async () => wiring().sweepTelemetry(),
);
