// The basis of a decision: config, NAV, peak, touch and mark as they were then, with their ages. Stored with every order and
// every denial, so that a reader need not guess afterwards.
import type { DecimalString } from "#domain/decimal.ts";
import type { Denial } from "./denial.ts";
import type { TopOfBook, Touch } from "./market.ts";
import type { Nav, Peak, PeakSource } from "./nav.ts";

/** Null members were missing or unreadable: an entry is then denied, a reduction goes on without them. */
export interface DecisionBasis {
  readonly decidedAtMs: number;
  readonly configVersion: number;
  readonly nav: {
    readonly navUsd: DecimalString | null;
    readonly asOfMs: number | null;
    readonly ageMs: number | null;
    readonly stale: boolean;
    /** By name: whether the source answered in the last run, and when it last answered well. */
    readonly sources: Readonly<Record<string, { readonly ok: boolean; readonly asOfMs: number | null }>>;
  } | null;
  readonly peak: {
    readonly baselineId: string;
    readonly peakUsd: DecimalString;
    readonly drawdownBps: number;
    readonly source: PeakSource["kind"];
    readonly asOfMs: number;
    readonly ageMs: number;
  } | null;
  /** The touch that an entry was priced and sized on; null where none was asked for, or none could be read. */
  readonly touch: {
    readonly bidUsd: DecimalString;
    readonly askUsd: DecimalString;
    /** Our time just before the question, and the venue's time of its book. */
    readonly askedAtMs: number;
    readonly asOfMs: number;
    /** Since the question. */
    readonly ageMs: number;
  } | null;
  /** The price by which the symbol was valued: the NAV's, or a closing's own look. */
  readonly mark: {
    readonly bidUsd: DecimalString;
    readonly askUsd: DecimalString;
    readonly asOfMs: number;
    readonly ageMs: number;
  } | null;
  /** The cap that an entry was made smaller for; null where it has the size that was wanted. */
  readonly fitted: FittedTo | null;
}

/** The lowest cap of an entry, as the denial that the wanted entry would have met, and what was wanted. */
export interface FittedTo {
  readonly cap: Denial;
  readonly wantedBase: DecimalString;
}

interface Ground {
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly touch: Touch | null;
  readonly mark: TopOfBook | null;
  readonly fitted: FittedTo | null;
}

export function decisionBasis(
  configVersion: number,
  { nav, peak, touch, mark, fitted }: Ground,
  nowMs: number,
): DecisionBasis {
  return {
    decidedAtMs: nowMs,
    configVersion,
    nav: nav === null ? null : basisOfNav(nav, nowMs),
    peak: peak === null ? null : basisOfPeak(peak, nowMs),
    touch: touch === null ? null : basisOfTouch(touch, nowMs),
    mark: mark === null ? null : basisOfMark(mark, nowMs),
    fitted,
  };
}

function basisOfNav({ navUsd, asOfMs, stale, sources }: Nav, nowMs: number): DecisionBasis["nav"] {
  const health = Object.entries(sources).map(
    ([name, source]) => [name, { ok: source.ok, asOfMs: source.asOfMs }] as const,
  );
  const ageMs = asOfMs === null ? null : nowMs - asOfMs;
  return { navUsd, asOfMs, ageMs, stale, sources: Object.fromEntries(health) };
}

function basisOfPeak(peak: Peak, nowMs: number): DecisionBasis["peak"] {
  const { baselineId, peakUsd, drawdownBps, asOfMs } = peak;
  return { baselineId, peakUsd, drawdownBps, source: peak.source.kind, asOfMs, ageMs: nowMs - asOfMs };
}

function basisOfTouch({ bidUsd, askUsd, askedAtMs, asOfMs }: Touch, nowMs: number): DecisionBasis["touch"] {
  return { bidUsd, askUsd, askedAtMs, asOfMs, ageMs: nowMs - askedAtMs };
}

function basisOfMark({ bidUsd, askUsd, asOfMs }: TopOfBook, nowMs: number): DecisionBasis["mark"] {
  return { bidUsd, askUsd, asOfMs, ageMs: nowMs - asOfMs };
}
