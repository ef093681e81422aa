// Rule 12, one moment, and now (docs/RULES.md): a peak rises only to what two NAVs of the account have seen, and not less.
// Where money came or went the scale is the product's own, so such accounts are left out.
import { Decimal, dec } from "#domain/decimal.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import {
  type Change,
  CLOCK_TOLERANCE_MS,
  configInForce,
  type Evidence,
  type Invariant,
  isUnmoved,
} from "./invariant.ts";

/** The engine counts in 1e-8, coins in less. */
const ROUNDING_USD = "0.0000001";
const USD_PER_E8 = dec("0.00000001");

export const peakIsSeenTwice: Invariant = {
  rule: 12,
  name: "peakIsSeenTwice",
  says: "A peak is the NAV that its baseline began with, or one that two healthy NAVs have reached, or that the venue's income tells of in a time without NAVs; and never less than the last two.",
  watch(evidence) {
    /** Healthy NAVs of each account, in the order of their commits. */
    const seen = new Map<string, Decimal[]>();
    const alone = new HighsAlone(evidence);
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
          const navs = seen.get(accountId) ?? [];
          const peak = after as unknown as Peak;
          const highs = alone.with(before as Peak | null, peak, navs);
          if (broken.has(accountId) || !isUnmoved(evidence, accountId)) continue;
          checkRise(evidence, peak, navs, highs);
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

/** Highs that need no second NAV: the one that a baseline began with, and those that the income tells of. */
class HighsAlone {
  readonly #evidence: Evidence;
  readonly #highs = new Map<string, readonly Decimal[]>();
  /** Profit on paper of the last NAV that was judged. */
  readonly #paper = new Map<string, Decimal>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** Those known so far, once `before` has become `peak` beside the last of `navs`. */
  with(before: Peak | null, peak: Peak, navs: readonly Decimal[]): readonly Decimal[] {
    const { accountId } = peak;
    const now = navs.at(-1) ?? dec("0");
    const walletUsd = dec(this.#evidence.read<Nav>(paths.nav(accountId))?.walletUsd ?? "0");
    const paper = now.minus(walletUsd);
    const seenPaper = Decimal.min(paper, this.#paper.get(accountId) ?? paper);
    const told = toldFrom(this.#evidence, before, peak, walletUsd.plus(seenPaper));
    const more = before === null ? [now] : told.filter((high) => high.gt(now));
    const highs = [...(this.#highs.get(accountId) ?? []), ...more];
    this.#highs.set(accountId, highs);
    if (before?.asOfMs !== peak.asOfMs) this.#paper.set(accountId, paper);
    return highs;
  }
}

function isBooks({ accountId, path }: Change): boolean {
  return accountId !== null && (path === paths.nav(accountId) || path === paths.peak(accountId));
}

function remember(seen: Map<string, Decimal[]>, { path, accountId, after }: Change): void {
  const { stale, navUsd } = after as unknown as Nav;
  if (accountId === null || path !== paths.nav(accountId) || stale || navUsd === null) return;
  seen.set(accountId, [...(seen.get(accountId) ?? []), dec(navUsd)]);
}

/**
 * In a time without NAVs the matching engine's incomes tell of highs, walked back from the worth that ended it (decision 33).
 * `fromUsd` holds no profit on paper that came in that time: no NAV has seen when it came. A time counts as one from the age
 * on at which a peak is too old for entries: before it, a high needs its second NAV.
 */
function toldFrom(
  evidence: Evidence,
  before: Peak | null,
  { accountId, asOfMs }: Peak,
  fromUsd: Decimal,
): readonly Decimal[] {
  const maxAgeMs = configInForce(evidence, accountId)?.maxPeakAgeMs;
  if (before === null || maxAgeMs === undefined || asOfMs - before.asOfMs <= maxAgeMs) return [];
  let worth = fromUsd;
  return evidence.exchange.engine.state.incomes
    .filter(
      (income) =>
        income.accountId === accountId &&
        income.asset === "USDT" &&
        income.timeMs >= before.asOfMs - CLOCK_TOLERANCE_MS,
    )
    .toReversed()
    .map(({ amountE8 }) => {
      worth = worth.minus(dec(String(amountE8)).mul(USD_PER_E8));
      return worth;
    });
}

function checkRise(
  evidence: Evidence,
  { accountId, peakUsd }: Peak,
  navs: readonly Decimal[],
  alone: readonly Decimal[],
): undefined {
  const [, second = dec("0")] = navs.toSorted((a, b) => b.cmp(a));
  const most = alone.reduce((highest, each) => (each.gt(highest) ? each : highest), second);
  if (dec(peakUsd).gt(most.plus(dec(ROUNDING_USD))))
    evidence.fail(
      `the peak of ${accountId} is ${peakUsd}, and no two NAVs reached more than ${most.toFixed()}`,
    );
}

function checkReached(evidence: Evidence, { accountId, peakUsd }: Peak, navs: readonly Decimal[]): undefined {
  const [last, before] = navs.toReversed();
  if (last === undefined || before === undefined) return;
  const both = last.lt(before) ? last : before;
  if (dec(peakUsd).lt(both.minus(dec(ROUNDING_USD))))
    evidence.fail(
      `the last two NAVs of ${accountId} were at least ${both.toFixed()}, its peak is ${peakUsd}`,
    );
}
