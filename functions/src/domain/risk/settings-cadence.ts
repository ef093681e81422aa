// When an account's settings at the venue are read: at the first pass of a process that finds none or old ones, hourly,
// sooner while something is wrong, and at once when the config asks for other symbols or the account has other keys. Pure.
import type { VenueSettingsRecord } from "#domain/documents/venue-settings.ts";

/** Settings change by hand, seldom; five questions an hour cost the venue as much as one look at income. */
const READ_EVERY_MS = 3_600_000;
/** While a person is mending a difference, it should not take an hour until entries go on. */
const READ_DIFFERING_EVERY_MS = 300_000;
/** After a reading that failed: the next pass but one, so that a venue in trouble is not asked five times a minute. */
const READ_FAILED_EVERY_MS = 110_000;

/** Who asks now: their config, and their keys; null while no client is open. */
export interface AsksWith {
  readonly configVersion: number;
  readonly keyRevision: string | null;
}

export function readsSettings(
  record: VenueSettingsRecord | null,
  { configVersion, keyRevision }: AsksWith,
  nowMs: number,
): boolean {
  if (record === null || record.configVersion !== configVersion) return true;
  // New keys may be allowed what the old ones were not, and the old ones' hour is not theirs.
  if (keyRevision !== null && record.keyRevision !== keyRevision) return true;
  const sinceMs = nowMs - record.triedAtMs;
  if (record.error !== null || record.settings === null) return sinceMs >= READ_FAILED_EVERY_MS;
  return sinceMs >= (record.told === null ? READ_EVERY_MS : READ_DIFFERING_EVERY_MS);
}
