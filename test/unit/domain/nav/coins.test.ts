// How a coin counts: at its price of now, at its last one, or not at all; and what is dust.
import { describe, expect, it } from "vitest";
import type { BoundCoin, Nav } from "#domain/documents/nav.ts";
import {
  boundCoins,
  coinPrices,
  countedPriceUsd,
  heldCoins,
  isDust,
  LAST_PRICE_LIMIT_MS,
} from "#domain/nav/coins.ts";
import { NOW_MS, nav } from "#test/support/factories.ts";

const MAX_AGE_MS = 90_000;
const top = (asOfMs: number) => ({ symbol: "BNBUSDT", bidUsd: "600", askUsd: "601", asOfMs });
const known = (pricedAtMs: number): Nav => {
  const coin: BoundCoin = {
    asset: "BNB",
    qty: "1",
    heldIn: "wallet",
    counts: "now",
    priceUsd: "590",
    pricedAtMs,
  };
  return nav({ bound: { usd: "0", atMs: NOW_MS, walletUsd: "0", venueValued: [], coins: [coin] } });
};
const priced = (tops: readonly ReturnType<typeof top>[] | null, before: Nav | null) =>
  coinPrices(["BNB"], { tops, before, nowMs: NOW_MS, maxAgeMs: MAX_AGE_MS });
const counted = (tops: readonly ReturnType<typeof top>[] | null, before: Nav | null, qty = "1") =>
  boundCoins(heldCoins([{ asset: "BNB", qty }], []), priced(tops, before), "5")[0];

describe("a coin", () => {
  it.each([
    ["a price of now", [top(NOW_MS - MAX_AGE_MS)], null, "now", "600"],
    ["an old price", [top(NOW_MS - MAX_AGE_MS - 1)], null, "lastPrice", "600"],
    ["none, but a last one", [], known(NOW_MS - LAST_PRICE_LIMIT_MS), "lastPrice", "590"],
    ["none, and one of over an hour ago", [], known(NOW_MS - LAST_PRICE_LIMIT_MS - 1), "nothing", "590"],
    [
      "no price list at all, and one of long ago",
      null,
      known(NOW_MS - 9 * LAST_PRICE_LIMIT_MS),
      "lastPrice",
      "590",
    ],
    ["none, and never had one", [], null, "nothing", null],
  ] as const)("with %s", (_what, tops, before, counts, priceUsd) => {
    expect(counted(tops, before)).toMatchObject({ counts, priceUsd });
    expect(countedPriceUsd("BNB", priced(tops, before)) !== null).toBe(counts !== "nothing");
  });

  it("that is dust at its last price counts as nothing and makes nothing stale, and stays in the ledger", () => {
    const before = known(NOW_MS - 1);
    expect(counted([], before, "0.008")).toMatchObject({ counts: "nothing" });
    expect(counted([], before, "0.009")).toMatchObject({ counts: "lastPrice" });
    expect(countedPriceUsd("BNB", priced([], before))?.toFixed()).toBe("590");
  });

  it.each([
    ["5", null, true],
    ["5.01", null, false],
    ["0.01", "500", true],
    ["0.01", "501", false],
    ["-6", null, false],
  ])("of %s at %s is dust up to five dollars: %s", (qty, priceUsd, is) => {
    expect(isDust({ qty, priceUsd }, "5")).toBe(is);
  });

  it("that the config keeps in the settlement currency is worth its quantity", () => {
    const [usdt] = boundCoins(heldCoins([], [{ asset: "USDT", qty: "7" }]), new Map(), "0");
    expect(usdt).toMatchObject({ counts: "now", heldIn: "reserve" });
  });
});
