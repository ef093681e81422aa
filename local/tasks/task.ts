// A task as the server keeps it, checked when it is created, and its form on the wire.

import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import { millisOf, wireTimeOf } from "@ballast/local-serving/wire-time.ts";
import { status } from "@grpc/grpc-js";
import type { WireAttempt, WireTask } from "./wire.ts";

/** Limits of the protocol (google/cloud/tasks/v2/task.proto, cloudtasks.proto). */
const DEFAULT_DEADLINE_MS = 600_000;
const SHORTEST_DEADLINE_MS = 15_000;
const LONGEST_DEADLINE_MS = 1_800_000;
const FARTHEST_SCHEDULE_MS = 30 * 86_400_000;
const LARGEST_BODY_BYTES = 1_000_000;
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

const QUEUE_NAME = /^projects\/[^/]+\/locations\/[^/]+\/queues\/[A-Za-z0-9-]{1,100}$/;
const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;

export interface Attempt {
  readonly scheduleMs: number;
  readonly dispatchMs: number;
  readonly responseMs: number | undefined;
  readonly status: number | undefined;
  readonly detail: string;
}

export interface Task {
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
  readonly oidc?: { readonly serviceAccountEmail: string; readonly audience: string };
  readonly createdMs: number;
  readonly deadlineMs: number;
  /** When the next attempt is due. */
  readonly scheduleMs: number;
  readonly dispatchCount: number;
  readonly responseCount: number;
  /** Responses other than 5xx: what X-CloudTasks-TaskExecutionCount tells. */
  readonly executionCount: number;
  readonly first?: Attempt;
  readonly last?: Attempt;
}

function invalid(message: string): GrpcFault {
  return new GrpcFault(status.INVALID_ARGUMENT, message);
}

export function requireQueueName(name: string): void {
  if (!QUEUE_NAME.test(name)) throw invalid(`Not a queue name (projects/…/locations/…/queues/{id}): ${name}`);
}

/** The queue of a task name. */
export function queueOf(taskName: string): string {
  return taskName.split("/tasks/")[0] ?? "";
}

function requireSupported(asked: WireTask): NonNullable<WireTask["httpRequest"]> {
  if (asked.appEngineHttpRequest)
    throw new GrpcFault(status.UNIMPLEMENTED, "The local Tasks server has no App Engine targets");
  const request = asked.httpRequest;
  if (!request) throw invalid("A task needs an httpRequest");
  if (request.oauthToken)
    throw new GrpcFault(status.UNIMPLEMENTED, "The local Tasks server has no oauthToken; use oidcToken");
  if (!/^https?:\/\/./.test(request.url))
    throw invalid(`httpRequest.url must begin with http:// or https://, not "${request.url}"`);
  return request;
}

/** The task to keep. Throws INVALID_ARGUMENT or UNIMPLEMENTED, naming the field. */
export function acceptTask(queue: string, asked: WireTask, name: string, nowMs: number): Task {
  if (queueOf(name) !== queue || !TASK_ID.test(name.slice(queue.length + "/tasks/".length))) {
    throw invalid(`Not a task name below ${queue}: ${name}`);
  }
  const request = requireSupported(asked);
  const method = request.httpMethod === "HTTP_METHOD_UNSPECIFIED" ? "POST" : request.httpMethod;
  if (request.body.length > 0 && !METHODS_WITH_BODY.has(method))
    throw invalid(`A ${method} task cannot have a body`);
  if (request.body.length > LARGEST_BODY_BYTES) throw invalid(`The body exceeds ${LARGEST_BODY_BYTES} bytes`);
  const scheduleMs = asked.scheduleTime === null ? nowMs : Math.max(nowMs, millisOf(asked.scheduleTime));
  if (scheduleMs > nowMs + FARTHEST_SCHEDULE_MS) throw invalid("scheduleTime is more than 30 days ahead");
  const deadlineMs = asked.dispatchDeadline === null ? DEFAULT_DEADLINE_MS : millisOf(asked.dispatchDeadline);
  if (deadlineMs < SHORTEST_DEADLINE_MS || deadlineMs > LONGEST_DEADLINE_MS) {
    throw invalid(`dispatchDeadline must be from 15 s to 30 min, not ${deadlineMs} ms`);
  }
  return {
    name,
    url: request.url,
    method,
    headers: request.headers,
    body: request.body.toString("base64"),
    ...(request.oidcToken ? { oidc: request.oidcToken } : {}),
    createdMs: nowMs,
    deadlineMs,
    scheduleMs,
    dispatchCount: 0,
    responseCount: 0,
    executionCount: 0,
  };
}

function wireAttempt(attempt: Attempt | undefined): WireAttempt | null {
  if (attempt === undefined) return null;
  const { scheduleMs, dispatchMs, responseMs, detail } = attempt;
  const isOk = attempt.status !== undefined && attempt.status >= 200 && attempt.status <= 299;
  return {
    scheduleTime: wireTimeOf(scheduleMs),
    dispatchTime: wireTimeOf(dispatchMs),
    responseTime: responseMs === undefined ? null : wireTimeOf(responseMs),
    responseStatus: {
      code: isOk ? status.OK : status.UNKNOWN,
      message: `HTTP status ${attempt.status ?? "none"}: ${detail}`,
    },
  };
}

/** The task for an answer; BASIC leaves out the body. */
export function wireTask(task: Task, view: string) {
  const isFull = view === "FULL";
  return {
    name: task.name,
    httpRequest: {
      url: task.url,
      httpMethod: task.method,
      headers: task.headers,
      body: isFull ? Buffer.from(task.body, "base64") : Buffer.alloc(0),
      ...(task.oidc === undefined ? {} : { oidcToken: task.oidc }),
    },
    scheduleTime: wireTimeOf(task.scheduleMs),
    createTime: wireTimeOf(Math.floor(task.createdMs / 1_000) * 1_000),
    dispatchDeadline: wireTimeOf(task.deadlineMs),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    firstAttempt: wireAttempt(task.first),
    lastAttempt: wireAttempt(task.last),
    view: isFull ? "FULL" : "BASIC",
  };
}
