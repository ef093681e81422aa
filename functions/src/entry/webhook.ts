// `POST /hooks/{hookId}`: a signal comes in. Never waits for an order.
import { error as logError } from "firebase-functions/logger";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";
import { publicFunction } from "./public-function.ts";
import { webhookHandler } from "./webhook-handler.ts";

export const webhook = publicFunction(
  "webhook",
  FUNCTIONS.webhook,
  webhookHandler(wiring, (error) => logError("The webhook cannot be wired; every request is refused", error)),
);
