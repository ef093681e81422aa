// The Pub/Sub server under Google's unmodified client: what it promises about topics, subscriptions, delivery,
// acknowledgement, order, dead letters and what it refuses.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message, PubSub } from "@google-cloud/pubsub";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, PROJECT, type Rig, startRig } from "./rig.ts";

let rig: Rig;
let client: PubSub;
beforeEach(async () => {
  rig = await startRig();
  client = rig.client;
});
afterEach(() => rig.stop());

const depthOf = async (name: string): Promise<number> => {
  const all = (await rig.admin("/subscriptions")) as unknown as { name: string; unacknowledged: number }[];
  return all.find((one) => one.name.endsWith(`/${name}`))?.unacknowledged ?? -1;
};

test("topics and subscriptions are created once, listed, found, updated and deleted", async () => {
  const [topic] = await client.createTopic("intents");
  await expect(client.createTopic("intents")).rejects.toMatchObject({ code: 6 });
  const [sub] = await topic.createSubscription("readers", { ackDeadlineSeconds: 20, labels: { a: "b" } });
  await expect(topic.createSubscription("readers")).rejects.toMatchObject({ code: 6 });
  expect((await client.getTopics())[0].map(({ name }) => name)).toEqual([
    `projects/${PROJECT}/topics/intents`,
  ]);
  expect((await topic.getSubscriptions())[0].map(({ name }) => name)).toEqual([sub.name]);
  await sub.setMetadata({ ackDeadlineSeconds: 30 });
  const [metadata] = await sub.getMetadata();
  expect(metadata).toMatchObject({ ackDeadlineSeconds: 30, labels: { a: "b" }, topic: topic.name });
  await sub.delete();
  await expect(sub.getMetadata()).rejects.toMatchObject({ code: 5 });
  await topic.delete();
  await expect(topic.publishMessage({ data: Buffer.from("x") })).rejects.toMatchObject({ code: 5 });
});

test("a published message reaches every subscription with its data and attributes, and goes when acknowledged", async () => {
  const [topic] = await client.createTopic("intents");
  const subs = await Promise.all(
    ["one", "two"].map(async (name) => (await topic.createSubscription(name))[0]),
  );
  const received = subs.map((sub) => new Promise<Message>((resolve) => sub.on("message", resolve)));
  const id = await topic.publishMessage({ data: Buffer.from("héllo"), attributes: { strategy: "trend" } });
  for (const message of await Promise.all(received)) {
    expect(message.id).toBe(id);
    expect(message.data.toString()).toBe("héllo");
    expect(message.attributes).toEqual({ strategy: "trend" });
    expect(Math.abs(message.publishTime.getTime() - Date.now())).toBeLessThan(5_000);
    message.ack();
  }
  await eventually(async () =>
    (await depthOf("one")) === 0 && (await depthOf("two")) === 0 ? true : undefined,
  );
  await Promise.all(subs.map((sub) => sub.close()));
});

test("a message that is given back is delivered again", async () => {
  const [topic] = await client.createTopic("intents");
  const [sub] = await topic.createSubscription("readers");
  let deliveries = 0;
  const done = new Promise<void>((resolve) => {
    sub.on("message", (message: Message) => {
      deliveries += 1;
      if (deliveries < 3) message.nack();
      else {
        message.ack();
        resolve();
      }
    });
  });
  await topic.publishMessage({ data: Buffer.from("x") });
  await done;
  await eventually(async () => ((await depthOf("readers")) === 0 ? true : undefined));
  expect(deliveries).toBe(3);
  await sub.close();
});

test("messages of one ordering key come in order, also when one of them fails", async () => {
  const [topic] = await client.createTopic("ordered");
  const [sub] = await topic.createSubscription("readers", { enableMessageOrdering: true });
  const publisher = client.topic("ordered", { messageOrdering: true });
  const count = 12;
  for (let n = 0; n < count; n += 1) {
    for (const orderingKey of ["a", "b"])
      void publisher.publishMessage({ data: Buffer.from(String(n)), orderingKey });
  }
  const done: Record<string, number[]> = { a: [], b: [] };
  let hasFailed = false;
  await new Promise<void>((resolve) => {
    sub.on("message", (message: Message) => {
      const n = Number(message.data.toString());
      if (n === 7 && message.orderingKey === "a" && !hasFailed) {
        hasFailed = true;
        message.nack();
        return;
      }
      done[message.orderingKey ?? ""]?.push(n);
      message.ack();
      if (done.a?.length === count && done.b?.length === count) resolve();
    });
  });
  const inOrder = Array.from({ length: count }, (_, n) => n);
  expect(done).toEqual({ a: inOrder, b: inOrder });
  await sub.close();
});

