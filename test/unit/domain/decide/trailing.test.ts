// The price that a trailing stop stands on: begins with its profit, only improves, and moves by whole steps.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trails, withBestPrice } from "#domain/decide/trailing.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Side } from "#domain/documents/words.ts";
import { group, NOW_MS } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";

const top = (bidUsd: string, askUsd: string) => ({
  BTCUSDT: { symbol: "BTCUSDT", bidUsd, askUsd, asOfMs: NOW_MS },
});

function held(side: Side, activationBps: number, bestPriceUsd: string | null): Group {
  const plan = { ...NO_EXITS, trailing: { activationBps, distanceBps: 200 } };
  return group({ status: "ACTIVE", side, qtyBase: "1", averageEntryUsd: "50000", plan, bestPriceUsd });
}

describe("the best price of a trailing stop", () => {
  it.each<readonly [string, Side, number, string | null, string, string, string | null]>([
    ["waits for its profit", "long", 100, null, "50499.9", "50600", null],
    ["begins with its profit, at the price that one would get", "long", 100, null, "50500", "50600", "50500"],
    ["begins with a short's at the ask", "short", 100, null, "49400", "49500", "49500"],
    ["begins at once without an activation", "long", 0, null, "50000", "50001", "50000"],
    ["does not begin in a loss", "long", 0, null, "49999.9", "50001", null],
    ["stays for less than a step", "long", 0, "50000", "50099.9", "50100", "50000"],
    ["moves by a step", "long", 0, "50000", "50100", "50101", "50100"],
    ["never falls back", "long", 0, "51000", "50100", "50101", "51000"],
    ["moves a short's down", "short", 0, "50000", "49000", "49900", "49900"],
    ["never lets a short's rise", "short", 0, "49000", "49900", "50000", "49000"],
  ])("%s (%s)", (_, side, activationBps, best, bid, ask, expected) => {
    expect(withBestPrice(held(side, activationBps, best), top(bid, ask)).bestPriceUsd).toBe(expected);
  });

  it("is the same group without a plan, a price, or an entry", () => {
    const plain = group({ status: "ACTIVE", averageEntryUsd: "50000" });
    const unpriced = held("long", 0, null);
    const unopened = { ...unpriced, averageEntryUsd: null };
    expect(withBestPrice(plain, top("60000", "60001"))).toBe(plain);
    expect(withBestPrice(unpriced, {})).toBe(unpriced);
    expect(withBestPrice(unopened, top("60000", "60001"))).toBe(unopened);
    expect([plain, unpriced, unopened].map(trails)).toEqual([false, true, false]);
  });

  it("only improves over any path of prices, and moves at most ten times for each distance gone", () => {
    const prices = fc.array(fc.integer({ min: 400_000, max: 800_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(prices, (path) => {
        let at = held("long", 0, null);
        let moves = 0;
        for (const price of path) {
          const bid = decimalString(dec(String(price)).div(10));
          const next = withBestPrice(at, top(bid, bid));
          expect(dec(next.bestPriceUsd ?? "0").gte(at.bestPriceUsd ?? "0")).toBe(true);
          if (next !== at) moves += 1;
          at = next;
        }
        // From 50,000 to 80,000 in steps of a fifth of a percent: 235 of them.
        expect(moves).toBeLessThanOrEqual(237);
      }),
    );
  });
});
