// Which adapter is which port, and which setting goes where: the only place that knows adapters. The first
// call of `wiring` makes them, so importing a function costs nothing and discovery needs no setting.

import { createRestDocuments, DOCUMENT_ATTEMPT_MS } from "#adapters/firestore/rest-documents.ts";
import { googleRestTo } from "#adapters/google/google-rest.ts";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { createRestBus, PUBLISH_ATTEMPT_MS } from "#adapters/pubsub/rest-bus.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { CREATE_ATTEMPT_MS, createRestTasks, type RestTasksOptions } from "#adapters/tasks/rest-tasks.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import type { Authenticator } from "#ports/authenticator.ts";
import type { Clock } from "#ports/clock.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import { compose, type Duties, type Ports } from "./compose.ts";
import { type Config, config } from "./config.ts";

/** Longest wait for the receiver of notifications: a pass of them stays inside a function's timeout. */
const NOTIFIER_TIMEOUT_MS = 5_000;
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
  const { environment, paperVenueOrigin, stamps } = settings;
  const release = { knowledge: KNOWLEDGE, stamps };
  return compose(ports, { environment, paperVenueOrigin, release, holderId: ports.identity.newId() }).duties;
}

function portsOf(settings: Config): Ports {
  const { projectId } = settings;
  const clock = createSystemClock();
  const restTo = (api: string, attemptMs: number, emulator: string | null) =>
    googleRestTo(api, { emulator, attemptMs, clock });
  const secrets = createParameterSecrets(settings);
  return {
    authenticator: lazyAuthenticator,
    bus: createRestBus({
      projectId,
      rest: restTo("pubsub.googleapis.com", PUBLISH_ATTEMPT_MS, settings.pubsubEmulator),
    }),
    clock,
    deadline: systemDeadline,
    documents: createRestDocuments({
      projectId,
      rest: restTo("firestore.googleapis.com", DOCUMENT_ATTEMPT_MS, settings.firestoreEmulator),
    }),
    identity: createSystemIdentity(),
    logger: createLogger(),
    notifier: notifierOf(settings, secrets, clock),
    openVenue: async (parts) => (await loadVenues()).createCcxtVenue(parts),
    secrets,
    tasks: createRestTasks({
      ...tasksOptions(settings),
      rest: restTo("cloudtasks.googleapis.com", CREATE_ATTEMPT_MS, settings.tasksEndpoint),
    }),
  };
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
      followUp: `${settings.taskTargetOrigin}/followUp`,
      outbox: `${settings.taskTargetOrigin}/outbox`,
      watchdog: `${settings.taskTargetOrigin}/watchdog`,
      accountBatch: `${settings.taskTargetOrigin}/accountBatch`,
      watchdogBatch: `${settings.taskTargetOrigin}/watchdogBatch`,
    },
    invoker: settings.taskInvoker,
  };
}
