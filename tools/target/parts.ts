// The ground of a verb: the product's composition over the real adapters, aimed at the local stack by default. A verb
// acts only on the environment that it was told and that the database is labelled with, and writes only with --write.
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Auth, getAuth } from "firebase-admin/auth";
import { getFirestore } from "firebase-admin/firestore";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { presentRelease } from "#app/documents";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { marked } from "#domain/telling/marked.ts";
import { compose, type Deps, type Ports } from "#functions/compose.ts";
import { localPaperOrigins } from "#local/stack/settings.ts";
import type { Logger } from "#ports/logger.ts";
import { MissingSecretError, type Secrets } from "#ports/secrets.ts";
import { TaskError, type Tasks } from "#ports/tasks.ts";
import { guardedBus, guardedDocuments } from "./guarded.ts";
import { type Target, type TargetValues, targetOf, useLocalStack } from "./target.ts";

/** Documents and messages are written only with --write; without it they are said. */
export interface OperatorParts extends Deps {
  readonly target: Target;
  readonly writes: boolean;
  readonly say: (line: string) => void;
  readonly auth: () => Auth;
  close(): Promise<void>;
}

/** For a verb that asks venues itself. */
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
export const NO_VENUE: VenueAccess = { secrets: NO_SECRETS, paperVenueOrigin: null };

/** Parts whose database was not asked for its label yet: for the one verb that writes it, and for setup. */
export function partsOf(
  target: Target,
  venue: VenueAccess = NO_VENUE,
  say = (line: string): void => console.log(marked(line)),
): OperatorParts & Labelled {
  const { environment, projectId, writes, localPorts } = target;
  if (localPorts !== null) useLocalStack(localPorts);
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
  const paperOrigins =
    venue.paperVenueOrigin === null && localPorts !== null
      ? localPaperOrigins(localPorts)
      : everyVenueAt(venue.paperVenueOrigin ?? NOWHERE);
  const release = presentRelease("new");
  const { duties, deps } = compose(ports, { environment, holderId, paperOrigins, release });
  return { ...deps, target, writes, say, auth: () => getAuth(app), close, guard: duties.guard };
}

/** Its guard rejects while the database's label is another one, or missing. */
interface Labelled {
  readonly guard: () => Promise<void>;
}

/** Throws with the cause and the remedy when the target's label differs, or prod is not allowed. */
export async function systemParts(
  values: TargetValues,
  venue: VenueAccess = NO_VENUE,
): Promise<OperatorParts> {
  const target = targetOf(values);
  sayTarget(target, values);
  const parts = partsOf(target, venue);
  try {
    await parts.guard();
  } catch (error) {
    await parts.close();
    throw error;
  }
  return parts;
}

export function sayTarget({ environment, projectId, writes }: Target, values: TargetValues): void {
  const dry = values.write === undefined || writes ? "" : ", a dry run: nothing is written";
  console.error(`Acting on ${environment} (project ${projectId})${dry}`);
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
