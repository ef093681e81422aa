// The NAV schedule's work for one account: ask the venue, compute, commit, and let a drawdown take effect. The only
// writer of NAV, peak and series.

import { groundLostWrites } from "#app/books";
import { encode } from "#app/documents";
import { raiseAlert } from "#app/telling";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { isDust } from "#domain/nav/coins.ts";
import { nextNav, utcDay, utcHour } from "#domain/nav/nav-book.ts";
import { packsSeries } from "#domain/nav/nav-cadence.ts";
import {
  DocumentExistsError,
  type DocumentVersion,
  type DocumentWrite,
  PreconditionFailedError,
} from "#ports/documents.ts";
import { actOnLoss } from "./act-on-loss.ts";
import { type Asked, askVenue } from "./ask-sources.ts";
import { judgedPeak } from "./judged-peak.ts";
import { latchMetBan } from "./latch-met-ban.ts";
import { currentState, type NavDeps, type NavState } from "./nav-state.ts";
import { packedSeries, seriesWrite } from "./series.ts";

export type { NavCache, NavDeps } from "./nav-state.ts";

/** A NAV checked less long ago is another run of the same minute, not an older minute's. */
const SAME_RUN_MS = 30_000;

/** One run. A source that fails makes the NAV stale; only the store's failure is thrown. */
export async function writeNav(deps: NavDeps, profile: AccountProfile): Promise<void> {
  const { accountId } = profile;
  const wasCached = deps.navCache.has(accountId);
  let done = await run(deps, profile, await currentState(deps, accountId));
  if (!done.isStored && wasCached) {
    // The memory of this process may only have been old: another instance wrote in some minute before.
    const fresh = await currentState(deps, accountId);
    const isOlder = (fresh.nav?.checkedAtMs ?? 0) < deps.clock.nowMs() - SAME_RUN_MS;
    if (isOlder) done = await run(deps, profile, fresh);
  }
  if (!done.isStored) deps.logger.warn("NAV was written by another run", { accountId });
  if (done.nav.stale) await alertStale(deps, done.nav);
  await latchMetBan(deps, accountId, done.asked);
}

interface Done {
  readonly nav: Nav;
  readonly asked: Asked;
  readonly isStored: boolean;
}

async function run(deps: NavDeps, profile: AccountProfile, state: NavState): Promise<Done> {
  const { accountId } = profile;
  const asked = await askVenue(deps, profile, state);
  const nowMs = asked.atMs;
  const valued = nextNav(accountId, state.nav, { ...asked.answers, rules: state.config }, nowMs);
  await alertUncounted(deps, state, valued);
  const judged = await judgedPeak(deps, state, asked, valued);
  const { peak } = judged;
  const baseline =
    peak === null ? valued.baseline : { baselineId: peak.baselineId, sinceMs: peak.baselineSinceMs };
  const nav: Nav = { ...valued, baseline, unexplained: judged.unexplained };
  const { adjustments, ended } = judged;
  // Before its baseline is gone: nothing would judge this fall once the next one is stored. Only on a memory that is of now:
  // another instance may have ended this baseline long since.
  if (ended !== null) {
    const rememberedAtMs = state.nav?.checkedAtMs ?? nowMs;
    await actOnLoss(deps, state, { ...judged, peak: ended, isWhole: false }, rememberedAtMs);
  }
  const packed = packsSeries(nav, adjustments.length > 0, nowMs)
    ? await packedSeries(deps, state, { nav, adjustments }, nowMs)
    : [];
  const kept: Nav = packed.length > 0 ? { ...nav, recent: [] } : nav;
  // In the same commit: from it on, no instance decides an entry on the NAV of before.
  const lost = state.nav?.stale === false && nav.stale ? await groundLostWrites(deps, accountId) : [];
  const writes = [
    navWrite(accountId, kept, state.navVersion),
    ...packed.map(seriesWrite),
    ...judged.writes,
    ...lost,
  ];
  const navVersion = await commit(deps, accountId, writes);
  if (navVersion === null) return { nav, asked, isStored: false };
  const next: NavState = {
    ...state,
    nav: kept,
    navVersion,
    peak: judged.writes.length > 0 ? peak : state.peak,
    peakSetAside: peak === null ? state.peakSetAside : null,
    peakTriedAtMs: judged.triedAtMs,
    series: packed.at(-1) ?? state.series,
  };
  deps.navCache.set(accountId, next);
  // Once it is stored: a memory of some hours ago would tell of a peak that others have judged every minute.
  await alertOldPeak(deps, accountId, state);
  await actOnLoss(deps, next, judged, nav.checkedAtMs);
  return { nav, asked, isStored: true };
}

