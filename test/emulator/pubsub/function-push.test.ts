// How messages reach functions, against an emulator of the emulator: what waits, what is tried again, and what
// chaos may do to it. functions-trigger.test.ts holds the main promises with the real one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { emulated, type FakeFunctions, startFakeFunctions } from "../scheduler/fake-functions.ts";
import { eventually, PROJECT, type Rig, startRig } from "./rig.ts";

const TOPIC = `projects/${PROJECT}/topics/intents`;
const CLI_SUBSCRIPTION = "emulator-sub-intents";
const listener = emulated("executor", {
  eventTrigger: { eventType: "google.cloud.pubsub.topic.v1.messagePublished", resource: TOPIC },
});

let functions: FakeFunctions;
let dataDir: string;
let rig: Rig;
const start = () =>
  startRig({
    functionsOrigin: functions.origin,
    functionsPollMs: 10,
    retryMinMs: 20,
    retryMaxMs: 40,
    dataDir,
  });
beforeEach(async () => {
  functions = await startFakeFunctions();
  dataDir = mkdtempSync(join(tmpdir(), "pubsub-push-"));
  rig = await start();
});
afterEach(async () => {
  await rig.stop();
  await functions.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const publish = (text: string) => rig.client.topic("intents").publishMessage({ data: Buffer.from(text) });
const textOf = (body: string) => Buffer.from(JSON.parse(body).data.message.data, "base64").toString();
const texts = () => functions.calls.map(({ body }) => textOf(body));
const emptied = () =>
  eventually(async () => {
    const all = (await rig.admin("/subscriptions")) as unknown as { unacknowledged: number }[];
    return all.length > 0 && all.every((one) => one.unacknowledged === 0) ? true : undefined;
  });
const known = () => eventually(() => (rig.lines.some((line) => line.includes("takes")) ? true : undefined));

test("what is published before the function is known waits for it, though the CLI listens", async () => {
  const [topic] = await rig.client.createTopic("intents");
  const [cli] = await topic.createSubscription(CLI_SUBSCRIPTION);
  const seenByCli: string[] = [];
  cli.on("message", (message) => void seenByCli.push(message.id));
  await publish("early");
  functions.functions = [listener];
  await emptied();
  await publish("late");
  await eventually(() => (texts().length === 2 ? true : undefined));
  expect(texts()).toEqual(["early", "late"]);
  expect(seenByCli).toEqual([]);
  await cli.close();
});

test("the event is the CloudEvent that onMessagePublished takes, with one id on every delivery", async () => {
  functions.functions = [listener];
  functions.respond = (_call, index) => (index < 2 ? 500 : 200);
  await known();
  const id = await publish("x");
  await emptied();
  const events = functions.calls.map(({ body }) => JSON.parse(body));
  expect(events).toHaveLength(3);
  for (const event of events) {
    expect(event).toMatchObject({
      specversion: "1.0",
      id,
      type: "google.cloud.pubsub.topic.v1.messagePublished",
      source: `//pubsub.googleapis.com/${TOPIC}`,
      data: {
        message: { messageId: id, attributes: {} },
        subscription: expect.stringContaining("executor-intents"),
      },
    });
  }
  expect(functions.calls[0]?.headers["content-type"]).toContain("application/cloudevents+json");
});

test("switched-off and reloaded triggers lose no message", async () => {
  functions.functions = [listener];
  await known();
  functions.respond = () => 204;
  await publish("during a pause");
  await eventually(() => (functions.calls.length >= 2 ? true : undefined));
  functions.generation = 4;
  functions.respond = () => 200;
  await emptied();
  expect(functions.calls.at(-1)?.key).toBe("europe-west1-executor-4");
  expect(texts().at(-1)).toBe("during a pause");
});

test("a message in flight when the server stops is delivered by its successor", async () => {
  functions.functions = [listener];
  await known();
  functions.respond = () => new Promise<number>(() => undefined);
  await publish("x");
  await eventually(() => (functions.calls.length === 1 ? true : undefined));
  await rig.stop();
  functions.respond = () => 200;
  rig = await start();
  await emptied();
  expect(texts()).toEqual(["x", "x"]);
});

test("under chaos every message still arrives, some of them twice", async () => {
  functions.functions = [listener];
  await known();
  await rig.admin("/chaos", "PUT", { seed: 5, duplicate: 0.5, delay: 0.5, delayMaxMs: 50, reorder: 0.5 });
  const sent = Array.from({ length: 20 }, (_, n) => `message-${n}`);
  for (const text of sent) await publish(text);
  await eventually(() =>
    new Set(texts()).size === sent.length && texts().length > sent.length ? true : undefined,
  );
  expect([...new Set(texts())].sort()).toEqual([...sent].sort());
});
