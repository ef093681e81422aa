// The client of an account's venue: one for each account, venue and mode, kept for the life of the process. It is made
// after the database's label agreed, and only for an origin at which the account may trade. Keys that were stored anew
// take effect without a deployment: the client is replaced. Must not let a silent store of secrets stop an exit.

import type { AccountProfile, Environment } from "#domain/documents/account.ts";
import { type PaperOrigins, venueOrigin } from "#domain/risk/live-gate.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import { type Secrets, SecretsUnavailableError, type StoredKeys, type VenueKeys } from "#ports/secrets.ts";
import type { OpenVenue, Venue } from "#ports/venue.ts";
import type { SharedBans } from "./shared-bans.ts";
import type { StatedLimits } from "./stated-limits.ts";

/** Longest wait for a venue's answer: well inside a lease and a function's own timeout. */
export const VENUE_TIMEOUT_MS = 8_000;

/**
 * Keys are looked at again after this, so a rotated pair is in use everywhere within it. Every minute instead would cost
 * each account about a dollar a month in accesses, with seven processes that trade for it; and rotating needs an overlap of
 * both pairs at the venue anyhow.
 */
export const KEYS_FRESH_MS = 300_000;

/** The questions that a venue answers to everybody. */
export type PublicVenue = Pick<Venue, "fetchMarkets" | "fetchRequestLimits">;

interface Client {
  readonly venue: Venue;
  readonly revision: string;
  /** Whether the venue has refused these keys. They are looked at again at once, and only once for each pair. */
  refused: "no" | "yes" | "lookedAt";
}

/** A client and the time of the last look at its keys. */
export interface KeptVenue {
  readonly opening: Promise<Client>;
  readonly keysReadAtMs: number;
  /** Null until it is open. */
  client: Client | null;
}

export interface VenueForParts {
  readonly openVenue: OpenVenue;
  readonly guard: () => Promise<void>;
  readonly environment: Environment;
  readonly paperOrigins: PaperOrigins;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly venues: Map<string, KeptVenue>;
  readonly limits: StatedLimits;
  readonly bans: Pick<SharedBans, "of">;
}

export function createVenueFor(parts: VenueForParts): (profile: AccountProfile) => Promise<Venue> {
  const { venues, clock, limits } = parts;
  return async (profile) => {
    limits.note(profile);
    const place = placeOf(profile);
    const before = venues.get(place);
    const kept = before === undefined || isDue(before, clock.nowMs()) ? keep(parts, profile, before) : before;
    return (await kept.opening).venue;
  };
}

/** Which of its stored keys the account's client trades with; null where none is open. */
export function createKeyRevisionOf({ venues }: VenueForParts): (profile: AccountProfile) => string | null {
  return (profile) => venues.get(placeOf(profile))?.client?.revision ?? null;
}

/** A client without keys, for a process that may not read any. Made anew for each call: they are hours apart. */
export function createPublicVenueFor(
  parts: VenueForParts,
): (profile: AccountProfile) => Promise<PublicVenue> {
  return async (profile) => {
    await parts.guard();
    return opened(parts, profile, null, () => undefined);
  };
}

function placeOf({ accountId, venue, mode }: AccountProfile): string {
  return `${accountId}/${venue}/${mode}`;
}

function isDue({ client, keysReadAtMs }: KeptVenue, nowMs: number): boolean {
  return client !== null && (client.refused === "yes" || nowMs - keysReadAtMs >= KEYS_FRESH_MS);
}

function keep(parts: VenueForParts, profile: AccountProfile, before: KeptVenue | undefined): KeptVenue {
  const { venues, clock } = parts;
  const place = placeOf(profile);
  const opening = clientOf(parts, profile, before?.client ?? null);
  const kept: KeptVenue = { opening, keysReadAtMs: clock.nowMs(), client: null };
  venues.set(place, kept);
  opening.then(
    (client) => {
      kept.client = client;
    },
    () => {
      // Asked again next time; the caller has the error.
      if (venues.get(place) === kept) venues.delete(place);
    },
  );
  return kept;
}

async function clientOf(
  parts: VenueForParts,
  profile: AccountProfile,
  before: Client | null,
): Promise<Client> {
  // Only a guard that passed proves that the database's label is the configured environment.
  await parts.guard();
  const [keys] = await Promise.all([storedKeys(parts, profile, before), parts.limits.learn(profile)]);
  if (before !== null && (keys === null || keys.revision === before.revision)) {
    if (before.refused === "yes") before.refused = "lookedAt";
    return before;
  }
  if (keys === null) throw new Error("Keys cannot be missing where no client is open");
  const refusal: { client: Client | null } = { client: null };
  const venue = await opened(parts, profile, keys, () => {
    if (refusal.client?.refused === "no") refusal.client.refused = "yes";
  });
  const client: Client = { venue, revision: keys.revision, refused: "no" };
  refusal.client = client;
  if (before !== null)
    parts.logger.info("An account trades with other keys from now on", { accountId: profile.accountId });
  return client;
}

/** Null: they could not be asked for, and the pair that is in use goes on. The venue itself refuses a pair that is void. */
async function storedKeys(
  { secrets, logger }: VenueForParts,
  { accountId }: AccountProfile,
  before: Client | null,
): Promise<StoredKeys | null> {
  try {
    return await secrets.venueKeys(accountId);
  } catch (error) {
    if (before === null || !(error instanceof SecretsUnavailableError)) throw error;
    logger.warn("An account's keys could not be looked at again; those in use go on", {
      accountId,
      cause: error.message,
    });
    return null;
  }
}

function opened(
  parts: VenueForParts,
  profile: AccountProfile,
  keys: VenueKeys | null,
  onKeysRefused: () => void,
): Venue | Promise<Venue> {
  const { openVenue, environment, paperOrigins, clock, identity, logger, limits, bans } = parts;
  const { accountId, venue } = profile;
  const origin = venueOrigin(profile, environment, environment, paperOrigins);
  const shared = { clock, identity, logger, requestTimeoutMs: VENUE_TIMEOUT_MS };
  const requestLimits = () => limits.of(profile);
  return openVenue({
    accountId,
    venue,
    keys,
    onKeysRefused,
    origin,
    requestLimits,
    ban: bans.of(profile),
    ...shared,
  });
}
