// The documents that a run starts with, as an operator and the hourly universe run would have left them.

import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { Environment, VenueId } from "#domain/documents/account.ts";
import type { Market, Universe } from "#domain/documents/market.ts";
import { newControlState, operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import type { VenueSettings, VenueSettingsRecord } from "#domain/documents/venue-settings.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { createExchange } from "#local/exchange/exchange.ts";
import { DEFAULT_API_KEY, DEFAULT_SECRET } from "#local/exchange/options.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Venue } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { FIRST_REVISION } from "#test/support/memory/secrets.ts";
import { SENDER_ADDRESS, type SimHook } from "./platform/front.ts";
import { venuesOf } from "./venues.ts";
import type { RunSetup, SimAccount } from "./workload/setup.ts";

export async function firstDocuments(
  setup: RunSetup,
  environment: Environment,
): Promise<readonly DocumentWrite[]> {
  const settings = new Map<VenueId, VenueSettings>();
  const universes: DocumentWrite[] = [];
  for (const venue of venuesOf(setup)) {
    settings.set(venue, await settingsOf(setup, venue));
    universes.push({ op: "set", path: paths.universe(venue), data: encode(await universeOf(setup, venue)) });
  }
  return [
    { op: "set", path: paths.environment, data: { name: environment } },
    ...universes,
    ...setup.accounts.flatMap((account) => [
      ...accountDocuments(account, setup.startMs),
      settingsDocument(account, settings.get(account.profile.venue)),
    ]),
  ];
}

/** As a reading at the start of the run has it. */
function settingsDocument(
  { profile, config }: SimAccount,
  settings: VenueSettings | undefined,
): DocumentWrite {
  const { accountId } = profile;
  if (settings === undefined) throw new Error(`The settings of ${profile.venue} were not read`);
  const record: VenueSettingsRecord = {
    accountId,
    settings,
    configVersion: config.version,
    keyRevision: FIRST_REVISION,
    triedAtMs: settings.asOfMs,
    error: null,
    told: null,
  };
  return { op: "set", path: paths.venueSettings(accountId), data: encode(record) };
}

function accountDocuments(
  { profile, config, hooks, tuning }: SimAccount,
  nowMs: number,
): readonly DocumentWrite[] {
  const { accountId } = profile;
  const control = newControlState(
    accountId,
    config.version,
    operatorLatch("ACTIVE", "operator", "set up", nowMs),
    nowMs,
  );
  return [
    { op: "set", path: paths.account(accountId), data: encode(profile) },
    { op: "set", path: paths.config(accountId), data: encode(config) },
    { op: "set", path: paths.configVersion(accountId, config.version), data: encode(config) },
    { op: "set", path: paths.control(accountId), data: encode(control) },
    ...(tuning === undefined ? [] : [tuningDocument(accountId, tuning)]),
    ...hooks.map((hook): DocumentWrite => {
      return { op: "set", path: paths.hook(hook.hookId), data: encode(hookOf(hook)) };
    }),
  ];
}

function tuningDocument(accountId: string, tuning: Tuning): DocumentWrite {
  return { op: "set", path: paths.telemetry(accountId, "tuning"), data: encode(tuning) };
}

function hookOf({ hookId, accountId, strategyId, mode, secret, maxRequestsPerMinute }: SimHook): Hook {
  return {
    hookId,
    accountId,
    strategyId,
    mode,
    enabled: true,
    tokenSha256: mode === "tradingview" ? tokenSha256(secret) : null,
    sourceAddresses: mode === "tradingview" ? [SENDER_ADDRESS] : [],
    maxSignalAgeMs: 60_000,
    maxRequestsPerMinute,
  };
}

/** Read by the real adapter from an exchange of these contracts, once for each set of the venue's rules. */
const knownMarkets = new Map<string, readonly Market[]>();
/** Rules that are drawn come once; those of most runs are the same. */
const MOST_KNOWN = 16;
/** By the symbols that were asked for: what an earlier run asked for must not be what this one knows. */
const knownSettings = new Map<string, VenueSettings>();

export async function universeOf(setup: RunSetup, venue: VenueId): Promise<Universe> {
  const drawn = setup.symbols.map(({ symbol, minQty, maxMarketQty }) => [symbol, minQty, maxMarketQty]);
  const rules = JSON.stringify([venue, ...drawn]);
  const listed = knownMarkets.get(rules) ?? (await clientOf(setup, venue).fetchMarkets());
  if (knownMarkets.size < MOST_KNOWN) knownMarkets.set(rules, listed);
  const markets = Object.fromEntries(listed.map((market) => [market.symbol, market]));
  return { asOfMs: setup.startMs, venue, markets };
}

/** Every account of a run begins with the settings of a new account at the venue. */
async function settingsOf(setup: RunSetup, venue: VenueId): Promise<VenueSettings> {
  const symbols = setup.symbols.map(({ symbol }) => symbol);
  const key = [venue, ...symbols].join();
  const known = knownSettings.get(key) ?? (await clientOf(setup, venue).fetchSettings(symbols));
  knownSettings.set(key, known);
  return { ...known, asOfMs: setup.startMs - (setup.settingsAgeMs ?? 0) };
}

function clientOf(setup: RunSetup, venue: VenueId): Venue {
  const clock = createFakeClock();
  const exchange = createExchange({
    seed: 1,
    nowMs: () => clock.nowMs(),
    symbols: setup.symbols,
    historyMinutes: 0,
    dialect: venue,
  });
  return createCcxtVenue({
    venue,
    keys: { apiKey: DEFAULT_API_KEY, secret: DEFAULT_SECRET },
    origin: "http://127.0.0.1:1",
    clock,
    identity: createSeededIdentity(1),
    logger: createMemoryLogger(),
    requestTimeoutMs: 1_000,
    transport: async ({ method, url, headers: requestHeaders }) => {
      const { pathname, search } = new URL(url);
      const query = search.slice(1);
      const { status, headers, body } = exchange.handle({
        method,
        path: pathname,
        query,
        body: "",
        headers: Object.fromEntries(
          Object.entries(requestHeaders).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      });
      return { status, headers, body };
    },
  });
}
