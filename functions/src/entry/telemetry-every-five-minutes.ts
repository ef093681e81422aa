// Every five minutes: accounts that people are no longer shown, and messages for people whose wake-up was lost or whose
// receiver did not answer.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const telemetryEveryFiveMinutes = onSchedule(FUNCTIONS.telemetryEveryFiveMinutes, async () =>
  wiring().sweepTelemetry(),
);
