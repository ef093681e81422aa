// Topic `intents`: each message to its decision. The use case says what is acknowledged; a rejection comes back.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { wiring } from "../wiring.ts";
import { busMessage } from "./bus-message.ts";
import { FUNCTIONS } from "./options.ts";

export const executor = onMessagePublished(FUNCTIONS.executor, async ({ data }) =>
  wiring().executeIntent(busMessage("intents", data.message)),
);
