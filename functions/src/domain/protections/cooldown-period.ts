// CooldownPeriod: no entry in a symbol for a while after a group in it ended, whichever way it went.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ClosedTrade, ProtectionLock } from "#domain/documents/control.ts";
import { minutesText } from "./locks.ts";

export function cooldownPeriod(
  config: ProtectionsConfig["cooldownPeriod"],
  last: ClosedTrade,
): readonly ProtectionLock[] {
  if (config === null) return [];
  return [
    {
      protection: "CooldownPeriod",
      symbol: last.symbol,
      side: null,
      sinceMs: last.closedAtMs,
      untilMs: last.closedAtMs + config.stopDurationMs,
      reason: `${minutesText(config.stopDurationMs)} after the last position in ${last.symbol} ended`,
    },
  ];
}
