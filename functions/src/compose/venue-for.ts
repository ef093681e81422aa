// The client of an account's venue: one for each account, venue and mode, kept for the life of the process. Keeps true
// that none is made before the database's label agreed, nor for an origin that the account may not trade at.

import type { AccountProfile, Environment } from "#domain/documents/account.ts";
import { venueOrigin } from "#domain/risk/live-gate.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { OpenVenue, Venue } from "#ports/venue.ts";

/** Longest wait for a venue's answer: well inside a lease and a function's own timeout. */
export const VENUE_TIMEOUT_MS = 8_000;

export interface VenueForParts {
  readonly openVenue: OpenVenue;
  readonly guard: () => Promise<void>;
  readonly environment: Environment;
  readonly paperVenueOrigin: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly venues: Map<string, Promise<Venue>>;
}

export function createVenueFor(parts: VenueForParts): (profile: AccountProfile) => Promise<Venue> {
  const { venues } = parts;
  return (profile) => {
    const key = `${profile.accountId}/${profile.venue}/${profile.mode}`;
    const venue = venues.get(key) ?? openFor(parts, profile);
    venues.set(key, venue);
    venue.catch(() => venues.delete(key)); // asked again next time; the caller has the error
    return venue;
  };
}

async function openFor(parts: VenueForParts, profile: AccountProfile): Promise<Venue> {
  const { openVenue, guard, environment, paperVenueOrigin, secrets, clock, identity, logger } = parts;
  // Only a guard that passed proves that the database's label is the configured environment.
  await guard();
  const { accountId, venue } = profile;
  const origin = venueOrigin(profile, environment, environment, paperVenueOrigin);
  const keys = await secrets.venueKeys(accountId);
  const shared = { clock, identity, logger, requestTimeoutMs: VENUE_TIMEOUT_MS };
  return openVenue({ accountId, venue, keys, origin, ...shared });
}
