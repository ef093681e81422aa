// One simulated deployment: store, venue, bus, tasks, schedules, senders and function instances on one virtual clock,
// every port call through the gate. Shared by the seeded runs and by whatever else drives the product this way.

import { createVenueOpener } from "#adapters/ccxt/ccxt-venue.ts";
import type { Environment } from "#domain/documents/account.ts";
import type { Duties, Ports } from "#functions/compose.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import { type Bus, BusError } from "#ports/bus.ts";
import {
  type DocumentData,
  type DocumentPort,
  DocumentRefusedError,
  type DocumentWrite,
} from "#ports/documents.ts";
import { NotifierError } from "#ports/notifier.ts";
import { createMemoryDocuments, type MemoryDocuments } from "#test/support/memory/documents.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { isHampered } from "./disturbances.ts";
import { EventLog } from "./engine/event-log.ts";
import { EventQueue } from "./engine/event-queue.ts";
import { Random } from "./engine/random.ts";
import type { SimProcess } from "./engine/sim-process.ts";
import { firstDocuments } from "./first-documents.ts";
import type { Hooks, Mutation, MutationContext } from "./mutations/mutation.ts";
import { Broker, type InFlight } from "./platform/broker.ts";
import { CcxtPool } from "./platform/ccxt-pool.ts";
import { CommandFront, MACHINE, machineEntry } from "./platform/command-front.ts";
import { Front } from "./platform/front.ts";
import { Functions } from "./platform/functions.ts";
import { runTask } from "./platform/run-task.ts";
import { type ScheduleName, Schedules } from "./platform/schedules.ts";
import { type Wired, wireProcess } from "./platform/wiring.ts";
import { isPortError } from "./port-errors.ts";
import { simDocuments } from "./ports/documents.ts";
import { Gate } from "./ports/gate.ts";
import { simBus, simTasks } from "./ports/messaging.ts";
import { simNotifier } from "./ports/notifier.ts";
import type { SimPolicy } from "./ports/policy.ts";
import { simClock, simDeadline } from "./ports/time.ts";
import { simTransport } from "./ports/venue-transport.ts";
import { presentData } from "./releases/next-release.ts";
import { TwoReleases } from "./releases/two-releases.ts";
import { addFault, openExchange } from "./venues.ts";
import { Witness } from "./witness.ts";
import { keysOf } from "./workload/account-keys.ts";
import type { Deaf } from "./workload/items.ts";
import type { RunSetup } from "./workload/setup.ts";

/** The database's label, and the environment of every well-configured process. */
export const ENVIRONMENT: Environment = "test";
/** The environment that a misconfigured process believes to be in. */
const WRONG_ENVIRONMENT: Environment = "prod";
/** ccxt instances that all runs of this operating-system process take turns in. */
const spareCcxt: ConstructorParameters<typeof CcxtPool>[0] = [];

export interface WorldOptions {
  readonly seed: number;
  readonly setup: RunSetup;
  readonly policy: (queue: EventQueue) => SimPolicy;
  readonly mutation?: Mutation | null;
  /** Share of the seeds in which two releases run side by side; absent: as the simulation draws it. */
  readonly releaseShare?: number;
  /** A stopped run that this one goes on from, in place of a new database. */
  readonly restore?: Restored | null;
}

/** Documents of one commit share a version; they are stored again in the order of versions. */
export interface Restored {
  readonly documents: readonly {
    readonly path: string;
    readonly version: string;
    readonly data: DocumentData;
  }[];
  readonly exchangeState: string;
  readonly inFlight: InFlight;
}

export class World {
  readonly setup: RunSetup;
  readonly queue: EventQueue;
  readonly log: EventLog;
  readonly gate: Gate;
  readonly policy: SimPolicy;
  readonly store: MemoryDocuments;
  readonly exchange: Exchange;
  readonly witness: Witness;
  readonly functions: Functions;
  readonly broker: Broker;
  readonly schedules: Schedules;
  readonly front: Front;
  readonly commandFront: CommandFront;
  /** Each failing receiver, with the time until which it fails. */
  readonly deafUntilMs = new Map<Deaf, number>();
  /** Share of new instances that start with another environment's settings. */
  misconfigured: number;
  readonly #seed: number;
  readonly #mutation: Hooks;
  readonly #ccxt = new CcxtPool(spareCcxt);
  readonly #environments = new Map<SimProcess, Environment>();
  readonly #platformRandom: Random;
  readonly #repeatsKeys: boolean;
  readonly #restore: Restored | null;
  readonly #releases: TwoReleases | null;
  /** The store as the operator's hand has it: of the newest release. */
  readonly hand: DocumentPort;

