// The run's peak: the stored one after this NAV, or one made anew when it is lost. Whatever is stored about it (alert,
// evidence) goes into the batch with the peak: once that is there, nothing would raise it any more.

import { encode, encodeWithTtl, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites } from "#app/telling";
import { dec, decimalString } from "#domain/decimal.ts";
import { quarantineId } from "#domain/documents/ids.ts";
import type { BaselineAdjustment, Nav, Peak, Unexplained } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Quarantined } from "#domain/documents/records.ts";
import { writesPeak } from "#domain/nav/nav-cadence.ts";
import { judgePeak } from "#domain/nav/peak.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Asked } from "./ask-sources.ts";
import { rebuildPeak } from "./lost-peak.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** A rebuild reads up to 800 documents; one that failed is not tried again every minute. */
const REBUILD_AGAIN_AFTER_MS = 5 * 60_000;

export interface JudgedPeak {
  /** Null: not judged in this run. */
  readonly peak: Peak | null;
  /** Whether rises were judged too, and not falls alone. */
  readonly isWhole: boolean;
  /** Empty while an unchanged peak need not be stored. */
  readonly writes: readonly DocumentWrite[];
  readonly unexplained: Unexplained | null;
  readonly adjustments: readonly BaselineAdjustment[];
  readonly triedAtMs: number | null;
  /** The last of a baseline that this run ends, to be acted on before the next one is stored. */
  readonly ended: Peak | null;
}

export async function judgedPeak(
  deps: NavDeps,
  state: NavState,
  asked: Asked,
  nav: Nav,
): Promise<JudgedPeak> {
  const { peak: previous, config } = state;
  if (previous === null) return await remade(deps, state, asked, nav);
  if (asked.wallet === null) return unjudged(state, nav);
  const { peak, isWhole, unexplained, adjustment, absorbedUsd, ended } = judgePeak(previous, {
    nav,
    wallet: asked.wallet,
    income: asked.income,
    prices: asked.answers.prices,
    configVersion: config.version,
    maxPeakAgeMs: config.maxPeakAgeMs,
    explainedAtMs: state.nav?.asOfMs ?? null,
  });
  // A run that cannot act on the last fall of a baseline does not end it: another one, of a later release, will.
  const isUngraded = ended !== null && state.control === null;
  if (peak === null || isUngraded) return { ...unjudged(state, nav), unexplained };
  const alerts = [
    ...(adjustment === null ? [] : [adjustedAlert(nav, adjustment)]),
    ...(absorbedUsd === null ? [] : [unexplainedAlert(nav, decimalString(absorbedUsd))]),
    ...(peak.baselineId === previous.baselineId ? [] : [begunAlert(nav, peak, ended)]),
  ];
  const isStored = writesPeak(previous, peak, nav.checkedAtMs);
  return {
    peak,
    isWhole,
    writes: isStored ? [setPeak(peak), ...alerts.flatMap((each) => alertWrites(each, nav.checkedAtMs))] : [],
    unexplained,
    adjustments: adjustment === null ? [] : [adjustment],
    triedAtMs: null,
    ended,
  };
}

function unjudged({ peakTriedAtMs }: NavState, { unexplained }: Nav): JudgedPeak {
  const nothing = { peak: null, isWhole: false, writes: [], adjustments: [], ended: null } as const;
  return { ...nothing, unexplained, triedAtMs: peakTriedAtMs };
}

function setPeak(peak: Peak): DocumentWrite {
  return { op: "set", path: paths.peak(peak.accountId), data: encode(peak) };
}

