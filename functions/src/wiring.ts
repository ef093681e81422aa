// Which adapter is which port, and which setting goes where: the only place that knows adapters. The first
// call of `wiring` makes them, so importing a function costs nothing and discovery needs no setting.

import { appAuth } from "#adapters/auth/app-auth.ts";
import { createFirebaseAuthenticator } from "#adapters/auth/firebase-authenticator.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { appFirestore } from "#adapters/firestore/app-firestore.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createSecretManagerKeys } from "#adapters/secrets/cloud-secret-keys.ts";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { createGoogleApi, processToken } from "#adapters/secrets/google-api.ts";
import { createKmsWrapping } from "#adapters/secrets/kms-wrapping.ts";
import { createLocalWrapping } from "#adapters/secrets/local-wrapping.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSealedKeys } from "#adapters/secrets/sealed-keys.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { type CloudTasksOptions, createCloudTasks } from "#adapters/tasks/cloud-tasks.ts";
import { taskTarget } from "#adapters/tasks/task-target.ts";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import { compose, type Duties, type Ports } from "./compose.ts";
import { type Config, config } from "./config.ts";

/** Longest wait for the receiver of notifications: a pass of them stays inside a function's timeout. */
const NOTIFIER_TIMEOUT_MS = 5_000;
/** Entry of the hook secrets that signs what we send ourselves. */
const NOTIFIER_SECRET = "notifier";

let duties: Duties | null = null;

/** This process's duties, composed at the first call. Throws ConfigError. */
export function wiring(): Duties {
  duties ??= wired(config());
  return duties;
}

function wired(settings: Config): Duties {
  const ports = portsOf(settings);
  const { environment, paperVenueOrigin, stamps } = settings;
  const release = { knowledge: KNOWLEDGE, stamps };
  return compose(ports, { environment, paperVenueOrigin, release, holderId: ports.identity.newId() }).duties;
}

function portsOf(settings: Config): Ports {
  const clock = createSystemClock();
  const documents = createFirestoreDocuments(appFirestore);
  const secrets: Secrets = {
    ...createParameterSecrets(settings),
    venueKeys: venueKeysOf(settings, documents),
  };
  return {
    authenticator: createFirebaseAuthenticator(appAuth),
    bus: createPubSubBus({ projectId: settings.projectId }),
    clock,
    deadline: systemDeadline,
    documents,
    identity: createSystemIdentity(),
    logger: createLogger(),
    notifier: notifierOf(settings, secrets, clock),
    openVenue: createCcxtVenue,
    secrets,
    tasks: createCloudTasks(tasksOptions(settings)),
  };
}

function venueKeysOf(settings: Config, documents: DocumentPort): Secrets["venueKeys"] {
  const { keyStore, projectId } = settings;
  switch (keyStore.kind) {
    case "file":
      return createFileKeys(keyStore.path);
    case "secretManager":
      return createSecretManagerKeys({ projectId, api: createGoogleApi(processToken()) });
    case "kms":
      return sealedKeysUnder(
        createKmsWrapping({ keyName: keyStore.keyName, api: createGoogleApi(processToken()) }),
        settings,
        documents,
      );
    case "localKey":
      return sealedKeysUnder(createLocalWrapping(keyStore.key), settings, documents);
  }
}

function sealedKeysUnder(
  wrapping: KeyWrapping,
  { environment }: Config,
  documents: DocumentPort,
): Secrets["venueKeys"] {
  const read = async (accountId: string): Promise<unknown> => {
    const [snapshot] = await documents.getAll([paths.sealedKeys(accountId)]);
    return snapshot?.data ?? null;
  };
  return createSealedKeys({ environment, wrapping, read });
}

function notifierOf({ notifierUrl: url }: Config, secrets: Secrets, clock: Clock): Notifier | null {
  if (url === null) return null;
  const signing = (): Promise<readonly string[]> => secrets.hookSigningSecrets(NOTIFIER_SECRET);
  return createWebhookNotifier({ url, secrets: signing, clock, timeoutMs: NOTIFIER_TIMEOUT_MS });
}

function tasksOptions(settings: Config): CloudTasksOptions {
  return {
    projectId: settings.projectId,
    location: settings.location,
    taskTargets: {
      followUp: taskTarget(settings, "followUp"),
      outbox: taskTarget(settings, "outbox"),
      watchdog: taskTarget(settings, "watchdog"),
    },
    invoker: settings.taskInvoker,
    endpoint: settings.tasksEndpoint,
  };
}
