// Rule 8, failure is never health (docs/RULES.md): a value is stored as measured only if it was measured, and
// every measured one is stored.
import { isDeepStrictEqual } from "node:util";
import { dec } from "#domain/decimal.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Change, Evidence, Invariant } from "./invariant.ts";

export const failedSourcesAreNeverHealthy: Invariant = {
  rule: 8,
  name: "failedSourcesAreNeverHealthy",
  says: "A NAV with a failed source is stored as stale, and keeps the last good values instead of zeroes; a peak never falls within its baseline, and no sample is lost.",
  watch(evidence) {
    const samples = new Map<string, Set<number>>();
    return {
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path, after } = change;
          if (accountId === null) continue;
          if (path === paths.peak(accountId)) checkPeak(evidence, change);
          if (path !== paths.nav(accountId)) continue;
          if (process === null) {
            samples.delete(accountId); // the operator broke or removed the document, and its samples with it
            continue;
          }
          checkNav(evidence, change);
          const nav = after as unknown as Nav;
          const known = samples.get(accountId) ?? new Set();
          samples.set(accountId, known);
          if (!nav.stale && nav.asOfMs !== null) known.add(nav.asOfMs);
        }
      },
      healed() {
        for (const [accountId, known] of samples) checkSeries(evidence, accountId, known);
      },
    };
  },
};

function checkNav(evidence: Evidence, { path, before: was, after: is }: Change): undefined {
  if (is === null) return evidence.fail(`${path} was deleted`);
  const before = was as unknown as Nav | null;
  const after = is as unknown as Nav;
  const allWell = Object.values(after.sources).every(({ ok }) => ok);
  if (!after.stale && !allWell) evidence.fail(`${path} is stored as healthy with a failed source`);
  if (!after.stale && (after.navUsd === null || after.asOfMs !== after.checkedAtMs))
    evidence.fail(`${path} is stored as healthy without a value of its own time`);
  if (!after.stale || before?.sources === undefined) return;
  for (const field of ["navUsd", "walletUsd", "asOfMs", "positions"] as const) {
    if (!isDeepStrictEqual(before[field], after[field]))
      evidence.fail(`a run of failed sources changed ${field} of ${path}`);
  }
}

function checkPeak(evidence: Evidence, { path, before: was, after: is }: Change): void {
  const before = was as unknown as Peak | null;
  const after = is as unknown as Peak | null;
  if (before?.peakUsd === undefined || after?.peakUsd === undefined) return;
  // Whether it may end is another invariant's (baselines-end.ts).
  if (before.baselineId !== after.baselineId) return;
  // Money that went out scales it, on the record.
  const known = new Set(before.adjustments.map(({ adjustmentId }) => adjustmentId));
  const scaled = after.adjustments
    .filter(({ adjustmentId }) => !known.has(adjustmentId))
    .reduce((peakUsd, { factor }) => peakUsd.mul(dec(factor)), dec(before.peakUsd));
  if (dec(after.peakUsd).lt(scaled.minus(dec("0.000001"))))
    evidence.fail(`${path} fell from ${before.peakUsd} to ${after.peakUsd}`);
}

/** Every good NAV stands once in the series, or waits in the NAV document to be packed into it. */
function checkSeries(evidence: Evidence, accountId: string, known: ReadonlySet<number>): void {
  const series = evidence.below<NavSeries>(`accounts/${accountId}/navSeries/`);
  const waiting = evidence.read<Nav>(paths.nav(accountId))?.recent ?? [];
  const kept = [...series.flatMap(([, { atMs }]) => atMs), ...waiting.map(({ atMs }) => atMs)];
  const lost = [...known].filter((atMs) => !kept.includes(atMs));
  if (lost.length > 0) evidence.fail(`${lost.length} of ${known.size} NAV samples of ${accountId} are lost`);
  if (new Set(kept).size !== kept.length) evidence.fail(`a NAV sample of ${accountId} is kept twice`);
}