  constructor(options: WorldOptions) {
    const { seed, setup } = options;
    this.setup = setup;
    this.#restore = options.restore ?? null;
    this.misconfigured = setup.misconfigured;
    this.#seed = seed;
    this.#mutation = options.mutation?.hooks() ?? {};
    this.#platformRandom = new Random(seed, "platform");
    this.#repeatsKeys = new Random(seed, "keys").chance(REPEATS_KEYS_SHARE);
    this.queue = new EventQueue(setup.startMs);
    this.log = new EventLog(setup.startMs);
    this.gate = new Gate(this.queue, this.log);
    this.policy = options.policy(this.queue);
    const clock = { nowMs: () => this.queue.nowMs, sleep: () => Promise.resolve() };
    this.store = createMemoryDocuments(clock);
    this.exchange = openExchange({
      seed,
      setup,
      nowMs: () => this.queue.nowMs,
      snapshot: this.#restore?.exchangeState ?? null,
    });
    const { queue, store, exchange, log } = this;
    this.#releases = TwoReleases.drawn(seed, setup, options.releaseShare);
    this.hand = this.#releases?.documents(store) ?? store;
    const presentOf = this.#releases === null ? null : presentData;
    const disturbances = this.policy.disturbances ?? null;
    this.witness = new Witness({ queue, store, exchange, setup, presentOf, disturbances });
    const disturbed = disturbances?.add.bind(disturbances);
    if (this.#releases !== null || isHampered(setup))
      disturbed?.("platform", setup.startMs, Number.POSITIVE_INFINITY);
    const random = this.#platformRandom;
    this.functions = new Functions({
      queue,
      log,
      gate: this.gate,
      random,
      maxSkewMs: setup.maxSkewMs,
      wire: (process) => this.#wire(process),
      failed: (process, what, error) => this.#failed(process, what, error),
    });
    this.broker = new Broker({
      queue,
      random,
      disturbed,
      handleMessage: (message, ended) =>
        this.functions.invoke(
          message.topic === "commands" ? "commandExecutor" : "executor",
          `takes ${message.messageId}`,
          ({ duties }) =>
            message.topic === "commands" ? duties.executeCommands(message) : duties.executeIntent(message),
          ended,
        ),
      handleTask: (task, ended) =>
        this.functions.invoke(
          task.queue,
          `works on a task of ${task.queue}`,
          ({ duties }) => runTask(task, duties),
          ended,
        ),
    });
    this.schedules = new Schedules({
      queue,
      random,
      disturbed,
      fire: (schedule, ended) =>
        this.functions.invoke(
          schedule,
          `runs ${schedule}`,
          ({ duties }) => this.#runSchedule(schedule, duties),
          ended,
        ),
    });
    this.front = new Front({
      queue,
      random,
      functions: this.functions,
      answered: (alert, answer) => {
        log.add(queue.nowMs, `${alert.key} is answered ${answer.status} ${answer.body.code}`);
        this.witness.tell("answered", alert, answer);
      },
    });
    this.commandFront = new CommandFront(ENVIRONMENT, {
      queue,
      random,
      functions: this.functions,
      answered: (command, answer) => {
        log.add(queue.nowMs, `${command.key} is answered ${answer.status} ${answer.body.code}`);
        this.witness.tell("commandAnswered", command, answer);
      },
    });
  }

  /** Stores what exists before a deployment runs: label, accounts, configs, control, hooks, universe; or a stopped run. */
  async begin(): Promise<void> {
    if (this.#restore !== null) return await this.#resume(this.#restore);
    const writes = await firstDocuments(this.setup, ENVIRONMENT);
    await this.store.commit(writes);
    await this.witness.landed(null, ENVIRONMENT, writes);
  }

  async #resume({ documents, inFlight }: Restored): Promise<void> {
    const inOrder = documents.toSorted((a, b) => Number(a.version) - Number(b.version));
    for (const { path, data } of inOrder) this.store.seed(path, data);
    await this.witness.found(inOrder.map(({ path }) => path));
    this.broker.restore(inFlight);
  }

  /** A rule broke; nothing after that means anything. */
  get isOver(): boolean {
    return this.witness.violation !== null;
  }

  /** Runs until a time, or until a rule broke. */
  async runUntil(atMs: number): Promise<void> {
    if (this.isOver) return;
    await this.queue.runUntil(atMs, () => this.isOver);
  }

  /** Runs a schedule now, whatever the time. */
  fire(schedule: ScheduleName): undefined {
    const work = ({ duties }: Wired): Promise<void> => this.#runSchedule(schedule, duties);
    this.functions.invoke(schedule, `runs ${schedule}`, work, () => undefined);
  }

  /** Deploys anew with the right settings: instances with wrong ones are gone. */
  correctSettings(): void {
    this.misconfigured = 0;
    for (const [process, environment] of this.#environments) if (environment !== ENVIRONMENT) process.kill();
  }

  /** Where two releases run side by side, the later one alone goes on. */
  finishRollout(): void {
    this.#releases?.finish();
  }

  /** Lends out again what the run used; the world must not be run any more. */
  end(): void {
    this.#ccxt.takeBack();
  }

  /** A fault at each venue of the run, for a time. */
  faultFor(durationMs: number, rule: Parameters<Exchange["addFault"]>[0]): undefined {
    const end = addFault(this.exchange, this.setup, rule);
    this.queue.after(durationMs, end);
  }

  #runSchedule(schedule: ScheduleName, duties: Duties): Promise<void> {
    return this.#mutation.idleSchedules?.has(schedule) ? duties.guard() : scheduled(schedule, duties);
  }

  #isDeaf(deaf: Deaf): boolean {
    return this.queue.nowMs < (this.deafUntilMs.get(deaf) ?? 0);
  }

