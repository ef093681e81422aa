// A whole account in one process, for tests of use cases: documents in memory, a fake clock, the local exchange's
// matching engine, and the real exchange adapter over an in-process transport. Nothing here re-implements a part.

import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { countDocuments, type DocumentCounts } from "#adapters/firestore/count-documents.ts";
import { presentRelease } from "#app/documents";
import type { AccountProfile, VenueId } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { intentId, signalId } from "#domain/documents/ids.ts";
import { newControlState, operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, Receipt } from "#domain/documents/signal.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { encode } from "#functions/app/documents/codec.ts";
import type { BusMessage } from "#functions/app/messages/consume-message.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { refreshUniverse } from "#functions/app/universe/refresh-universe.ts";
import { keepVenueSettings } from "#functions/app/venue-account/keep-venue-settings.ts";
import { VENUE_TIMEOUT_MS } from "#functions/compose/venue-for.ts";
import { compose, type Deps, type Duties, type Ports } from "#functions/compose.ts";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import type { DocumentData } from "#ports/documents.ts";
import { PLAIN_CONFIG, plainStrategy } from "./config.ts";
import { createMemoryBus } from "./memory/bus.ts";
import { createFakeClock, type FakeClock } from "./memory/clock.ts";
import { createMemoryDocuments, type MemoryDocuments } from "./memory/documents.ts";
import { createExchangeTransport } from "./memory/exchange-transport.ts";
import { createSeededIdentity } from "./memory/identity.ts";
import { createMemoryLogger } from "./memory/logger.ts";
import { createMemoryPorts } from "./memory/ports.ts";
import { createMemorySecrets, FIRST_REVISION } from "./memory/secrets.ts";
import { createMemoryTasks } from "./memory/tasks.ts";

export const ACCOUNT = "main";
export const STRATEGY = "trend";
const HOOK = "hook-under-test";
/** Never asked over a network: the exchange is in this process. */
const PAPER_ORIGIN = "http://127.0.0.1:1";
export const VENUE_KEYS = { apiKey: "local-key", secret: "local-secret" };

export const profile: AccountProfile = {
  accountId: ACCOUNT,
  name: "Main",
  venue: "binance-usdm",
  mode: "paper",
};

export function configWith(overrides: Partial<AccountConfig> = {}): AccountConfig {
  return {
    ...PLAIN_CONFIG,
    version: 1,
    author: "test",
    createdAtMs: 1_767_000_000_000,
    symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    strategies: {
      [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "1000" }),
      patient: plainStrategy("patient", { orderNotionalUsd: "1000", entryRouting: "postOnly" }),
    },
    maxOpenGroups: 5,
    maxOrderNotionalUsd: "5000",
    maxSymbolExposureUsd: "20000",
    maxGrossExposureUsd: "50000",
    maxOrdersPerMinute: 100,
    maxNavAgeMs: 150_000,
    maxPeakAgeMs: 600_000,
    maxMarkAgeMs: 150_000,
    maxIntentAgeMs: 120_000,
    workingLimitMs: 60_000,
    ...overrides,
  };
}

export function controlWith(overrides: Partial<ControlState> = {}): ControlState {
  const setUpMs = 1_767_000_000_000;
  const latch = operatorLatch("ACTIVE", "test", "set up", setUpMs);
  return { ...newControlState(ACCOUNT, 1, latch, setUpMs), ...overrides };
}

/** One function instance as the product composes it: its own memory, holder id and counts over the shared documents. */
export interface Instance extends Deps {
  readonly duties: Duties;
  readonly counts: DocumentCounts;
}

export interface World {
  readonly clock: FakeClock;
  readonly documents: MemoryDocuments;
  readonly exchange: Exchange;
  readonly bus: ReturnType<typeof createMemoryBus>;
  readonly tasks: ReturnType<typeof createMemoryTasks>;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  /** Requests that reached the exchange, `POST /fapi/v1/order`. */
  readonly requests: string[];
  /** `ports` in place of the world's own. */
  instance(name: string, ports?: Partial<Ports>): Instance;
  /** Runs the NAV schedule once, as the minute does. */
  tickNav(): Promise<void>;
  /** Documents without their stamp, which only the store's wrapper knows. */
  read<T>(path: string): T | null;
  under<T>(prefix: string): readonly T[];
  /** Orders of the default account as the exchange has them. */
  venueOrders(): readonly { readonly clientOrderId: string; readonly status: string }[];
}

