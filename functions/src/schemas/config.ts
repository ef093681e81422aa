// Account profile and account config as documents: a config that lacks a value is refused, never completed.
import { z } from "zod";
import type { AccountProfile, Environment } from "#domain/documents/account.ts";
import type {
  AccountConfig,
  DrawdownConfig,
  ProtectionsConfig,
  QueueConfig,
  SymbolSet,
  VenueAccountConfig,
  WatchdogConfig,
} from "#domain/documents/config.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import {
  ACCOUNT_MODES,
  AUTOTUNE_MODES,
  ENTRY_ROUTINGS,
  ENVIRONMENTS,
  FIRST_STEPS,
  LOOSENING_COMMANDS,
  MARGIN_TYPES,
  VENUE_IDS,
} from "#domain/documents/words.ts";
import {
  MIN_NAV_AGE_LIMIT_MS,
  MIN_PEAK_AGE_LIMIT_MS,
  MIN_TELEMETRY_SILENCE_MS,
} from "#domain/nav/nav-cadence.ts";
import { entryPlanSchema } from "./entry-plan.ts";
import { exitPlanSchema } from "./exit-plan.ts";
import { offsetConfigSchema } from "./offset.ts";
import {
  accountId,
  basisPoints,
  decimalString,
  durationMs,
  epochMs,
  positiveDecimalString,
  strategyId,
  symbol,
} from "./primitives.ts";
import { shareSizeSchema } from "./signal.ts";

export const environmentName: z.ZodType<Environment> = z.enum(ENVIRONMENTS);

/** `meta/environment` */
export const environmentLabelSchema = z.strictObject({ name: environmentName });

/** `meta/accounts`: what every schedule has to notice in its minute. */
export interface AccountsMark {
  /** When an account was last added or a profile changed. */
  readonly changedAtMs: number;
  /** Until when a venue wants no requests from our address, by `{venue}/{mode}`. */
  readonly bans?: Readonly<Record<string, number>>;
}
export const accountsMarkSchema: z.ZodType<AccountsMark> = z.strictObject({
  changedAtMs: epochMs,
  bans: z.record(z.string(), epochMs).exactOptional(),
});

export const accountProfileSchema: z.ZodType<AccountProfile> = z.strictObject({
  accountId,
  name: z.string().min(1).max(80),
  venue: z.enum(VENUE_IDS),
  mode: z.enum(ACCOUNT_MODES),
});

/** Bound of the send times kept in the control document. */
const MAX_ORDERS_PER_MINUTE = 300;
/** NAV reads one book ticker for all symbols; the control and NAV documents stay far below 1 MiB. */
const MAX_SYMBOLS = 200;
/** Closed groups and failed sends that the control document keeps are bounded by these. */
const MAX_TRADE_LIMIT = 50;
const MAX_BURST_LIMIT = 50;
/** Beyond this an answer is a valuation and no touch. */
const MAX_TOUCH_AGE_LIMIT_MS = 10_000;
/** Finer looks would meet themselves: one asks the venue three times. */
const MIN_WATCHDOG_INTERVAL_MS = 5_000;
const MAX_RESERVES = 20;

const basisPointsOrNull = basisPoints.min(1).nullable();
const usdOrNull = positiveDecimalString.nullable();
const tradeLimit = z.int().min(1).max(MAX_TRADE_LIMIT);

const symbolSetSchema: z.ZodType<SymbolSet> = z.strictObject({
  symbols: z.array(symbol).min(1).max(MAX_SYMBOLS),
  maxExposureUsd: usdOrNull,
  maxOpenGroups: z.int().min(0).max(200).nullable(),
});

const setName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/);

/** Each entry that waits is a part of every write of the control document, of about 500 bytes. */
const MAX_QUEUE_LENGTH = 50;
/** An intent's document is kept for a month; a wish that has waited for a week is another day's trade. */
const MAX_QUEUED_MS = 7 * 24 * 3_600_000;

const queueSchema: z.ZodType<QueueConfig> = z.strictObject({
  maxLength: z.int().min(1).max(MAX_QUEUE_LENGTH),
  validForMs: durationMs.max(MAX_QUEUED_MS),
  maxPriceDriftBps: basisPoints,
});