/** The NAV's new version, or null when another run wrote since the state was read; its NAV is as good or newer. */
async function commit(
  deps: NavDeps,
  accountId: string,
  writes: readonly DocumentWrite[],
): Promise<DocumentVersion | null> {
  try {
    const [navVersion] = await deps.documents.commit(writes);
    if (navVersion == null) throw new Error("The store gave no version for the NAV");
    return navVersion;
  } catch (error) {
    deps.navCache.delete(accountId);
    if (error instanceof PreconditionFailedError) return null;
    const ours = [paths.nav(accountId), paths.peak(accountId)];
    if (error instanceof DocumentExistsError && error.path !== null && ours.includes(error.path)) return null;
    throw error;
  }
}

function navWrite(accountId: string, nav: Nav, version: DocumentVersion | null): DocumentWrite {
  const path = paths.nav(accountId);
  return version === null
    ? // Of two first runs only one may begin a baseline.
      { op: "create", path, data: encode(nav) }
    : { op: "set", path, data: encode(nav), version };
}

/**
 * Entries have stopped by then; NAVs of the unwatched time are looked for in the income once one is good
 * again.
 */
async function alertOldPeak(deps: NavDeps, accountId: string, { peak, config }: NavState): Promise<void> {
  const nowMs = deps.clock.nowMs();
  if (peak === null || nowMs - peak.asOfMs <= config.maxPeakAgeMs) return;
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "PEAK_STALE",
    message: `The peak was last judged on a good NAV ${Math.round((nowMs - peak.asOfMs) / 1_000)} s ago; entries are stopped`,
    remedy: "Check the NAV's sources; falls are judged by the lower bound meanwhile",
    dedupeKey: utcHour(nowMs),
  });
}

async function alertStale(deps: NavDeps, nav: Nav): Promise<void> {
  const failed = Object.entries(nav.sources).filter(([, source]) => !source.ok);
  const faults = failed.map(([name, source]) => `${name}: ${source.error ?? "no answer"}`).join("; ");
  await raiseAlert(deps, {
    accountId: nav.accountId,
    severity: "warning",
    code: "NAV_STALE",
    message: `NAV could not be renewed (${faults}); entries stop when it is too old`,
    remedy: "Check the venue's status and the account's API keys",
    // One alert an hour while it lasts, and one for each other set of sources that fails.
    dedupeKey: `${utcHour(nav.checkedAtMs)}/${failed.map(([name]) => name).join(",")}`,
  });
}

/** Once for a coin that begins to count as nothing; dust raises nothing. */
async function alertUncounted(
  deps: NavDeps,
  { nav: before, config }: NavState,
  { accountId, bound, checkedAtMs }: Nav,
): Promise<void> {
  const known = before?.bound?.coins.filter(({ counts }) => counts === "nothing") ?? [];
  const uncounted = bound?.coins.filter(({ counts }) => counts === "nothing") ?? [];
  for (const coin of uncounted) {
    const { asset, qty } = coin;
    if (isDust(coin, config.coinDustUsd)) continue;
    if (known.some((each) => each.asset === asset && !isDust(each, config.coinDustUsd))) continue;
    await raiseAlert(deps, {
      accountId,
      severity: "warning",
      code: "COIN_UNPRICED",
      message: `${qty} ${asset} count as nothing: the venue has no price for them`,
      remedy: "Convert or withdraw them; trading and loss rules go on without them",
      dedupeKey: `${asset}/${utcDay(checkedAtMs)}`,
    });
  }
}
