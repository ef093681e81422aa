// The scheduler: fires what is due, retries, never overlaps, and says what it did.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Scheduler, type SchedulerOptions, startScheduler } from "#local/scheduler/server.ts";
import { ManualClock } from "../manual-clock.ts";
import { eventually } from "../pubsub/rig.ts";
import { emulated, type FakeFunctions, startFakeFunctions } from "./fake-functions.ts";

const START_MS = Date.parse("2026-01-01T00:00:30Z");
let clock: ManualClock;
let functions: FakeFunctions;
let scheduler: Scheduler;
let lines: string[];

interface JobListed {
  readonly name: string;
  readonly nextRun?: string;
  readonly error?: string;
  readonly isRunning: boolean;
  readonly last?: { readonly outcome: string; readonly attempts: number; readonly scheduleTime: string };
}
const schedule = (name: string, text: string, extra: object = {}) =>
  emulated(name, {
    eventTrigger: { eventType: "pubsub", resource: "" },
    schedule: { schedule: text, ...extra },
  });
const at = (path: string) => `http://127.0.0.1:${scheduler.port}${path}`;
const jobs = async () => (await (await fetch(at("/jobs"))).json()) as JobListed[];
const listed = (count: number) =>
  eventually(async () => ((await jobs()).length === count ? true : undefined));
const called = (count: number) => eventually(() => (functions.calls.length >= count ? true : undefined));
const idle = () => eventually(async () => ((await jobs()).every((job) => !job.isRunning) ? true : undefined));

async function start(list: object[], options: Partial<SchedulerOptions> = {}) {
  functions.functions = list;
  const log = (line: string) => void lines.push(line);
  scheduler = await startScheduler({
    host: "127.0.0.1",
    port: 0,
    log,
    functionsOrigin: functions.origin,
    clock,
    ...options,
  });
  await listed(list.length);
}
beforeEach(async () => {
  lines = [];
  clock = new ManualClock(START_MS);
  functions = await startFakeFunctions();
});
afterEach(async () => {
  await scheduler.stop();
  await functions.stop();
});

test("a schedule's function is called at its moment with Cloud Scheduler's headers, and listed with its outcome", async () => {
  await start([schedule("nav", "every 1 minutes")]);
  expect(await jobs()).toMatchObject([{ name: "nav", nextRun: "2026-01-01T00:01:00.000Z" }]);
  clock.advance(29_999);
  expect(functions.calls).toHaveLength(0);
  clock.advance(1);
  await called(1);
  expect(functions.calls[0]?.key).toBe("europe-west1-nav-0");
  expect(functions.calls[0]?.headers).toMatchObject({
    "x-cloudscheduler": "true",
    "x-cloudscheduler-jobname": "firebase-schedule-nav-europe-west1",
    "x-cloudscheduler-scheduletime": "2026-01-01T00:01:00.000Z",
  });
  await idle();
  expect(await jobs()).toMatchObject([
    { nextRun: "2026-01-01T00:02:00.000Z", last: { outcome: "succeeded", attempts: 1 } },
  ]);
});

test("a failing run is retried as often as retryCount says, after its back-off", async () => {
  const retryConfig = { retryCount: 2, minBackoffSeconds: 1, maxBackoffSeconds: 10 };
  functions.respond = (_call, index) => (index < 2 ? 500 : 200);
  await start([schedule("nav", "every 1 minutes", { retryConfig })]);
  clock.advance(30_000);
  await called(1);
  await eventually(() => (lines.some((line) => line.includes("again in 1000 ms")) ? true : undefined));
  clock.advance(1_000);
  await called(2);
  await eventually(() => (lines.some((line) => line.includes("again in 2000 ms")) ? true : undefined));
  clock.advance(2_000);
  await called(3);
  await idle();
  expect((await jobs())[0]?.last).toMatchObject({ outcome: "succeeded", attempts: 3 });
});

test("without retryCount a failing run waits for its next moment", async () => {
  functions.respond = () => 500;
  await start([schedule("nav", "every 1 minutes")]);
  clock.advance(30_000);
  await called(1);
  await idle();
  expect((await jobs())[0]?.last).toMatchObject({ outcome: "failed", attempts: 1 });
  expect(lines.at(-1)).toContain("given up until its next moment");
});

test("runs never overlap: moments that come meanwhile are made up for by one run at the end", async () => {
  let release = () => {};
  let open = 0;
  let most = 0;
  functions.respond = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    open -= 1;
    return 200;
  };
  await start([schedule("slow", "every 1 minutes")]);
  clock.advance(30_000);
  await called(1);
  clock.advance(180_000);
  release();
  await called(2);
  expect(functions.calls[1]?.headers["x-cloudscheduler-scheduletime"]).toBe("2026-01-01T00:04:00.000Z");
  release();
  await idle();
  expect(functions.calls).toHaveLength(2);
  expect(most).toBe(1);
});

test("with the switch, runs may overlap", async () => {
  const releases: (() => void)[] = [];
  functions.respond = () =>
    new Promise<number>((resolve) => {
      releases.push(() => resolve(200));
    });
  await start([schedule("slow", "every 1 minutes")], { mayOverlap: true });
  clock.advance(90_000);
  await called(2);
  for (const release of releases) release();
});

test("one function can be fired now, and the answer is its outcome", async () => {
  await start([schedule("nav", "every 12 hours")], { isPaused: true });
  const answer = await fetch(at("/fire/nav"), { method: "POST" });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ name: "nav", outcome: "succeeded", attempts: 1 });
  functions.respond = () => 500;
  expect((await fetch(at("/fire/nav"), { method: "POST" })).status).toBe(502);
  const unknown = await fetch(at("/fire/absent"), { method: "POST" });
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ known: ["nav"] });
});

test("a paused scheduler runs nothing by the clock until it is resumed", async () => {
  await start([schedule("nav", "every 1 minutes")], { isPaused: true });
  clock.advance(120_000);
  await fetch(at("/resume"), { method: "POST" });
  clock.advance(60_000);
  await called(1);
  await idle();
  expect(functions.calls).toHaveLength(1);
});

test("an unknown schedule is named clearly and does not keep the others from running", async () => {
  await start([schedule("bad", "every blue moon"), schedule("nav", "every 1 minutes")]);
  expect(
    lines.some((line) => line.includes('bad cannot be scheduled: Unknown schedule "every blue moon"')),
  ).toBe(true);
  clock.advance(30_000);
  await called(1);
  expect(functions.calls[0]?.key).toBe("europe-west1-nav-0");
  expect((await jobs()).find(({ name }) => name === "bad")?.error).toContain("every blue moon");
});

test("after the emulator reloaded its triggers, their new keys are found", async () => {
  await start([schedule("nav", "every 1 minutes")]);
  functions.generation = 3;
  clock.advance(30_000);
  await called(1);
  expect(functions.calls[0]?.key).toBe("europe-west1-nav-3");
});
