// An ended group as the protections see it, and the bounded list of them that the control document keeps.

import { dec } from "#domain/decimal.ts";
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { profitUsd } from "#domain/lifecycle/profit.ts";

/** Newest trades kept. Four times the largest trade limit a config may ask for; 40 kB of the control document. */
export const MAX_TRADES = 200;
/**
 * Trades kept while every protection is off: the largest trade limit that a config may ask for. A config that
 * was lost for a while, or that switches protections on again, then finds them.
 */
export const IDLE_TRADES = 50;
const BPS_PER_UNIT = 10_000;

/** Null for a group that never opened: nothing was traded. */
export function closedTradeOf(group: Group): ClosedTrade | null {
  const { groupId, symbol, side, strategyId, exitReason, endedAtMs } = group;
  const entryUsd = dec(group.entryNotionalUsd);
  if (endedAtMs === null || exitReason === null || entryUsd.lte(0)) return null;
  const realizedPnlUsd = profitUsd(group);
  const profitBps = dec(realizedPnlUsd).mul(BPS_PER_UNIT).div(entryUsd).floor().toNumber();
  return { groupId, symbol, side, strategyId, profitBps, realizedPnlUsd, exitReason, closedAtMs: endedAtMs };
}

/**
 * Puts the trade in its place (a group that reopened by a late fill ends twice) and drops those beyond every
 * look-back.
 */
export function withTrade(
  trades: readonly ClosedTrade[],
  trade: ClosedTrade,
  config: ProtectionsConfig,
): readonly ClosedTrade[] {
  const others = trades.filter(({ groupId }) => groupId !== trade.groupId);
  const all = [...others, trade].toSorted((a, b) => a.closedAtMs - b.closedAtMs);
  const lookbackMs = longestLookbackMs(config);
  if (lookbackMs === 0) return all.slice(-IDLE_TRADES);
  return closedWithin(all, trade.closedAtMs, lookbackMs).slice(-MAX_TRADES);
}

export function closedWithin(
  trades: readonly ClosedTrade[],
  nowMs: number,
  lookbackMs: number,
): readonly ClosedTrade[] {
  return trades.filter(({ closedAtMs }) => closedAtMs > nowMs - lookbackMs);
}

function longestLookbackMs({ stoplossGuard, maxDrawdown, lowProfitPairs }: ProtectionsConfig): number {
  return Math.max(0, ...[stoplossGuard, maxDrawdown, lowProfitPairs].map((each) => each?.lookbackMs ?? 0));
}
