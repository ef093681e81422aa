// Peak, drawdown and the day's loss within one baseline. Transfers scale the peak, so a withdrawal makes no drawdown and a
// deposit hides none. A change that stays unexplained counts as a loss, never as a profit; and a fall is judged by the lower
// bound of equity also where the NAV, or the income, could not be had.
import { Decimal as Dec, type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { type Income, noIncome, type ValuedIncome, withIncome } from "#domain/documents/income.ts";
import type { BaselineAdjustment, Nav, NavBound, Peak, Unexplained } from "#domain/documents/nav.ts";
import { type CoinPrices, SETTLEMENT_ASSET } from "./coins.ts";
import { fallen } from "./falls.ts";
import { ledgerWith, type Reckoning, reckon, type Wallet } from "./ledger.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";
import {
  drawdownBps,
  type GoodNav,
  goodNav,
  highestOnPath,
  isEmptied,
  risen,
  scaledUsd,
} from "./standing.ts";
import { fallOn, type TransferPath, transferPath } from "./transfer-path.ts";

/** The venue's income may lag behind its balances by a minute or two; after this it is not a lag. */
export const INCOME_LAG_LIMIT_MS = 3 * 60_000;
/** Adjustments that the peak document shows; the series keeps each with its day. */
export const MAX_ADJUSTMENTS = 20;
const FACTOR_PLACES = 18;
const BPS_PER_UNIT = 10_000;

/** `cutOff`: there is more than was read. `refused`: none of it was told. */
export interface IncomeTold {
  readonly incomes: readonly Income[];
  readonly is: "whole" | "cutOff" | "refused";
}

export interface PeakInputs {
  readonly nav: Nav;
  readonly wallet: Wallet;
  readonly income: IncomeTold;
  readonly prices: CoinPrices;
  readonly configVersion: number;
  /** A peak that stood still for longer than this missed NAVs; they are looked for in the income. */
  readonly maxPeakAgeMs: number;
  /** Until when the last NAV was explained; null before the first. */
  readonly explainedAtMs: number | null;
}

export interface Judgement {
  /** Null: not judged in this run. */
  readonly peak: Peak | null;
  /** Whether rises and transfers were judged too, and not falls alone. */
  readonly isWhole: boolean;
  readonly unexplained: Unexplained | null;
  /** Set when this run adjusted the baseline. */
  readonly adjustment: BaselineAdjustment | null;
  /** Taken as a loss or as a transfer, because nothing explained it in time. */
  readonly absorbedUsd: Decimal | null;
  /** The last of the baseline before, where `peak` begins one: its fall takes effect before it is forgotten. */
  readonly ended: Peak | null;
}

const NOT_JUDGED = { peak: null, isWhole: false, adjustment: null, absorbedUsd: null, ended: null } as const;

/** The next peak of `previous`'s baseline. Unjudged only where the account did not answer in this run. */
export function judgePeak(previous: Peak, inputs: PeakInputs): Judgement {
  const { nav, income } = inputs;
  const { bound } = nav;
  if (bound === null || bound.atMs !== nav.checkedAtMs)
    return { ...NOT_JUDGED, unexplained: nav.unexplained };
  const reckoning = reckon(previous.ledger, inputs.wallet, income.incomes, inputs.prices);
  const unexplained = reckoning.isExplained ? null : unexplainedOf(previous, inputs, bound, reckoning);
  const isOverdue = unexplained !== null && bound.atMs - unexplained.sinceMs >= INCOME_LAG_LIMIT_MS;
  const good = income.is === "refused" ? null : goodNav(nav);
  if (good !== null && unexplained === null)
    return whole(previous, inputs, { good, reckoning, absorbedUsd: null });
  const absorbed = good !== null && isOverdue && income.is === "whole";
  if (absorbed) return whole(previous, inputs, { good, reckoning, absorbedUsd: reckoning.remainderUsd });
  return { ...onlyFalls(previous, inputs, { bound, good, reckoning, isOverdue }), unexplained };
}

interface Held {
  readonly bound: NavBound;
  readonly good: GoodNav | null;
  readonly reckoning: Reckoning;
  readonly isOverdue: boolean;
}

/** A change that may still be explained is held out; past its limit a gain still is, and a loss counts. */
function onlyFalls(previous: Peak, inputs: PeakInputs, held: Held): Omit<Judgement, "unexplained"> {
  const { bound, good, reckoning, isOverdue } = held;
  const { remainderUsd, reservesUsd, incomes } = reckoning;
  const heldOutUsd = isOverdue && remainderUsd.lt(0) ? dec("0") : remainderUsd;
  const equityUsd = dec(bound.usd).minus(heldOutUsd).minus(reservesUsd);
  const path = transferPath(dec(previous.peakUsd), { lastUsd: lastNavUsd(previous), equityUsd }, incomes);
  // A NAV of nothing is no ground for a peak, and yet all that there is to know.
  const isKnown = isEmptied(inputs.nav) && reckoning.isExplained && inputs.income.is === "whole";
  const fall = { bps: fallOn(path, equityUsd), unmovedUsd: equityUsd.minus(transferUsd(incomes)), isKnown };
  if (good === null || inputs.income.is !== "cutOff" || path.ended !== null)
    return { ...NOT_JUDGED, peak: fallen(previous, fall, bound.atMs) };
  // The next run goes on from the incomes that were read of more.
  const ledger = ledgerWith(previous.ledger, incomes);
  const { peak, adjustment } = withBooked(previous, inputs, {
    good: { ...good, navUsd: equityUsd },
    incomes,
    ledger,
    factor: path.factor,
  });
  return { ...NOT_JUDGED, peak: fallen(peak, { ...fall, unmovedUsd: equityUsd }, bound.atMs), adjustment };
}

function unexplainedOf(
  previous: Peak,
  { nav, explainedAtMs }: PeakInputs,
  { atMs }: NavBound,
  { remainderUsd }: Reckoning,
): Unexplained {
  return {
    sinceMs: nav.unexplained?.sinceMs ?? atMs,
    amountUsd: decimalString(remainderUsd),
    explainedAtMs: nav.unexplained?.explainedAtMs ?? explainedAtMs ?? previous.asOfMs,
  };
}

interface Explanation {
  readonly good: GoodNav;
  readonly reckoning: Reckoning;
  readonly absorbedUsd: Decimal | null;
}

function transferUsd(incomes: readonly ValuedIncome[]): Decimal {
  return incomes
    .filter(({ kind }) => kind === "transfer")
    .reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
}

function whole(previous: Peak, inputs: PeakInputs, explanation: Explanation): Judgement {
  const { good, reckoning, absorbedUsd } = explanation;
  const incomes = [...reckoning.incomes, ...madeUp(inputs, good, reckoning.reservesUsd, absorbedUsd)];
  const { ledger } = reckoning;
  const judged = { isWhole: true, unexplained: null, absorbedUsd, ended: null } as const;
  const ends = { lastUsd: lastNavUsd(previous), equityUsd: good.navUsd };
  const path = transferPath(dec(previous.peakUsd), ends, incomes);
  if (path.ended !== null) return { ...judged, ...begunAnew(previous, good, { incomes, ledger, path }) };
  const { factor } = path;
  const { peak: booked, adjustment } = withBooked(previous, inputs, { good, incomes, ledger, factor });
  // NAV now is no more than a candidate; the income tells of what was before it.
  const isOld = good.atMs - previous.asOfMs > inputs.maxPeakAgeMs;
  const isSameDay = booked.day === previous.day;
  const dayOpenUsd = isSameDay ? booked.dayOpenUsd : decimalString(good.navUsd);
  const peak: Peak = {
    ...booked,
    ...risen(booked, isOld ? highestOnPath(withoutGain(previous, good, incomes), incomes) : null, good),
    dayOpenUsd,
    dayPnlUsd: decimalString(good.navUsd.minus(dec(dayOpenUsd))),
    asOfMs: good.atMs,
    lossAsOfMs: good.atMs,
  };
  return { ...judged, peak, adjustment };
}

/** The last NAV that was judged: its distance from the peak, rounded down, else the candidate. */
function lastNavUsd({ candidate, peakUsd, drawdownBps: fallBps }: Peak): Decimal {
  const share = dec(String(BPS_PER_UNIT - fallBps)).div(BPS_PER_UNIT);
  return candidate === null ? dec(peakUsd).mul(share) : dec(candidate.usd);
}

/**
 * NAV now without the profit on paper that came since the last one: no NAV has seen when it came, so the income tells of no
 * high that it is a part of.
 */
function withoutGain(previous: Peak, good: GoodNav, incomes: readonly ValuedIncome[]): GoodNav {
  const bookedUsd = incomes.reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), lastNavUsd(previous));
  return { ...good, navUsd: Dec.min(good.navUsd, bookedUsd) };
}

