// Topic `commands`: applies what is stored for the account. Thrown failures are delivered again.
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { wiring } from "../wiring.ts";
import { busMessage } from "./bus-message.ts";
import { FUNCTIONS } from "./options.ts";

export const commandExecutor = onMessagePublished(FUNCTIONS.commandExecutor, async ({ data }) =>
  wiring().executeCommands(busMessage("commands", data.message)),
);
