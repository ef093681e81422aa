// What an ended group leaves behind: its place among the closed trades, and the locks that follow from them. Applied in
// the same commit that ends the group, so no instance ever sees the one without the other.
import type { ProtectionsConfig } from "../../config.ts";
import type { ControlState } from "../../control.ts";
import type { Group } from "../../group.ts";
import { isGroupEnded } from "../../groupLifecycle.ts";
import { closedTradeOf, withTrade } from "./closedTrade.ts";
import { cooldownPeriod } from "./cooldownPeriod.ts";
import { withLocks } from "./locks.ts";
import { lowProfitPairs } from "./lowProfitPairs.ts";
import { maxDrawdown } from "./maxDrawdown.ts";
import { stoplossGuard } from "./stoplossGuard.ts";

/** Protections after `before` became `after`; the same ones unless that ended a group, or corrected an ended one. */
export function withGroupEnded(
  protections: ControlState["protections"],
  before: Group,
  after: Group,
  config: ProtectionsConfig,
): ControlState["protections"] {
  const wasEnded = isGroupEnded(before.status);
  const corrected = before.realizedPnlUsd !== after.realizedPnlUsd;
  if (!isGroupEnded(after.status) || (wasEnded && !corrected)) return protections;
  const last = closedTradeOf(after);
  if (last === null) return protections;
  const trades = withTrade(protections.trades, last, config);
  const added = [
    ...cooldownPeriod(config.cooldownPeriod, last),
    ...stoplossGuard(config.stoplossGuard, trades, last),
    ...maxDrawdown(config.maxDrawdown, trades, last),
    ...lowProfitPairs(config.lowProfitPairs, trades, last),
  ];
  return { trades, locks: withLocks(protections.locks, added, last.closedAtMs) };
}
