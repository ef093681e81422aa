// What a decision was made on: config, NAV, peak and price as they were then, with their ages. Stored with every order and
// every denial, so that afterwards nobody has to guess what it knew.
import type { DecimalString } from "#domain/decimal.ts";
import type { TopOfBook } from "./market.ts";
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
  readonly mark: {
    readonly bidUsd: DecimalString;
    readonly askUsd: DecimalString;
    readonly asOfMs: number;
    readonly ageMs: number;
  } | null;
}

interface Ground {
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly mark: TopOfBook | null;
}

export function decisionBasis(
  configVersion: number,
  { nav, peak, mark }: Ground,
  nowMs: number,
): DecisionBasis {
  return {
    decidedAtMs: nowMs,
    configVersion,
    nav: nav === null ? null : basisOfNav(nav, nowMs),
    peak: peak === null ? null : basisOfPeak(peak, nowMs),
    mark: mark === null ? null : basisOfMark(mark, nowMs),
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

function basisOfMark({ bidUsd, askUsd, asOfMs }: TopOfBook, nowMs: number): DecisionBasis["mark"] {
  return { bidUsd, askUsd, asOfMs, ageMs: nowMs - asOfMs };
}
