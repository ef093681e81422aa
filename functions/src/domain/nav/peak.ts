// Peak, drawdown and the day's loss within one baseline. Transfers scale the peak, so that a withdrawal is no drawdown
// and a deposit hides none; what nobody can explain counts as a loss, and never as a profit.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { type Income, noIncome, type ValuedIncome, withIncome } from "#domain/documents/income.ts";
import type { BaselineAdjustment, Nav, Peak, Unexplained } from "#domain/documents/nav.ts";
import { type FxPrices, SETTLEMENT_ASSET } from "./assets.ts";
import { type Reckoning, reckon, type Wallet } from "./ledger.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";

/** The venue's income may lag behind its balances by a minute or two; after this it is not a lag. */
export const INCOME_LAG_LIMIT_MS = 3 * 60_000;
/** Adjustments that the peak document shows; the series keeps each with its day. */
export const MAX_ADJUSTMENTS = 20;
const BPS_PER_UNIT = 10_000;
/** The venue counts in 1e-8. */
const PEAK_PLACES = 8;
const FACTOR_PLACES = 18;
/** What scaling may round away is no drawdown. */
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

export interface PeakInputs {
  readonly nav: Nav;
  readonly wallet: Wallet;
  readonly incomes: readonly Income[];
  readonly prices: FxPrices;
  readonly configVersion: number;
  /** A peak that stood still for longer than this missed NAVs; they are looked for in the income. */
  readonly maxPeakAgeMs: number;
  /** Until when the last NAV was explained; null before the first. */
  readonly explainedAtMs: number | null;
}

export interface Judgement {
  /** Null: not judged in this run. */
  readonly peak: Peak | null;
  readonly unexplained: Unexplained | null;
  /** Set when this run adjusted the baseline. */
  readonly adjustment: BaselineAdjustment | null;
  /** Taken as a loss or as a transfer, because nothing explained it in time. */
  readonly absorbedUsd: Decimal | null;
}

const NOT_JUDGED: Judgement = { peak: null, unexplained: null, adjustment: null, absorbedUsd: null };

/** The next peak of `previous`'s baseline. Not judged on a NAV that is stale or not positive, or not yet explained. */
export function judgePeak(previous: Peak, inputs: PeakInputs): Judgement {
  const { nav, prices } = inputs;
  const good = goodNav(nav);
  if (good === null) return { ...NOT_JUDGED, unexplained: nav.unexplained };
  const reckoning = reckon(previous.ledger, inputs.wallet, inputs.incomes, prices);
  if (reckoning === null) return { ...NOT_JUDGED, unexplained: nav.unexplained };
  if (reckoning.isExplained) return explained(previous, inputs, { good, reckoning, absorbedUsd: null });
  const unexplained: Unexplained = {
    sinceMs: nav.unexplained?.sinceMs ?? good.atMs,
    amountUsd: decimalString(reckoning.remainderUsd),
    explainedAtMs: nav.unexplained?.explainedAtMs ?? inputs.explainedAtMs ?? previous.asOfMs,
  };
  if (good.atMs - unexplained.sinceMs < INCOME_LAG_LIMIT_MS) return { ...NOT_JUDGED, unexplained };
  return explained(previous, inputs, { good, reckoning, absorbedUsd: reckoning.remainderUsd });
}

interface Explanation {
  readonly good: GoodNav;
  readonly reckoning: Reckoning;
  readonly absorbedUsd: Decimal | null;
}

function explained(
  previous: Peak,
  inputs: PeakInputs,
  { good, reckoning, absorbedUsd }: Explanation,
): Judgement {
  const incomes = [...reckoning.incomes, ...madeUp(inputs, good, reckoning.reservesUsd, absorbedUsd)];
  const transfers = incomes.filter(({ kind }) => kind === "transfer");
  const transferUsd = transfers.reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
  const withoutUsd = good.navUsd.minus(transferUsd);
  const ledger = reckoning.ledger;
  if (withoutUsd.lte(0)) {
    // Nothing was left before the money came: there is no drawdown to carry over.
    const today = utcDay(good.atMs) === previous.day ? withIncome(previous.today, incomes) : null;
    const begun = firstPeak(good, { incomes: [], ledger, source: "nav", today });
    return { peak: begun, unexplained: null, adjustment: null, absorbedUsd };
  }
  const first = transfers[0];
  const adjustment =
    first === undefined || transferUsd.isZero() ? null : adjustmentOf(first, transferUsd, good, inputs);
  const day = utcDay(good.atMs);
  const isSameDay = day === previous.day;
  const sums = isSameDay ? previous.today : noIncome(dayStartMs(day));
  const before = adjustment === null ? previous : scaled(previous, adjustment);
  const highestUsd = highestSince(before, good, incomes, inputs.maxPeakAgeMs);
  const dayOpenUsd = isSameDay ? dec(previous.dayOpenUsd).plus(transferUsd) : good.navUsd;
  const peak: Peak = {
    ...before,
    ...standing(dec(before.peakUsd), before.peakAtMs, highestUsd, good),
    dayOpenUsd: decimalString(dayOpenUsd),
    day,
    dayPnlUsd: decimalString(good.navUsd.minus(dayOpenUsd)),
    asOfMs: good.atMs,
    today: withIncome(sums, incomes),
    total: withIncome(previous.total, incomes),
    ledger,
  };
  return { peak, unexplained: null, adjustment, absorbedUsd };
}

