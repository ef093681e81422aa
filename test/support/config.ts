// The sections of an account config that most tests do not care about: every optional limit switched off on purpose, a
// watchdog that minds only what it must. A test that is about one of them overrides it.
import type { AccountConfig, DrawdownConfig, ProtectionsConfig } from "#domain/documents/config.ts";

export const NO_DRAWDOWN_GRADES: DrawdownConfig = {
  warnBps: null,
  reduceBps: null,
  haltBps: null,
  flattenBps: null,
  hysteresisBps: 0,
  resumeAfterMs: null,
};

export const NO_PROTECTIONS: ProtectionsConfig = {
  cooldownPeriod: null,
  stoplossGuard: null,
  maxDrawdown: null,
  lowProfitPairs: null,
  errorBurst: null,
  vetoCooldownMs: null,
};

type OptionalSections = Pick<
  AccountConfig,
  | "maxNetExposureUsd"
  | "maxLongExposureUsd"
  | "maxShortExposureUsd"
  | "maxLeverage"
  | "tiers"
  | "buckets"
  | "maxDailyLossUsd"
  | "maxSpreadBps"
  | "maxPriceDeviationBps"
  | "drawdown"
  | "protections"
  | "watchdog"
  | "reserves"
  | "maxTelemetrySilenceMs"
>;

export const NO_OPTIONAL_LIMITS: OptionalSections = {
  maxNetExposureUsd: null,
  maxLongExposureUsd: null,
  maxShortExposureUsd: null,
  maxLeverage: null,
  tiers: {},
  buckets: {},
  maxDailyLossUsd: null,
  maxSpreadBps: null,
  maxPriceDeviationBps: null,
  drawdown: NO_DRAWDOWN_GRADES,
  protections: NO_PROTECTIONS,
  watchdog: {
    intervalMs: 15_000,
    maxNavAgeMs: 180_000,
    maxMarketDataAgeMs: 60_000,
    maxReconcileAgeMs: 180_000,
    maxExecutorAgeMs: 60_000,
    groupStopLossBps: null,
    groupTimeLimitMs: null,
    protectiveStopBps: null,
    flattenSlippageBps: 50,
    flattenLimitTries: 2,
  },
  reserves: [],
  maxTelemetrySilenceMs: 600_000,
};
