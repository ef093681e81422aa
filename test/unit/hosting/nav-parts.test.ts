// A NAV says which of its parts are not at a price of now.
import { expect, it } from "vitest";
import type { BoundCoin } from "#domain/documents/nav.ts";
import { boundWords, partlyValued } from "#hosting/model/nav-parts.ts";
import { NOW_MS, nav } from "#test/support/factories.ts";

const coin = (asset: string, counts: BoundCoin["counts"]): BoundCoin => ({
  asset,
  qty: "1",
  heldIn: "wallet",
  counts,
  priceUsd: null,
  pricedAtMs: null,
});
const bound = (venueValued: readonly string[], coins: readonly BoundCoin[]) => ({
  usd: "98000.5",
  atMs: NOW_MS,
  walletUsd: "98000.5",
  venueValued,
  coins,
});

it.each([
  [[], [], null],
  [[], [coin("BNB", "now")], null],
  [["BTCUSDT", "ETHUSDT"], [], "Partly valued: BTCUSDT and ETHUSDT at the venue’s mark"],
  [
    ["BTCUSDT"],
    [coin("BNB", "lastPrice"), coin("FDUSD", "nothing")],
    "Partly valued: BTCUSDT at the venue’s mark; BNB at the last price; FDUSD not counted",
  ],
] as const)("with %j and %j: %s", (venueValued, coins, words) => {
  expect(partlyValued(nav({ bound: bound(venueValued, coins) }))).toBe(words);
});

it("that stands still says by how much losses are judged meanwhile", () => {
  expect(boundWords(nav({ stale: true, bound: bound([], []) }))).toMatch(/at least 98,000\.50 USD/);
  expect(boundWords(nav())).toBeNull();
});
