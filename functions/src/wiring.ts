// Which adapter is which port, and which setting goes where: the only place that knows adapters. Nothing is made before
// the first call of `wiring`, so that importing a function costs nothing and discovery needs no setting.

import { appAuth } from "#adapters/auth/app-auth.ts";
import { createFirebaseAuthenticator } from "#adapters/auth/firebase-authenticator.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { appFirestore } from "#adapters/firestore/app-firestore.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { type CloudTasksOptions, createCloudTasks } from "#adapters/tasks/cloud-tasks.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import type { Clock } from "#ports/clock.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import { compose, type Duties, type Ports } from "./compose.ts";
import { type Config, config } from "./config.ts";

/** Longest wait for whoever takes notifications: a pass of them stays inside a function's timeout. */
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
  const secrets = createParameterSecrets(settings);
  return {
    authenticator: createFirebaseAuthenticator(appAuth),
    bus: createPubSubBus({ projectId: settings.projectId }),
    clock,
    deadline: systemDeadline,
    documents: createFirestoreDocuments(appFirestore),
    identity: createSystemIdentity(),
    logger: createLogger(),
    notifier: notifierOf(settings, secrets, clock),
    openVenue: createCcxtVenue,
    secrets,
    tasks: createCloudTasks(tasksOptions(settings)),
  };
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
      followUp: `${settings.taskTargetOrigin}/followUp`,
      outbox: `${settings.taskTargetOrigin}/outbox`,
      watchdog: `${settings.taskTargetOrigin}/watchdog`,
    },
    invoker: settings.taskInvoker,
    endpoint: settings.tasksEndpoint,
  };
}
