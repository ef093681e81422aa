// What an account's config says about losing money, drawn apart from the rest: drawdown grades, rules of the watchdog,
// reserves. Tight enough that the price moves of minutes meet them.
import type { AccountConfig, DrawdownConfig } from "#domain/documents/config.ts";
import { MIN_TELEMETRY_SILENCE_MS } from "#domain/nav/nav-cadence.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import type { Random } from "../engine/random.ts";

/** One trade of a rich account, of several, and of a poor one, in basis points of NAV. */
const DRAWDOWN_SCALES = [1, 4, 25] as const;

export function withLossRules(random: Random, config: AccountConfig): AccountConfig {
  const { watchdog } = config;
  const groupStopLossBps = random.chance(0.15) ? random.pick([20, 100, 300]) : null;
  const groupTimeLimitMs = random.chance(0.15) ? random.int(20, 120) * 1_000 : null;
  const intervalMs = random.chance(0.2) ? 5_000 : watchdog.intervalMs;
  return {
    ...config,
    drawdown: random.chance(0.3) ? drawGrades(random) : NO_DRAWDOWN_GRADES,
    watchdog: { ...watchdog, groupStopLossBps, groupTimeLimitMs, intervalMs },
    maxTelemetrySilenceMs: MIN_TELEMETRY_SILENCE_MS,
    maxPriceDeviationBps: random.chance(0.1) ? random.int(5, 100) : null,
    reserves: random.chance(0.08) ? [{ asset: "BTC", qty: "0.01" }] : [],
  };
}

function drawGrades(random: Random): DrawdownConfig {
  const scale = random.pick(DRAWDOWN_SCALES);
  const maybe = (bps: number): number | null => (random.chance(0.7) ? bps : null);
  return {
    ...NO_DRAWDOWN_GRADES,
    warnBps: maybe(scale),
    reduceBps: maybe(2 * scale),
    haltBps: maybe(4 * scale),
    flattenBps: maybe(8 * scale),
    hysteresisBps: random.pick([0, 1, scale]),
    resumeAfterMs: random.chance(0.5) ? random.int(5, 60) * 1_000 : null,
  };
}
