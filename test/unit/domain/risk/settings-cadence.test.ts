// Settings at the venue are read at the start, hourly, sooner while they differ or cannot be read, and for a new config or
// other keys.
import { expect, it } from "vitest";
import type { VenueSettingsRecord } from "#domain/documents/venue-settings.ts";
import { readsSettings } from "#domain/risk/settings-cadence.ts";
import { NOW_MS, venueSettings } from "#test/support/factories.ts";

const MINUTE_MS = 60_000;
const record = (changes: Partial<VenueSettingsRecord>, ageMs: number): VenueSettingsRecord => ({
  accountId: "main",
  settings: venueSettings(),
  configVersion: 1,
  keyRevision: "7",
  triedAtMs: NOW_MS - ageMs,
  error: null,
  told: null,
  ...changes,
});
const told = { text: "leverage is 21x", sinceMs: NOW_MS };

it.each<[string, VenueSettingsRecord | null, boolean]>([
  ["nothing is known", null, true],
  ["they were read 59 minutes ago", record({}, 59 * MINUTE_MS), false],
  ["they were read an hour ago", record({}, 60 * MINUTE_MS), true],
  ["another config is in force", record({ configVersion: 2 }, 0), true],
  ["the account has other keys", record({ keyRevision: "6" }, 0), true],
  ["other keys asked, and none could be opened then", record({ keyRevision: null }, 0), true],
  ["they differ, and were read 4 minutes ago", record({ told }, 4 * MINUTE_MS), false],
  ["they differ, and were read 5 minutes ago", record({ told }, 5 * MINUTE_MS), true],
  ["the reading a minute ago failed", record({ error: "HTTP_500" }, MINUTE_MS), false],
  ["the reading two minutes ago failed", record({ error: "HTTP_500" }, 2 * MINUTE_MS), true],
  ["no reading has worked yet", record({ settings: null, error: "HTTP_500" }, 2 * MINUTE_MS), true],
])("are read or not when %s", (_case, known, reads) => {
  expect(readsSettings(known, { configVersion: 1, keyRevision: "7" }, NOW_MS)).toBe(reads);
});

it("are left alone while no client is open that could tell of other keys", () => {
  expect(readsSettings(record({}, 0), { configVersion: 1, keyRevision: null }, NOW_MS)).toBe(false);
});
