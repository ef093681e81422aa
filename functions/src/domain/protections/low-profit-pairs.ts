// LowProfitPairs: a symbol is locked when the groups in it that ended within the look-back earned less in sum than
// required.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade, ProtectionLock } from "#domain/documents/control.ts";
import { closedWithin } from "./closed-trade.ts";
import { minutesText } from "./locks.ts";

export function lowProfitPairs(
  config: ProtectionsConfig["lowProfitPairs"],
  trades: readonly ClosedTrade[],
  last: ClosedTrade,
): readonly ProtectionLock[] {
  if (config === null) return [];
  const { lookbackMs, tradeLimit, stopDurationMs, requiredProfitBps, onlyPerSide } = config;
  const recent = closedWithin(trades, last.closedAtMs, lookbackMs).filter(
    ({ symbol, side }) => symbol === last.symbol && (!onlyPerSide || side === last.side),
  );
  const profitBps = recent.reduce((sum, trade) => sum + trade.profitBps, 0);
  if (recent.length < tradeLimit || profitBps >= requiredProfitBps) return [];
  return [
    {
      protection: "LowProfitPairs",
      symbol: last.symbol,
      side: onlyPerSide ? last.side : null,
      sinceMs: last.closedAtMs,
      untilMs: last.closedAtMs + stopDurationMs,
      reason: `${last.symbol} earned ${profitBps} bps within ${minutesText(lookbackMs)}; ${requiredProfitBps} bps are required`,
    },
  ];
}
