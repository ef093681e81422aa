// The NAV schedule's work for one account: ask the venue, compute, commit. It is the only writer of NAV, peak and
// series, so its last documents may be kept in the process; their versions prove it at the next commit.
import type { AccountProfile } from "../domain/account.ts";
import type { AccountConfig } from "../domain/config.ts";
import type { TopOfBook } from "../domain/market.ts";
import type { Nav, NavSeries, Peak } from "../domain/nav.ts";
import {
  firstPeak,
  type HeldPosition,
  nextNav,
  nextPeak,
  type SourceAnswer,
  utcDay,
  utcHour,
} from "../domain/navBook.ts";
import { packsSeries, readsConfig, withSamples, writesPeak } from "../domain/navCadence.ts";
import { paths } from "../domain/paths.ts";
import type { Clock } from "../ports/clock.ts";
import {
  DocumentExistsError,
  type DocumentPort,
  type DocumentVersion,
  type DocumentWrite,
  PreconditionFailedError,
} from "../ports/documents.ts";
import type { Logger } from "../ports/logger.ts";
import type { Venue } from "../ports/venue.ts";
import { accountConfigSchema } from "../schemas/config.ts";
import { navSchema, navSeriesSchema, peakSchema } from "../schemas/nav.ts";
import { type AlertCondition, alertWrite, raiseAlert } from "./alert.ts";
import {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "./codec.ts";

/** Should its minute be missed, the config is read again after this; a new symbol gets its first mark no later. */
const CONFIG_LIMIT_MS = 11 * 60_000;
/** A config read this recently is not read again in the same minute. */
const CONFIG_FRESH_MS = 60_000;
/** A NAV checked less long ago is another run of the same minute, not an older minute's. */
const SAME_RUN_MS = 30_000;
/** Days of series that a lost peak is rebuilt from. */
const REBUILD_DAYS = 400;

export interface NavState {
  readonly config: AccountConfig;
  readonly configLoadedAtMs: number;
  readonly nav: Nav | null;
  readonly navVersion: DocumentVersion | null;
  /** `unreadable` stops judging drawdown on it until it is mended; it is never overwritten. */
  readonly peak: Peak | null | "unreadable";
  /** The day's series as last packed by this process; null when it has to be read. */
  readonly series: NavSeries | null;
}

export interface NavDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly venueFor: (profile: AccountProfile) => Promise<Venue>;
  readonly navCache: Map<string, NavState>;
}

/** One run. A source that fails makes the NAV stale; only the store's failure is thrown. */
export async function writeNav(deps: NavDeps, profile: AccountProfile): Promise<void> {
  const { accountId } = profile;
  const wasCached = deps.navCache.has(accountId);
  const state = await currentState(deps, accountId);
  const answers = await ask(deps, profile, state);
  const nowMs = deps.clock.nowMs();
  const nav = nextNav(accountId, state.nav, answers, nowMs);
  let isStored = await storeNav(deps, state, nav, nowMs);
  if (!isStored && wasCached) {
    // What this process remembered may only have been old: another instance wrote in some minute before.
    const fresh = await currentState(deps, accountId);
    const isOlder = (fresh.nav?.checkedAtMs ?? 0) < nowMs - SAME_RUN_MS;
    if (isOlder) isStored = await storeNav(deps, fresh, nextNav(accountId, fresh.nav, answers, nowMs), nowMs);
  }
  if (!isStored) deps.logger.warn("NAV was written by another run", { accountId });
  if (nav.stale) await alertStale(deps, nav);
}

