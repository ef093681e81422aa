// An account that is set at its venue other than the config wants takes no entries, and says which setting, what was wanted
// and what is; unknown or old settings take none either. Reductions never ask.
import { describe, expect, it } from "vitest";
import type { VenueAccountConfig } from "#domain/documents/config.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import { checkReduction } from "#domain/risk/check-reduction.ts";
import { settingDifferences } from "#domain/risk/setting-differences.ts";
import { group, intent, NOW_MS, riskContext, venueSettings } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const STRICT: VenueAccountConfig = {
  marginType: "cross",
  leverage: 20,
  leverageBySymbol: { ETHUSDT: 5 },
  multiAssets: false,
  feesInCoin: false,
  keyAddressBound: true,
  maxSettingsAgeMs: 10_800_000,
  maxMarginRatioBps: null,
  minLiquidationDistanceBps: 100,
};
const CARELESS: VenueAccountConfig = {
  ...STRICT,
  marginType: null,
  leverage: null,
  leverageBySymbol: {},
  multiAssets: null,
  feesInCoin: null,
  keyAddressBound: null,
};

const btc = venueSettings().symbols.BTCUSDT;
if (btc === undefined) throw new Error("The factory has no BTCUSDT");
const key = { mayTrade: true, mayWithdraw: false, isAddressBound: true };

const context = (settings: VenueSettings | null, venueAccount: VenueAccountConfig = STRICT) =>
  riskContext({ venueSettings: settings, config: configWith({ venueAccount }) });

describe("a setting that differs", () => {
  it.each<[string, Partial<VenueSettings>, string, string, boolean]>([
    ["position mode", { positionMode: "hedge" }, "oneWay", "hedge", true],
    ["trading", { mayTrade: false }, "allowed", "forbidden", true],
    ["multi-assets mode", { multiAssets: true }, "off", "on", false],
    ["fees in the venue's coin", { feesInCoin: true }, "off", "on", false],
    ["trading with the key", { key: { ...key, mayTrade: false } }, "allowed", "forbidden", true],
    ["withdrawing with the key", { key: { ...key, mayWithdraw: true } }, "forbidden", "allowed", true],
    ["the key's list of addresses", { key: { ...key, isAddressBound: false } }, "on", "off", false],
    [
      "BTCUSDT margin type",
      { symbols: { BTCUSDT: { ...btc, marginType: "isolated" } } },
      "cross",
      "isolated",
      false,
    ],
    ["BTCUSDT leverage", { symbols: { BTCUSDT: { ...btc, leverage: 21 } } }, "20x", "21x", false],
    ["BTCUSDT settings", { symbols: {} }, "known", "unknown", true],
  ])("refuses entries: %s", (subject, changes, limit, actual, isAlways) => {
    const settings = venueSettings(changes);
    const denied = [{ code: "VENUE_SETTING_DIFFERS", limit, actual, unit: "setting", subject }];
    expect(checkEntry(context(settings))).toEqual(denied);
    expect(checkEntry(context(settings, CARELESS))).toEqual(isAlways ? denied : []);
    expect(settingDifferences({ symbols: ["BTCUSDT"], venueAccount: STRICT }, settings)).toMatchObject([
      { setting: subject, expected: limit, actual, remedy: expect.stringMatching(/.{20}/) },
    ]);
  });

  it("is none when everything is as wanted", () => {
    expect(checkEntry(context(venueSettings()))).toEqual([]);
  });

  it("of one symbol leaves the others alone", () => {
    const settings = venueSettings({
      symbols: { BTCUSDT: btc, ETHUSDT: { ...btc, marginType: "isolated" }, SOLUSDT: btc },
    });
    expect(checkEntry(context(settings))).toEqual([]);
    expect(
      settingDifferences(configWith({ venueAccount: STRICT }), settings).map(({ setting }) => setting),
    ).toEqual(["ETHUSDT margin type", "ETHUSDT leverage"]);
  });

  it("takes the leverage that is wanted of the symbol itself", () => {
    const wanted = { symbols: ["ETHUSDT"], venueAccount: STRICT };
    expect(
      settingDifferences(wanted, venueSettings({ symbols: { ETHUSDT: { ...btc, leverage: 5 } } })),
    ).toEqual([]);
  });

  it("says nothing of a key where the venue tells no permissions", () => {
    expect(checkEntry(context(venueSettings({ key: null })))).toEqual([]);
  });
});

describe("settings that are not known", () => {
  it.each([
    ["missing", null, { limit: "10800000", actual: null }],
    ["too old by a millisecond", NOW_MS - 10_800_001, { limit: "10800000", actual: "10800001" }],
  ])("refuse entries: %s", (_case, asOfMs, numbers) => {
    const settings = asOfMs === null ? null : venueSettings({ asOfMs });
    expect(checkEntry(context(settings))).toEqual([
      { code: "VENUE_SETTINGS_UNKNOWN", unit: "ms", subject: null, ...numbers },
    ]);
  });

  it("are known at the very limit", () => {
    expect(checkEntry(context(venueSettings({ asOfMs: NOW_MS - 10_800_000 })))).toEqual([]);
  });
});

it("asks nothing of a reduction", () => {
  const held = group({ status: "ACTIVE", qtyBase: "0.02", averageEntryUsd: "50000" });
  const control = controlWith({
    slots: {
      [held.groupId]: {
        symbol: "BTCUSDT",
        side: "long",
        strategyId: "trend",
        qtyBase: "0.02",
        sinceMs: NOW_MS,
      },
    },
  });
  const reduction = {
    ...context(null),
    control,
    intent: intent({ action: "close", side: null }),
    entry: null,
  };
  expect(checkReduction(reduction, held)).toEqual([]);
});
