// What operator commands stand on: the real adapters, aimed at the local stack by default. Keeps true that a tool acts
// only on the environment that it was told and that the database is labelled with, that it writes only with --write,
// and on prod only when that is allowed besides.
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { checkEnvironment } from "#app/documents";
import type { Environment } from "#domain/documents/account.ts";
import { LOCAL_HOST, type LocalPorts, resolvePorts } from "#local/ports.ts";
import type { Bus } from "#ports/bus.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { environmentName } from "#schemas/config.ts";
import { guardedBus, guardedDocuments } from "./guarded.ts";

/** Options that every tool has. */
export const TARGET_OPTIONS = {
  environment: { type: "string", default: "local" },
  project: { type: "string", default: "demo-ballast" },
  write: { type: "boolean", default: false },
  "allow-prod": { type: "boolean", default: false },
} as const;
export const TARGET_USAGE = "[--environment NAME --project ID] [--write] [--allow-prod]";

export interface TargetValues {
  readonly environment: string;
  readonly project: string;
  readonly write: boolean;
  readonly "allow-prod": boolean;
}

export interface OperatorParts {
  readonly environment: Environment;
  /** Writes only with --write; without it says what it would write. */
  readonly documents: DocumentPort;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly writes: boolean;
  readonly say: (line: string) => void;
  /** Null on every environment but `local`. */
  readonly localPorts: LocalPorts | null;
  close(): Promise<void>;
}

/** Throws with the cause and the remedy when the target is not what it is called, or prod was not allowed. */
export async function systemParts(values: TargetValues): Promise<OperatorParts> {
  const environment = environmentName.parse(values.environment);
  const { project: projectId, write: writes } = values;
  if (environment === "prod" && writes && !values["allow-prod"]) {
    throw new Error(
      `This would write to prod (project ${projectId}); add --allow-prod if that is what you want`,
    );
  }
  const localPorts = environment === "local" ? useLocalStack() : null;
  const say = (line: string): void => console.log(line);
  console.error(
    `Acting on ${environment} (project ${projectId})${writes ? "" : ", a dry run: nothing is written"}`,
  );
  const app = initializeApp({ projectId }, "operator");
  const documents = createFirestoreDocuments(getFirestore(app));
  const bus = createPubSubBus({ projectId });
  const close = async (): Promise<void> => {
    await bus.close();
    await deleteApp(app);
  };
  try {
    await checkEnvironment(documents, environment);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    environment,
    documents: guardedDocuments(documents, { writes, say }),
    bus: guardedBus(bus, { writes, say }),
    clock: createSystemClock(),
    writes,
    say,
    localPorts,
    close,
  };
}

/** A tool's whole run: its work over the target, its faults in words, and the exit code. */
export function runTool(values: TargetValues, work: (parts: OperatorParts) => Promise<void>): void {
  const run = async (): Promise<void> => {
    const parts = await systemParts(values);
    try {
      await work(parts);
      if (!parts.writes) console.error("Nothing was written (--write writes)");
    } finally {
      await parts.close();
    }
  };
  run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

/** Google's own clients find emulators by these variables. */
function useLocalStack(): LocalPorts {
  const ports = resolvePorts(process.env);
  process.env.FIRESTORE_EMULATOR_HOST = `${LOCAL_HOST}:${ports.firestore}`;
  process.env.PUBSUB_EMULATOR_HOST = `${LOCAL_HOST}:${ports.pubsub}`;
  return ports;
}
