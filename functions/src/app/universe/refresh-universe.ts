// Stores the markets (filters, steps, minimums) of every symbol that an account may trade, so that no order waits for
// the exchange's list. A failed or empty answer leaves the stored markets as they are, and an odd row its own market.

import { readableConfig } from "#app/accounts";
import { groundLostWrites } from "#app/books";
import { decode, encode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { raiseAlert } from "#app/telling";
import type { AccountProfile, VenueId } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Market, Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import { utcDay } from "#domain/nav/nav-book.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort, DocumentSnapshot, DocumentVersion, DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { partly, type UnreadRow, type Venue, VenueError } from "#ports/venue.ts";
import { universeSchema } from "#schemas/nav.ts";

/** Runs are hourly and repeated: markets this old have missed two of them, and all their repeats. */
const STALE_AFTER_MS = 3 * 3_600_000;

type PublicVenue = Pick<Venue, "fetchMarkets" | "fetchRequestLimits">;

export interface UniverseDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Needs no keys: the list of markets is everybody's. */
  readonly publicVenueFor: (profile: AccountProfile) => Promise<PublicVenue>;
}

/**
 * The markets of every venue that an account trades, each on its own: one that does not answer keeps no other from its own.
 * Throws what failed (VenueError, DocumentError, NewerDocumentError), so that the run is repeated.
 */
export async function refreshUniverse(
  deps: UniverseDeps,
  profiles: readonly AccountProfile[],
): Promise<void> {
  const faults: unknown[] = [];
  // Side by side: one that is slow delays no other.
  const refreshed = [...byVenue(profiles)].map(async ([venue, served]) => {
    try {
      await refreshVenue(deps, venue, served);
    } catch (error) {
      faults.push(error);
      await tellStale(deps, venue, served, error);
    }
  });
  await Promise.all(refreshed);
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, faults.map(saidBy).join("; "));
}

function byVenue(
  profiles: readonly AccountProfile[],
): ReadonlyMap<VenueId, readonly [AccountProfile, ...AccountProfile[]]> {
  const served = new Map<VenueId, [AccountProfile, ...AccountProfile[]]>();
  for (const profile of profiles) {
    const others = served.get(profile.venue);
    if (others === undefined) served.set(profile.venue, [profile]);
    else others.push(profile);
  }
  return served;
}

async function refreshVenue(
  deps: UniverseDeps,
  venue: VenueId,
  profiles: readonly [AccountProfile, ...AccountProfile[]],
): Promise<void> {
  const path = paths.universe(venue);
  const answered = await deps.documents.getAll([
    ...profiles.map((profile) => paths.config(profile.accountId)),
    path,
  ]);
  const snapshots = answered.slice(0, -1);
  const stored = answered.at(-1);
  // The whole document is replaced: one of a later release is left to that release.
  if (stored?.newer !== undefined) throw new NewerDocumentError(stored.path, stored.newer);
  const configs = await Promise.all(
    profiles.map(async ({ accountId }, place) => {
      const snapshot = snapshots[place];
      if (snapshot === undefined)
        throw new Error("The store answered with fewer documents than were asked for");
      return { ...(await readableConfig(deps.documents, accountId, snapshot)), accountId };
    }),
  );
  const wanted = new Set(configs.flatMap((config) => config.symbols));
  const asked = askedFor(profiles);
  const publicVenue = await deps.publicVenueFor(asked);
  const { readable, unread } = await partly(publicVenue.fetchMarkets());
  const odd = unread.filter(({ subject }) => wanted.has(subject));
  const kept = keptMarkets(stored, odd);
  const markets = [...readable.filter((market) => wanted.has(market.symbol)), ...kept];
  for (const row of odd) await tellOdd(deps, configs, row);
  const unknown = [...wanted].filter((symbol) => !markets.some((market) => market.symbol === symbol));
  if (unknown.length > 0)
    deps.logger.error("The venue does not list configured symbols", { venue, symbols: unknown });
  if (markets.length === 0)
    throw new Error(`${venue} lists none of the configured symbols; markets were kept`);
  const requestLimits = await requestLimitsOf(deps, publicVenue, { asked, stored });
  const universe = { asOfMs: deps.clock.nowMs(), venue, markets: bySymbol(markets), requestLimits };
  const gone = Object.keys(storedMarkets(stored)).filter((symbol) => universe.markets[symbol] === undefined);
  const concerned = configs.filter(({ symbols }) => symbols.some((symbol) => gone.includes(symbol)));
  // In the same commit: from it on, no instance decides an entry on the markets of before.
  const lost = await Promise.all(concerned.map(({ accountId }) => groundLostWrites(deps, accountId)));
  // A run that took long does not replace a later one's markets: it fails under their version, and is tried again.
  await deps.documents.commit([universeWrite(universe, stored?.version ?? null), ...lost.flat()]);
}

