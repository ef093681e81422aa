// MaxDrawdown: entries stop when the profits of the groups that ended within the look-back, added up in their order,
// have fallen further from their highest point than allowed. Of NAV's own drawdown see domain/risk/drawdown.ts.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade, ProtectionLock } from "#domain/documents/control.ts";
import { closedWithin } from "./closed-trade.ts";
import { minutesText } from "./locks.ts";

export function maxDrawdown(
  config: ProtectionsConfig["maxDrawdown"],
  trades: readonly ClosedTrade[],
  last: ClosedTrade,
): readonly ProtectionLock[] {
  if (config === null) return [];
  const { lookbackMs, tradeLimit, stopDurationMs, maxAllowedDrawdownBps } = config;
  const recent = closedWithin(trades, last.closedAtMs, lookbackMs);
  if (recent.length < tradeLimit) return [];
  const fallBps = largestFallBps(recent);
  if (fallBps <= maxAllowedDrawdownBps) return [];
  return [
    {
      protection: "MaxDrawdown",
      symbol: null,
      side: null,
      sinceMs: last.closedAtMs,
      untilMs: last.closedAtMs + stopDurationMs,
      reason: `Closed positions fell ${fallBps} bps within ${minutesText(lookbackMs)}; ${maxAllowedDrawdownBps} bps are allowed`,
    },
  ];
}

/** Largest fall of the running sum of profits from its highest point, which starts at zero. */
function largestFallBps(trades: readonly ClosedTrade[]): number {
  let [sumBps, highBps, fallBps] = [0, 0, 0];
  for (const { profitBps } of trades) {
    sumBps += profitBps;
    highBps = Math.max(highBps, sumBps);
    fallBps = Math.max(fallBps, highBps - sumBps);
  }
  return fallBps;
}
