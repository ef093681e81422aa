// An account's validated configuration, and the strictest one. Every limit is named with its unit; there are no
// fallbacks in code for a value that is missing: a config that lacks one is not a config.
import type { DecimalString } from "#domain/decimal.ts";
import type { EntryPlan } from "./entry-plan.ts";
import type { ExitPlan } from "./exit-plan.ts";
import type { OffsetConfig } from "./offset.ts";
import type { RouterConfig } from "./route.ts";
import type { ShareSize } from "./signal.ts";
import type { ENTRY_ROUTINGS, FIRST_STEPS, LOOSENING_COMMANDS, MarginType, WordOf } from "./words.ts";

export type EntryRouting = WordOf<typeof ENTRY_ROUTINGS>;
export type ExitRouting = WordOf<typeof FIRST_STEPS>;
export type LooseningCommand = WordOf<typeof LOOSENING_COMMANDS>;

export interface StrategyConfig {
  readonly strategyId: string;
  /** Position size of one entry, in quote currency, where the signal does not bring one. */
  readonly orderNotionalUsd: DecimalString;
  /** Held by this strategy over all symbols; null means no such limit, said on purpose. */
  readonly maxExposureUsd: DecimalString | null;
  readonly entryRouting: EntryRouting;
  /** Of exits that a signal or an operator asks for; every other exit takes at any price. */
  readonly exitRouting: ExitRouting;
  /** Share of the account that an entry takes in place of `orderNotionalUsd`; null: that amount. */
  readonly entryShare: ShareSize | null;
  /** An entry over a cap is made as small as the lowest cap asks; false: it is denied. */
  readonly fitToCaps: boolean;
  /** A signal that states its target also makes good the alerts that were missed before it; false: they are told. */
  readonly repairMissedAlerts: boolean;
  /** How its positions are left where the signal says nothing of it; null: by signals and the account's own stop. */
  readonly exits: ExitPlan | null;
  /** Safety entries and pyramids where the signal says nothing of them; null: each entry is one order by itself. */
  readonly entries: EntryPlan | null;
}

/** Symbols that are limited together: a tier by liquidity, or a bucket of correlated ones. */
export interface SymbolSet {
  readonly symbols: readonly string[];
  readonly maxExposureUsd: DecimalString | null;
  readonly maxOpenGroups: number | null;
}

/** Where an entry waits that finds the execution pool full. */
export interface QueueConfig {
  /** Entries that may wait at once. */
  readonly maxLength: number;
  /** How long an entry may wait, from the moment when it was queued. */
  readonly validForMs: number;
  /** How far the price may have moved, in either direction, since it was queued. */
  readonly maxPriceDriftBps: number;
}

/** Graded response to a drawdown, basis points of the peak. Null: this grade does not exist. Rising where set. */
export interface DrawdownConfig {
  readonly warnBps: number | null;
  readonly reduceBps: number | null;
  readonly haltBps: number | null;
  readonly flattenBps: number | null;
  /** A grade is left only when the drawdown is this much below its threshold. */
  readonly hysteresisBps: number;
  /** How long after the grade was left a `REDUCING` that it caused ends by itself; null: only an operator ends it. */
  readonly resumeAfterMs: number | null;
}

/** Protections with the semantics of freqtrade's of the same names. Null: switched off. */
export interface ProtectionsConfig {
  /** No entry in a symbol for this long after a group in it ended. */
  readonly cooldownPeriod: { readonly stopDurationMs: number } | null;
  /** Locks when `tradeLimit` groups ended in a stop-loss within the look-back. */
  readonly stoplossGuard: {
    readonly lookbackMs: number;
    readonly tradeLimit: number;
    readonly stopDurationMs: number;
    /** Only stops of less profit than this count. */
    readonly requiredProfitBps: number;
    readonly onlyPerSymbol: boolean;
    readonly onlyPerSide: boolean;
  } | null;
  /** Locks everything when the closed groups of the look-back drew down more than allowed. */
  readonly maxDrawdown: {
    readonly lookbackMs: number;
    readonly tradeLimit: number;
    readonly stopDurationMs: number;
    readonly maxAllowedDrawdownBps: number;
  } | null;
  /** Locks a symbol whose groups of the look-back earned less than required. */
  readonly lowProfitPairs: {
    readonly lookbackMs: number;
    readonly tradeLimit: number;
    readonly stopDurationMs: number;
    readonly requiredProfitBps: number;
    readonly onlyPerSide: boolean;
  } | null;
  /** Locks entries when this many sends failed within the window. */
  readonly errorBurst: {
    readonly windowMs: number;
    readonly limit: number;
    readonly stopDurationMs: number;
  } | null;
  /** After a denial, the same strategy may not ask again for an entry in the same symbol for this long. */
  readonly vetoCooldownMs: number | null;
}

