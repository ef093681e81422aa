// `POST /commands`: a command comes in. It waits neither for an account's lease nor for a venue.
import { error as logError } from "firebase-functions/logger";
import { wiring } from "../wiring.ts";
import { commandsHandler } from "./commands-handler.ts";
import { FUNCTIONS } from "./options.ts";
import { publicFunction } from "./public-function.ts";

export const commands = publicFunction(
  "commands",
  FUNCTIONS.commands,
  commandsHandler(wiring, (error) =>
    logError("The commands function cannot be wired; every request is refused", error),
  ),
);