const drawdownSchema: z.ZodType<DrawdownConfig> = z
  .strictObject({
    warnBps: basisPointsOrNull,
    reduceBps: basisPointsOrNull,
    haltBps: basisPointsOrNull,
    flattenBps: basisPointsOrNull,
    hysteresisBps: basisPoints,
    resumeAfterMs: durationMs.nullable(),
  })
  .refine(
    ({ warnBps, reduceBps, haltBps, flattenBps }) => {
      const set = [warnBps, reduceBps, haltBps, flattenBps].filter((each) => each !== null);
      return set.every((each, place) => place === 0 || each > (set[place - 1] ?? 0));
    },
    { error: "warnBps, reduceBps, haltBps and flattenBps must rise" },
  );

const protectionsSchema: z.ZodType<ProtectionsConfig> = z.strictObject({
  cooldownPeriod: z.strictObject({ stopDurationMs: durationMs }).nullable(),
  stoplossGuard: z
    .strictObject({
      lookbackMs: durationMs,
      tradeLimit,
      stopDurationMs: durationMs,
      requiredProfitBps: z.int().min(-10_000).max(10_000),
      onlyPerSymbol: z.boolean(),
      onlyPerSide: z.boolean(),
    })
    .nullable(),
  maxDrawdown: z
    .strictObject({
      lookbackMs: durationMs,
      tradeLimit,
      stopDurationMs: durationMs,
      maxAllowedDrawdownBps: basisPoints.min(1),
    })
    .nullable(),
  lowProfitPairs: z
    .strictObject({
      lookbackMs: durationMs,
      tradeLimit,
      stopDurationMs: durationMs,
      requiredProfitBps: z.int().min(-10_000).max(10_000),
      onlyPerSide: z.boolean(),
    })
    .nullable(),
  errorBurst: z
    .strictObject({
      windowMs: durationMs,
      limit: z.int().min(1).max(MAX_BURST_LIMIT),
      stopDurationMs: durationMs,
    })
    .nullable(),
  vetoCooldownMs: durationMs.nullable(),
});

const watchdogSchema: z.ZodType<WatchdogConfig> = z.strictObject({
  intervalMs: durationMs.min(MIN_WATCHDOG_INTERVAL_MS).max(60_000),
  maxNavAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxMarketDataAgeMs: durationMs,
  maxReconcileAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxExecutorAgeMs: durationMs,
  maxBlindMs: durationMs,
  groupStopLossBps: basisPointsOrNull,
  groupTimeLimitMs: durationMs.nullable(),
  protectiveStopBps: basisPointsOrNull,
  flattenSlippageBps: basisPoints,
  flattenLimitTries: z.int().min(0).max(10),
});

/** Settings are read hourly: one reading may fail, and the next one too, before entries stop. */
const MIN_SETTINGS_AGE_LIMIT_MS = 2.5 * 3_600_000;
/** The venue's highest. */
const MAX_LEVERAGE = 150;

const leverage = z.int().min(1).max(MAX_LEVERAGE);

const venueAccountSchema: z.ZodType<VenueAccountConfig> = z.strictObject({
  marginType: z.enum(MARGIN_TYPES).nullable(),
  leverage: leverage.nullable(),
  leverageBySymbol: z.record(symbol, leverage),
  multiAssets: z.boolean().nullable(),
  feesInCoin: z.boolean().nullable(),
  keyAddressBound: z.boolean().nullable(),
  maxSettingsAgeMs: durationMs.min(MIN_SETTINGS_AGE_LIMIT_MS),
  maxMarginRatioBps: basisPointsOrNull,
  minLiquidationDistanceBps: basisPoints,
});

/** A price further away is no fallback of a limit order any more. */
const MAX_BOUND_BPS = 500;
/** Each step is two commits and two requests; the orders of a route are part of every write of their group. */
const MAX_REPRICES = 5;
const MAX_REPEGS = 20;
const MAX_OFFSET_TICKS = 1_000;
/** The venue's answer to the order and one look at it. */
const MIN_EXIT_MAKER_MS = 1_000;
/**
 * An exit is over within a minute of its first order: the look that withdraws it comes 3 s later at most, and doubt about its
 * order is passed over after 8 s (the send window, the arrival margin, and two denials).
 */
const MAX_EXIT_MAKER_MS = 45_000;
/** It moves by one tick in two days: a month of them. */
const MAX_TUNED_OFFSET_TICKS = 15;

