// One attempt of a task over HTTP, with the headers that Cloud Tasks adds (cloud.google.com/tasks/docs, "HTTP
// target task handlers"). Headers of the task that Cloud Tasks would replace are replaced here too.
import { callHttp, type HttpOutcome } from "@ballast/local-serving/http-call.ts";
import { unsignedBearer } from "#local/functions-emulator/unsigned-token.ts";
import type { Task } from "./task.ts";

const REPLACED = /^(host|content-length|user-agent|x-cloudtasks-.*|x-google-.*|x-appengine-.*)$/i;
const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** The request's headers; names are lower case. */
function dispatchHeaders(task: Task, nowMs: number): Record<string, string> {
  const own = Object.entries(task.headers).filter(([name]) => !REPLACED.test(name));
  const [queue, id] = task.name.split("/tasks/");
  const { last, oidc } = task;
  return {
    "content-type": DEFAULT_CONTENT_TYPE,
    ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
    ...(oidc === undefined
      ? {}
      : { authorization: unsignedBearer(oidc.serviceAccountEmail, oidc.audience || task.url, nowMs) }),
    "user-agent": "Google-Cloud-Tasks",
    "x-cloudtasks-queuename": queue?.split("/").at(-1) ?? "",
    "x-cloudtasks-taskname": id ?? "",
    "x-cloudtasks-taskretrycount": String(task.dispatchCount),
    "x-cloudtasks-taskexecutioncount": String(task.executionCount),
    "x-cloudtasks-tasketa": (task.scheduleMs / 1_000).toFixed(6),
    ...(last === undefined ? {} : { "x-cloudtasks-taskpreviousresponse": String(last.status ?? 0) }),
  };
}

/** Makes the attempt. Never rejects; no answer within the dispatch deadline is a failure. */
export function dispatchTask(task: Task, nowMs: number, stopped: AbortSignal): Promise<HttpOutcome> {
  return callHttp(
    {
      url: task.url,
      method: task.method,
      headers: dispatchHeaders(task, nowMs),
      body: Buffer.from(task.body, "base64"),
      timeoutMs: task.deadlineMs,
    },
    stopped,
  );
}
