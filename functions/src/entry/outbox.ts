// Task queue `outbox`: what has just been stored for people is sent now.
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const outbox = onTaskDispatched(FUNCTIONS.outbox, async () => wiring().sendOutbox());
