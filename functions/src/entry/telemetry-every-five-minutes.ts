// Every five minutes: accounts that people are no longer shown, and messages for people whose wake-up was lost or whose
// receiver did not answer.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { checkPublishersAlive } from "#app/silence";
import { dispatchOutbox } from "#app/telling";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const telemetryEveryFiveMinutes = onSchedule(FUNCTIONS.telemetryEveryFiveMinutes, () =>
  guarded(async ({ outbox }) => {
    const deps = outbox();
    await checkPublishersAlive(deps);
    await dispatchOutbox(deps);
  }),
);
