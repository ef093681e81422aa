// Which documents a minute's runs touch. An idle account costs at most two writes a minute (the NAV document always, and in
// different minutes the packed series or an unchanged peak's new date) and at most three reads: control, once for the NAV
// run and once for reconcile, and either the sweep for forgotten signals or what is read again now and then.

import type { BaselineAdjustment, Nav, NavSample, NavSeries, Peak } from "#domain/documents/nav.ts";
import type { ACCOUNT_DUTIES, WordOf } from "#domain/documents/words.ts";
import { hasMoved, reservesChanged } from "./ledger.ts";
import { utcDay } from "./nav-book.ts";

const MINUTE_MS = 60_000;
/** Series and unchanged peak are written every five minutes, the peak three minutes apart from the series. */
const CADENCE_MINUTES = 5;
const PEAK_OFFSET_MINUTES = 3;
/** In this minute of five the reconcile run of an idle account has a write to spare: the publisher's ping. */
const PING_OFFSET_MINUTES = 1;
/**
 * In these minutes of twenty a schedule reads the list of accounts again, and reconcile looks whether the watchdog of a
 * flat account is alive; no two of them beside each other.
 */
const LIST_CADENCE_MINUTES = 20;
const LIST_OFFSET_MINUTES: Readonly<Record<ListKeeper, number>> = { nav: 1, reconcile: 6, watchdog: 11 };
const DEAD_MAN_OFFSET_MINUTES = 16;
/** In these minutes of five nothing else is written beside the NAV: heartbeats of an account that holds nothing. */
const BEAT_OFFSET_MINUTES = { watchdog: 2, reconcile: 4 } as const;
/** Of an account that holds something: a read for each group, in a minute without a write of the series or the peak. */
const OPEN_OFFSET_MINUTES = 2;
/** From an account's own minute of income. */
const TELEMETRY_OFFSET_MINUTES = 2;
/** A flat account's heartbeat that was missed twice. */
export const FLAT_BEAT_LIMIT_MS = 2.5 * CADENCE_MINUTES * MINUTE_MS;

/** Schedules that keep a list of the accounts, each in a process of its own. */
export type ListKeeper = WordOf<typeof ACCOUNT_DUTIES>;
/** Should a run be missed, the date of the peak is not left to age beyond this. */
const PEAK_REFRESH_MS = (CADENCE_MINUTES + 1) * MINUTE_MS;

/** Smallest age limits that an idle, healthy account keeps: a run late by half a minute must not stop trading. */
export const MIN_NAV_AGE_LIMIT_MS = 1.5 * MINUTE_MS;
export const MIN_PEAK_AGE_LIMIT_MS = PEAK_REFRESH_MS + 1.5 * MINUTE_MS;

/** The ping of an idle account comes every five minutes, and one may be late. */
export const MIN_TELEMETRY_SILENCE_MS = (CADENCE_MINUTES + 1.5) * MINUTE_MS;

/** Schedules fire at the full minute and never early; by a clock this slow it is still the minute before. */
const SLOW_CLOCK_MS = 5_000;

/** The minute that a run belongs to, whatever instance it is: else two runs could take one minute, and none the next. */
function minuteOf(atMs: number): number {
  return Math.floor((atMs + SLOW_CLOCK_MS) / MINUTE_MS);
}

export function writesPeak(previous: Peak | null, next: Peak, nowMs: number): boolean {
  if (previous === null) return true;
  const changed =
    previous.peakUsd !== next.peakUsd ||
    previous.candidate?.atMs !== next.candidate?.atMs ||
    previous.drawdownBps !== next.drawdownBps ||
    previous.dayPnlUsd !== next.dayPnlUsd ||
    previous.day !== next.day ||
    previous.baselineId !== next.baselineId ||
    // Accounted income is nowhere else: until it is stored it will be asked for again.
    hasMoved(previous.ledger, next.ledger) ||
    reservesChanged(previous.ledger, next.ledger) ||
    previous.ledger.cursorMs !== next.ledger.cursorMs;
  // Where falls alone were judged, the peak itself is of no newer date.
  const datedMs = next.asOfMs === previous.asOfMs ? previous.lossAsOfMs : previous.asOfMs;
  if (changed || nowMs - datedMs >= PEAK_REFRESH_MS) return true;
  return minuteOf(nowMs) % CADENCE_MINUTES === PEAK_OFFSET_MINUTES;
}

/**
 * Whether income is read though no balance moved: a loss that a deposit made good between two looks shows in the income
 * alone. Each account has its own minute of five, since a reading costs 30 of the 2,400 that all accounts of an address share;
 * one that no good NAV came of is made up for by the next run.
 */
