// Which adapter is which port, and which setting goes where: the only place that knows adapters. The first
// call of `wiring` makes them, so importing a function costs nothing and discovery needs no setting.

import { createRestDocuments, DOCUMENT_ATTEMPT_MS } from "#adapters/firestore/rest-documents.ts";
import { metadataToken } from "#adapters/google/access-token.ts";
import { type GoogleRest, googleRestTo } from "#adapters/google/google-rest.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { createRestBus, PUBLISH_ATTEMPT_MS } from "#adapters/pubsub/rest-bus.ts";
import { createSecretManagerKeys } from "#adapters/secrets/cloud-secret-keys.ts";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { createKmsWrapping } from "#adapters/secrets/kms-wrapping.ts";
import { createLocalWrapping } from "#adapters/secrets/local-wrapping.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSealedKeys } from "#adapters/secrets/sealed-keys.ts";
import { SECRET_CALL_MS } from "#adapters/secrets/secret-call.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { CREATE_ATTEMPT_MS, createRestTasks, type RestTasksOptions } from "#adapters/tasks/rest-tasks.ts";
import { taskTarget } from "#adapters/tasks/task-target.ts";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import type { Authenticator } from "#ports/authenticator.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { OpenVenue } from "#ports/venue.ts";
import { compose, type Duties, type Ports } from "./compose.ts";
import { type Config, config } from "./config.ts";

/** Longest wait for the receiver of notifications: a pass of them stays inside a function's timeout. */
const NOTIFIER_TIMEOUT_MS = 5_000;
/** The metadata server is on the instance's own machine. */
const TOKEN_TIMEOUT_MS = 2_000;
/** Entry of the hook secrets that signs what we send ourselves. */
const NOTIFIER_SECRET = "notifier";

/** Clients of venues, and of Firebase Auth: each a file of its own, because most functions need neither. */
export const loadVenues = () => import("#adapters/ccxt/ccxt-venue.ts");
const loadAuth = async () => ({
  ...(await import("#adapters/auth/app-auth.ts")),
  ...(await import("#adapters/auth/firebase-authenticator.ts")),
});

const lazyAuthenticator: Authenticator = {
  verify: async (token) => {
    const { appAuth, createFirebaseAuthenticator } = await loadAuth();
    return await createFirebaseAuthenticator(appAuth).verify(token);
  },
};

let duties: Duties | null = null;

/** This process's duties, composed at the first call. Throws ConfigError. */
export function wiring(): Duties {
  duties ??= wired(config());
  return duties;
}

function wired(settings: Config): Duties {
  const ports = portsOf(settings);
  const { environment, paperOrigins, stamps } = settings;
  const release = { knowledge: KNOWLEDGE, stamps };
  return compose(ports, { environment, paperOrigins, release, holderId: ports.identity.newId() }).duties;
}

function portsOf(settings: Config): Ports {
  const { projectId } = settings;
  const clock = createSystemClock();
  const accessToken = metadataToken(createNodeTransport(TOKEN_TIMEOUT_MS), clock);
  const restTo = (api: string, attemptMs: number, emulator: string | null) =>
    googleRestTo(api, { emulator, attemptMs, accessToken, clock });
  const documents = createRestDocuments({
    projectId,
    rest: restTo("firestore.googleapis.com", DOCUMENT_ATTEMPT_MS, settings.firestoreEmulator),
  });
  const secrets: Secrets = {
    ...createParameterSecrets(settings),
    venueKeys: venueKeysOf(settings, documents, (api) => restTo(api, SECRET_CALL_MS, null)),
  };
  let opener: OpenVenue | null = null;
  return {
    authenticator: lazyAuthenticator,
    bus: createRestBus({
      projectId,
      rest: restTo("pubsub.googleapis.com", PUBLISH_ATTEMPT_MS, settings.pubsubEmulator),
    }),
    clock,
    deadline: systemDeadline,
    documents,
    identity: createSystemIdentity(),
    logger: createLogger(),
    notifier: notifierOf(settings, secrets, clock),
    openVenue: async (parts) => {
      opener ??= (await loadVenues()).createVenueOpener();
      return opener(parts);
    },
    secrets,
    tasks: createRestTasks({
      ...tasksOptions(settings),
      rest: restTo("cloudtasks.googleapis.com", CREATE_ATTEMPT_MS, settings.tasksEndpoint),
    }),
  };
}

function venueKeysOf(
  settings: Config,
  documents: DocumentPort,
  google: (api: string) => GoogleRest,
): Secrets["venueKeys"] {
  const { keyStore, projectId } = settings;
  switch (keyStore.kind) {
    case "file":
      return createFileKeys(keyStore.path);
    case "secretManager":
      return createSecretManagerKeys({ projectId, rest: google("secretmanager.googleapis.com") });
    case "kms":
      return sealedKeysUnder(
        createKmsWrapping({ keyName: keyStore.keyName, rest: google("cloudkms.googleapis.com") }),
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

function tasksOptions(settings: Config): Omit<RestTasksOptions, "rest"> {
  return {
    projectId: settings.projectId,
    location: settings.location,
    taskTargets: {
      followUp: taskTarget(settings, "followUp"),
      outbox: taskTarget(settings, "outbox"),
      watchdog: taskTarget(settings, "watchdog"),
      accountBatch: taskTarget(settings, "accountBatch"),
      watchdogBatch: taskTarget(settings, "watchdogBatch"),
    },
    invoker: settings.taskInvoker,
  };
}
