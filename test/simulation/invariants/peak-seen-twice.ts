// Rule 12, one moment, and now (docs/RULES.md): a peak rises only to what two NAVs of the account have seen, and not less.
// Where money came or went the scale is the product's own, so such accounts are left out.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { type Change, configInForce, type Evidence, type Invariant, isUnmoved } from "./invariant.ts";

/** The engine counts in 1e-8, coins in less. */
const ROUNDING_USD = "0.0000001";
const E8 = 100_000_000;

interface Seen {
  readonly usd: Decimal;
  readonly asOfMs: number;
}

export const peakIsSeenTwice: Invariant = {
  rule: 12,
  name: "peakIsSeenTwice",
  says: "A peak is the NAV that its baseline began with, or one that two healthy NAVs have reached, or what was realised over the last NAV while none could be seen; and never less than the last two.",
  watch(evidence) {
    /** Healthy NAVs of each account, in the order of their commits. */
    const seen = new Map<string, Seen[]>();
    const broken = new Set<string>();
    return {
      found(documents) {
        for (const { accountId } of documents) if (accountId !== null) broken.add(accountId);
      },
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, after } = change;
          if (accountId === null || !isBooks(change)) continue;
          // By hand: the next peak is made of what is left.
          if (process === null) broken.add(accountId);
          else if (after !== null) remember(seen, change);
        }
        for (const { accountId, path, before, after } of changes) {
          if (accountId === null || after === null || path !== paths.peak(accountId)) continue;
          if (broken.has(accountId) || !isUnmoved(evidence, accountId)) continue;
          const was = before as unknown as Peak | null;
          checkRise(evidence, was, after as unknown as Peak, seen.get(accountId) ?? []);
        }
      },
      healed() {
        for (const [accountId, navs] of seen) {
          const peak = evidence.read<Peak>(paths.peak(accountId));
          const nav = evidence.read<Nav>(paths.nav(accountId));
          if (peak === null || nav?.unexplained !== null || broken.has(accountId)) continue;
          if (isUnmoved(evidence, accountId)) checkReached(evidence, peak, navs);
        }
      },
    };
  },
};

function isBooks({ accountId, path }: Change): boolean {
  return accountId !== null && (path === paths.nav(accountId) || path === paths.peak(accountId));
}

function remember(seen: Map<string, Seen[]>, { path, accountId, after }: Change): void {
  const { stale, navUsd, asOfMs } = after as unknown as Nav;
  if (accountId === null || path !== paths.nav(accountId)) return;
  if (stale || navUsd === null || asOfMs === null) return;
  seen.set(accountId, [...(seen.get(accountId) ?? []), { usd: dec(navUsd), asOfMs }]);
}

function checkRise(evidence: Evidence, before: Peak | null, peak: Peak, navs: readonly Seen[]): undefined {
  const { accountId, peakUsd, baselineSinceMs } = peak;
  // A first NAV whose peak was lost before it was stored begins no baseline: the next one does.
  const begun = navs.find(({ asOfMs }) => asOfMs === baselineSinceMs) ?? navs[0];
  const first = begun?.usd ?? dec("0");
  const [, second = first] = navs.map(({ usd }) => usd).toSorted((a, b) => b.cmp(a));
  const most = [second, ...earned(evidence, before, peak, navs)].reduce(
    (highest, each) => (each.gt(highest) ? each : highest),
    first,
  );
  if (dec(peakUsd).gt(most.plus(dec(ROUNDING_USD))))
    evidence.fail(
      `the peak of ${accountId} is ${peakUsd}, and no two NAVs reached more than ${most.toFixed()}`,
    );
}

/**
 * What was realised while no NAV could see it, over the last NAV before: at each moment of the engine's own incomes. Only
 * where the peak stood still for longer than a decision may stand on it.
 */
function earned(
  evidence: Evidence,
  before: Peak | null,
  { accountId, asOfMs }: Peak,
  navs: readonly Seen[],
): readonly Decimal[] {
  const config = configInForce(evidence, accountId);
  const last = navs.findLast((nav) => before !== null && nav.asOfMs <= before.asOfMs);
  if (before === null || config === null || last === undefined) return [];
  if (asOfMs - before.asOfMs <= config.maxPeakAgeMs) return [];
  const byMoment = new Map<number, bigint>();
  for (const { accountId: whose, asset, amountE8, timeMs } of evidence.exchange.engine.state.incomes)
    if (whose === accountId && asset === "USDT" && timeMs > last.asOfMs && timeMs <= asOfMs)
      byMoment.set(timeMs, (byMoment.get(timeMs) ?? 0n) + amountE8);
  let sumE8 = 0n;
  return [...byMoment.values()].map((amountE8) => {
    sumE8 += amountE8;
    return last.usd.plus(dec(String(sumE8)).div(E8));
  });
}

function checkReached(evidence: Evidence, { accountId, peakUsd }: Peak, navs: readonly Seen[]): undefined {
  const [last, before] = navs.map(({ usd }) => usd).toReversed();
  if (last === undefined || before === undefined) return;
  const both = last.lt(before) ? last : before;
  if (dec(peakUsd).lt(both.minus(dec(ROUNDING_USD))))
    evidence.fail(
      `the last two NAVs of ${accountId} were at least ${both.toFixed()}, its peak is ${peakUsd}`,
    );
}
