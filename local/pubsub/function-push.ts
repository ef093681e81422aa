// Delivers a message to an emulated v2 function as Eventarc does in production: a CloudEvent to the trigger,
// acknowledged by success only. The functions emulator answers failures truthfully; its own Pub/Sub bridge,
// which acknowledges them, is not used.
import { isSuccess } from "@ballast/local-serving/http-call.ts";
import { type TriggerCaller, wasTried } from "#local/functions-emulator/trigger-call.ts";
import type { Message } from "./message.ts";

/** The emulator ends a call at the function's own timeout; this much later it has hung. */
const HANG_MARGIN_MS = 10_000;

export interface FunctionTarget {
  /** Origin of the functions emulator. */
  readonly origin: string;
  readonly projectId: string;
  readonly functionId: string;
  readonly topic: string;
  readonly subscription: string;
  readonly timeoutSeconds: number;
}

interface FunctionOutcome {
  readonly isDone: boolean;
  /** Whether the function has been tried: an emulator that is not there does not count as a try. */
  readonly isTried: boolean;
  readonly detail: string;
}

export function pushTimeoutMs(target: FunctionTarget): number {
  return target.timeoutSeconds * 1_000 + HANG_MARGIN_MS;
}

/** The CloudEvent that onMessagePublished expects; its id is the message's, equal on every delivery. */
function messagePublishedEvent(target: FunctionTarget, message: Message): string {
  const publishTime = new Date(message.publishTimeMs).toISOString();
  return JSON.stringify({
    specversion: "1.0",
    id: message.id,
    time: publishTime,
    type: "google.cloud.pubsub.topic.v1.messagePublished",
    source: `//pubsub.googleapis.com/${target.topic}`,
    data: {
      message: {
        messageId: message.id,
        message_id: message.id,
        publishTime,
        publish_time: publishTime,
        attributes: message.attributes,
        orderingKey: message.orderingKey,
        data: message.data.toString("base64"),
      },
      subscription: target.subscription,
    },
  });
}

/** Calls the function once. Never rejects. */
export async function pushToFunction(
  caller: TriggerCaller,
  target: FunctionTarget,
  message: Message,
  stopped: AbortSignal,
): Promise<FunctionOutcome> {
  const outcome = await caller.call(
    {
      ...target,
      headers: { "content-type": "application/cloudevents+json; charset=UTF-8" },
      body: messagePublishedEvent(target, message),
      timeoutMs: pushTimeoutMs(target),
    },
    stopped,
  );
  const isTried = wasTried(outcome);
  const detail = outcome.status === undefined ? outcome.detail : `status ${outcome.status}`;
  return { isDone: isTried && isSuccess(outcome), isTried, detail };
}
