// Rules 3 (the venue is right) and 8 (failure is never health) of docs/RULES.md after a run: with prices standing still,
// NAV is healthy and exactly what the venue's own books give at the top of the book.
import { dec } from "#domain/decimal.ts";
import type { Evidence } from "../evidence.ts";
import type { Check } from "./check.ts";

/** Wallet and open positions, longs at the bid, shorts at the ask; null when the venue has not one account. */
function venueNavUsd({ venue }: Evidence) {
  const [account, ...others] = venue.accounts;
  if (account === undefined || others.length > 0) return null;
  return account.positions.reduce((sum, { symbol, qtyBase, entryCostUsd }) => {
    const prices = venue.prices[symbol];
    if (prices === undefined) throw new Error(`The venue holds ${symbol} and has no price for it`);
    const priceUsd = dec(qtyBase).gt(0) ? prices.bidUsd : prices.askUsd;
    return sum.plus(dec(priceUsd).mul(dec(qtyBase))).minus(dec(entryCostUsd));
  }, dec(account.walletUsd));
}

export const navIsTheVenues: Check = {
  name: "navIsTheVenues",
  says: "NAV is healthy, equals the venue's wallet and open positions at the top of the book, and the peak is not below it.",
  violations(evidence) {
    const { nav, peak, venue } = evidence;
    if (nav === null) return ["there is no NAV"];
    const failed = Object.entries(nav.sources).filter(([, source]) => !source.ok);
    if (nav.stale || nav.navUsd === null || failed.length > 0)
      return [`NAV is not healthy: ${JSON.stringify(nav.sources)}`];
    const found: string[] = [];
    const expected = venueNavUsd(evidence);
    if (expected === null) found.push("the venue has not exactly one account");
    else if (!dec(nav.navUsd).eq(expected))
      found.push(`NAV is ${nav.navUsd}, the venue's books give ${expected}`);
    const held = venue.accounts.flatMap(({ positions }) => positions);
    const seen = new Map(nav.positions.map(({ symbol, side, qtyBase }) => [symbol, { side, qtyBase }]));
    for (const { symbol, qtyBase } of held) {
      const position = seen.get(symbol);
      const signed = dec(position?.qtyBase ?? "0").mul(position?.side === "short" ? -1 : 1);
      if (!signed.eq(dec(qtyBase))) found.push(`NAV counts ${signed} ${symbol}, the venue ${qtyBase}`);
    }
    if (seen.size !== held.length) found.push(`NAV counts ${seen.size} positions, the venue ${held.length}`);
    if (peak === null) found.push("there is no peak");
    else if (dec(peak.peakUsd).lt(dec(nav.navUsd)))
      found.push(`the peak ${peak.peakUsd} is below the NAV ${nav.navUsd}`);
    return found;
  },
};
