// NAV, peak and drawdown from what the venue answered. Keeps true that a run with a failed source is never stored as
// healthy and never replaces a last good value; longs are marked at the bid, shorts at the ask.
import { type Decimal, dec, decimalString } from "./decimal.ts";
import type { TopOfBook } from "./market.ts";
import type { MarkedPosition, Nav, NavSample, Peak, SourceHealth } from "./nav.ts";
import type { Side } from "./signal.ts";

/** One source's answer in this run: its value, or why there is none. */
export type SourceAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export interface HeldPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: string;
  readonly entryPriceUsd: string;
}

export interface NavAnswers {
  readonly balances: SourceAnswer<{ readonly walletUsd: string }>;
  readonly positions: SourceAnswer<readonly HeldPosition[]>;
  readonly marks: SourceAnswer<readonly TopOfBook[]>;
}

/** Samples kept in the NAV document until they are packed into the day's series, should packing fail for an hour. */
const MAX_RECENT_SAMPLES = 60;
const BPS_PER_UNIT = 10_000;

/** The next NAV document. `previous` null is the account's first run. */
export function nextNav(accountId: string, previous: Nav | null, answers: NavAnswers, nowMs: number): Nav {
  const marked = markAll(answers);
  const marks = answers.marks.ok ? bySymbol(answers.marks.value) : (previous?.marks ?? {});
  const sources = {
    balances: health(answers.balances, previous?.sources.balances ?? null, nowMs),
    positions: health(answers.positions, previous?.sources.positions ?? null, nowMs),
    marks: health(marked.ok ? answers.marks : marked, previous?.sources.marks ?? null, nowMs),
  };
  const stale = !(sources.balances.ok && sources.positions.ok && sources.marks.ok);
  if (stale || !answers.balances.ok || !marked.ok)
    return lastGood(accountId, previous, marks, sources, nowMs);
  const walletUsd = dec(answers.balances.value.walletUsd);
  const unrealized = marked.value.reduce((sum, each) => sum.plus(dec(each.unrealizedPnlUsd)), dec("0"));
  const navUsd = decimalString(walletUsd.plus(unrealized));
  return {
    accountId,
    navUsd,
    walletUsd: decimalString(walletUsd),
    unrealizedPnlUsd: decimalString(unrealized),
    positions: marked.value,
    marks,
    sources,
    stale: false,
    asOfMs: nowMs,
    checkedAtMs: nowMs,
    recent: [...(previous?.recent ?? []), { atMs: nowMs, navUsd }].slice(-MAX_RECENT_SAMPLES),
  };
}

function lastGood(
  accountId: string,
  previous: Nav | null,
  marks: Nav["marks"],
  sources: Nav["sources"],
  nowMs: number,
): Nav {
  const values = previous ?? {
    navUsd: null,
    walletUsd: null,
    unrealizedPnlUsd: null,
    positions: [],
    asOfMs: null,
    recent: [],
  };
  const { navUsd, walletUsd, unrealizedPnlUsd, positions, asOfMs, recent } = values;
  return {
    accountId,
    navUsd,
    walletUsd,
    unrealizedPnlUsd,
    positions,
    marks,
    sources,
    stale: true,
    asOfMs,
    checkedAtMs: nowMs,
    recent,
  };
}

function bySymbol(marks: readonly TopOfBook[]): Readonly<Record<string, TopOfBook>> {
  return Object.fromEntries(marks.map((mark) => [mark.symbol, mark]));
}

function markAll(answers: NavAnswers): SourceAnswer<readonly MarkedPosition[]> {
  if (!answers.positions.ok) return answers.positions;
  if (!answers.marks.ok) return answers.marks;
  const marks = bySymbol(answers.marks.value);
  const marked = answers.positions.value.map((position) => markPosition(position, marks[position.symbol]));
  const unmarked = answers.positions.value.filter((position) => marks[position.symbol] === undefined);
  if (unmarked.length > 0) {
    return {
      ok: false,
      error: `No price for held ${unmarked.map((position) => position.symbol).join(", ")}`,
    };
  }
  return { ok: true, value: marked.flatMap((each) => each ?? []) };
}