test("a message that fails five times goes to the dead-letter topic, saying where it came from", async () => {
  const [topic] = await client.createTopic("intents");
  const [dead] = await client.createTopic("dead");
  const [graves] = await dead.createSubscription("graves");
  const [sub] = await topic.createSubscription("readers", {
    deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 },
  });
  const attempts: number[] = [];
  sub.on("message", (message: Message) => {
    attempts.push(message.deliveryAttempt);
    message.nack();
  });
  const buried = new Promise<Message>((resolve) => graves.on("message", resolve));
  await topic.publishMessage({ data: Buffer.from("x"), attributes: { own: "1" } });
  const message = await buried;
  message.ack();
  expect(attempts).toEqual([1, 2, 3, 4, 5]);
  expect(message.attributes).toMatchObject({
    own: "1",
    CloudPubSubDeadLetterSourceDeliveryCount: "5",
    CloudPubSubDeadLetterSourceSubscription: "readers",
    CloudPubSubDeadLetterSourceSubscriptionProject: PROJECT,
  });
  expect(await depthOf("readers")).toBe(0);
  await Promise.all([sub.close(), graves.close()]);
});

test("a consumer never holds more messages than its flow control allows", async () => {
  const [topic] = await client.createTopic("intents");
  await topic.createSubscription("readers");
  const sub = client.subscription("readers", {
    flowControl: { maxMessages: 2, allowExcessMessages: false },
    streamingOptions: { maxStreams: 1 },
  });
  for (let n = 0; n < 12; n += 1) await topic.publishMessage({ data: Buffer.from(String(n)) });
  let most = 0;
  let done = 0;
  await new Promise<void>((resolve) => {
    sub.on("message", async (message: Message) => {
      const all = (await rig.admin("/subscriptions")) as unknown as { leased: number }[];
      most = Math.max(most, all[0]?.leased ?? 0);
      message.ack();
      done += 1;
      if (done === 12) resolve();
    });
  });
  expect(most).toBeLessThanOrEqual(2);
  await sub.close();
});

test("features that are missing are refused, not ignored", async () => {
  const [topic] = await client.createTopic("intents");
  const [sub] = await topic.createSubscription("readers");
  await expect(topic.createSubscription("filtered", { filter: 'attributes.a = "b"' })).rejects.toMatchObject({
    code: 12,
  });
  await expect(topic.createSubscription("exact", { enableExactlyOnceDelivery: true })).rejects.toMatchObject({
    code: 12,
  });
  await expect(sub.seek(new Date())).rejects.toMatchObject({ code: 12 });
  await expect(client.createSchema("s", "AVRO", "{}")).rejects.toMatchObject({ code: 12 });
  await expect(topic.createSubscription("deadline", { ackDeadlineSeconds: 5 })).rejects.toMatchObject({
    code: 3,
  });
  await expect(client.topic("absent").createSubscription("orphan")).rejects.toMatchObject({ code: 5 });
});

test("a push subscription is called until it answers with success, in Pub/Sub's wrapped form", async () => {
  const bodies: { message: { data: string; messageId: string }; subscription: string }[] = [];
  const statuses = [500, 404, 204];
  const endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(statuses[bodies.length - 1] ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/push`;
  const [topic] = await client.createTopic("intents");
  await topic.createSubscription("pushed", { pushConfig: { pushEndpoint: url } });
  const id = await topic.publishMessage({ data: Buffer.from("x") });
  await eventually(async () => ((await depthOf("pushed")) === 0 ? true : undefined));
  expect(bodies).toHaveLength(3);
  for (const body of bodies) {
    expect(body.subscription).toBe(`projects/${PROJECT}/subscriptions/pushed`);
    expect(body.message).toMatchObject({ messageId: id, data: Buffer.from("x").toString("base64") });
  }
  endpoint.close();
});

test("a stream on a missing subscription fails with NOT_FOUND, and so does one whose subscription is deleted", async () => {
  const errorOf = (sub: ReturnType<PubSub["subscription"]>) =>
    new Promise<unknown>((resolve) => {
      sub.on("error", resolve);
      sub.on("message", (message: Message) => message.ack());
    });
  const missing = client.subscription("absent");
  expect(await errorOf(missing)).toMatchObject({ code: 5 });
  const [topic] = await client.createTopic("intents");
  const [sub] = await topic.createSubscription("readers");
  const failed = errorOf(sub);
  await topic.publishMessage({ data: Buffer.from("x") });
  await eventually(async () => ((await depthOf("readers")) === 0 ? true : undefined));
  await client.subscription("readers").delete();
  expect(await failed).toMatchObject({ code: 5 });
  await Promise.all([missing.close(), sub.close()]);
});
