// Which documents a minute's runs touch. An idle account costs at most two writes a minute (the NAV document always,
// and in different minutes the packed series or an unchanged peak's new date) and at most two reads: control, and either
// the sweep for forgotten signals or what is read again now and then.
import type { Nav, NavSample, NavSeries, Peak } from "./nav.ts";
import { utcDay } from "./navBook.ts";

const MINUTE_MS = 60_000;
/** Series and unchanged peak are written every five minutes, the peak three minutes apart from the series. */
const CADENCE_MINUTES = 5;
const PEAK_OFFSET_MINUTES = 3;
/** In one minute of five the NAV run reads something again: the config and the list of accounts by turns. */
const NAV_READS_MINUTES = 10;
const CONFIG_OFFSET_MINUTES = 4;
/**
 * When each schedule reads its list of the accounts again. Reconcile's may be older: what it does, it does with the
 * profile that belongs to the books. Its minute is neither one of the NAV run's nor next to one.
 */
const LISTS = {
  nav: { cadenceMinutes: NAV_READS_MINUTES, offsetMinutes: 9 },
  reconcile: { cadenceMinutes: 30, offsetMinutes: 17 },
} as const;

/** Schedules that keep a list of the accounts, each in a process of its own. */
export type ListKeeper = keyof typeof LISTS;
/** Should a run be missed, the date of the peak is not left to age beyond this. */
const PEAK_REFRESH_MS = (CADENCE_MINUTES + 1) * MINUTE_MS;

/** Smallest age limits that an idle, healthy account keeps: a run late by half a minute must not stop trading. */
export const MIN_NAV_AGE_LIMIT_MS = 1.5 * MINUTE_MS;
export const MIN_PEAK_AGE_LIMIT_MS = PEAK_REFRESH_MS + 1.5 * MINUTE_MS;

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

export function writesPeak(previous: Peak | null, next: Peak, nowMs: number): boolean {
  if (previous === null) return true;
  const changed =
    previous.peakUsd !== next.peakUsd ||
    previous.drawdownBps !== next.drawdownBps ||
    previous.dayPnlUsd !== next.dayPnlUsd ||
    previous.day !== next.day;
  if (changed || nowMs - previous.asOfMs >= PEAK_REFRESH_MS) return true;
  return minuteOf(nowMs) % CADENCE_MINUTES === PEAK_OFFSET_MINUTES;
}

export function readsConfig(nowMs: number): boolean {
  return minuteOf(nowMs) % NAV_READS_MINUTES === CONFIG_OFFSET_MINUTES;
}

export function readsAccounts(keeper: ListKeeper, nowMs: number): boolean {
  const { cadenceMinutes, offsetMinutes } = LISTS[keeper];
  return minuteOf(nowMs) % cadenceMinutes === offsetMinutes;
}

/** Should its minute be missed, a list is read again at this age: a new account is picked up within it. */
export function listLimitMs(keeper: ListKeeper): number {
  return (LISTS[keeper].cadenceMinutes + 1) * MINUTE_MS;
}

/** Whether this minute's second read is the sweep for forgotten signals: never two minutes in a row without it. */
export function sweepsSignals(nowMs: number): boolean {
  return !readsConfig(nowMs) && !readsAccounts("nav", nowMs) && !readsAccounts("reconcile", nowMs);
}

/** Whether the samples collected so far are packed now: on the cadence, when missed twice, or when the day has changed. */
export function packsSeries(nav: Nav, nowMs: number): boolean {
  const first = nav.recent[0];
  if (first === undefined) return false;
  if (utcDay(first.atMs) !== utcDay(nowMs)) return true;
  return minuteOf(nowMs) % CADENCE_MINUTES === 0 || nav.recent.length > 2 * CADENCE_MINUTES;
}

/** The day's series with the samples of that day appended, each minute once. */
export function withSamples(
  series: NavSeries | null,
  accountId: string,
  day: string,
  samples: readonly NavSample[],
  nowMs: number,
): NavSeries {
  const lastMs = series?.atMs.at(-1) ?? 0;
  const added = samples.filter((sample) => sample.atMs > lastMs && utcDay(sample.atMs) === day);
  return {
    accountId,
    day,
    atMs: [...(series?.atMs ?? []), ...added.map((sample) => sample.atMs)],
    navUsd: [...(series?.navUsd ?? []), ...added.map((sample) => sample.navUsd)],
    updatedAtMs: nowMs,
  };
}
