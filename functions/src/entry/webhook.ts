// `POST /hooks/{hookId}`: public, because senders prove themselves with a signature or a token. Never waits for an order.
import { error as logError } from "firebase-functions/logger";
import { onRequest } from "firebase-functions/v2/https";
import { wiring } from "../wiring.ts";
import { HOOK_SECRETS_SECRET, REGION } from "./options.ts";
import { webhookHandler } from "./webhook-handler.ts";

/** Requests in one instance at a time: each waits on two round trips and holds 64 KiB at most. */
const CONCURRENCY = 40;
/** Instances at most: a flood is answered with 429, not with a bill. */
const MAX_INSTANCES = 10;
/** Senders give up after 3 s, see TOTAL_LIMIT_MS; the rest is for a cold start. */
const TIMEOUT_SECONDS = 10;

export const webhook = onRequest(
  {
    region: REGION,
    memory: "256MiB",
    cpu: 1,
    concurrency: CONCURRENCY,
    maxInstances: MAX_INSTANCES,
    timeoutSeconds: TIMEOUT_SECONDS,
    cors: false,
    invoker: "public",
    secrets: [HOOK_SECRETS_SECRET],
  },
  webhookHandler(wiring, (error) => logError("The webhook cannot be wired; every request is refused", error)),
);