export function readsUnmovedIncome(accountId: string, lastGoodMs: number | null, nowMs: number): boolean {
  if (lastGoodMs === null) return true;
  const offset = offsetOf(accountId);
  const turnOf = (atMs: number): number => Math.floor((minuteOf(atMs) + offset) / CADENCE_MINUTES);
  return turnOf(nowMs) > turnOf(lastGoodMs);
}

/** Of every account its own, so that the accounts of an address do not ask the venue in the same minute. */
function offsetOf(accountId: string): number {
  return [...accountId].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
}

/** Whether reconcile looks in this minute how the account's orders went; not in the one of its income. */
export function foldsTelemetry(accountId: string, nowMs: number): boolean {
  return (minuteOf(nowMs) + offsetOf(accountId)) % CADENCE_MINUTES === TELEMETRY_OFFSET_MINUTES;
}

export function pingsPublisher(nowMs: number): boolean {
  return minuteOf(nowMs) % CADENCE_MINUTES === PING_OFFSET_MINUTES;
}

export function readsAccounts(keeper: ListKeeper, nowMs: number): boolean {
  return minuteOf(nowMs) % LIST_CADENCE_MINUTES === LIST_OFFSET_MINUTES[keeper];
}

/** Whether reconcile asks in this minute when the watchdog of a flat account last looked. */
export function readsWatchdogBeat(nowMs: number): boolean {
  return minuteOf(nowMs) % LIST_CADENCE_MINUTES === DEAD_MAN_OFFSET_MINUTES;
}

/**
 * Whether a pass that finds nothing to do reads the open groups again, in this minute of five. A hand that makes one
 * unreadable moves no version, so books in memory would hide it for as long as the account is quiet.
 */
export function readsOpenAgain(nowMs: number): boolean {
  return minuteOf(nowMs) % CADENCE_MINUTES === OPEN_OFFSET_MINUTES;
}

/** Whether a flat account's heartbeat is written in this minute. */
export function writesBeat(of: keyof typeof BEAT_OFFSET_MINUTES, nowMs: number): boolean {
  return minuteOf(nowMs) % CADENCE_MINUTES === BEAT_OFFSET_MINUTES[of];
}

/**
 * Whether this minute's second read is the sweep for forgotten signals. It is left out for at most one minute
 * in a row.
 */
export function sweepsSignals(nowMs: number): boolean {
  const readsList = Object.keys(LIST_OFFSET_MINUTES).some((each) => readsAccounts(each as ListKeeper, nowMs));
  return !readsList && !readsWatchdogBeat(nowMs);
}

/** Whether the samples collected so far are packed now: on the cadence, when missed twice, or when the day has changed. */
export function packsSeries(nav: Nav, isAdjusted: boolean, nowMs: number): boolean {
  // With the peak that was scaled: a rebuild must know the scale of every sample.
  if (isAdjusted) return true;
  const first = nav.recent[0];
  if (first === undefined) return false;
  if (utcDay(first.atMs) !== utcDay(nowMs)) return true;
  return minuteOf(nowMs) % CADENCE_MINUTES === 0 || nav.recent.length > 2 * CADENCE_MINUTES;
}

/** News for a day's series: samples and adjustments, of which only those of the day are taken. */
interface SeriesNews {
  readonly day: string;
  readonly samples: readonly NavSample[];
  readonly adjustments: readonly BaselineAdjustment[];
}

/** The day's series with the samples of that day appended, each minute once, and its adjustments, each once. */
export function withSamples(
  series: NavSeries | null,
  nav: Pick<Nav, "accountId" | "baseline">,
  { day, samples, adjustments }: SeriesNews,
  nowMs: number,
): NavSeries {
  const adjusted = series?.adjustments ?? [];
  const ofDay = [...adjusted, ...adjustments.filter(({ atMs }) => utcDay(atMs) === day)];
  const once = new Map(ofDay.map((adjustment) => [adjustment.adjustmentId, adjustment]));
  const known = samplesOf(series);
  const times = new Set(series?.atMs);
  const added = samples.filter(({ atMs }) => !times.has(atMs) && utcDay(atMs) === day);
  // By time: of two runs right after one another the second may have the slower clock.
  const all = [...known, ...added].toSorted((a, b) => a.atMs - b.atMs);
  return {
    accountId: nav.accountId,
    day,
    atMs: all.map(({ atMs }) => atMs),
    navUsd: all.map(({ navUsd }) => navUsd),
    baseline: nav.baseline ?? series?.baseline ?? null,
    adjustments: [...once.values()],
    updatedAtMs: nowMs,
  };
}

/** The packed samples one by one; the arrays are of one length (schema). */
function samplesOf(series: NavSeries | null): readonly NavSample[] {
  return (series?.navUsd ?? []).flatMap((navUsd, place) => {
    const atMs = series?.atMs[place];
    return atMs === undefined ? [] : [{ atMs, navUsd }];
  });
}
