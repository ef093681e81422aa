// What operator commands stand on: the real adapters, aimed at the local stack by default. Keeps true that a tool acts
// only on the environment that it was told and that the database is labelled with, and on prod only when allowed.
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { createFirestoreDocuments } from "../functions/src/adapters/firestore/firestore-documents.ts";
import { createPubSubBus } from "../functions/src/adapters/pubsub/pubsub-bus.ts";
import { createSystemClock } from "../functions/src/adapters/system/clock.ts";
import { checkEnvironment } from "../functions/src/app/checkEnvironment.ts";
import type { Bus } from "../functions/src/ports/bus.ts";
import type { Clock } from "../functions/src/ports/clock.ts";
import type { DocumentPort } from "../functions/src/ports/documents.ts";
import { environmentName } from "../functions/src/schemas/config.ts";
import { LOCAL_HOST, resolvePorts } from "../local/ports.ts";

export interface OperatorTarget {
  readonly environment: string;
  readonly projectId: string;
  readonly writes: boolean;
  readonly allowProd: boolean;
}

export interface OperatorParts {
  readonly documents: DocumentPort;
  readonly bus: Bus;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Throws with the cause and the remedy when the target is not what it is called, or prod was not allowed. */
export async function systemParts(target: OperatorTarget): Promise<OperatorParts> {
  const environment = environmentName.parse(target.environment);
  if (environment === "prod" && target.writes && !target.allowProd) {
    throw new Error(
      `This would write to prod (project ${target.projectId}); add --allow-prod if that is what you want`,
    );
  }
  if (environment === "local") useLocalStack();
  console.error(`Acting on ${environment} (project ${target.projectId})`);
  const app = initializeApp({ projectId: target.projectId }, "operator");
  const documents = createFirestoreDocuments(getFirestore(app));
  const bus = createPubSubBus({ projectId: target.projectId });
  await checkEnvironment(documents, environment);
  return {
    documents,
    bus,
    clock: createSystemClock(),
    close: async () => {
      await bus.close();
      await deleteApp(app);
    },
  };
}

/** Google's own clients find emulators by these variables. */
function useLocalStack(): void {
  const ports = resolvePorts(process.env);
  process.env.FIRESTORE_EMULATOR_HOST = `${LOCAL_HOST}:${ports.firestore}`;
  process.env.PUBSUB_EMULATOR_HOST = `${LOCAL_HOST}:${ports.pubsub}`;
}