interface Anew {
  readonly incomes: readonly ValuedIncome[];
  readonly ledger: Peak["ledger"];
  readonly path: TransferPath;
}

/**
 * Nothing was left when money came. The fall to that is judged on the baseline that it ends; the day's result is in USD and
 * of no baseline, so it goes on.
 */
function begunAnew(
  previous: Peak,
  good: GoodNav,
  { incomes, ledger, path }: Anew,
): Pick<Judgement, "peak" | "adjustment" | "ended"> {
  const isSameDay = utcDay(good.atMs) === previous.day;
  const today = isSameDay ? withIncome(previous.today, incomes) : null;
  const begun = firstPeak(good, { incomes: [], ledger, source: "nav", today });
  const movedUsd = transferUsd(incomes);
  const dayOpenUsd = isSameDay ? dec(previous.dayOpenUsd).plus(movedUsd) : good.navUsd;
  const result = {
    dayOpenUsd: decimalString(dayOpenUsd),
    dayPnlUsd: decimalString(good.navUsd.minus(dayOpenUsd)),
  };
  const fall = { bps: fallOn(path, good.navUsd), unmovedUsd: good.navUsd.minus(movedUsd) };
  const told = highestOnPath(good, path.ended?.later ?? []);
  return {
    peak: { ...begun, ...risen(begun, told, good), ...result },
    adjustment: null,
    ended: fallen(previous, fall, good.atMs),
  };
}