/** Commits a run's documents. False when another run wrote since the state was read; its NAV is as good or newer. */
async function storeNav(deps: NavDeps, state: NavState, nav: Nav, nowMs: number): Promise<boolean> {
  const { accountId } = nav;
  const { peak, alerts } = await judgePeak(deps, state, nav);
  const packed = packsSeries(nav, nowMs) ? await packedSeries(deps, state, nav, nowMs) : [];
  const kept: Nav = packed.length > 0 ? { ...nav, recent: [] } : nav;
  const writes: DocumentWrite[] = [navWrite(accountId, kept, state.navVersion), ...packed.map(seriesWrite)];
  const before = state.peak === "unreadable" ? null : state.peak;
  const storesPeak = peak !== null && writesPeak(before, peak, nowMs);
  if (storesPeak) writes.push({ op: "set", path: paths.peak(accountId), data: encode(peak) }, ...alerts);
  try {
    const [navVersion] = await deps.documents.commit(writes);
    const storedPeak = storesPeak ? peak : state.peak;
    const series = packed.at(-1) ?? state.series;
    deps.navCache.set(accountId, {
      ...state,
      nav: kept,
      navVersion: navVersion ?? null,
      peak: storedPeak,
      series,
    });
    return true;
  } catch (error) {
    deps.navCache.delete(accountId);
    if (error instanceof PreconditionFailedError) return false;
    if (error instanceof DocumentExistsError && error.path === paths.nav(accountId)) return false;
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

async function currentState(deps: NavDeps, accountId: string): Promise<NavState> {
  const cached = deps.navCache.get(accountId);
  const nowMs = deps.clock.nowMs();
  if (cached !== undefined) {
    const ageMs = nowMs - cached.configLoadedAtMs;
    const due = ageMs > CONFIG_LIMIT_MS || (readsConfig(nowMs) && ageMs >= CONFIG_FRESH_MS);
    if (!due) return cached;
    const [config] = await deps.documents.getAll([paths.config(accountId)]);
    if (config === undefined) throw new Error("The store answered without the config");
    return { ...cached, config: decodeRequired(accountConfigSchema, config), configLoadedAtMs: nowMs };
  }
  const wanted = [paths.config(accountId), paths.nav(accountId), paths.peak(accountId)];
  const [config, nav, peak] = await deps.documents.getAll(wanted);
  if (!config || !nav || !peak)
    throw new Error("The store answered with fewer documents than were asked for");
  return {
    config: decodeRequired(accountConfigSchema, config),
    configLoadedAtMs: nowMs,
    nav: decode(navSchema, nav),
    navVersion: nav.version,
    peak: readPeak(deps, () => decode(peakSchema, peak)),
    series: null,
  };
}

function readPeak(deps: NavDeps, read: () => Peak | null): Peak | null | "unreadable" {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    deps.logger.error("The peak cannot be read", { path: error.path, fault: error.message });
    return "unreadable";
  }
}

async function ask(deps: NavDeps, profile: AccountProfile, state: NavState) {
  const venue = await deps.venueFor(profile);
  const heldBefore = state.nav?.positions.map((position) => position.symbol) ?? [];
  const symbols = [...new Set([...state.config.symbols, ...heldBefore])];
  const [balances, positions, marks] = await Promise.all([
    answer(venue.fetchBalance()),
    answer(venue.fetchPositions()),
    answer(venue.fetchTopOfBook(symbols)),
  ]);
  return { balances, positions, marks: await withMissingMarks(venue, positions, marks) };
}

/** A position in a symbol that nobody configured still needs a price. */
async function withMissingMarks(
  venue: Venue,
  positions: SourceAnswer<readonly HeldPosition[]>,
  marks: SourceAnswer<readonly TopOfBook[]>,
): Promise<SourceAnswer<readonly TopOfBook[]>> {
  if (!positions.ok || !marks.ok) return marks;
  const known = new Set(marks.value.map((mark) => mark.symbol));
  const missing = positions.value.map((position) => position.symbol).filter((symbol) => !known.has(symbol));
  if (missing.length === 0) return marks;
  const more = await answer(venue.fetchTopOfBook(missing));
  return more.ok ? { ok: true, value: [...marks.value, ...more.value] } : more;
}

async function answer<T>(asked: Promise<T>): Promise<SourceAnswer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

interface JudgedPeak {
  /** Null when there is nothing to judge. */
  readonly peak: Peak | null;
  /** Stored in one batch with the peak: once it is there, nothing would raise them any more. */
  readonly alerts: readonly DocumentWrite[];
}

/** The next peak. A missing one is rebuilt from the stored series. */
async function judgePeak(deps: NavDeps, state: NavState, nav: Nav): Promise<JudgedPeak> {
  const { accountId } = nav;
  if (state.peak === "unreadable") {
    await raiseAlert(deps, {
      accountId,
      severity: "critical",
      code: "PEAK_UNREADABLE",
      message: "The peak document cannot be read; entries stay closed",
      remedy: `Mend or delete ${paths.peak(accountId)}: a deleted peak is rebuilt from the NAV series`,
      dedupeKey: utcDay(nav.checkedAtMs),
    });
    return { peak: null, alerts: [] };
  }
  if (state.peak !== null) return { peak: nextPeak(state.peak, nav), alerts: [] };
  const stored = await deps.documents.query({
    collection: `accounts/${accountId}/navSeries`,
    orderBy: { field: "day", direction: "desc" },
    limit: REBUILD_DAYS,
  });
  const days = stored.map((snapshot) => decodeRequired(navSeriesSchema, snapshot)).reverse();
  const history = days.flatMap((day) =>
    day.atMs.map((atMs, index) => ({ atMs, navUsd: day.navUsd[index] ?? "0" })),
  );
  const peak = firstPeak(nav, history);
  if (peak === null || history.length === 0) return { peak, alerts: [] };
  const message = `The peak was missing and was rebuilt from ${history.length} stored NAV samples`;
  deps.logger.warn(message, { alert: "PEAK_REBUILT", accountId });
  const alert: AlertCondition = {
    accountId,
    severity: "warning",
    code: "PEAK_REBUILT",
    message,
    remedy: "Find out who removed control/peak; check the peak against your own records",
    dedupeKey: `${peak.baselineId}/${nav.checkedAtMs}`,
  };
  return { peak, alerts: [alertWrite(alert, nav.checkedAtMs)] };
}

/** The series with the collected samples packed in, one for each day that they touch, oldest first. */
async function packedSeries(
  deps: NavDeps,
  state: NavState,
  nav: Nav,
  nowMs: number,
): Promise<readonly NavSeries[]> {
  const { accountId } = nav;
  const days = [...new Set(nav.recent.map((sample) => utcDay(sample.atMs)))];
  const unread = days.filter((day) => state.series?.day !== day);
  const snapshots =
    unread.length === 0
      ? []
      : await deps.documents.getAll(unread.map((day) => paths.navSeries(accountId, day)));
  const stored = new Map(unread.map((day, index) => [day, snapshots[index]]));
  return days.map((day) => {
    const snapshot = stored.get(day);
    const before = snapshot === undefined ? state.series : decode(navSeriesSchema, snapshot);
    return withSamples(before, accountId, day, nav.recent, nowMs);
  });
}

function seriesWrite(series: NavSeries): DocumentWrite {
  const data = encodeWithTtl(series, series.updatedAtMs, RETENTION_MS.navSeries);
  return { op: "set", path: paths.navSeries(series.accountId, series.day), data };
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
    // One alert an hour while it lasts.
    dedupeKey: utcHour(nav.checkedAtMs),
  });
}
