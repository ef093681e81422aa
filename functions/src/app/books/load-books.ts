// Loads an account's books: from this process's cache while its ages allow, else in one round trip (a second one when
// groups or orders are open). Reading fails closed: control and profile must be whole, the config is the one in force
// or one that permits nothing; NAV, peak and universe that are not whole become null, and every check that needs them
// refuses; an open group that is not whole is set aside, and its symbol refuses. What a later release has stored is named.

import { configInForce, reportConfigFault } from "#app/accounts";
import { decode, decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { tellNewer } from "#app/telling";
import { isHeldByOther } from "#domain/books/lease.ts";
import type { VenueId } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { kindOf } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { type DocumentSnapshot, PreconditionFailedError } from "#ports/documents.ts";
import { controlStateSchema, overviewSchema } from "#schemas/books.ts";
import { accountProfileSchema } from "#schemas/config.ts";
import { navSchema, peakSchema, universeSchema } from "#schemas/nav.ts";
import { tuningSchema } from "#schemas/tuning.ts";
import { venueSettingsSchema } from "#schemas/venue-settings.ts";
import type { Books, ExecutionDeps, LoadDeps } from "./books.ts";
import { readOpen, tellWhatIsSetAside } from "./read-open.ts";

/** Cached NAV older than this is read again: the NAV schedule writes every minute, so a newer one should exist. */
const CACHED_NAV_LIMIT_MS = 75_000;
/** Cached markets and profile are read again after this, so that a changed filter or name is seen. */
const CACHED_BOOKS_LIMIT_MS = 600_000;

/** Thrown for an account that does not exist: unusable input, not a fault to retry. */
export class UnknownAccountError extends Error {
  constructor(accountId: string) {
    super(
      `There is no account "${accountId}": create accounts/${accountId}, its config and its control document`,
    );
    this.name = "UnknownAccountError";
  }
}

export function cachedBooks(deps: LoadDeps, accountId: string): Books | null {
  const books = deps.cache.get(accountId);
  if (books === undefined || books.config.version !== books.control.configVersion) return null;
  // Mending a document moves no version: what was set aside is read again each time.
  if (books.setAside.length > 0) return null;
  const nowMs = deps.clock.nowMs();
  const navAgeMs = books.nav?.asOfMs == null ? Number.POSITIVE_INFINITY : nowMs - books.nav.asOfMs;
  return navAgeMs <= CACHED_NAV_LIMIT_MS && nowMs - books.loadedAtMs <= CACHED_BOOKS_LIMIT_MS ? books : null;
}

/** Fresh books; also replaces the cached ones. Throws UnknownAccountError, UnusableDocumentError, NewerDocumentError, DocumentError. */
export async function loadBooks(deps: LoadDeps, accountId: string): Promise<Books> {
  const wanted = [
    paths.account(accountId),
    paths.control(accountId),
    paths.config(accountId),
    paths.nav(accountId),
    paths.peak(accountId),
    paths.overview(accountId),
    paths.venueSettings(accountId),
    ...(readsTuning(deps, accountId) ? [paths.telemetry(accountId, "tuning")] : []),
    ...venuesToRead(deps, accountId).map(paths.universe),
  ];
  const [profile, control, config, nav, peak, overview, settings, ...others] = await getEach(deps, wanted);
  if (!profile || !control || !config || !nav || !peak || !overview || !settings) {
    throw new Error("The store answered with fewer documents than were asked for");
  }
  if (profile.data === null) throw new UnknownAccountError(accountId);
  const account = decodeRequired(accountProfileSchema, profile);
  const state = decodeRequired(controlStateSchema, control);
  const newer: NewerDocumentError[] = [];
  const { config: inForce, fault: configFault } = await configInForce(deps.documents, state, config);
  if (configFault !== null && deps.cache.get(accountId)?.configFault !== configFault) {
    await reportConfigFault(deps, state, inForce, configFault);
  }
  const open = await readOpen(deps, state);
  const universe = await universeOf(deps, account.venue, others);
  const books: Books = {
    accountId,
    profile: account,
    control: state,
    controlVersion: control.version ?? "",
    config: inForce,
    configFault,
    nav: orNull(deps, newer, () => decode(navSchema, nav)),
    peak: orNull(deps, newer, () => decode(peakSchema, peak)),
    universe: orNull(deps, newer, () => decode(universeSchema, universe)),
    overview: orNull(deps, newer, () => decode(overviewSchema, overview)),
    venueSettings: orNull(deps, newer, () => decode(venueSettingsSchema, settings))?.settings ?? null,
    tuning: tuningIn(deps, inForce, others),
    newer: newer.map(({ path }) => path),
    ...open,
    loadedAtMs: deps.clock.nowMs(),
  };
  for (const each of newer) await tellNewer(deps, accountId, each);
  await tellWhatIsSetAside(deps, books, deps.cache.get(accountId) ?? null);
  deps.cache.set(accountId, books);
  return books;
}

/**
 * Fresh books for a holder that goes on acting. Their version is fresh too, so a commit under it could write
 * over a later holder; therefore this throws PreconditionFailedError, which is contention, when another holds
 * the lease.
 */
export async function reloadBooks(deps: ExecutionDeps, accountId: string): Promise<Books> {
  const books = await loadBooks(deps, accountId);
  if (!isHeldByOther(books.control.lease, deps.holderId, deps.clock.nowMs())) return books;
  throw new PreconditionFailedError(`Another holder acts for ${accountId}`, paths.control(accountId));
}

/** The account's own venue where this process knows it; else all, so that one round trip is enough. */
function venuesToRead({ cache }: LoadDeps, accountId: string): readonly VenueId[] {
  const known = cache.get(accountId)?.profile.venue;
  return known === undefined ? VENUE_IDS : [known];
}

/** Only where outcomes choose how entries begin; a process that does not know reads it in the same round trip. */
function readsTuning({ cache }: LoadDeps, accountId: string): boolean {
  const known = cache.get(accountId)?.config;
  return known === undefined || known.router.autotune.mode === "on";
}

/** One that cannot be read, or is of a later release, tunes nothing and holds up nothing. */
function tuningIn(
  deps: LoadDeps,
  { router }: AccountConfig,
  read: readonly DocumentSnapshot[],
): Tuning | null {
  const found = read.find(({ path }) => kindOf(path) === "routerTuning");
  if (found === undefined || router.autotune.mode !== "on") return null;
  return orNull(deps, [], () => decode(tuningSchema, found));
}

/** The venue's markets, or those that were stored when there was one venue: until the next hourly run they are all there is. */
async function universeOf(
  deps: LoadDeps,
  venue: VenueId,
  read: readonly DocumentSnapshot[],
): Promise<DocumentSnapshot> {
  const path = paths.universe(venue);
  const own = read.find((each) => each.path === path);
  if (own !== undefined && own.data !== null) return own;
  const [asked, before] = await getEach(deps, [path, paths.universeOfOneVenue]);
  if (asked === undefined || before === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  return asked.data === null && before.data?.venue === venue ? before : asked;
}

function getEach(deps: LoadDeps, wanted: readonly string[]): Promise<readonly DocumentSnapshot[]> {
  return deps.documents.getAll(wanted);
}

function orNull<T>(deps: LoadDeps, newer: NewerDocumentError[], read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NewerDocumentError) {
      newer.push(error);
      return null;
    }
    if (!(error instanceof UnusableDocumentError)) throw error;
    deps.logger.error("An unreadable document is treated as missing", {
      path: error.path,
      fault: error.message,
    });
    return null;
  }
}
