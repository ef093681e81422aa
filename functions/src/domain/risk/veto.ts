// The veto cooldown: after a denial the same strategy may not ask again for an entry in the same symbol for a while. Kept
// in the control document by the commit that stores the denial.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { vetoKey } from "./cooldowns.ts";

type Throttles = ControlState["throttles"];

/**
 * Throttles after the denial. What is denied for its veto does not extend it, or a strategy that goes on asking would
 * never be heard again; an expired intent was not judged; what is not configured is denied anyway, and is not kept, so
 * the record is bounded by the config.
 */
export function withVeto(
  throttles: Throttles,
  { intent, denials }: { readonly intent: Intent; readonly denials: readonly Denial[] },
  config: AccountConfig,
  nowMs: number,
): Throttles {
  const { vetoCooldownMs } = config.protections;
  if (vetoCooldownMs === null || intent.action !== "open" || denials.length === 0) return throttles;
  if (denials.some(({ code }) => code === "VETO_COOLDOWN" || code === "INTENT_EXPIRED")) return throttles;
  const isConfigured =
    config.symbols.includes(intent.symbol) && config.strategies[intent.strategyId] !== undefined;
  if (!isConfigured) return throttles;
  const running = Object.entries(throttles.vetoedUntilMs).filter(([, untilMs]) => untilMs > nowMs);
  const key = vetoKey(intent.strategyId, intent.symbol);
  const untilMs = Math.max(throttles.vetoedUntilMs[key] ?? 0, nowMs + vetoCooldownMs);
  return { ...throttles, vetoedUntilMs: { ...Object.fromEntries(running), [key]: untilMs } };
}
