// Rule 13, no loss is silent (docs/RULES.md): once the account has answered, no part of NAV that is unknown keeps a fall from
// being judged. Where money came or went, or coins are held, the scale is the product's own: such accounts are left out.
import { dec } from "#domain/decimal.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { type Evidence, type Invariant, isUnmoved } from "./invariant.ts";
import { NavInstants, worthsOf } from "./nav-instants.ts";

/** Longer than a change of the wallet may wait for its income, from the first run that can have seen it. */
const INCOME_WAIT_MS = 300_000;
const BPS_PER_UNIT = 10_000;
/** The stored drawdown is rounded up. */
const TOLERANCE_BPS = 1;
const E8_PER_USD = 1e8;

export const fallsAreJudged: Invariant = {
  rule: 13,
  name: "fallsAreJudged",
  says: "A NAV run that the account answered stores a drawdown as deep as the account's worth, however stale the NAV; only income of the last minutes may still be held out.",
  watch(evidence) {
    const runs = new NavInstants(evidence);
    return {
      handled: (request, response) => runs.handled(request, response),
      landed({ process, changes }) {
        if (process?.kind !== "nav") return;
        for (const { accountId, path, after, before } of changes) {
          if (accountId === null || after === null || path !== paths.nav(accountId)) continue;
          const worths = worthsOf(evidence, runs.take(process, accountId));
          const nav = after as unknown as Nav;
          const last = (before as unknown as Nav | null)?.bound ?? null;
          const isRenewed = nav.bound !== null && nav.bound.atMs !== last?.atMs;
          if (isRenewed && isUnmoved(evidence, accountId))
            check(evidence, nav, worths.map(Number), last?.atMs ?? 0);
        }
      },
    };
  },
};

/** `seenAtMs`: when the account last answered a run before this one, so that a loss of since is seen for the first time. */
function check(
  evidence: Evidence,
  { accountId, baseline }: Nav,
  worths: readonly number[],
  seenAtMs: number,
): undefined {
  const peak = evidence.read<Peak>(paths.peak(accountId));
  if (peak?.peakUsd === undefined || peak.baselineId !== baseline?.baselineId || worths.length === 0) return;
  const mostUsd = Math.max(...worths) + recentLossesUsd(evidence, accountId, seenAtMs);
  const peakUsd = Number(dec(peak.peakUsd));
  // Nothing falls by more than all of it, not even what is owed in the end.
  const fallBps = Math.min(BPS_PER_UNIT, (BPS_PER_UNIT * (peakUsd - mostUsd)) / peakUsd);
  if (fallBps > peak.drawdownBps + TOLERANCE_BPS)
    evidence.fail(
      `${accountId} is worth ${mostUsd} USD at most, ${fallBps.toFixed(1)} bps below its peak, and ${peak.drawdownBps} bps were judged`,
    );
}

function recentLossesUsd(evidence: Evidence, accountId: string, seenAtMs: number): number {
  const sinceMs = Math.min(evidence.nowMs() - INCOME_WAIT_MS, seenAtMs);
  return evidence.exchange.engine.state.incomes
    .filter((income) => income.accountId === accountId && income.timeMs >= sinceMs && income.amountE8 < 0n)
    .reduce((sumUsd, { amountE8 }) => sumUsd - Number(amountE8) / E8_PER_USD, 0);
}
