// Stands where no valid config exists anywhere: permits nothing, so that reductions, stops and flattens, which ask for
// no limit, stay possible. Not a fallback: no value here lets an entry through, and each is the strictest of its kind.
import type { AccountConfig } from "#domain/documents/config.ts";

/** No stored config has this version. */
export const NO_CONFIG_VERSION = 0;

/** The smallest amount that a document can hold; above zero, as every limit must be. */
const LEAST_USD = "0.000000000000000000000000000001";

export function closedConfig(nowMs: number): AccountConfig {
  return {
    version: NO_CONFIG_VERSION,
    author: "nobody",
    createdAtMs: nowMs,
    symbols: [],
    strategies: {},
    maxOpenGroups: 0,
    maxOrderNotionalUsd: LEAST_USD,
    maxSymbolExposureUsd: LEAST_USD,
    maxGrossExposureUsd: LEAST_USD,
    maxNetExposureUsd: LEAST_USD,
    maxLongExposureUsd: LEAST_USD,
    maxShortExposureUsd: LEAST_USD,
    maxLeverage: LEAST_USD,
    tiers: {},
    buckets: {},
    maxDailyLossUsd: LEAST_USD,
    maxSpreadBps: 1,
    maxPriceDeviationBps: 1,
    drawdown: {
      warnBps: null,
      reduceBps: null,
      haltBps: null,
      flattenBps: null,
      hysteresisBps: 0,
      resumeAfterMs: null,
    },
    protections: {
      cooldownPeriod: null,
      stoplossGuard: null,
      maxDrawdown: null,
      lowProfitPairs: null,
      errorBurst: null,
      vetoCooldownMs: null,
    },
    watchdog: {
      intervalMs: 15_000,
      maxNavAgeMs: 180_000,
      maxMarketDataAgeMs: 60_000,
      maxReconcileAgeMs: 180_000,
      maxExecutorAgeMs: 60_000,
      groupStopLossBps: null,
      groupTimeLimitMs: null,
      protectiveStopBps: null,
      // How far from the market a limited close may go is not known: a flatten closes at the market at once.
      flattenSlippageBps: 0,
      flattenLimitTries: 0,
    },
    reserves: [],
    maxTelemetrySilenceMs: 60_000,
    maxOrdersPerMinute: 1,
    maxNavAgeMs: 1,
    maxPeakAgeMs: 1,
    maxMarkAgeMs: 1,
    maxIntentAgeMs: 1,
    workingLimitMs: 1,
  };
}