/** What moved NAV without an income of the venue: reserves by config, and what nothing explained. */
function madeUp(
  { configVersion }: PeakInputs,
  { atMs }: GoodNav,
  reservesUsd: Decimal,
  absorbedUsd: Decimal | null,
): readonly ValuedIncome[] {
  const make = (incomeId: string, kind: ValuedIncome["kind"], usd: Decimal): ValuedIncome => {
    const amount = decimalString(usd);
    return { incomeId, kind, asset: SETTLEMENT_ASSET, amount, symbol: null, atMs, amountUsd: amount };
  };
  const reserves = reservesUsd.isZero() ? [] : [make(`reserves-v${configVersion}`, "transfer", reservesUsd)];
  if (absorbedUsd === null) return reserves;
  const kind = absorbedUsd.gt(0) ? "transfer" : "other";
  return [...reserves, make(`unexplained-${atMs}`, kind, absorbedUsd)];
}

function adjustmentOf(
  first: ValuedIncome,
  amountUsd: Decimal,
  good: GoodNav,
  { nav, explainedAtMs }: PeakInputs,
): BaselineAdjustment {
  const factor = good.navUsd.div(good.navUsd.minus(amountUsd));
  const earliestMs = (nav.unexplained?.explainedAtMs ?? explainedAtMs ?? 0) + 1;
  return {
    adjustmentId: first.incomeId,
    amountUsd: decimalString(amountUsd),
    factor: decimalString(factor.toDecimalPlaces(FACTOR_PLACES)),
    // Clocks differ: it happened after the last NAV that does not contain it and before this one.
    atMs: Math.min(Math.max(first.atMs, earliestMs), good.atMs),
  };
}

function scaled(previous: Peak, adjustment: BaselineAdjustment): Peak {
  const peakUsd = dec(previous.peakUsd).mul(dec(adjustment.factor)).toDecimalPlaces(PEAK_PLACES);
  return {
    ...previous,
    peakUsd: decimalString(peakUsd),
    adjustments: [...previous.adjustments, adjustment].slice(-MAX_ADJUSTMENTS),
  };
}

/** NAV now, or what the wallet says that it was while nobody looked. */
function highestSince(
  before: Peak,
  good: GoodNav,
  incomes: readonly ValuedIncome[],
  maxPeakAgeMs: number,
): { readonly usd: Decimal; readonly atMs: number } {
  const isOld = good.atMs - before.asOfMs > maxPeakAgeMs;
  return isOld ? highestOnPath(good, incomes) : { usd: good.navUsd, atMs: good.atMs };
}

/**
 * Highest NAV of the path that `incomes` describe, in today's scale: walked back from NAV now, profit by profit. What
 * was not realised is taken as it is now. Ends where nothing was left.
 */
export function highestOnPath(
  good: GoodNav,
  incomes: readonly ValuedIncome[],
): { readonly usd: Decimal; readonly atMs: number; readonly sinceMs: number } {
  let highest = { usd: good.navUsd, atMs: good.atMs, sinceMs: good.atMs };
  let usd = good.navUsd;
  let factor = dec("1");
  for (const { kind, amountUsd, atMs } of incomes.toReversed()) {
    const before = usd.minus(dec(amountUsd));
    if (before.lte(0)) break;
    if (kind === "transfer") factor = factor.mul(usd.div(before));
    usd = before;
    const then = usd.mul(factor);
    highest = then.gt(highest.usd) ? { usd: then, atMs, sinceMs: atMs } : { ...highest, sinceMs: atMs };
  }
  return highest;
}

type Standing = Pick<Peak, "peakUsd" | "peakAtMs" | "drawdownBps">;

export function standing(
  peakUsd: Decimal,
  peakAtMs: number,
  highest: { readonly usd: Decimal; readonly atMs: number },
  good: GoodNav,
): Standing {
  const isHigher = highest.usd.gt(peakUsd);
  const top = isHigher ? highest.usd.toDecimalPlaces(PEAK_PLACES) : peakUsd;
  return {
    peakUsd: decimalString(top),
    peakAtMs: isHigher ? highest.atMs : peakAtMs,
    drawdownBps: drawdownBps(top, good.navUsd),
  };
}

/** Fall from the peak, rounded up: a drawdown is never shown smaller than it is. At most 10,000. */
function drawdownBps(peakUsd: Decimal, navUsd: Decimal): number {
  const fallUsd = peakUsd.minus(navUsd).minus(dec(ROUNDING_USD));
  if (peakUsd.lte(0) || fallUsd.lte(0)) return 0;
  return Math.min(BPS_PER_UNIT, fallUsd.div(peakUsd).mul(BPS_PER_UNIT).ceil().toNumber());
}

export interface Beginning {
  /** Income that the day's sums count. */
  readonly incomes: readonly ValuedIncome[];
  readonly ledger: Peak["ledger"];
  readonly source: "nav" | "income";
  readonly today: Peak["today"] | null;
}

/** A baseline that begins with this NAV. */
export function firstPeak(good: GoodNav, { incomes, ledger, source, today }: Beginning): Peak {
  const { accountId, navUsd, atMs } = good;
  const day = utcDay(atMs);
  const amount = decimalString(navUsd);
  const ofToday = today ?? noIncome(dayStartMs(day));
  return {
    accountId,
    baselineId: `baseline-${atMs}`,
    baselineSinceMs: atMs,
    ...standing(navUsd, atMs, { usd: navUsd, atMs }, good),
    dayOpenUsd: amount,
    day,
    dayPnlUsd: "0",
    asOfMs: atMs,
    today: withIncome(ofToday, incomes),
    total: noIncome(atMs),
    adjustments: [],
    source: { kind: source, rebuiltAtMs: atMs, sampleCount: 1 },
    ledger,
  };
}
