// Every minute: orders, inbox, forgotten signals and positions of every account against the venue.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const reconcileEveryMinute = onSchedule(FUNCTIONS.reconcileEveryMinute, async () =>
  wiring().reconcileEveryAccount(),
);
