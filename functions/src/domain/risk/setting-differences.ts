// Whether the account is set at its venue as the config wants it. A difference refuses entries, those of one symbol alone
// where it is the symbol's, and names setting, expectation and remedy. Settings that are not known, or are too old, refuse
// all of them.
import type { VenueAccountConfig } from "#domain/documents/config.ts";
import type { KeyPermissions, SymbolSettings, VenueSettings } from "#domain/documents/venue-settings.ts";
import { denial, type RiskCheck } from "./context.ts";

export interface SettingDifference {
  /** In a trader's words, with the symbol where it is one symbol's. */
  readonly setting: string;
  /** Null: the whole account's. */
  readonly symbol: string | null;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

/** The config's part that says how the account has to be set. */
export interface SettingsWanted {
  readonly symbols: readonly string[];
  readonly venueAccount: VenueAccountConfig;
}

/** A setting and what is wanted of it; null: either way. */
interface Compared extends Omit<SettingDifference, "expected"> {
  readonly expected: string | null;
}

const ADAPT = "Set it at the venue, or change venueAccount in the config";
const NEW_KEY = "Change the key's permissions at the venue, or venueAccount in the config";
/** The venue changes a margin type only then. */
const ADAPT_FLAT =
  "Set it at the venue while the symbol has no position and no order, or change venueAccount in the config";

/** Every difference; the account's own first. */
export function settingDifferences(
  { symbols, venueAccount }: SettingsWanted,
  settings: VenueSettings,
): readonly SettingDifference[] {
  const compared = [
    ...ofAccount(venueAccount, settings),
    ...ofKey(venueAccount, settings.key),
    ...symbols.flatMap((symbol) => ofSymbol(venueAccount, symbol, settings.symbols[symbol])),
  ];
  return compared.flatMap(({ expected, ...setting }) =>
    expected === null || expected === setting.actual ? [] : [{ ...setting, expected }],
  );
}

function ofAccount(wanted: VenueAccountConfig, settings: VenueSettings): readonly Compared[] {
  return [
    {
      setting: "position mode",
      symbol: null,
      expected: "oneWay",
      actual: settings.positionMode,
      remedy: "Switch the account to one-way mode at the venue",
    },
    {
      setting: "trading",
      symbol: null,
      expected: "allowed",
      actual: permission(settings.mayTrade),
      remedy: "Ask the venue why the account may not trade",
    },
    {
      setting: "multi-assets mode",
      symbol: null,
      expected: wish(wanted.multiAssets, onOff),
      actual: onOff(settings.multiAssets),
      remedy: ADAPT,
    },
    {
      setting: "fees in the venue's coin",
      symbol: null,
      expected: wish(wanted.feesInCoin, onOff),
      actual: onOff(settings.feesInCoin),
      remedy: ADAPT,
    },
  ];
}

/** A test network tells no permissions of a key; its money is not worth taking. */
function ofKey(wanted: VenueAccountConfig, key: KeyPermissions | null): readonly Compared[] {
  if (key === null) return [];
  return [
    {
      setting: "trading with the key",
      symbol: null,
      expected: "allowed",
      actual: permission(key.mayTrade),
      remedy: "Allow futures for the key at the venue",
    },
    {
      setting: "withdrawing with the key",
      symbol: null,
      // No config may want it: a key that was stolen must not be worth the whole balance.
      expected: "forbidden",
      actual: permission(key.mayWithdraw),
      remedy: "Forbid withdrawals for the key at the venue, or store a key that may not withdraw",
    },
    {
      setting: "the key's list of addresses",
      symbol: null,
      expected: wish(wanted.keyAddressBound, onOff),
      actual: onOff(key.isAddressBound),
      remedy: NEW_KEY,
    },
  ];
}

function ofSymbol(
  wanted: VenueAccountConfig,
  symbol: string,
  settings: SymbolSettings | undefined,
): readonly Compared[] {
  if (settings === undefined) {
    const remedy = "Check that the venue still lists the symbol";
    return [{ setting: `${symbol} settings`, symbol, expected: "known", actual: "unknown", remedy }];
  }
  return [
    {
      setting: `${symbol} margin type`,
      symbol,
      expected: wanted.marginType,
      actual: settings.marginType,
      remedy: ADAPT_FLAT,
    },
    {
      setting: `${symbol} leverage`,
      symbol,
      expected: wish(wanted.leverageBySymbol[symbol] ?? wanted.leverage, times),
      actual: times(settings.leverage),
      remedy: ADAPT,
    },
  ];
}

function wish<Value>(value: Value | null, inWords: (value: Value) => string): string | null {
  return value === null ? null : inWords(value);
}

const onOff = (is: boolean): string => (is ? "on" : "off");
const permission = (may: boolean): string => (may ? "allowed" : "forbidden");
const times = (leverage: number): string => `${leverage}x`;

export const venueSettingsKnown: RiskCheck = ({ venueSettings, config, nowMs }) => {
  const limit = String(config.venueAccount.maxSettingsAgeMs);
  if (venueSettings === null) return denial("VENUE_SETTINGS_UNKNOWN", { limit, unit: "ms" });
  const ageMs = nowMs - venueSettings.asOfMs;
  if (ageMs <= config.venueAccount.maxSettingsAgeMs) return null;
  return denial("VENUE_SETTINGS_UNKNOWN", { limit, actual: String(ageMs), unit: "ms" });
};

export const venueSettingsAsExpected: RiskCheck = ({ venueSettings, config, intent }) => {
  if (venueSettings === null) return null;
  // A symbol that is not configured is another check's denial; its settings were not asked for.
  const symbols = config.symbols.filter((symbol) => symbol === intent.symbol);
  return settingDifferences({ ...config, symbols }, venueSettings).map(({ setting, expected, actual }) =>
    denial("VENUE_SETTING_DIFFERS", { limit: expected, actual, unit: "setting", subject: setting }),
  );
};
