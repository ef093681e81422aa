// The veto cooldown: after a denial the same strategy may not ask again for an entry in the same symbol for a while. Kept
// in the control document by the commit that stores the denial.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial, DenialCode } from "#domain/documents/denial.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { vetoKey } from "./cooldowns.ts";

/** The veto itself, an intent that was not judged, and one that had nothing to do. */
const SETS_NONE: ReadonlySet<DenialCode> = new Set(["VETO_COOLDOWN", "INTENT_EXPIRED", "TARGET_REACHED"]);

type Throttles = ControlState["throttles"];

/**
 * Throttles after the denial. A denial for the veto itself leaves it as long as it is, or a strategy that
 * goes on asking would stay out for ever. An expired intent was not judged, so it sets no veto. Strategies
 * and symbols outside the config set none either: they are denied anyway, and the record stays bounded.
 */
export function withVeto(
  throttles: Throttles,
  { intent, denials }: { readonly intent: Intent; readonly denials: readonly Denial[] },
  config: AccountConfig,
  nowMs: number,
): Throttles {
  const { vetoCooldownMs } = config.protections;
  if (vetoCooldownMs === null || intent.action !== "open" || denials.length === 0) return throttles;
  if (denials.some(({ code }) => SETS_NONE.has(code))) return throttles;
  const isConfigured =
    config.symbols.includes(intent.symbol) && config.strategies[intent.strategyId] !== undefined;
  if (!isConfigured) return throttles;
  const running = Object.entries(throttles.vetoedUntilMs).filter(([, untilMs]) => untilMs > nowMs);
  const key = vetoKey(intent.strategyId, intent.symbol);
  const untilMs = Math.max(throttles.vetoedUntilMs[key] ?? 0, nowMs + vetoCooldownMs);
  return { ...throttles, vetoedUntilMs: { ...Object.fromEntries(running), [key]: untilMs } };
}