export interface WatchdogConfig {
  /** Distance of two looks while something is held. */
  readonly intervalMs: number;
  /** Ages past which a heartbeat counts as missed while something is held. */
  readonly maxNavAgeMs: number;
  readonly maxMarketDataAgeMs: number;
  readonly maxReconcileAgeMs: number;
  /** An order or inbox intent that stood still for this long means that no executor is alive. */
  readonly maxExecutorAgeMs: number;
  /** How long what is held may go without any value, of a touch or of the venue's own, before everything is closed. */
  readonly maxBlindMs: number;
  /** Loss of a group against its entry notional, and age, at which the watchdog closes it; null: no such rule. */
  readonly groupStopLossBps: number | null;
  readonly groupTimeLimitMs: number | null;
  /** Distance of the stop that rests at the venue from the entry price; null: none rests there. */
  readonly protectiveStopBps: number | null;
  /** A flatten's first orders are limited to this distance from the top of book; later ones are market orders. */
  readonly flattenSlippageBps: number;
  readonly flattenLimitTries: number;
}

/**
 * How the account has to be set at the venue; a difference stops entries and closes nothing. Null: either way, said on
 * purpose. One-way position mode is always asked for: two positions in one symbol are not traded.
 */
export interface VenueAccountConfig {
  readonly marginType: MarginType | null;
  /** Of every configured symbol, as it is set at the venue; null: any. */
  readonly leverage: number | null;
  /** Of single symbols, in place of `leverage`. */
  readonly leverageBySymbol: Readonly<Record<string, number>>;
  readonly multiAssets: boolean | null;
  /** Fees in the venue's own coin. */
  readonly feesInCoin: boolean | null;
  /** Whether the key works from listed addresses only. */
  readonly keyAddressBound: boolean | null;
  /** Settings that were last read longer ago than this stop entries. They are read hourly. */
  readonly maxSettingsAgeMs: number;
  /** Maintenance margin over collateral at which entries stop and the watchdog says so; null: no such limit. */
  readonly maxMarginRatioBps: number | null;
  /** Least distance of a position's stop from its liquidation price, of the entry price. */
  readonly minLiquidationDistanceBps: number;
}

/** Commands that take more than one person's word. Each of them lets more trading through; a flatten waits for no second. */
export interface ConfirmationConfig {
  /** Another person than the one who posted it has to confirm it. */
  readonly bySecondPerson: readonly LooseningCommand[];
  /** Everybody who posts or confirms it has to have signed in with a second factor. */
  readonly withSecondFactor: readonly LooseningCommand[];
}

/** Coins held beside the trading wallet that count towards NAV, valued at the venue's own price. */
export interface Reserve {
  readonly asset: string;
  readonly qty: DecimalString;
}

export interface AccountConfig {
  readonly version: number;
  readonly author: string;
  readonly createdAtMs: number;
  /** Symbols that may be traded and whose top of book the NAV schedule reads. */
  readonly symbols: readonly string[];
  readonly strategies: Readonly<Record<string, StrategyConfig>>;
  /** Open groups at once. */
  readonly maxOpenGroups: number;
  /** Null: a full pool denies an entry for good. */
  readonly queue: QueueConfig | null;
  /** Null: no loser is closed at the cost of winners. */
  readonly offset: OffsetConfig | null;
  /** Limits of entries whose routing is `maker`. */
  readonly router: RouterConfig;
  readonly maxOrderNotionalUsd: DecimalString;
  readonly maxSymbolExposureUsd: DecimalString;
  readonly maxGrossExposureUsd: DecimalString;
  /** Long less short, absolute; longs alone; shorts alone; gross over NAV. Null: no such limit. */
  readonly maxNetExposureUsd: DecimalString | null;
  readonly maxLongExposureUsd: DecimalString | null;
  readonly maxShortExposureUsd: DecimalString | null;
  readonly maxLeverage: DecimalString | null;
  /** By name. */
  readonly tiers: Readonly<Record<string, SymbolSet>>;
  readonly buckets: Readonly<Record<string, SymbolSet>>;
  /** Fall of NAV from the UTC day's opening at which entries stop. */
  readonly maxDailyLossUsd: DecimalString | null;
  /** Ask less bid, and distance of the market from the signal's own price, in basis points. */
  readonly maxSpreadBps: number | null;
  readonly maxPriceDeviationBps: number | null;
  readonly drawdown: DrawdownConfig;
  readonly protections: ProtectionsConfig;
  readonly watchdog: WatchdogConfig;
  readonly venueAccount: VenueAccountConfig;
  readonly confirmation: ConfirmationConfig;
  readonly reserves: readonly Reserve[];
  /**
   * Largest value of a coin without a price that counts as nothing and raises no alert: at its last known price, and for
   * a coin that never had one at a dollar a unit, which most coins without a market are worth at most.
   */
  readonly coinDustUsd: DecimalString;
  /** Documents for people that could not be written for this long halt trading: the account acts unseen. */
  readonly maxTelemetrySilenceMs: number;
  /** Orders per rolling minute. */
  readonly maxOrdersPerMinute: number;
  /** NAV, peak and marks older than this stop entries. */
  readonly maxNavAgeMs: number;
  readonly maxPeakAgeMs: number;
  readonly maxMarkAgeMs: number;
  /** An entry is decided on a touch that was asked for at most this long ago. */
  readonly maxTouchAgeMs: number;
  /** Whether a position that no group accounts for, or another quantity than a group's, latches `REDUCING`. */
  readonly unknownPositionLatchesReducing: boolean;
  /** An intent older than this is not traded any more. */
  readonly maxIntentAgeMs: number;
  /** A resting order older than this is cancelled. */
  readonly workingLimitMs: number;
}

