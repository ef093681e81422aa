// `POST /commands`: a command comes in. Never waits for an account's lease nor for a venue.
import { error as logError } from "firebase-functions/logger";
import { onRequest } from "firebase-functions/v2/https";
import { wiring } from "../wiring.ts";
import { commandsHandler } from "./commands-handler.ts";
import { FUNCTIONS } from "./options.ts";

export const commands = onRequest(
  FUNCTIONS.commands,
  commandsHandler(wiring, (error) =>
    logError("The commands function cannot be wired; every request is refused", error),
  ),
);