async function remade(deps: NavDeps, state: NavState, asked: Asked, nav: Nav): Promise<JudgedPeak> {
  const nowMs = nav.checkedAtMs;
  const { peakSetAside, peakTriedAtMs } = state;
  if (peakTriedAtMs !== null && nowMs - peakTriedAtMs < REBUILD_AGAIN_AFTER_MS) return unjudged(state, nav);
  const peak = await rebuildPeak(deps, state, asked, nav);
  if (peak === null) return { ...unjudged(state, nav), triedAtMs: nowMs };
  const path = paths.peak(peak.accountId);
  const stored: DocumentWrite =
    peakSetAside === null
      ? // Should somebody have put one back meanwhile, theirs stays.
        { op: "create", path, data: encode(peak) }
      : { op: "set", path, data: encode(peak), version: peakSetAside.version };
  const isFirst = peak.source.kind === "nav";
  const evidence = peakSetAside === null ? [] : [evidenceWrite(nav, peakSetAside)];
  const alerts = isFirst ? [] : alertWrites(rebuiltAlert(nav, peak, peakSetAside), nowMs);
  if (!isFirst) deps.logger.warn("The peak was rebuilt", { accountId: nav.accountId, ...peak.source });
  return {
    peak,
    isWhole: true,
    writes: [stored, ...evidence, ...alerts],
    unexplained: null,
    adjustments: peak.adjustments,
    triedAtMs: null,
    ended: null,
  };
}

function evidenceWrite(nav: Nav, setAside: NonNullable<NavState["peakSetAside"]>): DocumentWrite {
  const path = paths.peak(nav.accountId);
  const id = quarantineId("control/peak", `${path}/${setAside.version}`);
  const evidence: Quarantined = {
    quarantineId: id,
    source: path,
    accountId: nav.accountId,
    code: "PEAK_UNUSABLE",
    faults: [setAside.fault],
    body: setAside.body.slice(0, 10_000),
    atMs: nav.checkedAtMs,
  };
  const data = encodeWithTtl(evidence, nav.checkedAtMs, RETENTION_MS.quarantine);
  return { op: "set", path: paths.quarantine(id), data };
}

const SOURCE_WORDS: Readonly<Record<Peak["source"]["kind"], string>> = {
  nav: "the present NAV",
  navSeries: "stored NAV samples",
  income: "incomes of the venue",
};

function rebuiltAlert(nav: Nav, peak: Peak, setAside: NavState["peakSetAside"]): AlertCondition {
  const { kind, sampleCount } = peak.source;
  const cause = setAside === null ? "was missing" : `could not be used (${setAside.fault})`;
  return {
    accountId: nav.accountId,
    severity: setAside === null ? "warning" : "critical",
    code: "PEAK_REBUILT",
    message: `The peak ${cause} and was rebuilt from ${sampleCount} ${SOURCE_WORDS[kind]}: ${peak.peakUsd} USD`,
    remedy: "Find out who changed control/peak; check the peak against your own records",
    dedupeKey: `${peak.baselineId}/${nav.checkedAtMs}`,
  };
}

function adjustedAlert(nav: Nav, { adjustmentId, amountUsd, factor }: BaselineAdjustment): AlertCondition {
  const what = dec(amountUsd).gt(0) ? "came in" : "went out";
  return {
    accountId: nav.accountId,
    severity: "info",
    code: "BASELINE_ADJUSTED",
    message: `${dec(amountUsd).abs().toFixed()} USD ${what}: the peak was scaled by ${factor}, so the drawdown stays as it was`,
    remedy: "Nothing, if this was you",
    dedupeKey: `${adjustmentId}/${nav.checkedAtMs}`,
  };
}

function unexplainedAlert(nav: Nav, amountUsd: string): AlertCondition {
  const taken = dec(amountUsd).gt(0) ? "a transfer, not a profit" : "a loss";
  return {
    accountId: nav.accountId,
    severity: "warning",
    code: "WALLET_UNEXPLAINED",
    message: `The wallet changed by ${amountUsd} USD and the venue's income does not say why; it counts as ${taken}`,
    remedy: "Look at the venue's transaction history",
    dedupeKey: String(nav.checkedAtMs),
  };
}

function begunAlert(nav: Nav, peak: Peak, ended: Peak | null): AlertCondition {
  const fall = ended === null ? "" : ` after a fall of ${ended.drawdownBps} bps, which was judged`;
  return {
    accountId: nav.accountId,
    severity: "warning",
    code: "BASELINE_BEGUN",
    message: `Money came into an account with nothing left${fall}: a new baseline begins at ${peak.peakUsd} USD`,
    remedy: "Nothing, if this was you",
    dedupeKey: peak.baselineId,
  };
}
