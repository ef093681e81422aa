// The local Cloud Tasks server: Google's own protocol for the unmodified @google-cloud/tasks. A created task is
// attempted until it succeeds or its queue gives it up, also across a SIGKILL when there is a data directory.
import { join } from "node:path";
import { adminHandler } from "@ballast/local-serving/admin-http.ts";
import { forgetfulLog, jsonFormat, openAppendLog } from "@ballast/local-serving/append-log.ts";
import { type Clock, systemClock } from "@ballast/local-serving/clock.ts";
import { DualPort } from "@ballast/local-serving/dual-port.ts";
import { googleJson } from "@ballast/local-serving/google-json.ts";
import { serveGrpc } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { loadServices } from "@ballast/local-serving/proto-services.ts";
import { DEFAULT_POLL_MS, watchFunctions } from "#local/functions-emulator/functions-directory.ts";
import { tasksJson } from "./rest.ts";
import { tasksHandlers } from "./service.ts";
import { TaskStore, type TasksEntry } from "./store.ts";
import { TaskQueues } from "./task-queues.ts";

/** Cloud Tasks takes tasks of up to 1 MB; framing and a page of names add a little. */
const LARGEST_REQUEST_BYTES = 20_000_000;

export interface TasksServerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly log: LogLine;
  /**
   * Origin of the functions emulator, asked for the settings of task functions; undefined: no such settings.
   */
  readonly functionsOrigin?: string | undefined;
  /** Where tasks live; undefined remembers nothing. */
  readonly dataDir?: string | undefined;
  /** Whether a task may create its queue (default true). */
  readonly autoCreate?: boolean;
  readonly functionsPollMs?: number;
  readonly clock?: Clock;
}

export interface TasksServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Admin: GET /queues lists every queue with its tasks. */
function tasksAdmin(queues: TaskQueues) {
  const list = () =>
    queues.store.queues().map(({ name, isPaused, config }) => ({
      name,
      isPaused,
      config,
      inFlight: queues.dispatcher(name).inFlight,
      tasks: queues.store.tasks(name).map(({ name: task, url, scheduleMs, dispatchCount, last }) => ({
        name: task,
        url,
        scheduleTime: new Date(scheduleMs).toISOString(),
        dispatchCount,
        ...(last === undefined ? {} : { lastStatus: last.status ?? null, lastDetail: last.detail }),
      })),
    }));
  return adminHandler([{ method: "GET", path: "/queues", answer: () => ({ status: 200, body: list() }) }]);
}

/** Starts the server. Rejects when the port is taken or the stored state is damaged. */
export async function startTasksServer(options: TasksServerOptions): Promise<TasksServer> {
  // The port before the data: a second server started by mistake must end before it touches the first one's log.
  const taken = await DualPort.open(options);
  try {
    return serveTasks(taken, options);
  } catch (fault) {
    await taken.close();
    throw fault;
  }
}

function serveTasks(taken: DualPort, options: TasksServerOptions): TasksServer {
  const { log: say, dataDir, functionsOrigin: origin } = options;
  const clock = options.clock ?? systemClock;
  const stopping = new AbortController();
  const log =
    dataDir === undefined
      ? forgetfulLog<TasksEntry>()
      : openAppendLog(join(dataDir, "tasks.jsonl"), { warn: say, format: jsonFormat<TasksEntry>() });
  const store = new TaskStore(log, clock, say);
  const queues = new TaskQueues({
    store,
    clock,
    say,
    stopped: stopping.signal,
    autoCreate: options.autoCreate ?? true,
  });
  const service = "google.cloud.tasks.v2.CloudTasks";
  const port = serveGrpc(taken, {
    largestRequestBytes: LARGEST_REQUEST_BYTES,
    services: [
      {
        definition: loadServices("@google-cloud/tasks", [service])[service],
        handlers: tasksHandlers(queues),
      },
    ],
    onHttp: googleJson(tasksJson(queues), { say, otherwise: tasksAdmin(queues) }),
  });
  const directory =
    origin === undefined
      ? undefined
      : watchFunctions({
          origin,
          clock,
          log: say,
          pollMs: options.functionsPollMs ?? DEFAULT_POLL_MS,
          onChange: (functions) => queues.onFunctions(functions),
        });
  return {
    port: port.port,
    async stop() {
      stopping.abort();
      directory?.stop();
      queues.stop();
      await port.stop();
      store.close();
    },
  };
}
