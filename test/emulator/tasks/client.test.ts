// The Tasks server under Google's unmodified client: schedule, names, retries, limits, and what a target sees.
import { afterEach, beforeEach, expect, test } from "vitest";
import { NAME_MEMORY_MS } from "#local/tasks/store.ts";
import { ManualClock } from "../manual-clock.ts";
import { eventually } from "../pubsub/rig.ts";
import { PARENT, QUEUE, startTarget, startTasksRig } from "./rig.ts";

const START_MS = Date.parse("2026-01-01T00:00:00Z");
let clock: ManualClock;
let rig: Awaited<ReturnType<typeof startTasksRig>>;
let target: Awaited<ReturnType<typeof startTarget>>;
let respond: (index: number) => number | Promise<number>;
beforeEach(async () => {
  respond = () => 204;
  clock = new ManualClock(START_MS);
  target = await startTarget((_call, index) => respond(index));
  rig = await startTasksRig({ clock });
});
afterEach(async () => {
  await rig.stop();
  await target.stop();
});

const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
const post = (extra: object = {}) => ({
  httpRequest: { url: `${target.url}/run`, httpMethod: "POST" as const },
  ...extra,
});
const create = (task: object) => rig.client.createTask({ parent: QUEUE, task });
const taskCount = async () => (await rig.client.listTasks({ parent: QUEUE }))[0].length;
const calls = (count: number) => eventually(() => (target.calls.length >= count ? true : undefined));
const settled = (count: number) => eventually(async () => ((await taskCount()) === count ? true : undefined));

test("a task waits for its scheduleTime, then arrives with its method, headers and body and Cloud Tasks' headers", async () => {
  const name = `${QUEUE}/tasks/follow-1`;
  const body = Buffer.from(JSON.stringify({ data: { order: "o-1" } }));
  const headers = { "Content-Type": "application/json", "X-Own": "1", "X-CloudTasks-TaskName": "forged" };
  const [created] = await create({
    name,
    scheduleTime: seconds(START_MS + 90_500),
    httpRequest: { url: `${target.url}/run?x=1`, httpMethod: "PUT", headers, body: body.toString("base64") },
  });
  expect(created.name).toBe(name);
  expect(Number(created.scheduleTime?.seconds)).toBe(START_MS / 1_000 + 90);
  clock.advance(90_499);
  expect(await taskCount()).toBe(1);
  expect(target.calls).toHaveLength(0);
  clock.advance(1);
  await calls(1);
  expect(target.calls[0]).toMatchObject({ method: "PUT", path: "/run?x=1", body: body.toString() });
  expect(target.calls[0]?.headers).toMatchObject({
    "content-type": "application/json",
    "x-own": "1",
    "x-cloudtasks-queuename": "followups",
    "x-cloudtasks-taskname": "follow-1",
    "x-cloudtasks-taskretrycount": "0",
    "x-cloudtasks-taskexecutioncount": "0",
    "x-cloudtasks-tasketa": `${START_MS / 1_000 + 90}.500000`,
  });
  await settled(0);
});

test("a task's name cannot be used again while it lives, nor for an hour after it ended", async () => {
  const name = `${QUEUE}/tasks/once`;
  await create(post({ name }));
  await settled(0);
  await expect(create(post({ name }))).rejects.toMatchObject({ code: 6 });
  clock.advance(NAME_MEMORY_MS - 1_000);
  await expect(create(post({ name }))).rejects.toMatchObject({ code: 6 });
  clock.advance(2_000);
  await create(post({ name }));
  await calls(2);
});

test("a failing task comes again after the queue's back-off, and is given up after maxAttempts", async () => {
  respond = (index) => (index === 0 ? 503 : 409);
  await rig.client.createQueue({
    parent: PARENT,
    queue: {
      name: QUEUE,
      retryConfig: {
        maxAttempts: 5,
        minBackoff: { seconds: 1 },
        maxBackoff: { seconds: 60 },
        maxDoublings: 2,
      },
    },
  });
  await create(post({ name: `${QUEUE}/tasks/failing` }));
  const waitsMs: number[] = [];
  for (let attempt = 1; attempt < 5; attempt += 1) {
    await calls(attempt);
    const next = await eventually(async () => {
      const [task] = await rig.client.getTask({ name: `${QUEUE}/tasks/failing` });
      return task.dispatchCount === attempt ? Number(task.scheduleTime?.seconds) * 1_000 : undefined;
    });
    waitsMs.push(next - clock.nowMs());
    clock.advance(next - clock.nowMs());
  }
  await settled(0);
  expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(target.calls.map(({ headers }) => headers["x-cloudtasks-taskretrycount"])).toEqual([
    "0",
    "1",
    "2",
    "3",
    "4",
  ]);
  expect(target.calls.map(({ headers }) => headers["x-cloudtasks-taskexecutioncount"])).toEqual([
    "0",
    "0",
    "1",
    "2",
    "3",
  ]);
  expect(target.calls[1]?.headers["x-cloudtasks-taskpreviousresponse"]).toBe("503");
  expect(rig.lines.at(-1)).toContain("given up");
});