const routerSchema: z.ZodType<RouterConfig> = z.strictObject({
  boundBps: basisPoints.max(MAX_BOUND_BPS),
  offsetTicks: z.int().min(0).max(MAX_OFFSET_TICKS),
  maxReprices: z.int().min(0).max(MAX_REPRICES),
  maxRepegs: z.int().min(0).max(MAX_REPEGS),
  repegDriftBps: basisPoints.min(1),
  makerMs: durationMs,
  exitMakerMs: z.int().min(MIN_EXIT_MAKER_MS).max(MAX_EXIT_MAKER_MS),
  exitBoundBps: basisPoints.max(MAX_BOUND_BPS),
  autotune: z.strictObject({
    mode: z.enum(AUTOTUNE_MODES),
    maxOffsetTicks: z.int().min(0).max(MAX_TUNED_OFFSET_TICKS),
  }),
});

const accountConfigFields = z.strictObject({
  version: z.int().min(1),
  author: z.string().min(1),
  createdAtMs: epochMs,
  symbols: z.array(symbol).min(1).max(MAX_SYMBOLS),
  strategies: z.record(
    strategyId,
    z.strictObject({
      strategyId,
      orderNotionalUsd: positiveDecimalString,
      maxExposureUsd: usdOrNull,
      entryRouting: z.enum(ENTRY_ROUTINGS),
      exitRouting: z.enum(FIRST_STEPS),
      entryShare: shareSizeSchema.nullable(),
      fitToCaps: z.boolean(),
      repairMissedAlerts: z.boolean(),
      exits: exitPlanSchema.nullable(),
      entries: entryPlanSchema.nullable(),
    }),
  ),
  maxOpenGroups: z.int().min(0).max(200),
  queue: queueSchema.nullable(),
  offset: offsetConfigSchema.nullable(),
  router: routerSchema,
  maxOrderNotionalUsd: positiveDecimalString,
  maxSymbolExposureUsd: positiveDecimalString,
  maxGrossExposureUsd: positiveDecimalString,
  maxNetExposureUsd: usdOrNull,
  maxLongExposureUsd: usdOrNull,
  maxShortExposureUsd: usdOrNull,
  maxLeverage: usdOrNull,
  tiers: z.record(setName, symbolSetSchema),
  buckets: z.record(setName, symbolSetSchema),
  maxDailyLossUsd: usdOrNull,
  maxSpreadBps: basisPointsOrNull,
  maxPriceDeviationBps: basisPointsOrNull,
  drawdown: drawdownSchema,
  protections: protectionsSchema,
  watchdog: watchdogSchema,
  venueAccount: venueAccountSchema,
  confirmation: z.strictObject({
    bySecondPerson: z.array(z.enum(LOOSENING_COMMANDS)),
    withSecondFactor: z.array(z.enum(LOOSENING_COMMANDS)),
  }),
  reserves: z
    .array(z.strictObject({ asset: z.string().regex(/^[A-Z0-9]{2,20}$/), qty: positiveDecimalString }))
    .max(MAX_RESERVES),
  coinDustUsd: decimalString.refine((value) => !value.startsWith("-"), { error: "must not be below zero" }),
  maxTelemetrySilenceMs: durationMs.min(MIN_TELEMETRY_SILENCE_MS),
  maxOrdersPerMinute: z.int().min(1).max(MAX_ORDERS_PER_MINUTE),
  maxNavAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxPeakAgeMs: durationMs.min(MIN_PEAK_AGE_LIMIT_MS),
  maxMarkAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxTouchAgeMs: durationMs.max(MAX_TOUCH_AGE_LIMIT_MS),
  unknownPositionLatchesReducing: z.boolean(),
  maxIntentAgeMs: durationMs,
  workingLimitMs: durationMs,
});

/** Only where a strategy asks for it: a config of before the router stays valid, whatever its limit. */
export const accountConfigSchema: z.ZodType<AccountConfig> = accountConfigFields.refine(
  ({ strategies, router, workingLimitMs }) =>
    router.makerMs < workingLimitMs ||
    Object.values(strategies).every(({ entryRouting }) => entryRouting !== "maker"),
  { path: ["router", "makerMs"], error: "must be below workingLimitMs, at which a route ends" },
);
