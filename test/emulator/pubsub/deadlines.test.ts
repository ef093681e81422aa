// Deadlines, back-off, retention and the chaos switch, on a clock that the test moves.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Chaos, NO_CHAOS } from "#local/pubsub/chaos.ts";
import { DeliveryQueue } from "#local/pubsub/delivery-queue.ts";
import type { Message } from "#local/pubsub/message.ts";
import { ManualClock } from "../manual-clock.ts";
import { PROJECT, type Rig, startRig } from "./rig.ts";

const START_MS = Date.parse("2026-01-01T00:00:00Z");
let rig: Rig;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock(START_MS);
  rig = await startRig({ clock });
  await rig.client.createTopic("intents");
});
afterEach(() => rig.stop());

const subscription = `projects/${PROJECT}/subscriptions/readers`;
async function pull(): Promise<{ ackId: string; data: string }[]> {
  const [answer] = await rig.subscriber.pull({ subscription, maxMessages: 10, returnImmediately: true });
  return (answer.receivedMessages ?? []).map((one) => ({
    ackId: String(one.ackId),
    data: String(one.message?.data),
  }));
}
const publish = (text: string) => rig.client.topic("intents").publishMessage({ data: Buffer.from(text) });

test("a message that is not acknowledged within its deadline comes again, and never before", async () => {
  await rig.client.topic("intents").createSubscription("readers", { ackDeadlineSeconds: 10 });
  await publish("x");
  expect(await pull()).toHaveLength(1);
  clock.advance(9_999);
  expect(await pull()).toHaveLength(0);
  clock.advance(1);
  expect(await pull()).toHaveLength(1);
});

test("a prolonged deadline holds, an expired delivery's acknowledgement does not count", async () => {
  await rig.client.topic("intents").createSubscription("readers", { ackDeadlineSeconds: 10 });
  await publish("x");
  const [first] = await pull();
  const ackIds = [String(first?.ackId)];
  await rig.subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds: 60 });
  clock.advance(59_000);
  expect(await pull()).toHaveLength(0);
  clock.advance(1_000);
  await rig.subscriber.acknowledge({ subscription, ackIds });
  const [second] = await pull();
  expect(second?.data).toBe("x");
  await rig.subscriber.acknowledge({ subscription, ackIds: [String(second?.ackId)] });
  clock.advance(600_000);
  expect(await pull()).toHaveLength(0);
});

test("a retry policy spaces redeliveries: the minimum first, doubling, up to the maximum", async () => {
  await rig.client.topic("intents").createSubscription("readers", {
    retryPolicy: { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 30 } },
  });
  await publish("x");
  const waitsMs: number[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const [delivery] = await pull();
    const ackIds = [String(delivery?.ackId)];
    await rig.subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds: 0 });
    const startMs = clock.nowMs();
    while ((await rig.admin("/subscriptions").then(readyOf)) === 0) clock.advance(1_000);
    waitsMs.push(clock.nowMs() - startMs);
  }
  expect(waitsMs).toEqual([10_000, 20_000, 30_000, 30_000]);
});

test("a message older than the retention is dropped, and the log says so", async () => {
  await rig.client
    .topic("intents")
    .createSubscription("readers", { messageRetentionDuration: { seconds: 600 } });
  const id = await publish("x");
  clock.advance(700_000);
  expect(await pull()).toHaveLength(0);
  expect(rig.lines.some((line) => line.includes(`dropped message ${id}`))).toBe(true);
});

function readyOf(answer: unknown): number {
  return (answer as { ready: number }[])[0]?.ready ?? 0;
}

function chaoticOrder(seed: number): string[] {
  const still = new ManualClock(START_MS);
  const rules = { isOrdered: false, backoffMs: () => 0, maxAttempts: undefined, retentionMs: 1e12 };
  const owner = { onDelivered() {}, onGone() {}, onExpired() {}, onExhausted: () => false };
  const chaos = new Chaos({ ...NO_CHAOS, seed, duplicate: 0.3, delay: 0.3, delayMaxMs: 5_000, reorder: 0.5 });
  const queue = new DeliveryQueue(rules, owner, still, chaos);
  for (let n = 0; n < 40; n += 1) {
    const message: Message = {
      id: String(n),
      data: Buffer.from("x"),
      attributes: {},
      orderingKey: "",
      publishTimeMs: START_MS,
    };
    queue.add(message);
  }
  const order: string[] = [];
  while (queue.depth.unacknowledged > 0 || queue.depth.ready > 0 || still.nextAtMs !== undefined) {
    const [delivery] = queue.take({ maxMessages: 1, maxBytes: 1e9, leaseMs: 60_000 });
    if (delivery === undefined) still.advance(100);
    else {
      order.push(delivery.message.id);
      queue.acknowledge([delivery.ackId]);
    }
    if (queue.depth.unacknowledged === 0 && queue.depth.ready === 0 && still.nowMs() > START_MS + 10_000)
      break;
    if (queue.depth.unacknowledged === 0 && queue.depth.ready === 0) still.advance(1_000);
  }
  return order;
}

test("chaos duplicates and reorders by its seed alone, and loses nothing", () => {
  const order = chaoticOrder(7);
  expect(order).toEqual(chaoticOrder(7));
  expect(order).not.toEqual(chaoticOrder(8));
  expect(new Set(order).size).toBe(40);
  expect(order.length).toBeGreaterThan(40);
  expect(order).not.toEqual([...order].sort((a, b) => Number(a) - Number(b)));
});

test("the chaos switch is set and read over the admin endpoint, and refuses nonsense", async () => {
  expect(await rig.admin("/chaos", "PUT", { seed: 3, duplicate: 0.5 })).toMatchObject({
    seed: 3,
    duplicate: 0.5,
  });
  expect(await rig.admin("/chaos")).toMatchObject({ seed: 3, duplicate: 0.5, reorder: 0 });
  expect(await rig.admin("/chaos", "PUT", { duplicate: 2 })).toMatchObject({
    error: expect.stringContaining("duplicate"),
  });
  expect(await rig.admin("/chaos", "PUT", { loss: 1 })).toMatchObject({
    error: expect.stringContaining("loss"),
  });
  expect(await rig.admin("/chaos", "DELETE")).toMatchObject(NO_CHAOS);
});