interface Booked {
  /** Scaled, with sums, ledger and the day's opening moved. What stands against it is still as it was. */
  readonly peak: Peak;
  readonly adjustment: BaselineAdjustment | null;
}

interface Accounted {
  readonly good: GoodNav;
  readonly incomes: readonly ValuedIncome[];
  readonly ledger: Peak["ledger"];
  /** Of the peak, by transfers. */
  readonly factor: Decimal;
}

function withBooked(
  previous: Peak,
  inputs: PeakInputs,
  { good, incomes, ledger, factor }: Accounted,
): Booked {
  const movedUsd = transferUsd(incomes);
  const first = incomes.find(({ kind }) => kind === "transfer");
  const adjustment =
    first === undefined || movedUsd.isZero()
      ? null
      : adjustmentOf(first, { amountUsd: movedUsd, factor }, good, inputs);
  const day = utcDay(good.atMs);
  const isSameDay = day === previous.day;
  const before = adjustment === null ? previous : scaled(previous, adjustment);
  const peak: Peak = {
    ...before,
    day,
    dayOpenUsd: isSameDay
      ? decimalString(dec(previous.dayOpenUsd).plus(movedUsd))
      : decimalString(good.navUsd),
    dayPnlUsd: isSameDay ? previous.dayPnlUsd : "0",
    today: withIncome(isSameDay ? previous.today : noIncome(dayStartMs(day)), incomes),
    total: withIncome(previous.total, incomes),
    ledger,
  };
  return { peak, adjustment };
}

/**
 * Changes of NAV that the venue's income lacks: reserves added or removed by config, and the unexplained
 * rest.
 */
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
  { amountUsd, factor }: { readonly amountUsd: Decimal; readonly factor: Decimal },
  good: GoodNav,
  { nav, explainedAtMs }: PeakInputs,
): BaselineAdjustment {
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
  const { factor } = adjustment;
  const { candidate } = previous;
  return {
    ...previous,
    peakUsd: scaledUsd(previous.peakUsd, factor),
    candidate: candidate === null ? null : { ...candidate, usd: scaledUsd(candidate.usd, factor) },
    adjustments: [...previous.adjustments, adjustment].slice(-MAX_ADJUSTMENTS),
  };
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
    peakUsd: amount,
    peakAtMs: atMs,
    drawdownBps: drawdownBps(navUsd, navUsd),
    candidate: null,
    dayOpenUsd: amount,
    day,
    dayPnlUsd: "0",
    asOfMs: atMs,
    lossAsOfMs: atMs,
    today: withIncome(ofToday, incomes),
    total: noIncome(atMs),
    adjustments: [],
    source: { kind: source, rebuiltAtMs: atMs, sampleCount: 1 },
    ledger,
  };
}
