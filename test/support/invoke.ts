// Calls deployed functions as the platform does. Handlers of events, tasks and schedules are called through
// firebase-functions-test; the functions framework, the server of a deployed function, answers HTTP on loopback.
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CloudEventFunction,
  cloudEvent,
  type HttpFunction,
  http,
} from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import type { CloudEvent, CloudFunction } from "firebase-functions/v2";
import type { HttpsFunction } from "firebase-functions/v2/https";
import type { MessagePublishedData } from "firebase-functions/v2/pubsub";
import type { ScheduleFunction } from "firebase-functions/v2/scheduler";
import type { TaskQueueFunction, Request as TaskRequest } from "firebase-functions/v2/tasks";
import firebaseFunctionsTest from "firebase-functions-test";
import { standBefore } from "#entry/front-door.ts";
import { behind } from "#entry/public-function.ts";
import { unsignedBearer } from "#local/functions-emulator/unsigned-token.ts";

const { wrap, cleanup } = firebaseFunctionsTest();

/** Undoes what firebase-functions-test set in this process's environment. */
export { cleanup };

type TopicFunction = CloudFunction<CloudEvent<MessagePublishedData>>;

/** A message as Pub/Sub holds it. A payload that is text is sent as it is, everything else as JSON. */
export interface SentMessage {
  readonly payload: unknown;
  readonly publishedAtMs: number;
  readonly messageId?: string;
}

function pubSubMessage({ payload, publishedAtMs, messageId = "message-1" }: SentMessage) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const data = Buffer.from(text).toString("base64");
  return { data, messageId, publishTime: new Date(publishedAtMs).toISOString(), attributes: {} };
}

/** Runs the handler of a topic with the event of one message. */
export async function deliver(topicFunction: TopicFunction, message: SentMessage): Promise<void> {
  await wrap(topicFunction)({ data: { message: pubSubMessage(message) } });
}

/** The library knows no queues and schedules of this generation by type; at run time it calls their handlers. */
const wrapQueue = wrap as unknown as (queue: TaskQueueFunction) => (request: TaskRequest) => Promise<void>;
const wrapSchedule = wrap as unknown as (scheduled: ScheduleFunction) => () => Promise<void>;

/** Runs the handler of a task queue with the request of one task. */
export async function dispatch(queueFunction: TaskQueueFunction, data: unknown): Promise<void> {
  const attempt = { retryCount: 0, executionCount: 0, scheduledTime: "1767323045" };
  await wrapQueue(queueFunction)({ queueName: "queue", id: "task-1", ...attempt, data });
}

/** Runs the handler of a schedule. */
export async function tick(scheduled: ScheduleFunction): Promise<void> {
  await wrapSchedule(scheduled)();
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Sent {
  readonly path?: string;
  readonly init: RequestInit;
}

/** Serves the registered function for one request. `prepare` has the server before it listens. */
async function post(
  name: string,
  { path = "/", init }: Sent,
  prepare: (server: Server) => void = () => undefined,
): Promise<Reply> {
  const server = getTestServer(name);
  prepare(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

function postTo(httpsFunction: HttpsFunction, sent: Sent): Promise<Reply> {
  http("https", httpsFunction as HttpFunction);
  return post("https", sent);
}

const JSON_TYPE = { "content-type": "application/json" };

/** Eventarc's push of a message: a CloudEvent in binary mode. */
export function pushMessage(topicFunction: TopicFunction, message: SentMessage): Promise<Reply> {
  cloudEvent("topic", topicFunction as CloudEventFunction<MessagePublishedData>);
  const headers = {
    ...JSON_TYPE,
    "ce-specversion": "1.0",
    "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    "ce-source": "//pubsub.googleapis.com/projects/demo/topics/topic",
    "ce-id": message.messageId ?? "message-1",
    "ce-time": new Date(message.publishedAtMs).toISOString(),
  };
  const body = { message: pubSubMessage(message), subscription: "projects/demo/subscriptions/eventarc" };
  return post("topic", { init: { headers, body: JSON.stringify(body) } });
}

/** Cloud Tasks' call of a task. */
export function pushTask(queueFunction: TaskQueueFunction, data: unknown): Promise<Reply> {
  const headers = {
    ...JSON_TYPE,
    authorization: unsignedBearer("tasks@demo.iam.gserviceaccount.com", "https://function", 0),
    "x-cloudtasks-queuename": "queue",
    "x-cloudtasks-taskname": "task-1",
    "x-cloudtasks-taskretrycount": "0",
    "x-cloudtasks-taskexecutioncount": "0",
    "x-cloudtasks-tasketa": "1767323045",
  };
  return postTo(queueFunction, { init: { headers, body: JSON.stringify({ data }) } });
}

/** Cloud Scheduler's call of a schedule. */
export function pushTick(scheduled: ScheduleFunction): Promise<Reply> {
  const headers = {
    "x-cloudscheduler": "true",
    "x-cloudscheduler-jobname": "firebase-schedule",
    "x-cloudscheduler-scheduletime": "2026-01-02T03:04:00Z",
  };
  return postTo(scheduled, { init: { headers } });
}

/** A stranger's request to a public function, with its front door before it as in the process that serves it. */
export function request(httpsFunction: HttpsFunction, path: string, init: RequestInit): Promise<Reply> {
  http("https", httpsFunction as HttpFunction);
  return post("https", { path, init }, (server) => standBefore(server, behind(httpsFunction)));
}
