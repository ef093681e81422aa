// `POST /commands`: public, because senders prove themselves with an ID token or a signature. Never waits for an
// account's lease nor for a venue.
import { error as logError } from "firebase-functions/logger";
import { onRequest } from "firebase-functions/v2/https";
import { wiring } from "../wiring.ts";
import { commandsHandler } from "./commands-handler.ts";
import { MACHINE_SECRETS_SECRET, REGION } from "./options.ts";

/** Requests in one instance at a time; each waits on three round trips. */
const CONCURRENCY = 20;
/** Instances at most: hands and a few machines post commands; a flood is answered with 401 or 429. */
const MAX_INSTANCES = 5;
/** Verifying, storing and telling take well under a second; comparing configs reads hundreds of documents. */
const TIMEOUT_SECONDS = 30;

export const commands = onRequest(
  {
    region: REGION,
    memory: "256MiB",
    cpu: 1,
    concurrency: CONCURRENCY,
    maxInstances: MAX_INSTANCES,
    timeoutSeconds: TIMEOUT_SECONDS,
    cors: false,
    invoker: "public",
    secrets: [MACHINE_SECRETS_SECRET],
  },
  commandsHandler(wiring, (error) =>
    logError("The commands function cannot be wired; every request is refused", error),
  ),
);