export interface WorldOptions {
  readonly config?: Partial<AccountConfig>;
  readonly control?: Partial<ControlState>;
  readonly seed?: number;
  /** Binance's USD-M futures unless told otherwise. */
  readonly venue?: VenueId;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  // No candles of the past: no test here reads them, and making them costs more than most tests.
  const ownProfile: AccountProfile = { ...profile, venue: options.venue ?? profile.venue };
  const exchange = createExchange({
    seed: options.seed ?? 7,
    dialect: ownProfile.venue,
    nowMs: () => clock.nowMs(),
    historyMinutes: 0,
  });
  const base = {
    clock,
    documents,
    exchange,
    bus: createMemoryBus(),
    tasks: createMemoryTasks(),
    logger: createMemoryLogger(),
  };
  const requests: string[] = [];
  documents.seed(paths.environment, { name: "test" });
  documents.seed(paths.account(ACCOUNT), encode(ownProfile));
  documents.seed(paths.config(ACCOUNT), encode(configWith(options.config)));
  documents.seed(paths.control(ACCOUNT), encode(controlWith(options.control)));
  const seeds = new Map<string, number>();
  const world: World = {
    ...base,
    requests,
    instance(name, ports = {}) {
      seeds.set(name, (seeds.get(name) ?? 0) + 1);
      return instanceOf(world, `${name}-${seeds.get(name)}`, ports);
    },
    tickNav: () => writeNav(scheduler, ownProfile),
    read: <T>(path: string) => unstamped(documents.dump()[path] ?? null) as T | null,
    under: <T>(prefix: string) =>
      Object.entries(documents.dump())
        .filter(([path]) => path.startsWith(`${prefix}/`))
        .map(([, data]) => unstamped(data) as T),
    venueOrders: () => dumpedOrders(exchange),
  };
  const scheduler = world.instance("schedules");
  await refreshUniverse(scheduler, [ownProfile]);
  await keepVenueSettings(scheduler, ownProfile, controlWith(options.control));
  await world.tickNav();
  requests.length = 0;
  return world;
}

function instanceOf(world: World, holderId: string, given: Partial<Ports>): Instance {
  const counted = countDocuments(given.documents ?? world.documents);
  const toExchange = createExchangeTransport(world.exchange, world.clock, VENUE_TIMEOUT_MS);
  const ports = createMemoryPorts({
    clock: world.clock,
    bus: world.bus,
    tasks: world.tasks,
    logger: world.logger,
    identity: createSeededIdentity(holderId.length),
    secrets: {
      ...createMemorySecrets({}),
      venueKeys: async () => ({ ...VENUE_KEYS, revision: FIRST_REVISION }),
    },
    openVenue: (parts) =>
      createCcxtVenue({
        ...parts,
        transport: (request) => {
          world.requests.push(`${request.method} ${new URL(request.url).pathname}`);
          return toExchange.send(request);
        },
      }),
    ...given,
    documents: counted.documents,
  });
  const { deps, duties } = compose(ports, {
    environment: "test",
    holderId,
    paperOrigins: everyVenueAt(PAPER_ORIGIN),
    release: presentRelease("new"),
  });
  return { ...deps, duties, counts: counted.counts };
}

/** Images of a journal entry have stamps of their own. */
function unstamped(data: DocumentData | null): DocumentData | null {
  if (data === null) return null;
  const { schema: _stamp, images, ...fields } = data;
  if (images === undefined) return fields;
  const each = Object.entries(images as Readonly<Record<string, DocumentData>>);
  return { ...fields, images: Object.fromEntries(each.map(([path, image]) => [path, unstamped(image)])) };
}

function dumpedOrders(exchange: Exchange): readonly { clientOrderId: string; status: string }[] {
  const { orders } = exchange.dump() as { orders: { clientOrderId: string; status: string }[] };
  return orders;
}

let intentCount = 0;

/** An opening intent for the account; its receipt is stored as the webhook leaves it. */
export function givenIntent(world: World, overrides: Partial<Intent> = {}): Intent {
  intentCount += 1;
  const nowMs = world.clock.nowMs();
  const ofSignal = signalId(HOOK, `signal-${intentCount}`);
  const intent: Intent = {
    intentId: intentId(ofSignal),
    signalId: ofSignal,
    accountId: ACCOUNT,
    strategyId: STRATEGY,
    symbol: "BTCUSDT",
    action: "open",
    side: "long",
    size: { kind: "strategyDefault" },
    reduceBps: null,
    signalPriceUsd: null,
    exits: null,
    entries: null,
    signalledAtMs: nowMs,
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + 120_000,
    ...overrides,
  };
  const receipt: Receipt = {
    signalId: intent.signalId,
    hookId: HOOK,
    accountId: intent.accountId,
    strategyId: intent.strategyId,
    status: "RECEIVED",
    intent,
    refusalCode: null,
    denials: [],
    clientOrderId: null,
    queue: null,
    payload: {},
    source: { address: "127.0.0.1", mode: "signed" },
    receivedAtMs: nowMs,
    decidedAtMs: null,
    sentAtMs: null,
    acknowledgedAtMs: null,
  };
  world.documents.seed(paths.receipt(intent.accountId, intent.signalId), encode(receipt));
  return intent;
}

/** The bus message of an intent, as the executor function receives it. */
export function messageOf(world: World, intent: Intent): BusMessage {
  return {
    messageId: `message-${intent.intentId}`,
    topic: "intents",
    publishedAtMs: world.clock.nowMs(),
    payload: { intent },
    attributes: {},
  };
}
