// Books an ended group: its place among the closed trades, and the locks that follow from them. Applied in
// the commit that ends the group, so every instance sees both together.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade, ControlState, ProtectionLock } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { profitUsd } from "#domain/lifecycle/profit.ts";
import { closedTradeOf, withTrade } from "./closed-trade.ts";
import { cooldownPeriod } from "./cooldown-period.ts";
import { covers, withLocks } from "./locks.ts";
import { lowProfitPairs } from "./low-profit-pairs.ts";
import { maxDrawdown } from "./max-drawdown.ts";
import { stoplossGuard } from "./stoploss-guard.ts";

/**
 * Protections after `before` became `after`; the same ones unless that ended a group, or corrected an ended one. A
 * correction adds the locks that it brings about, and none that the group's end gave: a person may have lifted those.
 */
export function withGroupEnded(
  protections: ControlState["protections"],
  before: Group,
  after: Group,
  config: ProtectionsConfig,
): ControlState["protections"] {
  const wasEnded = isGroupEnded(before.status);
  const corrected = profitUsd(before) !== profitUsd(after) || before.exitReason !== after.exitReason;
  if (!isGroupEnded(after.status) || (wasEnded && !corrected)) return protections;
  const last = closedTradeOf(after);
  if (last === null) return protections;
  const known = wasEnded ? closedTradeOf(before) : null;
  const given = known === null ? [] : locksOf(withTrade(protections.trades, known, config), known, config);
  const trades = withTrade(protections.trades, last, config);
  const added = locksOf(trades, last, config).filter((lock) => !given.some((each) => covers(each, lock)));
  return { trades, locks: withLocks(protections.locks, added, last.closedAtMs) };
}

function locksOf(
  trades: readonly ClosedTrade[],
  last: ClosedTrade,
  config: ProtectionsConfig,
): readonly ProtectionLock[] {
  return [
    ...cooldownPeriod(config.cooldownPeriod, last),
    ...stoplossGuard(config.stoplossGuard, trades, last),
    ...maxDrawdown(config.maxDrawdown, trades, last),
    ...lowProfitPairs(config.lowProfitPairs, trades, last),
  ];
}
