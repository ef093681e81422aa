// Our servers against the real functions emulator and real v2 functions: each message is processed until it
// succeeds and never twice, tasks come at their time, schedules can be fired, and one signal ends it all.
import type { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startScheduler } from "#local/scheduler/server.ts";
import { startTasksServer } from "#local/tasks/server.ts";
import { tasksClient } from "../tasks/rig.ts";
import { type FunctionsRig, type Report, startFunctionsRig } from "./functions-emulator.ts";
import { clientsOf, eventually, PROJECT } from "./rig.ts";

/** A cold start of the emulator, its functions and their workers on a loaded two-core machine. */
const START_TIMEOUT_MS = 120_000;
const STEP_TIMEOUT_MS = 60_000;

let rig: FunctionsRig;
let client: PubSub;
beforeAll(async () => {
  rig = await startFunctionsRig();
  client = clientsOf(rig.pubsubPort).client;
}, START_TIMEOUT_MS);
afterAll(async () => {
  await client.close();
  const pubsubPort = rig.pubsubPort;
  expect(await rig.stop()).toBe(0);
  await expect(fetch(`http://127.0.0.1:${pubsubPort}/subscriptions`)).rejects.toThrow();
}, START_TIMEOUT_MS);

const callsOf = (name: string, fits: (report: Report) => boolean = () => true) =>
  rig.reports.filter((report) => report.name === name && fits(report));
const until = (isTrue: () => boolean) => eventually(() => (isTrue() ? true : undefined));
const unacknowledged = async (): Promise<Record<string, number>> => {
  const answer = await fetch(`http://127.0.0.1:${rig.pubsubPort}/subscriptions`);
  const all = (await answer.json()) as { name: string; functionId?: string; unacknowledged: number }[];
  return Object.fromEntries(
    all.map(({ name, functionId, unacknowledged }) => [functionId ?? name, unacknowledged]),
  );
};
const settled = () =>
  eventually(async () =>
    Object.values(await unacknowledged()).every((count) => count === 0) ? true : undefined,
  );
const publish = (text: string) =>
  client.topic("intents").publishMessage({ data: Buffer.from(text), attributes: { strategy: "trend" } });

test(
  "a failing function gets its message again until it succeeds; one with retry off gets it once; nothing comes twice",
  async () => {
    rig.shouldFail = ({ name, text }, index) => text === "first" && (name === "once" || index < 2);
    const id = await publish("first");
    const calls = (name: string, wanted: string) => callsOf(name, ({ text }) => text === wanted);
    await until(() => calls("retrying", "first").length === 3 && calls("once", "first").length === 1);
    await settled();
    expect(calls("retrying", "first")).toMatchObject(
      Array.from({ length: 3 }, () => ({ id, text: "first", attributes: { strategy: "trend" } })),
    );
    await publish("second");
    await until(() => calls("retrying", "second").length === 1 && calls("once", "second").length === 1);
    await settled();
    expect(calls("retrying", "first")).toHaveLength(3);
    expect(calls("once", "first")).toHaveLength(1);
    expect(Object.keys(await unacknowledged()).sort()).toEqual([
      `projects/${PROJECT}/subscriptions/emulator-sub-firebase-schedule-tick`,
      `projects/${PROJECT}/subscriptions/emulator-sub-intents`,
      "us-central1-once",
      "us-central1-retrying",
    ]);
  },
  STEP_TIMEOUT_MS,
);

test(
  "a burst of messages is processed exactly once each",
  async () => {
    rig.shouldFail = () => false;
    const texts = Array.from({ length: 40 }, (_, n) => `burst-${n}`);
    await Promise.all(texts.map(publish));
    const burst = () => callsOf("retrying", ({ text }) => String(text).startsWith("burst-"));
    await until(() => burst().length >= texts.length);
    await settled();
    expect(
      burst()
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...texts].sort());
  },
  STEP_TIMEOUT_MS,
);

test(
  "a task function gets its task at scheduleTime and again after it failed, by its own retry settings",
  async () => {
    const origin = `http://127.0.0.1:${rig.functionsPort}`;
    const server = await startTasksServer({
      host: "127.0.0.1",
      port: 0,
      log: () => undefined,
      functionsOrigin: origin,
    });
    const tasks = tasksClient(server.port);
    rig.shouldFail = ({ name }, index) => name === "follow" && index === 0;
    const parent = `projects/${PROJECT}/locations/us-central1/queues/follow`;
    const atMs = Date.now() + 1_500;
    await tasks.createTask({
      parent,
      task: {
        scheduleTime: { seconds: Math.floor(atMs / 1_000), nanos: (atMs % 1_000) * 1e6 },
        httpRequest: {
          url: `${origin}/${PROJECT}/us-central1/follow`,
          headers: { "Content-Type": "application/json" },
          body: Buffer.from(JSON.stringify({ data: { order: "o-1" } })).toString("base64"),
        },
      },
    });
    await until(() => callsOf("follow").length === 2);
    const [first, second] = callsOf("follow");
    expect(first).toMatchObject({ data: { order: "o-1" }, retryCount: 0, queue: "follow" });
    expect(second).toMatchObject({ data: { order: "o-1" }, retryCount: 1 });
    expect(Number(first?.atMs)).toBeGreaterThanOrEqual(atMs);
    expect(Number(second?.atMs) - Number(first?.atMs)).toBeGreaterThanOrEqual(1_000);
    await eventually(async () => ((await tasks.listTasks({ parent }))[0].length === 0 ? true : undefined));
    await tasks.close();
    await server.stop();
    expect(callsOf("follow")).toHaveLength(2);
  },
  STEP_TIMEOUT_MS,
);

test(
  "a schedule is known from the emulator and can be fired now",
  async () => {
    rig.shouldFail = () => false;
    const functionsOrigin = `http://127.0.0.1:${rig.functionsPort}`;
    const scheduler = await startScheduler({
      host: "127.0.0.1",
      port: 0,
      log: () => undefined,
      functionsOrigin,
    });
    const answer = await fetch(`http://127.0.0.1:${scheduler.port}/fire/tick`, { method: "POST" });
    expect(await answer.json()).toMatchObject({ name: "tick", outcome: "succeeded", attempts: 1 });
    expect(callsOf("tick")).toMatchObject([{ jobName: "firebase-schedule-tick-us-central1" }]);
    const listed = await (await fetch(`http://127.0.0.1:${scheduler.port}/jobs`)).json();
    expect(listed).toMatchObject([
      { name: "tick", schedule: "every 24 hours", last: { outcome: "succeeded" } },
    ]);
    await scheduler.stop();
  },
  STEP_TIMEOUT_MS,
);
