// Tasks over Cloud Tasks: one named HTTP call of a task function, in the form that firebase-functions takes. A task of
// this name that exists already is success: names are how a task is asked for once.
import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import type { TaskQueue, TaskRequest, Tasks } from "#ports/tasks.ts";
import { TaskError } from "#ports/tasks.ts";

/** Creating a task is part of an intent's path; a server that takes longer is one that does not answer. */
const CREATE_TIMEOUT_MS = 5_000;
/** One attempt: short enough for a second one inside the bound. */
const ATTEMPT_TIMEOUT_MS = 2_000;
/** DEADLINE_EXCEEDED, UNAVAILABLE: safe to repeat, since the name keeps a second task out. */
const RETRIED_STATUSES = [4, 14];
const ALREADY_EXISTS = 6;
/**
 * Until a call without an answer is taken for failed and made again: a little more than the function's own timeout
 * (see entry/options.ts). A call whose instance died may never be answered, and Cloud Tasks would wait ten minutes.
 */
const CALL_DEADLINE_S = 60;

export interface CloudTasksOptions {
  readonly projectId: string;
  readonly location: string;
  /** Address of each queue's task function. */
  readonly taskTargets: Readonly<Record<TaskQueue, string>>;
  /** Service account whose identity token the call carries; null where no tokens are checked. */
  readonly invoker: string | null;
  /** `host:port` of a local server, spoken to without TLS; null for Google. */
  readonly endpoint: string | null;
}

export interface CloudTasks extends Tasks {
  /** Ends the connection. A function instance never needs it; tests and tools do. */
  close(): Promise<void>;
}

/** Opens nothing before the first task. */
export function createCloudTasks(options: CloudTasksOptions): CloudTasks {
  let client: CloudTasksClient | null = null;
  return {
    async schedule(task) {
      client ??= clientOf(options);
      const { projectId, location } = options;
      const parent = client.queuePath(projectId, location, task.queue);
      const name = client.taskPath(projectId, location, task.queue, task.name);
      try {
        await client.createTask({ parent, task: { name, ...callOf(task, options) } }, CALL_OPTIONS);
      } catch (error) {
        if (statusOf(error) === ALREADY_EXISTS) return;
        const reason = error instanceof Error ? error.message : String(error);
        throw new TaskError(`Task ${task.name} could not be put into ${parent}: ${reason}`, { cause: error });
      }
    },
    async close() {
      await client?.close();
    },
  };
}

function clientOf({ projectId, endpoint }: CloudTasksOptions): CloudTasksClient {
  if (endpoint === null) return new CloudTasksClient({ projectId });
  const { hostname, port } = new URL(`http://${endpoint}`);
  return new CloudTasksClient({
    projectId,
    servicePath: hostname,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
  });
}

function callOf({ queue, payload, runAtMs }: TaskRequest, { taskTargets, invoker }: CloudTasksOptions) {
  return {
    scheduleTime: { seconds: Math.floor(runAtMs / 1_000), nanos: (runAtMs % 1_000) * 1_000_000 },
    dispatchDeadline: { seconds: CALL_DEADLINE_S },
    httpRequest: {
      httpMethod: "POST" as const,
      url: taskTargets[queue],
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ data: payload })),
      ...(invoker === null ? {} : { oidcToken: { serviceAccountEmail: invoker } }),
    },
  };
}

const CALL_OPTIONS = {
  timeout: CREATE_TIMEOUT_MS,
  retry: {
    retryCodes: RETRIED_STATUSES,
    backoffSettings: {
      initialRetryDelayMillis: 100,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 1_000,
      initialRpcTimeoutMillis: ATTEMPT_TIMEOUT_MS,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: ATTEMPT_TIMEOUT_MS,
      totalTimeoutMillis: CREATE_TIMEOUT_MS,
    },
  },
};

function statusOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
