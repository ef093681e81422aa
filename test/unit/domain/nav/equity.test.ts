// A loss rule is never without an equity: what has no price counts as the venue values it, as last known, or as nothing.
import { describe, expect, it } from "vitest";
import type { DecimalString } from "#domain/decimal.ts";
import { type AccountPosition, equityBound, profitAt } from "#domain/nav/equity.ts";

const LONG: AccountPosition = {
  symbol: "BTCUSDT",
  side: "long",
  qtyBase: "2",
  notionalUsd: "220",
  unrealizedPnlUsd: "20",
  entryCostUsd: "200",
};
const SHORT: AccountPosition = { ...LONG, symbol: "ETHUSDT", side: "short", unrealizedPnlUsd: "-20" };
const touch = (symbol: string) => ({ symbol, bidUsd: "108", askUsd: "111", asOfMs: 1 });

function boundOf(withTouch: boolean, prices: Readonly<Record<string, DecimalString>>) {
  const { usd, ...how } = equityBound(
    { walletUsd: "1000", positions: [LONG, SHORT], coins: [{ asset: "BNB", qty: "3" }] },
    { touchOf: (symbol) => (withTouch ? touch(symbol) : null), coinUsd: (asset) => prices[asset] ?? null },
  );
  return { usd: usd.toFixed(), ...how };
}

describe("the equity that loss rules judge", () => {
  it("values a long at the bid and a short at the ask", () => {
    expect([profitAt(LONG, touch("x")).toFixed(), profitAt(SHORT, touch("x")).toFixed()]).toEqual([
      "16",
      "-22",
    ]);
    expect(boundOf(true, { BNB: "5" })).toEqual({ usd: "1009", venueValued: [], unpriced: [] });
  });

  it("is still there without a single price: the venue's own profit stands, and a coin counts as nothing", () => {
    expect(boundOf(false, {})).toEqual({
      usd: "1000",
      venueValued: ["BTCUSDT", "ETHUSDT"],
      unpriced: ["BNB"],
    });
  });
});
