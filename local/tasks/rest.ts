// Creating a task over Cloud Tasks' JSON API, beside the gRPC service. Times and bytes come as text.
import type { JsonMethod } from "@ballast/local-serving/google-json.ts";
import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import { type WireTime, wireTimeOf } from "@ballast/local-serving/wire-time.ts";
import { status } from "@grpc/grpc-js";
import { createTask } from "./service.ts";
import type { TaskQueues } from "./task-queues.ts";
import type { WireTask } from "./wire.ts";

interface JsonTask {
  readonly name?: string;
  readonly scheduleTime?: string;
  readonly dispatchDeadline?: string;
  readonly httpRequest?: {
    readonly url: string;
    readonly httpMethod?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Base64. */
    readonly body?: string;
    readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience?: string };
  };
}

export function tasksJson(queues: TaskQueues): readonly JsonMethod[] {
  return [
    {
      path: /^\/v2\/(projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+)\/tasks$/,
      answer: (parent, body) => {
        const asked = (body as { readonly task?: JsonTask }).task;
        const { name } = createTask(queues, parent, asked === undefined ? null : wireTaskOf(asked));
        return { name };
      },
    },
  ];
}

function wireTaskOf({ name = "", scheduleTime, dispatchDeadline, httpRequest }: JsonTask): WireTask {
  return {
    name,
    scheduleTime: scheduleTime === undefined ? null : timestamp(scheduleTime),
    dispatchDeadline: dispatchDeadline === undefined ? null : seconds(dispatchDeadline),
    httpRequest: httpRequest === undefined ? null : wireRequestOf(httpRequest),
  };
}

function wireRequestOf(request: NonNullable<JsonTask["httpRequest"]>): NonNullable<WireTask["httpRequest"]> {
  const { url, httpMethod = "POST", headers = {}, body = "", oidcToken } = request;
  return {
    url,
    httpMethod,
    headers,
    body: Buffer.from(body, "base64"),
    ...(oidcToken === undefined ? {} : { oidcToken: { audience: "", ...oidcToken } }),
  };
}

function timestamp(text: string): WireTime {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new GrpcFault(status.INVALID_ARGUMENT, `Not a time: ${text}`);
  return wireTimeOf(atMs);
}

function seconds(text: string): WireTime {
  const [, amount] = /^(\d+(?:\.\d+)?)s$/.exec(text) ?? [];
  if (amount === undefined) throw new GrpcFault(status.INVALID_ARGUMENT, `Not a duration: ${text}`);
  return wireTimeOf(Number(amount) * 1_000);
}
