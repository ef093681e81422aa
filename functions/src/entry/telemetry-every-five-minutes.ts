// Every five minutes: finds accounts whose documents for people are not stored, and sends messages whose
// wake-up was lost or whose receiver was silent.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const telemetryEveryFiveMinutes = onSchedule(FUNCTIONS.telemetryEveryFiveMinutes, async () =>
  wiring().sweepTelemetry(),
);
