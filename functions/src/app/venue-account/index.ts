// The door of venue-account. Entry point: keep an account's settings at its venue known, and tell people where they differ
// from the config. Changes nothing at the venue, closes nothing, stops no schedule. Keeps rules 5 (fresh ground: unknown
// settings refuse entries), 7 (nothing in silence) and 8 (failure is never health: a failed reading changes no setting),
// docs/RULES.md.
export {
  keepVenueSettings,
  type VenueSettingsDeps,
  type VenueSettingsMemory,
} from "./keep-venue-settings.ts";