  /** The store; while it is deaf to documents for people, a commit with one among its writes does not land. */
  #deafStore(): DocumentPort {
    const { store } = this;
    return {
      getAll: (paths) => store.getAll(paths),
      query: (query) => store.query(query),
      commit: (writes) => {
        if (this.#isDeaf("people") && writes.some(isForPeople))
          throw new DocumentRefusedError("the store takes no documents for people", null);
        return store.commit(writes);
      },
    };
  }

  #wire(process: SimProcess): Wired {
    const { queue, gate, policy, log, exchange, witness } = this;
    const mutation = this.#mutation;
    const isWrong = this.#platformRandom.chance(this.misconfigured);
    const environment = isWrong ? WRONG_ENVIRONMENT : ENVIRONMENT;
    const isNext = this.#releases?.isNext(process, queue.nowMs) ?? false;
    const context: MutationContext = { process, environment, isNext, nowMs: () => queue.nowMs };
    this.#environments.set(process, environment);
    const raw = simDocuments(
      {
        gate,
        policy,
        store: this.#deafStore(),
        landed: (who, writes) => witness.landed(who, environment, writes),
      },
      process,
    );
    const documents = isNext && this.#releases !== null ? this.#releases.documents(raw) : raw;
    const messaging = {
      gate,
      policy,
      storeMessage: (...[topic, payload, attributes]: Parameters<Bus["publish"]>) => {
        if (this.#isDeaf("bus")) throw new BusError(`The bus takes no message on ${topic}`);
        this.broker.publish(topic, payload, attributes);
      },
      storeTask: (task: Parameters<Broker["schedule"]>[0]) => this.broker.schedule(task),
    };
    const bus = simBus(messaging, process);
    const note = (text: string): void => log.add(queue.nowMs, `${process.id} notes: ${text}`);
    const notifier = simNotifier(
      {
        gate,
        policy,
        arrived: (notification) => {
          if (this.#isDeaf("notifier")) throw new NotifierError("The notifier takes nothing", false);
          witness.tell("notified", notification);
        },
      },
      process,
    );
    // As in a deployed process, whose accounts share what their address may ask.
    const openVenue = createVenueOpener();
    const ports: Ports = {
      // Only machines post commands in a run.
      authenticator: { verify: async () => null },
      notifier: mutation.notifier?.(notifier) ?? notifier,
      documents: mutation.documents?.(documents, context) ?? documents,
      bus: mutation.bus?.(bus) ?? bus,
      tasks: simTasks(messaging, process),
      clock: simClock(queue, gate, policy, process),
      deadline: simDeadline(queue, gate, process),
      identity: createSeededIdentity(this.#seed + this.#environments.size),
      logger: { info: () => undefined, warn: note, error: note },
      secrets: createMemorySecrets(
        Object.fromEntries(
          this.setup.accounts.map(({ profile }) => [profile.accountId, keysOf(profile.accountId)]),
        ),
        Object.fromEntries(
          this.setup.accounts.flatMap(({ hooks }) => hooks.map(({ hookId, secret }) => [hookId, [secret]])),
        ),
        {
          [MACHINE]: machineEntry(this.setup.accounts.map(({ profile }) => profile.accountId)),
        },
      ),
      openVenue: (parts) => {
        const transport = simTransport(
          {
            gate,
            queue,
            policy,
            exchange,
            repeatsKeys: this.#repeatsKeys,
            setup: this.setup,
            ...witness.wire(environment),
          },
          process,
          parts.accountId,
        );
        const way = mutation.transport?.(transport) ?? transport;
        const venue = openVenue({ ...parts, transport: way, ccxt: this.#ccxt.lend(parts.venue) });
        return mutation.venue?.(venue, context) ?? venue;
      },
    };
    return wireProcess(process, environment, mutation.ports?.(ports, context) ?? ports);
  }

  #failed(process: SimProcess, what: string, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.log.add(this.queue.nowMs, `${process.id} ${what}: ended with ${text}`);
    if (!isPortError(error))
      this.witness.programFault(`${process.id} ${what}: ${error instanceof Error ? error.stack : text}`);
  }
}

/** Runs whose venue repeats the key of a request that it refuses. */
const REPEATS_KEYS_SHARE = 0.3;

/** A schedule's duty, as its entry calls it. */
function scheduled(schedule: ScheduleName, duties: Duties): Promise<void> {
  switch (schedule) {
    case "nav":
      return duties.writeEveryNav();
    case "reconcile":
      return duties.reconcileEveryAccount();
    case "watchdog":
      return duties.watchEveryAccount();
    case "telemetry":
      return duties.sweepTelemetry();
    case "universe":
      return duties.refreshUniverse();
  }
}

function isForPeople({ path }: DocumentWrite): boolean {
  return path.includes("/views/") || path.endsWith("/telemetry/publisher");
}
