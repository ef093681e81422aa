// The ground of the public functions behind the real framework: a database with one account and two hooks, a Pub/Sub, and
// the settings that lead a process to both. Starts one process a function.

import { join } from "node:path";
import { PubSub } from "@google-cloud/pubsub";
import type { Firestore } from "firebase-admin/firestore";
import { encode } from "#app/documents";
import { newControlState, operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import { startPubSubServer } from "#local/pubsub/server.ts";
import { buildChanged } from "#local/stack/build.ts";
import { MACHINE, MACHINE_SECRET } from "./commands.ts";
import { type FrameworkProcess, startFramework } from "./framework.ts";
import { startFirestore } from "./local-firestore.ts";
import { DIRECT_HOOK, hookWith, SIGNED_HOOK, SIGNING_SECRET } from "./receiver.ts";
import { ACCOUNT, configWith } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Answers nothing: no test of the front door trades. */
const NO_ORIGIN = "http://127.0.0.1:1";

export interface ServedFunctions extends AsyncDisposable {
  readonly database: Firestore;
  start(functionName: string): Promise<FrameworkProcess>;
}

export async function startServedFunctions(): Promise<ServedFunctions> {
  // Google's clients would otherwise look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = "none";
  await buildChanged(ROOT, () => undefined);
  const firestore = await startFirestore();
  const pubsub = await startPubSubServer({ host: "127.0.0.1", port: 0, log: () => undefined });
  await seed(firestore.admin);
  await makeTopics(firestore.projectId, pubsub.port);
  const environment = {
    GCLOUD_PROJECT: firestore.projectId,
    FIRESTORE_EMULATOR_HOST: `127.0.0.1:${firestore.port}`,
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${pubsub.port}`,
    METADATA_SERVER_DETECTION: "none",
    BALLAST_ENVIRONMENT: "test",
    BALLAST_LOCATION: "asia-northeast1",
    BALLAST_PAPER_VENUE_ORIGIN: NO_ORIGIN,
    BALLAST_TASK_TARGET_ORIGIN: NO_ORIGIN,
    BALLAST_VENUE_KEYS_FILE: "/none: no test of the front door trades",
    BALLAST_HOOK_SECRETS: JSON.stringify({ [SIGNED_HOOK]: [`whsec_${SIGNING_SECRET}`] }),
    BALLAST_MACHINE_SECRETS: JSON.stringify({
      [MACHINE]: { signingSecrets: [`whsec_${MACHINE_SECRET}`], accounts: [ACCOUNT] },
    }),
  };
  const running: FrameworkProcess[] = [];
  return {
    database: firestore.admin,
    async start(functionName) {
      const started = await startFramework(functionName, environment);
      running.push(started);
      return started;
    },
    async [Symbol.asyncDispose]() {
      for (const each of running) await each[Symbol.asyncDispose]();
      await pubsub.stop();
      await firestore[Symbol.asyncDispose]();
    },
  };
}

async function makeTopics(projectId: string, port: number): Promise<void> {
  const client = new PubSub({ projectId, apiEndpoint: `127.0.0.1:${port}`, emulatorMode: true });
  for (const topic of ["intents", "commands"]) await client.createTopic(topic);
  await client.close();
}

async function seed(database: Firestore): Promise<void> {
  const nowMs = Date.now();
  const signed = hookWith({
    hookId: SIGNED_HOOK,
    mode: "signed",
    tokenSha256: null,
    sourceAddresses: [],
    maxRequestsPerMinute: 10_000,
  });
  const documents: readonly (readonly [path: string, data: object])[] = [
    [paths.environment, { name: "test" }],
    [paths.account(ACCOUNT), { accountId: ACCOUNT, name: "Main", venue: "binance-usdm", mode: "paper" }],
    [paths.config(ACCOUNT), configWith()],
    [
      paths.control(ACCOUNT),
      newControlState(ACCOUNT, 1, operatorLatch("ACTIVE", "test", "start", nowMs), nowMs),
    ],
    [paths.hook(DIRECT_HOOK), hookWith({ maxRequestsPerMinute: 10_000 })],
    [paths.hook(SIGNED_HOOK), signed],
  ];
  for (const [path, data] of documents) await database.doc(path).set(encode(data));
}
