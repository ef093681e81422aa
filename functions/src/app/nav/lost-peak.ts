// Makes a lost peak anew: from the stored NAV series, else from the venue's income; an account that never had a baseline
// begins its first. What cannot be rebuilt now stays missing, with an alert: entries stay closed meanwhile.

import { decodeRequired, UnusableDocumentError } from "#app/documents";
import { raiseAlert } from "#app/telling";
import type { Income } from "#domain/documents/income.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { type CoinPrices, coinPrices, fxSymbol, SETTLEMENT_ASSET } from "#domain/nav/coins.ts";
import { nextCursor, reckonedAssets, valuedIncomes, type Wallet } from "#domain/nav/ledger.ts";
import { dayStartMs, utcDay, utcHour } from "#domain/nav/nav-book.ts";
import { firstPeak } from "#domain/nav/peak.ts";
import { type History, historyOf, peakFromIncome, peakFromSeries } from "#domain/nav/rebuild.ts";
import { type GoodNav, goodNav } from "#domain/nav/standing.ts";
import { IncomeCutOffError, type Venue, VenueError } from "#ports/venue.ts";
import { navSeriesSchema } from "#schemas/nav.ts";
import { type Asked, answer } from "./ask-sources.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** More than are kept: see RETENTION_MS. */
const MAX_DAYS = 800;
const DAY_MS = 24 * 3_600_000;
/** How far back income is asked for where there is no series; less when the venue has more to tell than one reading takes. */
const INCOME_SPANS_MS = [30 * DAY_MS, 7 * DAY_MS, DAY_MS];

/** Null when there is nothing to build on yet, or it failed; the failure is an alert. */
export async function rebuildPeak(
  deps: NavDeps,
  state: NavState,
  asked: Asked,
  nav: Nav,
): Promise<Peak | null> {
  const good = goodNav(nav);
  if (good === null || asked.wallet === null) return null;
  try {
    const history = await storedHistory(deps, nav.accountId, state.nav);
    return await peakOf(deps, state, asked, { good, wallet: asked.wallet, history });
  } catch (error) {
    if (!(error instanceof VenueError || error instanceof UnusableDocumentError)) throw error;
    await raiseAlert(deps, {
      accountId: nav.accountId,
      severity: "critical",
      code: "PEAK_MISSING",
      message: `There is no peak and it could not be rebuilt (${error.message}); entries stay closed`,
      remedy: "Mend what is named; the next try is within five minutes",
      dedupeKey: utcHour(nav.checkedAtMs),
    });
    return null;
  }
}

async function storedHistory(
  deps: NavDeps,
  accountId: string,
  previous: Nav | null,
): Promise<History | null> {
  const stored = await deps.documents.query({
    collection: `accounts/${accountId}/navSeries`,
    // In no order of a field: a broken document may lack it and would be left out in silence.
    limit: MAX_DAYS,
  });
  const days = stored.map((snapshot) => decodeRequired(navSeriesSchema, snapshot));
  return historyOf(
    days.toSorted((a, b) => (a.day < b.day ? -1 : 1)),
    previous,
  );
}

interface Ground {
  readonly good: GoodNav;
  readonly wallet: Wallet;
  readonly history: History | null;
}

async function peakOf(
  deps: NavDeps,
  state: NavState,
  asked: Asked,
  { good, wallet, history }: Ground,
): Promise<Peak> {
  const openedMs = dayStartMs(utcDay(good.atMs));
  const inputs = async ({ sinceMs, incomes }: PastIncome) => {
    const prices = await pricesFor(deps, state, asked, reckonedAssets(null, wallet, incomes));
    const ledger = { ...wallet, ...nextCursor({ cursorMs: sinceMs, cursorIds: [] }, incomes) };
    return { good, incomes: valuedIncomes(incomes, prices), ledger };
  };
  if (history !== null && history.samples.length > 0) {
    const sinceMs = Math.min(openedMs, history.samples.at(-1)?.atMs ?? openedMs);
    return peakFromSeries(history, await inputs(await incomeSince(asked.venue, good, [sinceMs])));
  }
  if (history === null && state.peakSetAside === null) {
    const { incomes, ledger } = await inputs(await incomeSince(asked.venue, good, [openedMs]));
    return firstPeak(good, { incomes, ledger, source: "nav", today: null });
  }
  const notBeforeMs = history?.baseline.sinceMs ?? 0;
  const spans = INCOME_SPANS_MS.map((spanMs) => Math.max(good.atMs - spanMs, notBeforeMs));
  const past = await incomeSince(asked.venue, good, spans);
  const baseline = history?.baseline ?? { baselineId: `baseline-${past.sinceMs}`, sinceMs: past.sinceMs };
  return peakFromIncome(baseline, await inputs(past));
}

interface PastIncome {
  readonly sinceMs: number;
  readonly incomes: readonly Income[];
}

/**
 * As far back as the venue tells it whole. Where even the last time is too long, none: sums and ledger then begin now, for
 * a peak that cannot be made would leave the loss rules without one.
 */
async function incomeSince(venue: Venue, good: GoodNav, times: readonly number[]): Promise<PastIncome> {
  for (const sinceMs of times) {
    try {
      return { sinceMs, incomes: await venue.fetchIncome(sinceMs) };
    } catch (error) {
      if (!(error instanceof IncomeCutOffError)) throw error;
    }
  }
  return { sinceMs: good.atMs, incomes: [] };
}

async function pricesFor(
  deps: NavDeps,
  { config, nav }: NavState,
  { venue, answers }: Asked,
  reckoned: readonly string[],
): Promise<CoinPrices> {
  const assets = reckoned.filter((asset) => asset !== SETTLEMENT_ASSET);
  if (assets.every((asset) => answers.prices.has(asset))) return answers.prices;
  const tops = await answer(venue.fetchTopOfBook(assets.map(fxSymbol)));
  const ground = { before: nav, nowMs: deps.clock.nowMs(), maxAgeMs: config.maxMarkAgeMs };
  return coinPrices(assets, { ...ground, tops: tops.ok ? tops.value : null });
}
