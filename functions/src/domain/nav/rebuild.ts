// A lost peak made again: from the NAV series of its own baseline, else from what the wallet earned and lost. It says
// what it was made from; it never takes a sample of another baseline, nor a high that one sample alone has seen.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { noIncome, type ValuedIncome, withIncome } from "#domain/documents/income.ts";
import type { Baseline, BaselineAdjustment, Nav, NavSample, NavSeries, Peak } from "#domain/documents/nav.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";
import { MAX_ADJUSTMENTS } from "./peak.ts";
import { type GoodNav, type High, highestOnPath, inPeakPlaces, risen, type Standing } from "./standing.ts";

export interface History {
  readonly baseline: Baseline;
  /** Of this baseline alone, oldest first. */
  readonly samples: readonly NavSample[];
  readonly adjustments: readonly BaselineAdjustment[];
}

/** The stored history of the newest baseline; null when there is none. `days` oldest first. */
export function historyOf(days: readonly NavSeries[], nav: Nav | null): History | null {
  const baseline = nav?.baseline ?? days.findLast((each) => each.baseline !== null)?.baseline ?? null;
  if (baseline === null) return null;
  const own = days.filter((day) => day.baseline?.baselineId === baseline.baselineId);
  const packed = own.flatMap((day) =>
    day.atMs.map((atMs, index) => ({ atMs, navUsd: day.navUsd[index] ?? "" })),
  );
  const lastMs = packed.at(-1)?.atMs ?? 0;
  const waiting = nav?.recent.filter(({ atMs }) => atMs > lastMs) ?? [];
  return {
    baseline,
    samples: [...packed, ...waiting].filter(({ atMs }) => atMs >= baseline.sinceMs),
    adjustments: own
      .flatMap((day) => day.adjustments)
      .filter(({ atMs }) => atMs >= baseline.sinceMs)
      .toSorted((a, b) => a.atMs - b.atMs),
  };
}

export interface RebuildInputs {
  readonly good: GoodNav;
  /** Since the last sample or the day's beginning, whichever is earlier, oldest first. */
  readonly incomes: readonly ValuedIncome[];
  readonly ledger: Peak["ledger"];
}

export function peakFromSeries(history: History, { good, incomes, ledger }: RebuildInputs): Peak {
  const { baseline, samples } = history;
  const lastMs = samples.at(-1)?.atMs ?? baseline.sinceMs;
  const later = transfersAfter(lastMs, incomes, good);
  const adjustments = later === null ? history.adjustments : [...history.adjustments, later];
  const highs = inScaleOf(adjustments, samples);
  const day = utcDay(good.atMs);
  const opening = samples.find(({ atMs }) => utcDay(atMs) === day);
  const movedUsd = adjustments
    .filter(({ atMs }) => opening !== undefined && atMs > opening.atMs)
    .reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
  const dayOpenUsd = opening === undefined ? good.navUsd : dec(opening.navUsd).plus(movedUsd);
  return {
    ...rebuilt(baseline, good, incomes, ledger),
    ...standingOn(highs, good),
    dayOpenUsd: decimalString(dayOpenUsd),
    dayPnlUsd: decimalString(good.navUsd.minus(dayOpenUsd)),
    adjustments: adjustments.slice(-MAX_ADJUSTMENTS),
    source: { kind: "navSeries", rebuiltAtMs: good.atMs, sampleCount: samples.length },
  };
}

/** Samples in the scale of now, oldest first. */
function inScaleOf(
  adjustments: readonly BaselineAdjustment[],
  samples: readonly NavSample[],
): readonly High[] {
  let factor = dec("1");
  let next = adjustments.length - 1;
  return samples
    .toReversed()
    .map(({ atMs, navUsd }) => {
      for (let each = adjustments[next]; each !== undefined && each.atMs > atMs; each = adjustments[--next])
        factor = factor.mul(dec(each.factor));
      return { usd: dec(navUsd).mul(factor), atMs };
    })
    .toReversed();
}

/** As if each sample had been judged in its turn. A baseline begins with its first. */
function standingOn(highs: readonly High[], good: GoodNav): Standing {
  const [first = { usd: good.navUsd, atMs: good.atMs }, ...later] = highs;
  const begun = begunWith(first);
  const { accountId } = good;
  const before = later.reduce<Standing>(
    (standing, { usd, atMs }) => risen(standing, null, { accountId, navUsd: usd, atMs }),
    begun,
  );
  return risen(before, null, good);
}

function begunWith({ usd, atMs }: { readonly usd: Decimal; readonly atMs: number }): Standing {
  return { peakUsd: inPeakPlaces(usd), peakAtMs: atMs, drawdownBps: 0, candidate: null };
}

/** NAV already contains the transfers since the last sample; the stored adjustments lack them. */
function transfersAfter(
  lastMs: number,
  incomes: readonly ValuedIncome[],
  good: GoodNav,
): BaselineAdjustment | null {
  const transfers = incomes.filter(({ kind, atMs }) => kind === "transfer" && atMs > lastMs);
  const amountUsd = transfers.reduce((sum, each) => sum.plus(dec(each.amountUsd)), dec("0"));
  const withoutUsd = good.navUsd.minus(amountUsd);
  const first = transfers[0];
  if (first === undefined || amountUsd.isZero() || withoutUsd.lte(0)) return null;
  return {
    adjustmentId: first.incomeId,
    amountUsd: decimalString(amountUsd),
    factor: decimalString(good.navUsd.div(withoutUsd).toDecimalPlaces(18)),
    atMs: Math.min(first.atMs, good.atMs),
  };
}

/** `incomes` as far back as the venue could be asked. */
export function peakFromIncome(baseline: Baseline, { good, incomes, ledger }: RebuildInputs): Peak {
  const own = incomes.filter(({ atMs }) => atMs >= baseline.sinceMs);
  const now = { usd: good.navUsd, atMs: good.atMs };
  const day = utcDay(good.atMs);
  const openedMs = dayStartMs(day);
  const earnedUsd = own
    .filter(({ kind, atMs }) => kind !== "transfer" && atMs >= openedMs)
    .reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
  return {
    ...rebuilt(baseline, good, incomes, ledger),
    ...risen(begunWith(now), highestOnPath(good, own), good),
    dayOpenUsd: decimalString(good.navUsd.minus(earnedUsd)),
    dayPnlUsd: decimalString(earnedUsd),
    source: { kind: "income", rebuiltAtMs: good.atMs, sampleCount: own.length },
  };
}

function rebuilt(
  baseline: Baseline,
  good: GoodNav,
  incomes: readonly ValuedIncome[],
  ledger: Peak["ledger"],
): Omit<Peak, keyof Standing | "dayOpenUsd" | "dayPnlUsd" | "source"> {
  const day = utcDay(good.atMs);
  return {
    accountId: good.accountId,
    baselineId: baseline.baselineId,
    baselineSinceMs: baseline.sinceMs,
    day,
    asOfMs: good.atMs,
    lossAsOfMs: good.atMs,
    today: withIncome(noIncome(dayStartMs(day)), incomes),
    // The baseline's earlier income is not counted again: the sums say since when they count.
    total: withIncome(noIncome(Math.max(dayStartMs(day), baseline.sinceMs)), incomes),
    adjustments: [],
    ledger,
  };
}
