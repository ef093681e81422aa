// The composition root: the only place that knows which adapter stands behind which port. Everything is made at its
// first use, so that importing a function costs nothing and discovery needs no setting.

import { appAuth } from "#adapters/auth/app-auth.ts";
import { createFirebaseAuthenticator } from "#adapters/auth/firebase-authenticator.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { appFirestore } from "#adapters/firestore/app-firestore.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { createStatePublisher } from "#adapters/publisher/state-publisher.ts";
import { createPubSubBus } from "#adapters/pubsub/pubsub-bus.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { type CloudTasksOptions, createCloudTasks } from "#adapters/tasks/cloud-tasks.ts";
import type { AccountListDeps } from "#app/accounts";
import { Serial } from "#app/books";
import { createReceiveCommand, type ReceiveCommand } from "#app/commands";
import { environmentGuard } from "#app/documents";
import type { NavDeps } from "#app/nav";
import { createReceiveSignal, type ReceiveSignal } from "#app/receive";
import type { ReconcileDeps } from "#app/reconcile";
import type { OutboxDeps } from "#app/telling";
import { wakesOutbox } from "#app/telling";
import type { WatchdogDeps } from "#app/watchdog";
import type { AccountProfile } from "#domain/documents/account.ts";
import { venueOrigin } from "#domain/risk/live-gate.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Venue } from "#ports/venue.ts";
import { type Config, config } from "./config.ts";

/** Longest wait for a venue's answer: well inside a lease and a function's own timeout. */
const VENUE_TIMEOUT_MS = 8_000;
/** Longest wait for whoever takes notifications: a pass of them stays inside a function's timeout. */
const NOTIFIER_TIMEOUT_MS = 5_000;
/** Entry of the hook secrets that signs what we send ourselves. */
const NOTIFIER_SECRET = "notifier";

export interface Wiring {
  readonly logger: Logger;
  /** Rejects while the database's label is not this process's environment. */
  readonly guard: () => Promise<void>;
  readonly receiveSignal: () => ReceiveSignal;
  readonly receiveCommand: () => ReceiveCommand;
  readonly execution: () => ReconcileDeps & AccountListDeps;
  readonly watchdog: () => WatchdogDeps;
  readonly nav: () => NavDeps & AccountListDeps;
  readonly outbox: () => OutboxDeps;
}

export const wiring = once(wire);

function wire(): Wiring {
  const settings = config();
  const logger = createLogger();
  const clock = createSystemClock();
  const identity = createSystemIdentity();
  const secrets = createParameterSecrets(settings);
  const bus = once(() => createPubSubBus({ projectId: settings.projectId }));
  const tasks = once(() => createCloudTasks(tasksOptions(settings)));
  const documents = once(() => {
    const store = createFirestoreDocuments(appFirestore());
    // Without a receiver nothing would be sent, so nothing is woken.
    return settings.notifierUrl === null
      ? store
      : wakesOutbox(store, () => ({ tasks: tasks(), clock, logger }));
  });
  const publisher = once(() => createStatePublisher({ documents: documents(), clock, logger }));
  const guard = once(() => environmentGuard(documents(), settings.environment));
  const venueFor = venues({ settings, guard: () => guard()(), secrets, clock, identity, logger });
  const accountList = { profiles: [], loadedAtMs: 0 };
  const shared = { clock, identity, logger, venueFor, accountList };
  const execution = once(() => ({
    ...shared,
    documents: documents(),
    publisher: publisher(),
    tasks: tasks(),
    bus: bus(),
    holderId: identity.newId(),
    cache: new Map(),
    serial: new Serial(),
  }));
  return {
    logger,
    guard: () => guard()(),
    receiveSignal: once(() =>
      createReceiveSignal({
        guard: () => guard()(),
        documents: documents(),
        bus: bus(),
        secrets,
        clock,
        deadline: systemDeadline,
        logger,
      }),
    ),
    receiveCommand: once(() =>
      createReceiveCommand({
        guard: () => guard()(),
        documents: documents(),
        bus: bus(),
        authenticator: createFirebaseAuthenticator(appAuth),
        secrets,
        clock,
        identity,
        deadline: systemDeadline,
        logger,
        cache: new Map(),
      }),
    ),
    execution,
    watchdog: once(() => ({ ...execution(), watchdogMemory: new Map() })),
    nav: once(() => ({ ...execution(), navCache: new Map() })),
    outbox: once(() => ({
      documents: documents(),
      clock,
      logger,
      notifier: notifierOf(settings, secrets, clock),
    })),
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

interface VenueParts {
  readonly settings: Config;
  readonly guard: () => Promise<void>;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
}

/** One client for each account and mode, kept for the life of the process. */
function venues(parts: VenueParts): (profile: AccountProfile) => Promise<Venue> {
  const made = new Map<string, Promise<Venue>>();
  return (profile) => {
    const key = `${profile.accountId}/${profile.venue}/${profile.mode}`;
    const venue = made.get(key) ?? makeVenue(parts, profile);
    made.set(key, venue);
    venue.catch(() => made.delete(key)); // asked again next time; the caller has the error
    return venue;
  };
}

async function makeVenue(
  { settings, guard, secrets, ...rest }: VenueParts,
  profile: AccountProfile,
): Promise<Venue> {
  if (profile.venue !== "binance-usdm") {
    throw new Error(`Venue ${profile.venue} is not supported yet; use binance-usdm`);
  }
  // Only a guard that passed proves that the database's label is the configured environment.
  await guard();
  const label = settings.environment;
  const origin = venueOrigin(profile, settings.environment, label, settings.paperVenueOrigin);
  const keys = await secrets.venueKeys(profile.accountId);
  return createCcxtVenue({ ...rest, venue: profile.venue, keys, origin, requestTimeoutMs: VENUE_TIMEOUT_MS });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
