// `POST /hooks/{hookId}`: a signal comes in. Never waits for an order.
import { error as logError } from "firebase-functions/logger";
import { onRequest } from "firebase-functions/v2/https";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";
import { webhookHandler } from "./webhook-handler.ts";

export const webhook = onRequest(
  FUNCTIONS.webhook,
  webhookHandler(wiring, (error) => logError("The webhook cannot be wired; every request is refused", error)),
);
