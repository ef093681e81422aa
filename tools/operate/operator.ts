// The ground of operator commands: the product's composition over the real adapters, aimed at the local stack
// by default. A tool acts only on the environment that it was told and that the database is labelled with. It
// writes only with --write, and on prod only when that is allowed besides.

import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { presentRelease } from "#app/documents";
import { marked } from "#domain/telling/marked.ts";
import { compose, type Deps, type Ports } from "#functions/compose.ts";
import { LOCAL_HOST, type LocalPorts, resolvePorts } from "#local/ports.ts";
import type { Logger } from "#ports/logger.ts";
import { MissingSecretError, type Secrets } from "#ports/secrets.ts";
import { TaskError, type Tasks } from "#ports/tasks.ts";
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

/** Documents and messages are written only with --write; without it they are said. */
export interface OperatorParts extends Deps {
  readonly writes: boolean;
  readonly say: (line: string) => void;
  /** Null on every environment but `local`. */
  readonly localPorts: LocalPorts | null;
  close(): Promise<void>;
}

/** For a tool that asks venues itself. */
export interface VenueAccess {
  readonly secrets: Secrets;
  /** Null: the local stack's exchange, where there is one. */
  readonly paperVenueOrigin: string | null;
}

/** A tool that trades nothing has no keys. */
const NO_SECRETS: Secrets = {
  ...createParameterSecrets({ hookSecrets: null, machineSecrets: null }),
  venueKeys: async (accountId) => {
    throw new MissingSecretError(`This tool has no venue keys for account ${accountId}`);
  },
};
const NO_VENUE: VenueAccess = { secrets: NO_SECRETS, paperVenueOrigin: null };

/** Throws with the cause and the remedy when the target's label differs, or prod is not allowed. */
export async function systemParts(
  values: TargetValues,
  venue: VenueAccess = NO_VENUE,
): Promise<OperatorParts> {
  const environment = environmentName.parse(values.environment);
  const { project: projectId, write: writes } = values;
  if (environment === "prod" && writes && !values["allow-prod"]) {
    throw new Error(
      `This would write to prod (project ${projectId}); add --allow-prod if that is what you want`,
    );
  }
  const localPorts = environment === "local" ? useLocalStack() : null;
  const say = (line: string): void => console.log(marked(line));
  console.error(
    `Acting on ${environment} (project ${projectId})${writes ? "" : ", a dry run: nothing is written"}`,
  );
  const app = initializeApp({ projectId }, "operator");
  const bus = createPubSubBus({ projectId });
  const close = async (): Promise<void> => {
    await bus.close();
    await deleteApp(app);
  };
  const guarding = { writes, say };
  const ports: Ports = {
    ...portsOfTool(venue.secrets),
    documents: guardedDocuments(
      createFirestoreDocuments(() => getFirestore(app)),
      guarding,
    ),
    bus: guardedBus(bus, guarding),
  };
  const holderId = `operator-${ports.identity.newId()}`;
  const paperVenueOrigin = venue.paperVenueOrigin ?? exchangeOrigin(localPorts) ?? NOWHERE;
  const { duties, deps } = compose(ports, {
    environment,
    holderId,
    paperVenueOrigin,
    release: presentRelease("new"),
  });
  try {
    await duties.guard();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...deps, writes, say, localPorts, close };
}

/** An address that no request leaves for: a paper account's orders then go nowhere. */
const NOWHERE = "http://127.0.0.1:1";

/** A tool's ports besides documents and bus. Log lines of use cases go to the error channel. */
function portsOfTool(secrets: Secrets): Omit<Ports, "documents" | "bus"> {
  const note = (message: string): void => console.error(message);
  const logger: Logger = { info: note, warn: note, error: note };
  return {
    authenticator: { verify: async () => null },
    clock: createSystemClock(),
    deadline: systemDeadline,
    identity: createSystemIdentity(),
    logger,
    notifier: null,
    openVenue: createCcxtVenue,
    secrets,
    tasks: NO_TASKS,
  };
}

/** A tool schedules no task: the schedules find the work that it leaves. */
const NO_TASKS: Tasks = {
  schedule: async ({ queue }) => {
    throw new TaskError(`A tool schedules no task of ${queue}`);
  },
};

export function exchangeOrigin(localPorts: LocalPorts | null): string | null {
  return localPorts === null ? null : `http://${LOCAL_HOST}:${localPorts.exchange}`;
}

/** A tool's whole run: its work over the target, its faults in words, and the exit code. */
export function runTool(
  values: TargetValues,
  work: (parts: OperatorParts) => Promise<void>,
  venue: VenueAccess = NO_VENUE,
): void {
  const run = async (): Promise<void> => {
    const parts = await systemParts(values, venue);
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
