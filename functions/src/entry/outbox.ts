// Task queue `outbox`: what has just been stored for people is sent now.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { dispatchOutbox } from "#app/telling";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const outbox = onTaskDispatched(FUNCTIONS.outbox, () =>
  guarded(async (wired) => {
    await dispatchOutbox(wired.outbox());
  }),
);
