// Reads `config/current` whole: the risk page computes from it with the functions' own engine, so nothing of it may be
// left out. A field added to the config fails to compile here.
import type {
  AccountConfig,
  ConfirmationConfig,
  DrawdownConfig,
  ProtectionsConfig,
  QueueConfig,
  Reserve,
  StrategyConfig,
  SymbolSet,
  VenueAccountConfig,
  WatchdogConfig,
} from "#domain/documents/config.ts";
import type { AutotuneConfig, RouterConfig } from "#domain/documents/route.ts";
import {
  AUTOTUNE_MODES,
  ENTRY_ROUTINGS,
  FIRST_STEPS,
  LOOSENING_COMMANDS,
  MARGIN_TYPES,
} from "#domain/documents/words.ts";
import { entryPlan, exitPlan, shareSize } from "./exit-plan-reader.ts";
import { offsetConfig } from "./offset-reader.ts";
import { amount, flag, list, nullable, number, oneOf, record, shape, text } from "./shape.ts";

type Set<Name extends keyof ProtectionsConfig> = Exclude<ProtectionsConfig[Name], null>;

const symbolSet = shape<SymbolSet>({
  symbols: list(text),
  maxExposureUsd: nullable(amount),
  maxOpenGroups: nullable(number),
});

const drawdown = shape<DrawdownConfig>({
  warnBps: nullable(number),
  reduceBps: nullable(number),
  haltBps: nullable(number),
  flattenBps: nullable(number),
  hysteresisBps: number,
  resumeAfterMs: nullable(number),
});

const protections = shape<ProtectionsConfig>({
  cooldownPeriod: nullable(shape<Set<"cooldownPeriod">>({ stopDurationMs: number })),
  stoplossGuard: nullable(
    shape<Set<"stoplossGuard">>({
      lookbackMs: number,
      tradeLimit: number,
      stopDurationMs: number,
      requiredProfitBps: number,
      onlyPerSymbol: flag,
      onlyPerSide: flag,
    }),
  ),
  maxDrawdown: nullable(
    shape<Set<"maxDrawdown">>({
      lookbackMs: number,
      tradeLimit: number,
      stopDurationMs: number,
      maxAllowedDrawdownBps: number,
    }),
  ),
  lowProfitPairs: nullable(
    shape<Set<"lowProfitPairs">>({
      lookbackMs: number,
      tradeLimit: number,
      stopDurationMs: number,
      requiredProfitBps: number,
      onlyPerSide: flag,
    }),
  ),
  errorBurst: nullable(shape<Set<"errorBurst">>({ windowMs: number, limit: number, stopDurationMs: number })),
  vetoCooldownMs: nullable(number),
});

const watchdog = shape<WatchdogConfig>({
  intervalMs: number,
  maxNavAgeMs: number,
  maxMarketDataAgeMs: number,
  maxReconcileAgeMs: number,
  maxExecutorAgeMs: number,
  maxBlindMs: number,
  groupStopLossBps: nullable(number),
  groupTimeLimitMs: nullable(number),
  protectiveStopBps: nullable(number),
  flattenSlippageBps: number,
  flattenLimitTries: number,
});

const venueAccount = shape<VenueAccountConfig>({
  marginType: nullable(oneOf(MARGIN_TYPES)),
  leverage: nullable(number),
  leverageBySymbol: record(number),
  multiAssets: nullable(flag),
  feesInCoin: nullable(flag),
  keyAddressBound: nullable(flag),
  maxSettingsAgeMs: number,
  maxMarginRatioBps: nullable(number),
  minLiquidationDistanceBps: number,
});

export const configReader = shape<AccountConfig>({
  version: number,
  author: text,
  createdAtMs: number,
  symbols: list(text),
  strategies: record(
    shape<StrategyConfig>({
      strategyId: text,
      orderNotionalUsd: amount,
      maxExposureUsd: nullable(amount),
      entryRouting: oneOf(ENTRY_ROUTINGS),
      exitRouting: oneOf(FIRST_STEPS),
      entryShare: nullable(shareSize),
      fitToCaps: flag,
      repairMissedAlerts: flag,
      exits: nullable(exitPlan),
      entries: nullable(entryPlan),
    }),
  ),
  maxOpenGroups: number,
  offset: nullable(offsetConfig),
  router: shape<RouterConfig>({
    boundBps: number,
    offsetTicks: number,
    maxReprices: number,
    maxRepegs: number,
    repegDriftBps: number,
    makerMs: number,
    exitMakerMs: number,
    exitBoundBps: number,
    autotune: shape<AutotuneConfig>({ mode: oneOf(AUTOTUNE_MODES), maxOffsetTicks: number }),
  }),
  queue: nullable(shape<QueueConfig>({ maxLength: number, validForMs: number, maxPriceDriftBps: number })),
  maxOrderNotionalUsd: amount,
  maxSymbolExposureUsd: amount,
  maxGrossExposureUsd: amount,
  maxNetExposureUsd: nullable(amount),
  maxLongExposureUsd: nullable(amount),
  maxShortExposureUsd: nullable(amount),
  maxLeverage: nullable(amount),
  tiers: record(symbolSet),
  buckets: record(symbolSet),
  maxDailyLossUsd: nullable(amount),
  maxSpreadBps: nullable(number),
  maxPriceDeviationBps: nullable(number),
  drawdown,
  protections,
  watchdog,
  venueAccount,
  confirmation: shape<ConfirmationConfig>({
    bySecondPerson: list(oneOf(LOOSENING_COMMANDS)),
    withSecondFactor: list(oneOf(LOOSENING_COMMANDS)),
  }),
  reserves: list(shape<Reserve>({ asset: text, qty: amount })),
  coinDustUsd: amount,
  maxTelemetrySilenceMs: number,
  maxOrdersPerMinute: number,
  maxNavAgeMs: number,
  maxPeakAgeMs: number,
  maxMarkAgeMs: number,
  maxTouchAgeMs: number,
  unknownPositionLatchesReducing: flag,
  maxIntentAgeMs: number,
  workingLimitMs: number,
});
