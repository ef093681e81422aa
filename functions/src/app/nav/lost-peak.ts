// Makes a lost peak anew: from the stored NAV series, else from the venue's income; an account that never had a baseline
// begins its first. What cannot be rebuilt now stays missing, with an alert: entries stay closed meanwhile.

import { decodeRequired, UnusableDocumentError } from "#app/documents";
import { raiseAlert } from "#app/telling";
import type { Income } from "#domain/documents/income.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { fxSymbol, SETTLEMENT_ASSET } from "#domain/nav/assets.ts";
import { nextCursor, reckonedAssets, valuedIncomes, type Wallet } from "#domain/nav/ledger.ts";
import { dayStartMs, utcDay, utcHour } from "#domain/nav/nav-book.ts";
import { firstPeak, type GoodNav, goodNav } from "#domain/nav/peak.ts";
import { type History, historyOf, peakFromIncome, peakFromSeries } from "#domain/nav/rebuild.ts";
import { type Venue, VenueError } from "#ports/venue.ts";
import { navSeriesSchema } from "#schemas/nav.ts";
import { type Asked, answer, pricesOf } from "./ask-sources.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** More than are kept: see RETENTION_MS. */
const MAX_DAYS = 800;
const DAY_MS = 24 * 3_600_000;
/** How far back income is asked for where there is no series; less when the venue has too much to tell. */
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
  const inputs = async (sinceMs: number, incomes: readonly Income[]) => {
    const valued = valuedIncomes(
      incomes,
      await pricesFor(deps, state, asked, reckonedAssets(null, wallet, incomes)),
    );
    if (valued === null) throw new VenueError("retryable", "NO_PRICE", "An income's asset has no price");
    const ledger = { ...wallet, ...nextCursor({ cursorMs: sinceMs, cursorIds: [] }, incomes) };
    return { good, incomes: valued, ledger };
  };
  if (history !== null && history.samples.length > 0) {
    const sinceMs = Math.min(openedMs, history.samples.at(-1)?.atMs ?? openedMs);
    return peakFromSeries(history, await inputs(sinceMs, await asked.venue.fetchIncome(sinceMs)));
  }
  if (history === null && state.peakSetAside === null) {
    const { incomes, ledger } = await inputs(openedMs, await asked.venue.fetchIncome(openedMs));
    return firstPeak(good, { incomes, ledger, source: "nav", today: null });
  }
  const { sinceMs, incomes } = await pastIncome(asked.venue, good, history?.baseline.sinceMs ?? 0);
  const baseline = history?.baseline ?? { baselineId: `baseline-${sinceMs}`, sinceMs };
  return peakFromIncome(baseline, await inputs(sinceMs, incomes));
}

async function pastIncome(
  venue: Venue,
  good: GoodNav,
  notBeforeMs: number,
): Promise<{ readonly sinceMs: number; readonly incomes: readonly Income[] }> {
  for (const [place, spanMs] of INCOME_SPANS_MS.entries()) {
    const sinceMs = Math.max(good.atMs - spanMs, notBeforeMs);
    try {
      return { sinceMs, incomes: await venue.fetchIncome(sinceMs) };
    } catch (error) {
      const isTooMuch = error instanceof VenueError && error.code === "TOO_MUCH_INCOME";
      if (!isTooMuch || place === INCOME_SPANS_MS.length - 1) throw error;
    }
  }
  throw new Error("There is no span to ask income for");
}

async function pricesFor(
  deps: NavDeps,
  { config }: NavState,
  { venue, answers }: Asked,
  reckoned: readonly string[],
) {
  const assets = reckoned.filter((asset) => asset !== SETTLEMENT_ASSET);
  if (assets.every((asset) => answers.prices.has(asset))) return answers.prices;
  const tops = await answer(venue.fetchTopOfBook(assets.map(fxSymbol)));
  return pricesOf(assets, tops, deps.clock.nowMs(), config.maxMarkAgeMs);
}
