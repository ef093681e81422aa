// StoplossGuard: entries stop when too many groups ended in a stop-loss within the look-back, counted over everything or
// per symbol, over both sides or per side.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade, ProtectionLock } from "#domain/documents/control.ts";
import type { ExitReason } from "#domain/documents/words.ts";
import { closedWithin } from "./closed-trade.ts";
import { minutesText } from "./locks.ts";

/** Stops of the venue and of the watchdog, and every close without an order of ours. */
const STOPS: ReadonlySet<ExitReason> = new Set([
  "stoploss",
  "watchdog",
  "reconcile",
  "liquidation",
  "adl",
  "settlement",
  "external",
]);

export function stoplossGuard(
  config: ProtectionsConfig["stoplossGuard"],
  trades: readonly ClosedTrade[],
  last: ClosedTrade,
): readonly ProtectionLock[] {
  if (config === null) return [];
  const { lookbackMs, tradeLimit, stopDurationMs, requiredProfitBps, onlyPerSymbol, onlyPerSide } = config;
  const stops = closedWithin(trades, last.closedAtMs, lookbackMs).filter(
    ({ exitReason, profitBps, symbol, side }) =>
      STOPS.has(exitReason) &&
      // Not explained yet by the venue's trades: its booked profit must not excuse it.
      (exitReason === "reconcile" || profitBps < requiredProfitBps) &&
      (!onlyPerSymbol || symbol === last.symbol) &&
      (!onlyPerSide || side === last.side),
  );
  // Only a stop can complete the count: stops before another kind of end locked when they happened.
  if (stops.length < tradeLimit || !stops.includes(last)) return [];
  return [
    {
      protection: "StoplossGuard",
      symbol: onlyPerSymbol ? last.symbol : null,
      side: onlyPerSide ? last.side : null,
      sinceMs: last.closedAtMs,
      untilMs: last.closedAtMs + stopDurationMs,
      reason: `${stops.length} stop-losses within ${minutesText(lookbackMs)}`,
    },
  ];
}