/**
 * Where an operator has said nothing: twelve looks at the usual distance, longer than a venue's restart of one endpoint or
 * a passing ban takes, and short against what a market can move.
 */
export const DEFAULT_MAX_BLIND_MS = 180_000;

/**
 * Where an operator has said nothing. 15 bps are about three taker fees of the largest venue; a third of a minute at the
 * touch is as long as a strategy of minutes can wait; five basis points are more than the touch of a liquid symbol moves
 * within one look (3 s). An exit rests for half as long as an entry: what is held meanwhile is at risk. Autotune changes no order
 * before an operator says `on`; three ticks are a step that few spreads of a liquid symbol leave room for.
 */
export const DEFAULT_ROUTER: RouterConfig = {
  boundBps: 15,
  offsetTicks: 0,
  maxReprices: 1,
  maxRepegs: 4,
  repegDriftBps: 5,
  makerMs: 20_000,
  exitMakerMs: 10_000,
  exitBoundBps: 15,
  autotune: { mode: "shadow", maxOffsetTicks: 3 },
};

/** No stored config has this version. */
export const NO_CONFIG_VERSION = 0;

/** The smallest amount that a document can hold; above zero, as every limit must be. */
const LEAST_USD = "0.000000000000000000000000000001";

const CLOSED_ROUTER: RouterConfig = {
  ...DEFAULT_ROUTER,
  boundBps: 0,
  maxReprices: 0,
  maxRepegs: 0,
  makerMs: 0,
  exitMakerMs: 0,
  autotune: { mode: "off", maxOffsetTicks: 0 },
};

const CLOSED_VENUE_ACCOUNT: VenueAccountConfig = {
  marginType: "cross",
  leverage: 1,
  leverageBySymbol: {},
  multiAssets: false,
  feesInCoin: false,
  keyAddressBound: true,
  maxSettingsAgeMs: 1,
  maxMarginRatioBps: 1,
  minLiquidationDistanceBps: 10_000,
};

/**
 * Stands where no valid config exists anywhere: permits nothing, so that reductions, stops and flattens, which ask for
 * no limit, stay possible. Not a fallback: no value here lets an entry through, and each is the strictest of its kind.
 */
export function closedConfig(nowMs: number): AccountConfig {
  return {
    version: NO_CONFIG_VERSION,
    author: "none",
    createdAtMs: nowMs,
    symbols: [],
    strategies: {},
    maxOpenGroups: 0,
    queue: null,
    offset: null,
    router: CLOSED_ROUTER,
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
      maxBlindMs: DEFAULT_MAX_BLIND_MS,
      groupStopLossBps: null,
      groupTimeLimitMs: null,
      protectiveStopBps: null,
      // How far from the market a limited close may go is not known: a flatten closes at the market at once.
      flattenSlippageBps: 0,
      flattenLimitTries: 0,
    },
    venueAccount: CLOSED_VENUE_ACCOUNT,
    // Not the strictest: the person who mends a config that cannot be read may be alone.
    confirmation: { bySecondPerson: [], withSecondFactor: [] },
    reserves: [],
    coinDustUsd: "0",
    maxTelemetrySilenceMs: 60_000,
    maxOrdersPerMinute: 1,
    maxNavAgeMs: 1,
    maxPeakAgeMs: 1,
    maxMarkAgeMs: 1,
    maxTouchAgeMs: 1,
    unknownPositionLatchesReducing: true,
    maxIntentAgeMs: 1,
    workingLimitMs: 1,
  };
}
