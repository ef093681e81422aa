// Reads an account's settings at its venue when they are due, stores them, and alerts once for each set of differences from
// the config. A reading that fails leaves the last one with its age, but for the parts that it did bring. Must not throw for
// the venue's silence: the checks of entries judge the age.

import { configInForce } from "#app/accounts";
import { groundLostWrites } from "#app/books";
import {
  commitDecision,
  decode,
  encode,
  NewerDocumentError,
  RACES,
  UnusableDocumentError,
} from "#app/documents";
import { type AlertCondition, type AlertDeps, alertWrites, raiseAlert } from "#app/telling";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { KnownSettings, VenueSettings, VenueSettingsRecord } from "#domain/documents/venue-settings.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { withKnown } from "#domain/risk/known-settings.ts";
import { type SettingDifference, settingDifferences } from "#domain/risk/setting-differences.ts";
import { readsSettings } from "#domain/risk/settings-cadence.ts";
import type { DocumentSnapshot, DocumentVersion, DocumentWrite } from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";
import { SettingsIncompleteError, type Venue, VenueError } from "#ports/venue.ts";
import { venueSettingsSchema } from "#schemas/venue-settings.ts";

/** A stored record. */
interface Stored {
  readonly record: VenueSettingsRecord;
  readonly version: DocumentVersion | null;
}

/** With the config that its settings were compared with. */
interface Kept extends Stored {
  readonly config: AccountConfig;
}

/** The last reading of each account in this process. Only a hint: it saves reads of the store. */
export type VenueSettingsMemory = Map<string, Kept>;

export interface VenueSettingsDeps extends AlertDeps {
  readonly identity: Identity;
  readonly venueFor: (profile: AccountProfile) => Promise<Venue>;
  /** Which of its stored keys the account's client trades with; null where none is open. */
  readonly keyRevisionOf: (profile: AccountProfile) => string | null;
  readonly venueSettingsMemory: VenueSettingsMemory;
}

/** Throws DocumentError when the store cannot be asked. */
export async function keepVenueSettings(
  deps: VenueSettingsDeps,
  profile: AccountProfile,
  control: ControlState,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  if (nowMs < control.throttles.venueBannedUntilMs) return;
  const kept = keptInMemory(deps, control) ?? (await keptInStore(deps, control));
  const asksWith = { configVersion: control.configVersion, keyRevision: deps.keyRevisionOf(profile) };
  if (kept === "newer" || !readsSettings(kept.record, asksWith, nowMs)) return;
  await readAndStore(deps, profile, control, kept);
}

/** Null also after a change of the config: another one is in force. */
function keptInMemory(deps: VenueSettingsDeps, { accountId, configVersion }: ControlState): Kept | null {
  const kept = deps.venueSettingsMemory.get(accountId);
  return kept === undefined || kept.config.version !== configVersion ? null : kept;
}

