// Topic `commands`: applies what is stored for the account. Thrown failures are delivered again.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { executeCommands } from "#app/commands";
import { busMessage } from "./bus-message.ts";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const commandExecutor = onMessagePublished(FUNCTIONS.commandExecutor, (event) =>
  guarded(({ execution }) => executeCommands(execution(), busMessage("commands", event.data.message))),
);
