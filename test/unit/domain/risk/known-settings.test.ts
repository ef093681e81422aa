// Guarantee of incomplete settings: what was answered counts, what was not stays as it was, and nothing becomes younger.
import { describe, expect, it } from "vitest";
import type { KnownSettings, SymbolSettings, VenueSettings } from "#domain/documents/venue-settings.ts";
import { withKnown } from "#domain/risk/known-settings.ts";

const SYMBOL: SymbolSettings = {
  marginType: "cross",
  leverage: 10,
  brackets: [{ notionalCapUsd: "300000", maintenanceRate: "0.004", deductionUsd: "0" }],
};
const BEFORE: VenueSettings = {
  positionMode: "oneWay",
  multiAssets: false,
  mayTrade: true,
  feesInCoin: false,
  key: { mayTrade: true, mayWithdraw: false, isAddressBound: true },
  symbols: { BTCUSDT: SYMBOL },
  asOfMs: 1_000,
};

describe("an incomplete reading", () => {
  it.each<[string, KnownSettings, VenueSettings]>([
    ["changes nothing where it brought nothing", {}, BEFORE],
    ["brings a part", { mayTrade: false }, { ...BEFORE, mayTrade: false }],
    ["brings a key that the address does not know", { key: null }, { ...BEFORE, key: null }],
    [
      "brings a symbol without its brackets",
      { symbols: { BTCUSDT: { marginType: "isolated", leverage: 50 } } },
      { ...BEFORE, symbols: { BTCUSDT: { ...SYMBOL, marginType: "isolated", leverage: 50 } } },
    ],
    [
      "leaves a symbol unknown that no whole reading had",
      { symbols: { ETHUSDT: { marginType: "cross", leverage: 5 } } },
      BEFORE,
    ],
  ])("%s", (_what, known, expected) => {
    expect(withKnown(BEFORE, known)).toEqual(expected);
  });
});