async function keptInStore(deps: VenueSettingsDeps, control: ControlState): Promise<KnownBefore | "newer"> {
  const { accountId } = control;
  const wanted = [paths.venueSettings(accountId), paths.config(accountId)];
  const [stored, config] = await deps.documents.getAll(wanted);
  if (stored === undefined || config === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  const record = readable(deps, stored);
  if (record === "newer") return record;
  const { config: inForce } = await configInForce(deps.documents, control, config);
  const { version } = stored;
  if (record !== null) deps.venueSettingsMemory.set(accountId, { record, config: inForce, version });
  return { record, config: inForce, version };
}

/** An unreadable record is read anew; one of a later release is that release's to keep. */
function readable(deps: VenueSettingsDeps, stored: DocumentSnapshot): VenueSettingsRecord | null | "newer" {
  try {
    return decode(venueSettingsSchema, stored);
  } catch (error) {
    if (error instanceof NewerDocumentError) return "newer";
    if (!(error instanceof UnusableDocumentError)) throw error;
    deps.logger.error("An unreadable document is treated as missing", {
      path: error.path,
      fault: error.message,
    });
    return null;
  }
}

/** Passes overlap: a reading that took long is not stored over one that began later. */
async function readAndStore(
  deps: VenueSettingsDeps,
  profile: AccountProfile,
  control: ControlState,
  { config, ...known }: KnownBefore,
): Promise<void> {
  const { accountId } = profile;
  const nowMs = deps.clock.nowMs();
  const read = await settingsOf(deps, profile, config.symbols);
  let { record: before, version } = known;
  let isPast = false;
  await commitDecision(deps, RACES.record, {
    subject: `The venue's settings of ${accountId}`,
    attempt: async () => {
      if (isPast) return;
      const { record, writes, alert } = await changeOf(deps, profile, { config, before, read, nowMs });
      const stored = await deps.documents.commit([recordWrite(record, version), ...writes]);
      deps.venueSettingsMemory.set(accountId, { record, config, version: stored[0] ?? null });
      if (alert !== null) deps.logger.error(alert.message, { accountId });
      if (isTooOld(record, config, nowMs)) await alertUnknown(deps, record);
    },
    onLost: async () => {
      deps.venueSettingsMemory.delete(accountId);
      const now = await keptInStore(deps, control);
      if (now === "newer") {
        isPast = true;
        return;
      }
      isPast = now.record !== null && now.record.triedAtMs > nowMs;
      before = now.record;
      version = now.version;
    },
  });
}

/** Null: there is none, or it cannot be read. */
interface KnownBefore {
  readonly record: VenueSettingsRecord | null;
  readonly version: DocumentVersion | null;
  readonly config: AccountConfig;
}

function recordWrite(record: VenueSettingsRecord, version: DocumentVersion | null): DocumentWrite {
  const path = paths.venueSettings(record.accountId);
  const data = encode(record);
  return version === null ? { op: "create", path, data } : { op: "set", path, data, version };
}

interface NewReading {
  readonly config: AccountConfig;
  readonly before: VenueSettingsRecord | null;
  readonly read: Reading;
  readonly nowMs: number;
}

async function changeOf(
  deps: VenueSettingsDeps,
  profile: AccountProfile,
  { config, before, read, nowMs }: NewReading,
): Promise<{
  readonly record: VenueSettingsRecord;
  readonly writes: readonly DocumentWrite[];
  readonly alert: AlertCondition | null;
}> {
  const { accountId } = profile;
  const settings = read.settings ?? lastKnown(before, read.known);
  const differences = settings === null ? [] : settingDifferences(config, settings);
  const record: VenueSettingsRecord = {
    accountId,
    settings,
    configVersion: config.version,
    keyRevision: deps.keyRevisionOf(profile),
    triedAtMs: nowMs,
    error: read.error,
    told: toldOf(differences, before, nowMs),
  };
  if (record.told === null || record.told.sinceMs === before?.told?.sinceMs)
    return { record, writes: [], alert: null };
  const alert = alertOf(accountId, differences, record.told.sinceMs);
  // In the same commit: from it on, no instance decides an entry on the settings of before.
  const lost = await groundLostWrites(deps, accountId);
  return { record, writes: [...alertWrites(alert, nowMs), ...lost], alert };
}

type Reading =
  | { readonly settings: VenueSettings; readonly error: null }
  | { readonly settings: null; readonly known: KnownSettings; readonly error: string };

function lastKnown(before: VenueSettingsRecord | null, known: KnownSettings): VenueSettings | null {
  const settings = before?.settings ?? null;
  return settings === null ? null : withKnown(settings, known);
}

async function settingsOf(
  deps: VenueSettingsDeps,
  profile: AccountProfile,
  symbols: readonly string[],
): Promise<Reading> {
  try {
    const venue = await deps.venueFor(profile);
    return { settings: await venue.fetchSettings(symbols), error: null };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("The account's settings at the venue could not be read", {
      accountId: profile.accountId,
      code: error.code,
    });
    const known = error instanceof SettingsIncompleteError ? error.known : {};
    return { settings: null, known, error: error.message };
  }
}

/** The same differences are the same condition; others are told anew. */
function toldOf(
  differences: readonly SettingDifference[],
  before: VenueSettingsRecord | null,
  nowMs: number,
): VenueSettingsRecord["told"] {
  if (differences.length === 0) return null;
  const text = inWords(differences);
  return before?.told?.text === text ? before.told : { text, sinceMs: nowMs };
}

function inWords(differences: readonly SettingDifference[]): string {
  return differences
    .map(({ setting, expected, actual }) => `${setting} is ${actual}, wanted ${expected}`)
    .join("; ");
}

function alertOf(
  accountId: string,
  differences: readonly SettingDifference[],
  sinceMs: number,
): AlertCondition {
  const isOfAll = differences.some(({ symbol }) => symbol === null);
  const symbols = [...new Set(differences.map(({ symbol }) => symbol))].join(", ");
  return {
    accountId,
    severity: "critical",
    code: "VENUE_SETTINGS_DIFFER",
    message: `No entries ${isOfAll ? "at all" : `in ${symbols}`}: ${inWords(differences)}`,
    remedy: [...new Set(differences.map(({ remedy }) => remedy))].join(". "),
    dedupeKey: String(sinceMs),
  };
}

function isTooOld(
  { settings }: VenueSettingsRecord,
  { venueAccount }: AccountConfig,
  nowMs: number,
): boolean {
  return settings === null || nowMs - settings.asOfMs > venueAccount.maxSettingsAgeMs;
}

async function alertUnknown(
  deps: VenueSettingsDeps,
  { accountId, error }: VenueSettingsRecord,
): Promise<void> {
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "VENUE_SETTINGS_UNKNOWN",
    message: `No entries: the account's settings at the venue could not be read (${error ?? "no answer"})`,
    remedy:
      "Check the venue's status, and that the account's key may read; entries go on with the next reading",
    // One alert an hour while it lasts.
    dedupeKey: utcHour(deps.clock.nowMs()),
  });
}
