// Where an equity stands against the peak: how far below it, and whether the peak rises. A peak rises to what two runs
// saw, or to what the venue's income tells of an unwatched time; it never rises on one run alone.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ValuedIncome } from "#domain/documents/income.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";

const BPS_PER_UNIT = 10_000;
/** The venue counts in 1e-8. */
const PEAK_PLACES = 8;
/** A fall up to this may come from the rounding of scaling, and is no drawdown. */
const ROUNDING_USD = "0.000001";

/** A NAV that is good, positive, and can be judged. */
export interface GoodNav {
  readonly accountId: string;
  readonly navUsd: Decimal;
  readonly atMs: number;
}

export function goodNav(nav: Nav): GoodNav | null {
  if (nav.stale || nav.navUsd === null || nav.asOfMs === null) return null;
  const navUsd = dec(nav.navUsd);
  return navUsd.gt(0) ? { accountId: nav.accountId, navUsd, atMs: nav.asOfMs } : null;
}

/** A NAV that is good, and of an account in which nothing is left. */
export function isEmptied(nav: Nav): boolean {
  return !nav.stale && nav.navUsd !== null && dec(nav.navUsd).lte(0);
}

/** An equity and its time. */
export interface High {
  readonly usd: Decimal;
  readonly atMs: number;
}

export type Standing = Pick<Peak, "peakUsd" | "peakAtMs" | "drawdownBps" | "candidate">;

/**
 * The peak once `good` is known too. Above the peak it becomes the candidate; the lower of the candidate before and of it
 * is seen twice. `told`: a high that the venue's income tells of, which needs no second run.
 */
export function risen(
  before: Pick<Peak, "peakUsd" | "peakAtMs" | "candidate">,
  told: High | null,
  { navUsd, atMs }: GoodNav,
): Standing {
  const candidate = before.candidate === null ? null : highOf(before.candidate.usd, before.candidate.atMs);
  const now = { usd: navUsd.toDecimalPlaces(PEAK_PLACES), atMs };
  const seenTwice = candidate === null ? [] : [candidate.usd.lte(now.usd) ? candidate : now];
  const top = [...seenTwice, ...(told === null ? [] : [told])].reduce(
    (highest, each) => (each.usd.gt(highest.usd) ? each : highest),
    highOf(before.peakUsd, before.peakAtMs),
  );
  return {
    peakUsd: inPeakPlaces(top.usd),
    peakAtMs: top.atMs,
    drawdownBps: drawdownBps(top.usd, navUsd),
    candidate: now.usd.gt(top.usd) ? { usd: decimalString(now.usd), atMs } : null,
  };
}

function highOf(usd: string, atMs: number): High {
  return { usd: dec(usd), atMs };
}

/** Fall from the peak, rounded up: a drawdown is never shown smaller than it is. At most 10,000. */
export function drawdownBps(peakUsd: Decimal, equityUsd: Decimal): number {
  const fallUsd = peakUsd.minus(equityUsd).minus(dec(ROUNDING_USD));
  if (peakUsd.lte(0) || fallUsd.lte(0)) return 0;
  return Math.min(BPS_PER_UNIT, fallUsd.div(peakUsd).mul(BPS_PER_UNIT).ceil().toNumber());
}

/** `peakUsd` after money came or went. */
export function scaledUsd(usd: string, factor: string): string {
  return inPeakPlaces(dec(usd).mul(dec(factor)));
}

/** As a peak is stored: what scaling leaves beyond the venue's own places says nothing. */
export function inPeakPlaces(usd: Decimal): string {
  return decimalString(usd.toDecimalPlaces(PEAK_PLACES));
}

/**
 * Highest NAV before now of the path that `incomes` describe, in today's scale: walked back from NAV now, profit by profit.
 * What was not realised is taken as it is now. Incomes of one time are of one trade: between its profit and its commission
 * there was no NAV. Ends where nothing was left. Null: none was higher than now.
 */
export function highestOnPath(good: GoodNav, incomes: readonly ValuedIncome[]): High | null {
  let highest: High | null = null;
  let usd = good.navUsd;
  let factor = dec("1");
  const latestFirst = incomes.toReversed();
  for (const [at, { kind, amountUsd, atMs }] of latestFirst.entries()) {
    const before = usd.minus(dec(amountUsd));
    if (before.lte(0)) break;
    if (kind === "transfer") factor = factor.mul(usd.div(before));
    usd = before;
    const earlier = latestFirst[at + 1];
    if (kind !== "transfer" && earlier?.kind !== "transfer" && earlier?.atMs === atMs) continue;
    const then = usd.mul(factor);
    if (then.gt(highest?.usd ?? good.navUsd)) highest = { usd: then, atMs };
  }
  return highest;
}
