// The composition: ports and settings in, the duties of one process out. Product, simulation, tests, benches
// and tools compose here and differ in the ports alone. Composing opens no connection and sends no request;
// every duty begins by comparing the database's label with the settings.

import {
  type AccountListDeps,
  forEachAccount,
  type GivenBatch,
  listAccounts,
  noticeMark,
  serveBatch,
} from "#app/accounts";
import { executeCommands, type ReceiveCommand, type ReceiveCommandDeps, receiveCommand } from "#app/commands";
import { environmentGuard, labelledDocuments, type Release, versionedDocuments } from "#app/documents";
import { executeIntent } from "#app/execution";
import { type BusMessage, readable, versionedBus } from "#app/messages";
import { type NavDeps, writeNav } from "#app/nav";
import { type ReceiveDeps, type ReceiveSignal, receiveSignal } from "#app/receive";
import { followUpAccount, type ReconcileDeps, reconcileAccount } from "#app/reconcile";
import { checkPublishersAlive } from "#app/silence";
import { createStatePublisher, dispatchOutbox, type OutboxDeps, wakesOutbox } from "#app/telling";
import { refreshUniverse, type UniverseDeps } from "#app/universe";
import { type WatchdogDeps, watchEveryAccount, watchOneAccount, watchThisMinute } from "#app/watchdog";
import type { AccountProfile, Environment } from "#domain/documents/account.ts";
import type { PaperOrigins } from "#domain/risk/live-gate.ts";
import type { Authenticator } from "#ports/authenticator.ts";
import type { Bus } from "#ports/bus.ts";
import type { Clock } from "#ports/clock.ts";
import type { Deadline } from "#ports/deadline.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Tasks } from "#ports/tasks.ts";
import type { OpenVenue } from "#ports/venue.ts";
import { newProcessMemory, type ProcessMemory } from "./compose/process-memory.ts";
import { createSharedBans, type SharedBans } from "./compose/shared-bans.ts";
import { createStatedLimits } from "./compose/stated-limits.ts";
import { createKeyRevisionOf, createPublicVenueFor, createVenueFor } from "./compose/venue-for.ts";

/** None opens a connection before its first call. */
export interface Ports {
  readonly authenticator: Authenticator;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly documents: DocumentPort;
  readonly identity: Identity;
  readonly logger: Logger;
  /**
   * Null where no receiver is configured: messages for people then wait in the outbox and are shown on the
   * page.
   */
  readonly notifier: Notifier | null;
  readonly openVenue: OpenVenue;
  readonly secrets: Secrets;
  readonly tasks: Tasks;
}

export interface Settings {
  /** Has to be the database's own label. */
  readonly environment: Environment;
  /** Who this process is in a lease; no other process has the same. */
  readonly holderId: string;
  /** Where orders of paper accounts go: never a venue's production host. */
  readonly paperOrigins: PaperOrigins;
  /** Which shapes of documents this process knows, and which documents it stamps. */
  readonly release: Release;
}

/** All that the use cases of one process stand on: its ports, its memory, and what is made of both. */
export type Deps = ReceiveDeps &
  ReceiveCommandDeps &
  ReconcileDeps &
  NavDeps &
  WatchdogDeps &
  AccountListDeps &
  UniverseDeps &
  OutboxDeps;

/**
 * The calls that entries make. Each rejects with EnvironmentMismatchError for a database of
 * another environment.
 */
export interface Duties {
  readonly logger: Logger;
  readonly deadline: Deadline;
  /** Rejects while the database's label is not this process's environment. Every other duty begins with it. */
  readonly guard: () => Promise<void>;
  readonly receiveSignal: ReceiveSignal;
  readonly receiveCommand: ReceiveCommand;
  readonly executeIntent: (message: BusMessage) => Promise<void>;
  readonly executeCommands: (message: BusMessage) => Promise<void>;
  readonly followUpAccount: (accountId: string) => Promise<void>;
  readonly watchAccount: (accountId: string) => Promise<void>;
  readonly watchEveryAccount: () => Promise<void>;
  /** Accounts that a schedule has handed to a task. */
  readonly serveBatch: (batch: GivenBatch) => Promise<void>;
  readonly writeEveryNav: () => Promise<void>;
  readonly reconcileEveryAccount: () => Promise<void>;
  readonly refreshUniverse: () => Promise<void>;
  readonly sendOutbox: () => Promise<void>;
  /** Accounts that people are no longer shown, and messages whose wake-up was lost. */
  readonly sweepTelemetry: () => Promise<void>;
}

export interface Composition {
  readonly duties: Duties;
  /** For what is not an entry's: tests of single use cases, and tools. */
  readonly deps: Deps;
}

