// Tasks over Cloud Tasks' JSON API: one named HTTP call of a task function, in the form that firebase-functions takes. A
// task of this name that exists already is success: names are how a task is asked for once.
import { type GoogleRest, GoogleRestError } from "#adapters/google/google-rest.ts";
import type { TaskQueue, TaskRequest, Tasks } from "#ports/tasks.ts";
import { TaskError } from "#ports/tasks.ts";

/** Creating a task is part of an intent's path; a server that takes longer is one that does not answer. */
const CREATE_TIMEOUT_MS = 5_000;
/** One attempt: short enough for a second one inside the bound. */
export const CREATE_ATTEMPT_MS = 2_000;
/** DEADLINE_EXCEEDED, UNAVAILABLE: safe to repeat, since the name keeps a second task out. */
const RETRIED: ReadonlySet<number> = new Set([4, 14]);
const ALREADY_EXISTS = 6;
/**
 * Until a call without an answer is taken for failed and made again: a little more than the function's own timeout
 * (see entry/options.ts). A call whose instance died may never be answered, and Cloud Tasks would wait ten minutes.
 */
const CALL_DEADLINE = "60s";

export interface RestTasksOptions {
  readonly projectId: string;
  readonly location: string;
  /** Address of each queue's task function. */
  readonly taskTargets: Readonly<Record<TaskQueue, string>>;
  /** Service account whose identity token the call carries; null where no tokens are checked. */
  readonly invoker: string | null;
  readonly rest: GoogleRest;
}

export function createRestTasks(options: RestTasksOptions): Tasks {
  const { projectId, location, rest } = options;
  return {
    async schedule(task) {
      const parent = `projects/${projectId}/locations/${location}/queues/${task.queue}`;
      const body = { task: { name: `${parent}/tasks/${task.name}`, ...callOf(task, options) } };
      const path = `/v2/${parent}/tasks`;
      try {
        await rest({ method: "POST", path, body, retried: RETRIED, limitMs: CREATE_TIMEOUT_MS });
      } catch (error) {
        if (error instanceof GoogleRestError && error.code === ALREADY_EXISTS) return;
        const reason = error instanceof Error ? error.message : String(error);
        throw new TaskError(`Task ${task.name} could not be put into ${parent}: ${reason}`, { cause: error });
      }
    },
  };
}

function callOf(
  { queue, payload, runAtMs }: TaskRequest,
  { taskTargets, invoker }: RestTasksOptions,
): object {
  return {
    scheduleTime: new Date(runAtMs).toISOString(),
    dispatchDeadline: CALL_DEADLINE,
    httpRequest: {
      httpMethod: "POST",
      url: taskTargets[queue],
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ data: payload })).toString("base64"),
      ...(invoker === null ? {} : { oidcToken: { serviceAccountEmail: invoker } }),
    },
  };
}
