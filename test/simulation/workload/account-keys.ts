// The venue keys of a run's accounts: each account's own, and found nowhere else by chance.
import type { VenueKeys } from "#ports/secrets.ts";

export function keysOf(accountId: string): VenueKeys {
  return { apiKey: `key-${accountId}`, secret: `secret-${accountId}` };
}