/** Where the venue does not state them now, its last word counts: markets are not kept waiting for them. */
async function requestLimitsOf(
  deps: UniverseDeps,
  venue: PublicVenue,
  { asked, stored }: { readonly asked: AccountProfile; readonly stored: DocumentSnapshot | undefined },
): Promise<NonNullable<Universe["requestLimits"]> | null> {
  try {
    return { askedAs: asked.mode, ...(await venue.fetchRequestLimits()) };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("The venue did not state its limits of requests; its last word counts", {
      venue: asked.venue,
      cause: error.message,
    });
    return readUniverse(stored)?.requestLimits ?? null;
  }
}

/** A venue's test system may list other filters: where one account trades money, its markets are those of all. */
function askedFor(profiles: readonly [AccountProfile, ...AccountProfile[]]): AccountProfile {
  return profiles.find(({ mode }) => mode === "live") ?? profiles[0];
}

/**
 * A run that fails is repeated and alerts about nothing while the stored markets are young. Told once a day for each account
 * of the venue.
 */
async function tellStale(
  deps: UniverseDeps,
  venue: VenueId,
  profiles: readonly AccountProfile[],
  cause: unknown,
): Promise<void> {
  // The markets are those of a later release, which keeps them.
  if (cause instanceof NewerDocumentError) return;
  const nowMs = deps.clock.nowMs();
  const [stored] = await deps.documents.getAll([paths.universe(venue)]);
  const asOfMs = readUniverse(stored)?.asOfMs ?? null;
  if (asOfMs !== null && nowMs - asOfMs <= STALE_AFTER_MS) return;
  const known = asOfMs === null ? "there are none" : `those in use are of ${new Date(asOfMs).toISOString()}`;
  for (const { accountId } of profiles)
    await raiseAlert(deps, {
      accountId,
      severity: "warning",
      code: "MARKETS_STALE",
      message: `The markets of ${venue} cannot be refreshed (${saidBy(cause)}); ${known}`,
      remedy: `See that ${venue} can be reached, and that it lists a symbol of the config`,
      dedupeKey: `markets/${venue}/${utcDay(nowMs)}`,
    });
}

function saidBy(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function universeWrite(
  universe: Universe & { readonly venue: VenueId },
  version: DocumentVersion | null,
): DocumentWrite {
  const write = { path: paths.universe(universe.venue), data: encode(universe) };
  return version === null ? { op: "create", ...write } : { op: "set", ...write, version };
}

/** Markets of the stored universe whose rows cannot be read now: positions in them must stay closable. */
function keptMarkets(stored: DocumentSnapshot | undefined, odd: readonly UnreadRow[]): readonly Market[] {
  const markets = storedMarkets(stored);
  return odd.flatMap(({ subject }) => markets[subject] ?? []);
}

/** None where the stored document is missing or unreadable. */
function storedMarkets(stored: DocumentSnapshot | undefined): Universe["markets"] {
  return readUniverse(stored)?.markets ?? {};
}

/** Null where the stored document is missing or unreadable. */
function readUniverse(stored: DocumentSnapshot | undefined): Universe | null {
  if (stored === undefined || stored.newer !== undefined) return null;
  try {
    return decode(universeSchema, stored);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return null;
  }
}

/** Once a day for each account that may trade it. */
async function tellOdd(
  deps: UniverseDeps,
  configs: readonly (AccountConfig & { readonly accountId: string })[],
  { subject, reason }: UnreadRow,
): Promise<void> {
  const concerned = configs.filter(({ symbols }) => symbols.includes(subject));
  for (const { accountId } of concerned)
    await raiseAlert(deps, {
      accountId,
      severity: "warning",
      code: "VENUE_ROW_UNREADABLE",
      message: `The venue's market ${subject} cannot be read (${reason}); its steps and minimums are those of before`,
      remedy: `Take ${subject} out of the config until it can be read, and see what the venue has changed`,
      dedupeKey: `market/${subject}/${utcDay(deps.clock.nowMs())}`,
    });
}

function bySymbol(markets: readonly Market[]): Readonly<Record<string, Market>> {
  return Object.fromEntries(markets.map((market) => [market.symbol, market]));
}
