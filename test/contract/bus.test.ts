// The bus contract over memory and over the real Pub/Sub client against the local server.
// Proves: adapters/pubsub/
import { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorOwner } from "#adapters/google/access-token.ts";
import { googleRestTo } from "#adapters/google/google-rest.ts";
import { createPubSubBus, type PubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createRestBus, PUBLISH_ATTEMPT_MS } from "#adapters/pubsub/rest-bus.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { type PubSubServer, startPubSubServer } from "#local/pubsub/server.ts";
import type { Bus, Topic } from "#ports/bus.ts";
import { BusError } from "#ports/bus.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { describeBus } from "./bus.ts";

let server: PubSubServer;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  // Google's clients would otherwise look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = "none";
  server = await startPubSubServer({ host: "127.0.0.1", port: 0, log: () => undefined });
});

afterAll(async () => {
  await Promise.all(opened.map((client) => client.close()));
  await server.stop();
});

describeBus("memory", async () => {
  const bus = createMemoryBus();
  return {
    bus,
    received: async (topic) => bus.take(topic).map(({ payload, attributes }) => ({ payload, attributes })),
  };
});

let projects = 0;

function busOn(port: number): { bus: PubSubBus; projectId: string } {
  projects += 1;
  const projectId = `demo-bus-${projects}`;
  const bus = createPubSubBus({ projectId, endpoint: `127.0.0.1:${port}` });
  opened.push(bus);
  return { bus, projectId };
}

function restBusOn(port: number): { bus: Bus; projectId: string } {
  projects += 1;
  const projectId = `demo-bus-${projects}`;
  const rest = googleRestTo("pubsub.googleapis.com", {
    emulator: `127.0.0.1:${port}`,
    attemptMs: PUBLISH_ATTEMPT_MS,
    accessToken: emulatorOwner,
    clock: createSystemClock(),
  });
  return { bus: createRestBus({ projectId, rest }), projectId };
}

describe.each([
  ["Pub/Sub", busOn],
  ["Pub/Sub's JSON API", restBusOn],
])("%s", (name, open) => {
  describeBus(name, async () => {
    const { bus, projectId } = open(server.port);
    const reader = new PubSub({ projectId, apiEndpoint: `127.0.0.1:${server.port}`, emulatorMode: true });
    opened.push(reader);
    for (const topic of ["intents", "commands"] satisfies Topic[]) {
      await reader.createTopic(topic);
      await reader.createSubscription(topic, `${topic}-reader`);
    }
    return {
      bus,
      received: (topic, count) =>
        new Promise((resolve, reject) => {
          const messages: { payload: unknown; attributes: Record<string, string> }[] = [];
          const subscription = reader.subscription(`${topic}-reader`);
          subscription.on("error", reject);
          subscription.on("message", (message) => {
            message.ack();
            messages.push({ payload: JSON.parse(message.data.toString()), attributes: message.attributes });
            if (messages.length === count) subscription.close().then(() => resolve(messages), reject);
          });
        }),
    };
  });

  describe("the bus", () => {
    it("says so when the topic does not exist", async () => {
      const { bus } = open(server.port);
      await expect(bus.publish("intents", {}, {})).rejects.toBeInstanceOf(BusError);
    });

    it("says so within its bound when the port is closed", async () => {
      const { bus } = open(1);
      await expect(bus.publish("intents", {}, {})).rejects.toBeInstanceOf(BusError);
    }, 10_000);
  });
});
