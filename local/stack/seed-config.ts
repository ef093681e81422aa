// The config that a new local stack's account begins with: limits for play money, every kind of limit and protection in
// use, so that each can be met by hand.
import {
  type AccountConfig,
  DEFAULT_ROUTER,
  type DrawdownConfig,
  type ProtectionsConfig,
  type VenueAccountConfig,
  type WatchdogConfig,
} from "#domain/documents/config.ts";

const MINUTE_MS = 60_000;
const ALTCOINS = ["SOLUSDT", "BNBUSDT", "XRPUSDT", "DOGEUSDT", "ADAUSDT", "AVAXUSDT", "LINKUSDT", "LTCUSDT"];

const DRAWDOWN: DrawdownConfig = {
  warnBps: 300,
  reduceBps: 600,
  haltBps: 1_000,
  flattenBps: 1_500,
  hysteresisBps: 100,
  resumeAfterMs: null,
};

const PROTECTIONS: ProtectionsConfig = {
  cooldownPeriod: { stopDurationMs: MINUTE_MS },
  stoplossGuard: {
    lookbackMs: 60 * MINUTE_MS,
    tradeLimit: 3,
    stopDurationMs: 30 * MINUTE_MS,
    requiredProfitBps: 0,
    onlyPerSymbol: false,
    onlyPerSide: false,
  },
  maxDrawdown: {
    lookbackMs: 24 * 60 * MINUTE_MS,
    tradeLimit: 10,
    stopDurationMs: 60 * MINUTE_MS,
    maxAllowedDrawdownBps: 1_000,
  },
  lowProfitPairs: {
    lookbackMs: 6 * 60 * MINUTE_MS,
    tradeLimit: 4,
    stopDurationMs: 60 * MINUTE_MS,
    requiredProfitBps: -100,
    onlyPerSide: false,
  },
  errorBurst: { windowMs: 5 * MINUTE_MS, limit: 5, stopDurationMs: 10 * MINUTE_MS },
  vetoCooldownMs: null,
};

const VENUE_ACCOUNT: VenueAccountConfig = {
  marginType: "cross",
  // The local exchange's own default.
  leverage: 20,
  leverageBySymbol: {},
  multiAssets: false,
  feesInCoin: false,
  keyAddressBound: true,
  maxSettingsAgeMs: 180 * MINUTE_MS,
  maxMarginRatioBps: 5_000,
  minLiquidationDistanceBps: 100,
};

const WATCHDOG: WatchdogConfig = {
  intervalMs: 15_000,
  maxNavAgeMs: 3 * MINUTE_MS,
  maxMarketDataAgeMs: MINUTE_MS,
  maxReconcileAgeMs: 3 * MINUTE_MS,
  maxExecutorAgeMs: 2 * MINUTE_MS,
  maxBlindMs: 3 * MINUTE_MS,
  groupStopLossBps: 1_000,
  groupTimeLimitMs: null,
  protectiveStopBps: 1_500,
  flattenSlippageBps: 50,
  flattenLimitTries: 2,
};

/** Limits for play money: room for some pasted alerts, small enough that a runaway sender meets them. */
export function seedConfig(author: string, strategyId: string, nowMs: number): AccountConfig {
  return {
    version: 1,
    author,
    createdAtMs: nowMs,
    symbols: ["BTCUSDT", "ETHUSDT", ...ALTCOINS],
    strategies: {
      [strategyId]: {
        strategyId,
        orderNotionalUsd: "500",
        maxExposureUsd: "20000",
        entryRouting: "market",
        exitRouting: "market",
        entryShare: null,
        fitToCaps: false,
        repairMissedAlerts: false,
        exits: null,
        entries: null,
      },
    },
    maxOpenGroups: 5,
    // Ten entries, for as long as an alert's price may still be near.
    queue: { maxLength: 10, validForMs: 30 * MINUTE_MS, maxPriceDriftBps: 100 },
    // Off by default: closing winners for a loser is a wish of its own.
    offset: null,
    router: { ...DEFAULT_ROUTER },
    maxOrderNotionalUsd: "5000",
    maxSymbolExposureUsd: "20000",
    maxGrossExposureUsd: "50000",
    maxNetExposureUsd: "40000",
    maxLongExposureUsd: "40000",
    maxShortExposureUsd: "40000",
    maxLeverage: "3",
    tiers: {
      majors: { symbols: ["BTCUSDT", "ETHUSDT"], maxExposureUsd: "40000", maxOpenGroups: null },
      alts: { symbols: ALTCOINS, maxExposureUsd: "25000", maxOpenGroups: 4 },
    },
    buckets: {
      smart: { symbols: ["ETHUSDT", "SOLUSDT", "ADAUSDT"], maxExposureUsd: null, maxOpenGroups: 3 },
    },
    maxDailyLossUsd: "3000",
    maxSpreadBps: 50,
    maxPriceDeviationBps: 300,
    drawdown: DRAWDOWN,
    protections: PROTECTIONS,
    watchdog: WATCHDOG,
    venueAccount: VENUE_ACCOUNT,
    confirmation: { bySecondPerson: [], withSecondFactor: [] },
    reserves: [],
    // Crumbs that fees and conversions leave behind.
    coinDustUsd: "1",
    maxTelemetrySilenceMs: 10 * MINUTE_MS,
    maxOrdersPerMinute: 60,
    // NAV comes once a minute; two may be missed before entries stop.
    maxNavAgeMs: 3 * MINUTE_MS,
    // An unchanged peak is dated anew every five minutes only.
    maxPeakAgeMs: 10 * MINUTE_MS,
    maxMarkAgeMs: 3 * MINUTE_MS,
    // A request to the venue and its answer, three times over.
    maxTouchAgeMs: 1_000,
    unknownPositionLatchesReducing: true,
    maxIntentAgeMs: 5 * MINUTE_MS,
    workingLimitMs: 2 * MINUTE_MS,
  };
}
