// A Pub/Sub server in this process with Google's own client on it, for the tests of this folder.
import { PubSub, v1 } from "@google-cloud/pubsub";
import { credentials } from "@grpc/grpc-js";
import { type PubSubServerOptions, startPubSubServer } from "#local/pubsub/server.ts";

export const PROJECT = "demo-ballast";

export interface Rig {
  readonly port: number;
  readonly lines: string[];
  readonly client: PubSub;
  readonly subscriber: v1.SubscriberClient;
  admin(path: string, method?: string, body?: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export function clientsOf(port: number): { client: PubSub; subscriber: v1.SubscriberClient } {
  process.env.METADATA_SERVER_DETECTION = "none";
  process.env.PUBSUB_EMULATOR_HOST = `127.0.0.1:${port}`;
  const client = new PubSub({ projectId: PROJECT });
  const subscriber = new v1.SubscriberClient({
    projectId: PROJECT,
    servicePath: "127.0.0.1",
    port,
    sslCreds: credentials.createInsecure(),
  });
  return { client, subscriber };
}

export async function startRig(options: Partial<PubSubServerOptions> = {}): Promise<Rig> {
  const lines: string[] = [];
  const server = await startPubSubServer({
    host: "127.0.0.1",
    port: 0,
    log: (line) => lines.push(line),
    ...options,
  });
  const { client, subscriber } = clientsOf(server.port);
  return {
    port: server.port,
    lines,
    client,
    subscriber,
    async admin(path, method = "GET", body = undefined) {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    async stop() {
      await client.close();
      await subscriber.close();
      await server.stop();
    },
  };
}

/** Waits until `check` gives a value, asking again every few milliseconds; the test's own timeout ends it. */
export async function eventually<T>(check: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
