// The tasks contract over memory and over Cloud Tasks' JSON API against the local server.
// Proves: adapters/tasks/
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorOwner } from "#adapters/google/access-token.ts";
import { googleRestTo } from "#adapters/google/google-rest.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { CREATE_ATTEMPT_MS, createRestTasks } from "#adapters/tasks/rest-tasks.ts";
import { FUNCTIONS } from "#entry/options.ts";
import { startTasksServer, type TasksServer } from "#local/tasks/server.ts";
import { TaskError, type Tasks } from "#ports/tasks.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryTasks } from "#test/support/memory/tasks.ts";
import { describeTasks } from "./tasks.ts";

interface Call {
  readonly payload: unknown;
  readonly atMs: number;
  readonly contentType: string | undefined;
  readonly project: string;
}

const calls: Call[] = [];
let projects = 0;
let server: TasksServer;
let target: Server;

beforeAll(async () => {
  // Google's clients would otherwise look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = "none";
  server = await startTasksServer({ host: "127.0.0.1", port: 0, log: () => undefined });
  target = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { data: unknown };
    const project = (request.url ?? "").slice(1);
    calls.push({
      payload: body.data,
      atMs: Date.now(),
      contentType: request.headers["content-type"],
      project,
    });
    response.writeHead(204).end();
    target.emit("called");
  }).listen(0, "127.0.0.1");
  await once(target, "listening");
});

afterAll(async () => {
  await server.stop();
  target.closeAllConnections();
  target.close();
});

describeTasks("memory", async () => {
  const clock = createFakeClock();
  const tasks = createMemoryTasks();
  return {
    tasks,
    nowMs: () => clock.nowMs(),
    async called() {
      await clock.advance(1_000);
      return tasks.takeDue(clock.nowMs()).map(({ payload }) => ({ payload, atMs: clock.nowMs() }));
    },
  };
});

function nextProject(): { project: string; url: string } {
  projects += 1;
  const project = `demo-tasks-${projects}`;
  return { project, url: `http://127.0.0.1:${(target.address() as AddressInfo).port}/${project}` };
}

function tasksAt(port: number): { tasks: Tasks; project: string } {
  const { project, url } = nextProject();
  const rest = googleRestTo("cloudtasks.googleapis.com", {
    emulator: `127.0.0.1:${port}`,
    attemptMs: CREATE_ATTEMPT_MS,
    accessToken: emulatorOwner,
    clock: createSystemClock(),
  });
  const taskTargets = { followUp: url, outbox: url, watchdog: url, accountBatch: url, watchdogBatch: url };
  const tasks = createRestTasks({
    projectId: project,
    location: "europe-west1",
    taskTargets,
    invoker: null,
    rest,
  });
  return { tasks, project };
}

describeTasks("Cloud Tasks", async () => {
  const { tasks, project } = tasksAt(server.port);
  return {
    tasks,
    nowMs: () => Date.now(),
    async called(count) {
      const mine = () => calls.filter((call) => call.project === project);
      while (mine().length < count) await once(target, "called");
      expect(new Set(mine().map(({ contentType }) => contentType))).toEqual(new Set(["application/json"]));
      return mine();
    },
  };
});

describe("tasks", () => {
  it("are called again soon when an instance dies without an answer, but never while it may still be at work", async () => {
    const { tasks, project } = tasksAt(server.port);
    await tasks.schedule({
      queue: "followUp",
      name: "unanswered",
      payload: {},
      runAtMs: Date.now() + 3_600_000,
    });
    const client = new CloudTasksClient({
      servicePath: "127.0.0.1",
      port: server.port,
      sslCreds: credentials.createInsecure(),
    });
    const name = client.taskPath(project, "europe-west1", "followUp", "unanswered");
    const [task] = await client.getTask({ name });
    await client.close();
    const deadlineS = Number(task.dispatchDeadline?.seconds);
    const { timeoutSeconds } = FUNCTIONS.followUp;
    expect(deadlineS).toBeGreaterThan(timeoutSeconds);
    expect(deadlineS).toBeLessThan(2 * timeoutSeconds);
  });

  it("say so within their bound when the port is closed", async () => {
    const { tasks } = tasksAt(1);
    const task = { queue: "followUp", name: "lost", payload: {}, runAtMs: Date.now() } as const;
    await expect(tasks.schedule(task)).rejects.toBeInstanceOf(TaskError);
  }, 10_000);
});