test("a queue never has more calls in flight than maxConcurrentDispatches", async () => {
  let running = 0;
  let most = 0;
  let release = () => {};
  respond = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    running -= 1;
    return 204;
  };
  const rateLimits = { maxConcurrentDispatches: 1 };
  await rig.client.createQueue({ parent: PARENT, queue: { name: QUEUE, rateLimits } });
  for (let n = 0; n < 3; n += 1) await create(post());
  for (let n = 1; n <= 3; n += 1) {
    await calls(n);
    release();
    await settled(3 - n);
  }
  expect(most).toBe(1);
});

test("a slow queue spreads its dispatches over time", async () => {
  const rateLimits = { maxDispatchesPerSecond: 1 };
  await rig.client.createQueue({ parent: PARENT, queue: { name: QUEUE, rateLimits } });
  for (let n = 0; n < 3; n += 1) await create(post());
  for (let n = 1; n <= 3; n += 1) {
    await settled(3 - n);
    expect(target.calls).toHaveLength(n);
    clock.advance(1_000);
  }
});

test("a paused queue holds its tasks, resuming sends them, runTask sends one in spite of it, purging drops them", async () => {
  await rig.client.createQueue({ parent: PARENT, queue: { name: QUEUE } });
  await rig.client.pauseQueue({ name: QUEUE });
  const [first] = await create(post());
  await create(post());
  const [ran] = await rig.client.runTask({ name: String(first.name) });
  expect(ran.dispatchCount).toBe(1);
  await settled(1);
  await rig.client.resumeQueue({ name: QUEUE });
  await settled(0);
  await rig.client.pauseQueue({ name: QUEUE });
  await create(post());
  await rig.client.purgeQueue({ name: QUEUE });
  expect(await taskCount()).toBe(0);
  await rig.client.resumeQueue({ name: QUEUE });
  expect(target.calls).toHaveLength(2);
});

test("a deleted task is not sent, and deleting it twice is NOT_FOUND", async () => {
  const [task] = await create(post({ scheduleTime: seconds(START_MS + 5_000) }));
  await rig.client.deleteTask({ name: String(task.name) });
  await expect(rig.client.deleteTask({ name: String(task.name) })).rejects.toMatchObject({ code: 5 });
  clock.advance(10_000);
  await create(post());
  await settled(0);
  expect(target.calls).toHaveLength(1);
});

test("an OIDC token is sent as a bearer whose claims name account and audience", async () => {
  const oidcToken = {
    serviceAccountEmail: "tasks@demo.iam.gserviceaccount.com",
    audience: "https://executor",
  };
  await create({ httpRequest: { url: target.url, oidcToken } });
  await calls(1);
  const token = String(target.calls[0]?.headers.authorization).split(".")[1] ?? "";
  const claims = JSON.parse(Buffer.from(token, "base64url").toString());
  expect(claims).toMatchObject({ email: oidcToken.serviceAccountEmail, aud: "https://executor" });
});

test("bad tasks are refused with the field's name, and a missing queue when queues are not created by tasks", async () => {
  await expect(create({ httpRequest: { url: "ftp://x" } })).rejects.toMatchObject({ code: 3 });
  await expect(create({})).rejects.toMatchObject({ code: 3 });
  await expect(create(post({ name: `${QUEUE}/tasks/a.b` }))).rejects.toMatchObject({ code: 3 });
  await expect(create(post({ dispatchDeadline: { seconds: 1 } }))).rejects.toMatchObject({ code: 3 });
  await expect(create(post({ scheduleTime: seconds(START_MS + 40 * 86_400_000) }))).rejects.toMatchObject({
    code: 3,
  });
  const strict = await startTasksRig({ clock, autoCreate: false });
  await expect(strict.client.createTask({ parent: QUEUE, task: post() })).rejects.toMatchObject({ code: 5 });
  await strict.stop();
});