/** One process, with a memory of its own. */
export function compose(ports: Ports, settings: Settings): Composition {
  const memory = newProcessMemory();
  const bans = createSharedBans({
    documents: documentsOf(ports, settings.release),
    clock: ports.clock,
    logger: ports.logger,
    memory: memory.bans,
  });
  const deps = depsOf(ports, settings, { memory, bans });
  const labelled = labelledDocuments(deps.documents, settings.environment, memory.label);
  const labelledDeps = { ...deps, documents: labelled };
  return { duties: dutiesOf(deps, labelledDeps, { release: settings.release, bans }), deps };
}

function depsOf(
  ports: Ports,
  settings: Settings,
  { memory, bans }: { readonly memory: ProcessMemory; readonly bans: SharedBans },
): Deps {
  const { clock, identity, logger, secrets, openVenue } = ports;
  const documents = documentsOf(ports, settings.release);
  const guard = environmentGuard(documents, settings.environment, memory.label);
  const { environment, holderId, paperOrigins } = settings;
  const venues = {
    openVenue,
    guard,
    environment,
    paperOrigins,
    secrets,
    clock,
    identity,
    logger,
    venues: memory.venues,
    bans,
    limits: createStatedLimits({
      documents,
      clock,
      logger,
      booksOf: (accountId) => memory.books.get(accountId),
      known: memory.requestLimits,
    }),
  };
  return {
    authenticator: ports.authenticator,
    bus: versionedBus(ports.bus, settings.release),
    clock,
    environment,
    deadline: ports.deadline,
    documents,
    identity,
    logger,
    notifier: ports.notifier,
    secrets,
    tasks: ports.tasks,
    guard,
    holderId,
    publisher: createStatePublisher({ documents, clock, logger, lines: memory.publisher }),
    venueFor: createVenueFor(venues),
    publicVenueFor: createPublicVenueFor(venues),
    keyRevisionOf: createKeyRevisionOf(venues),
    accountList: memory.accounts,
    onAccountsMark: bans.learn,
    cache: memory.books,
    navCache: memory.navs,
    venueSettingsMemory: memory.venueSettings,
    telemetryMemory: memory.telemetry,
    receiveMemory: memory.receive,
    senders: memory.senders,
    serial: memory.serial,
    mailbox: memory.mailbox,
    watchdogMemory: memory.watchdog,
  };
}

/** The document port as every use case has it: the place for whatever stands between them and the store. */
function documentsOf(ports: Ports, release: Release): DocumentPort {
  const { notifier, tasks, clock, logger } = ports;
  const documents = versionedDocuments(ports.documents, release);
  // Without a receiver every wake-up would be in vain.
  return notifier === null ? documents : wakesOutbox(documents, { tasks, clock, logger });
}

/** `labelled`: the same, over documents that compare the label themselves. */
function dutiesOf(
  deps: Deps,
  labelled: Deps,
  { release, bans }: { readonly release: Release; readonly bans: SharedBans },
): Duties {
  const { guard, logger, deadline } = deps;
  const guarded =
    <Given extends readonly unknown[]>(duty: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      await guard();
      await sharingBans(() => duty(...given));
    };
  /** A ban that the work has met is stored for the other accounts of the venue, however the work ended. */
  const sharingBans = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } finally {
      await bans.store();
    }
  };
  const works: Readonly<Record<GivenBatch["duty"], (profile: AccountProfile) => Promise<void>>> = {
    nav: (profile) => writeNav(deps, profile),
    reconcile: (profile) => reconcileAccount(deps, profile),
    watchdog: (profile) => watchThisMinute(deps, profile),
  };
  return {
    logger,
    deadline,
    guard,
    // The two that answer a sender compare the label while they load, within the sender's time.
    receiveSignal: (request) => receiveSignal(deps, request),
    receiveCommand: (call) => receiveCommand(deps, call),
    // On a new instance the label comes with the books: it would cost the order a round trip.
    executeIntent: async (message) => {
      await sharingBans(() => executeIntent(labelled, readable(message, "intents", release)));
    },
    executeCommands: guarded((message: BusMessage) =>
      executeCommands(deps, readable(message, "commands", release)),
    ),
    followUpAccount: guarded((accountId: string) => followUpAccount(deps, accountId)),
    watchAccount: guarded((accountId: string) => watchOneAccount(deps, accountId)),
    watchEveryAccount: guarded(() => watchEveryAccount(deps)),
    serveBatch: guarded(async (batch: GivenBatch) => {
      await noticeMark(deps);
      await serveBatch(deps, batch, works[batch.duty]);
    }),
    writeEveryNav: guarded(() => forEachAccount(deps, "nav", works.nav)),
    reconcileEveryAccount: guarded(() => forEachAccount(deps, "reconcile", works.reconcile)),
    refreshUniverse: guarded(async () => refreshUniverse(deps, await listAccounts(deps, null))),
    sendOutbox: guarded(() => dispatchOutbox(deps)),
    sweepTelemetry: guarded(async () => {
      await checkPublishersAlive(deps);
      await dispatchOutbox(deps);
    }),
  };
}