function markPosition(position: HeldPosition, mark: TopOfBook | undefined): MarkedPosition | null {
  if (mark === undefined) return null;
  const long = position.side === "long";
  const priceUsd = dec(long ? mark.bidUsd : mark.askUsd);
  const qty = dec(position.qtyBase);
  const pnl = priceUsd
    .minus(dec(position.entryPriceUsd))
    .mul(qty)
    .mul(long ? 1 : -1);
  return {
    ...position,
    markUsd: decimalString(priceUsd),
    notionalUsd: decimalString(priceUsd.mul(qty)),
    unrealizedPnlUsd: decimalString(pnl),
  };
}

function health(answer: SourceAnswer<unknown>, previous: SourceHealth | null, nowMs: number): SourceHealth {
  return answer.ok
    ? { ok: true, asOfMs: nowMs, error: null }
    : { ok: false, asOfMs: previous?.asOfMs ?? null, error: answer.error };
}

/** `YYYY-MM-DD` of a time in UTC. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH` of a time in UTC. */
export function utcHour(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** Peak after a good NAV, within its baseline. Null when this NAV is stale: a peak is never judged on old values. */
export function nextPeak(previous: Peak, nav: Nav): Peak | null {
  if (nav.stale || nav.navUsd === null || nav.asOfMs === null) return null;
  const navUsd = dec(nav.navUsd);
  const higher = navUsd.gt(dec(previous.peakUsd));
  const peakUsd = higher ? navUsd : dec(previous.peakUsd);
  const day = utcDay(nav.asOfMs);
  const dayOpenUsd = day === previous.day ? dec(previous.dayOpenUsd) : navUsd;
  return {
    ...previous,
    peakUsd: decimalString(peakUsd),
    peakAtMs: higher ? nav.asOfMs : previous.peakAtMs,
    drawdownBps: drawdownBps(peakUsd, navUsd),
    dayOpenUsd: decimalString(dayOpenUsd),
    day,
    dayPnlUsd: decimalString(navUsd.minus(dayOpenUsd)),
    asOfMs: nav.asOfMs,
  };
}

/** Fall from the peak, rounded up: a drawdown is never shown smaller than it is. At most 10,000. */
function drawdownBps(peakUsd: Decimal, navUsd: Decimal): number {
  if (peakUsd.lte(0) || navUsd.gte(peakUsd)) return 0;
  return Math.min(BPS_PER_UNIT, peakUsd.minus(navUsd).div(peakUsd).mul(BPS_PER_UNIT).ceil().toNumber());
}

/** A baseline that begins at `nav`, with the highest of `history` as its peak. Null while there is no positive NAV. */
export function firstPeak(nav: Nav, history: readonly NavSample[]): Peak | null {
  if (nav.stale || nav.navUsd === null || nav.asOfMs === null || !dec(nav.navUsd).gt(0)) return null;
  const now: NavSample = { atMs: nav.asOfMs, navUsd: nav.navUsd };
  const samples = [...history, now];
  const top = samples.reduce((best, each) => (dec(each.navUsd).gt(dec(best.navUsd)) ? each : best), now);
  const day = utcDay(now.atMs);
  const opening =
    samples.filter((each) => utcDay(each.atMs) === day).toSorted((a, b) => a.atMs - b.atMs)[0] ?? now;
  return {
    accountId: nav.accountId,
    baselineId: `baseline-${samples[0]?.atMs ?? now.atMs}`,
    peakUsd: top.navUsd,
    peakAtMs: top.atMs,
    drawdownBps: drawdownBps(dec(top.navUsd), dec(now.navUsd)),
    dayOpenUsd: opening.navUsd,
    day,
    dayPnlUsd: decimalString(dec(now.navUsd).minus(dec(opening.navUsd))),
    asOfMs: now.atMs,
  };
}
