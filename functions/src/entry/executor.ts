// Topic `intents`: each message to its decision. The use case says what is acknowledged; a rejection comes back.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { executeIntent } from "#app/execution";
import { busMessage } from "./bus-message.ts";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const executor = onMessagePublished(FUNCTIONS.executor, (event) =>
  guarded(({ execution }) => executeIntent(execution(), busMessage("intents", event.data.message))),
);
