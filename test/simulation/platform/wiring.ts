// What production's wiring makes of settings and clients, made of simulated ports: the dependencies of one function
// instance. A mutation may stand between a use case and its port; nothing else differs from the product.
import { type BinanceClient, createCcxt } from "#adapters/ccxt/binance-client.ts";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpTransport } from "#adapters/ccxt/http-transport.ts";
import { createStatePublisher } from "#adapters/publisher/state-publisher.ts";
import type { AccountProfile, Environment } from "#domain/documents/account.ts";
import { venueOrigin } from "#domain/risk/live-gate.ts";
import type { AccountListDeps } from "#functions/app/accounts/for-each-account.ts";
import { Serial } from "#functions/app/books/serial.ts";
import { createReceiveCommand, type ReceiveCommand } from "#functions/app/commands/receive-command.ts";
import { environmentGuard } from "#functions/app/documents/check-environment.ts";
import type { NavDeps } from "#functions/app/nav/write-nav.ts";
import { createReceiveSignal, type ReceiveSignal } from "#functions/app/receive/receive-signal.ts";
import type { ReconcileDeps } from "#functions/app/reconcile/reconcile-account.ts";
import type { OutboxDeps } from "#functions/app/telling/dispatch-outbox.ts";
import { wakesOutbox } from "#functions/app/telling/wakes-outbox.ts";
import type { WatchdogDeps } from "#functions/app/watchdog/watchdog-deps.ts";
import type { Bus } from "#ports/bus.ts";
import type { Clock } from "#ports/clock.ts";
import type { Deadline } from "#ports/deadline.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Tasks } from "#ports/tasks.ts";
import type { Venue } from "#ports/venue.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import { VENUE_TIMEOUT_MS } from "../ports/venue-transport.ts";

/** Where every paper account's orders go; a request to anywhere else is a live one. */
export const PAPER_ORIGIN = "http://127.0.0.1:1";

export interface Wired {
  readonly process: SimProcess;
  readonly logger: Logger;
  readonly guard: () => Promise<void>;
  readonly receiveSignal: () => ReceiveSignal;
  readonly receiveCommand: () => ReceiveCommand;
  readonly execution: () => ReconcileDeps & AccountListDeps;
  readonly watchdog: () => WatchdogDeps;
  readonly nav: () => NavDeps & AccountListDeps;
  readonly outbox: () => OutboxDeps;
}

/** The ports of one process. */
export interface ProcessPorts {
  readonly process: SimProcess;
  readonly environment: Environment;
  readonly documents: DocumentPort;
  readonly bus: Bus;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly secrets: Secrets;
  readonly notifier: Notifier;
  readonly transportFor: (accountId: string) => HttpTransport;
  /** Last word on a venue before it is used; a mutation may change it. */
  readonly asUsed: (venue: Venue, accountId: string) => Venue;
  readonly skipsGuard: boolean;
  readonly ccxt: CcxtPool;
}

/** ccxt instances of this operating-system process, lent to one venue after the other. */
export class CcxtPool {
  readonly #free: BinanceClient["exchange"][];
  readonly #lent: BinanceClient["exchange"][] = [];

  constructor(free: BinanceClient["exchange"][]) {
    this.#free = free;
  }

  lend(): BinanceClient["exchange"] {
    const exchange = this.#free.pop() ?? createCcxt();
    this.#lent.push(exchange);
    // As new: what a run learnt must not be known in the next.
    return Object.assign(exchange, {
      markets: undefined,
      markets_by_id: undefined,
      marketsLoading: undefined,
      currencies: {},
      symbols: [],
      ids: undefined,
    });
  }

  /** At the end of a run: nothing of it goes on, so nothing uses them any more. */
  takeBack(): void {
    this.#free.push(...this.#lent.splice(0));
  }
}

export function wireProcess(ports: ProcessPorts): Wired {
  const { clock, identity, logger, secrets, bus, tasks, process } = ports;
  const documents = wakesOutbox(ports.documents, () => ({ tasks, clock, logger }));
  const accountList = { profiles: [], loadedAtMs: 0 };
  const venues = new Map<string, Promise<Venue>>();
  const guard = environmentGuard(documents, ports.environment);
  const guardUnlessSkipped = ports.skipsGuard ? async () => undefined : guard;
  const makeVenue = async (profile: AccountProfile): Promise<Venue> => {
    await guardUnlessSkipped();
    const origin = venueOrigin(profile, ports.environment, ports.environment, PAPER_ORIGIN);
    const venue = createCcxtVenue({
      venue: "binance-usdm",
      keys: await secrets.venueKeys(profile.accountId),
      origin,
      clock,
      identity,
      logger,
      requestTimeoutMs: VENUE_TIMEOUT_MS,
      transport: ports.transportFor(profile.accountId),
      ccxt: ports.ccxt.lend(),
    });
    return ports.asUsed(venue, profile.accountId);
  };
  const venueFor = (profile: AccountProfile): Promise<Venue> => {
    const known = venues.get(profile.accountId) ?? makeVenue(profile);
    venues.set(profile.accountId, known);
    known.catch(() => venues.delete(profile.accountId));
    return known;
  };
  const navCache = new Map();
  const execution = {
    documents,
    clock,
    identity,
    logger,
    tasks,
    bus,
    venueFor,
    holderId: process.id,
    cache: new Map(),
    serial: new Serial(),
    publisher: createStatePublisher({ documents, clock, logger }),
    accountList,
  };
  const watchdog = { ...execution, watchdogMemory: new Map() };
  const nav = { ...execution, navCache };
  let receiver: ReceiveSignal | null = null;
  let commandReceiver: ReceiveCommand | null = null;
  return {
    process,
    logger,
    guard: guardUnlessSkipped,
    receiveSignal: () => {
      receiver ??= createReceiveSignal({
        guard: guardUnlessSkipped,
        documents,
        bus,
        secrets,
        clock,
        deadline: ports.deadline,
        logger,
      });
      return receiver;
    },
    receiveCommand: () => {
      commandReceiver ??= createReceiveCommand({
        guard: guardUnlessSkipped,
        documents,
        bus,
        // Only machines post commands in a run.
        authenticator: { verify: async () => null },
        secrets,
        clock,
        identity,
        deadline: ports.deadline,
        logger,
        cache: new Map(),
      });
      return commandReceiver;
    },
    execution: () => execution,
    watchdog: () => watchdog,
    nav: () => nav,
    outbox: () => ({ documents, clock, logger, notifier: ports.notifier }),
  };
}
