// The gRPC service google.cloud.tasks.v2.CloudTasks over the store and its dispatchers. Calls it lacks (IAM)
// answer UNIMPLEMENTED.
import { randomBytes } from "node:crypto";
import { GrpcFault, unary } from "@ballast/local-serving/grpc-port.ts";
import { type PageRequest, pageOf } from "@ballast/local-serving/pages.ts";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { queueConfig, wireQueue } from "./queue-config.ts";
import type { Queue } from "./store.ts";
import { acceptTask, requireQueueName, type Task, wireTask } from "./task.ts";
import type { TaskQueues } from "./task-queues.ts";
import type { WireQueue, WireTask } from "./wire.ts";

const wire = ({ name, config, isPaused }: Queue): WireQueue => wireQueue(name, config, isPaused);

function queueHandlers(queues: TaskQueues): UntypedServiceImplementation {
  const { store, say } = queues;
  const setPaused = (name: string, isPaused: boolean) => wire(queues.put({ ...store.queue(name), isPaused }));
  return {
    ListQueues: unary(say, (request: PageRequest & { parent: string }) => {
      const own = store.queues().filter(({ name }) => name.startsWith(`${request.parent}/queues/`));
      const { items, nextPageToken } = pageOf(own, request);
      return { queues: items.map(wire), nextPageToken };
    }),
    GetQueue: unary(say, ({ name }: { name: string }) => wire(store.queue(name))),
    CreateQueue: unary(say, ({ parent, queue }: { parent: string; queue: WireQueue }) => {
      requireQueueName(queue.name);
      if (!queue.name.startsWith(`${parent}/queues/`)) {
        throw new GrpcFault(status.INVALID_ARGUMENT, `Queue ${queue.name} is not below ${parent}`);
      }
      if (store.findQueue(queue.name) !== undefined) {
        throw new GrpcFault(status.ALREADY_EXISTS, `Queue already exists: ${queue.name}`);
      }
      return wire(queues.put({ name: queue.name, config: queueConfig(queue), isPaused: false }));
    }),
    UpdateQueue: unary(say, ({ queue }: { queue: WireQueue }) => {
      requireQueueName(queue.name);
      const isPaused = store.findQueue(queue.name)?.isPaused ?? false;
      return wire(queues.put({ name: queue.name, config: queueConfig(queue), isPaused }));
    }),
    DeleteQueue: unary(say, ({ name }: { name: string }) => {
      queues.delete(name);
      return {};
    }),
    PurgeQueue: unary(say, ({ name }: { name: string }) => {
      const queue = store.queue(name);
      for (const task of store.tasks(name)) store.end(task.name);
      return wire(queue);
    }),
    PauseQueue: unary(say, ({ name }: { name: string }) => setPaused(name, true)),
    ResumeQueue: unary(say, ({ name }: { name: string }) => setPaused(name, false)),
  };
}

function taskHandlers(queues: TaskQueues): UntypedServiceImplementation {
  const { store, say } = queues;
  const dispatcher = (task: Task) => queues.dispatcher(task.name.split("/tasks/")[0] ?? "");
  return {
    ListTasks: unary(say, (request: PageRequest & { parent: string; responseView: string }) => {
      store.queue(request.parent);
      const { items, nextPageToken } = pageOf(store.tasks(request.parent), request);
      return { tasks: items.map((task) => wireTask(task, request.responseView)), nextPageToken };
    }),
    GetTask: unary(say, (request: { name: string; responseView: string }) =>
      wireTask(store.task(request.name), request.responseView),
    ),
    CreateTask: unary(say, (request: { parent: string; task: WireTask | null; responseView: string }) =>
      wireTask(createTask(queues, request.parent, request.task), request.responseView),
    ),
    DeleteTask: unary(say, ({ name }: { name: string }) => {
      store.end(store.task(name).name);
      return {};
    }),
    RunTask: unary(say, (request: { name: string; responseView: string }) => {
      const task = store.task(request.name);
      return wireTask(dispatcher(task).runNow(task), request.responseView);
    }),
  };
}

/** Stores a task and plans its first attempt. Throws GrpcFault. */
export function createTask(queues: TaskQueues, parent: string, asked: WireTask | null): Task {
  if (asked === null) throw new GrpcFault(status.INVALID_ARGUMENT, "CreateTask needs a task");
  requireQueueName(parent);
  queues.ensure(parent);
  const name = asked.name || `${parent}/tasks/${randomId()}`;
  const task = acceptTask(parent, asked, name, queues.clock.nowMs());
  queues.store.create(task);
  queues.dispatcher(parent).enqueue(task);
  return task;
}

/** Cloud Tasks gives nameless tasks a number of about twenty digits. */
function randomId(): string {
  return randomBytes(8).readBigUInt64BE().toString().padStart(20, "0");
}

export function tasksHandlers(queues: TaskQueues): UntypedServiceImplementation {
  return { ...queueHandlers(queues), ...taskHandlers(queues) };
}
