// A new account's first config, made of a risk profile, its capital, symbols and strategies. Passes the schema of every
// other config. Ages and intervals are the same in every profile: they follow the schedules, not the appetite for risk.
import { dec, decimalString } from "#domain/decimal.ts";
import type { AccountMode } from "#domain/documents/account.ts";
import {
  type AccountConfig,
  DEFAULT_ROUTER,
  type ProtectionsConfig,
  type WatchdogConfig,
} from "#domain/documents/config.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { PROFILE_NUMBERS, type ProfileField, type ProfileName } from "./risk-profiles.ts";

export interface ConfigAnswers {
  readonly profile: ProfileName;
  readonly capitalUsd: string;
  readonly symbols: readonly string[];
  readonly strategies: readonly string[];
  readonly mode: AccountMode;
}

const BPS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The profile's numbers, as a config wants them. */
class Numbers {
  readonly #profile: ProfileName;
  readonly #capitalUsd: string;

  constructor({ profile, capitalUsd }: Pick<ConfigAnswers, "profile" | "capitalUsd">) {
    this.#profile = profile;
    this.#capitalUsd = capitalUsd;
  }

  plain(field: ProfileField): number {
    return PROFILE_NUMBERS[field][this.#profile];
  }

  usd(field: ProfileField): string {
    return decimalString(dec(this.#capitalUsd).mul(this.plain(field)).div(BPS));
  }

  ms(field: ProfileField): number {
    return this.plain(field) * MINUTE_MS;
  }
}

/** Throws ZodError where capital, symbols or strategies are none. */
export function firstConfig(answers: ConfigAnswers, author: string, nowMs: number): AccountConfig {
  const numbers = new Numbers(answers);
  const strategies = answers.strategies.map((strategyId) => [
    strategyId,
    {
      strategyId,
      orderNotionalUsd: numbers.usd("orderNotionalUsd"),
      maxExposureUsd: null,
      entryRouting: "market" as const,
      exitRouting: "market" as const,
      entryShare: null,
      fitToCaps: false,
      repairMissedAlerts: false,
      exits: null,
      entries: null,
    },
  ]);
  return accountConfigSchema.parse({
    version: 1,
    author,
    createdAtMs: nowMs,
    symbols: [...answers.symbols],
    strategies: Object.fromEntries(strategies),
    maxOpenGroups: numbers.plain("maxOpenGroups"),
    // Who knows nothing of a queue expects a full pool to deny.
    queue: null,
    // Closing winners for a loser is a wish of its own, and never a default.
    offset: null,
    router: { ...DEFAULT_ROUTER },
    maxOrderNotionalUsd: numbers.usd("maxOrderNotionalUsd"),
    maxSymbolExposureUsd: numbers.usd("maxSymbolExposureUsd"),
    maxGrossExposureUsd: numbers.usd("maxGrossExposureUsd"),
    maxNetExposureUsd: numbers.usd("maxNetExposureUsd"),
    maxLongExposureUsd: numbers.usd("maxLongExposureUsd"),
    maxShortExposureUsd: numbers.usd("maxShortExposureUsd"),
    maxLeverage: String(numbers.plain("maxLeverage")),
    maxDailyLossUsd: numbers.usd("maxDailyLossUsd"),
    maxOrdersPerMinute: numbers.plain("maxOrdersPerMinute"),
    tiers: {},
    buckets: {},
    maxSpreadBps: numbers.plain("maxSpreadBps"),
    maxPriceDeviationBps: numbers.plain("maxPriceDeviationBps"),
    drawdown: {
      warnBps: numbers.plain("drawdownWarnBps"),
      reduceBps: numbers.plain("drawdownReduceBps"),
      haltBps: numbers.plain("drawdownHaltBps"),
      flattenBps: numbers.plain("drawdownFlattenBps"),
      hysteresisBps: 100,
      resumeAfterMs: null,
    },
    protections: protections(numbers),
    watchdog: watchdog(numbers),
    venueAccount: venueAccount(numbers, answers.mode),
    confirmation: { bySecondPerson: [], withSecondFactor: [] },
    reserves: [],
    coinDustUsd: "1",
    maxTelemetrySilenceMs: 10 * MINUTE_MS,
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
  });
}

function protections(numbers: Numbers): ProtectionsConfig {
  return {
    cooldownPeriod: { stopDurationMs: numbers.ms("cooldownMinutes") },
    stoplossGuard: {
      lookbackMs: HOUR_MS,
      tradeLimit: 3,
      stopDurationMs: numbers.ms("stoplossLockMinutes"),
      requiredProfitBps: 0,
      onlyPerSymbol: false,
      onlyPerSide: false,
    },
    maxDrawdown: {
      lookbackMs: DAY_MS,
      tradeLimit: 10,
      stopDurationMs: HOUR_MS,
      maxAllowedDrawdownBps: numbers.plain("drawdownHaltBps"),
    },
    lowProfitPairs: null,
    errorBurst: { windowMs: 5 * MINUTE_MS, limit: 5, stopDurationMs: 10 * MINUTE_MS },
    vetoCooldownMs: null,
  };
}

/** Twice and thrice a schedule's minute: a late run must not be taken for a dead one. */
function watchdog(numbers: Numbers): WatchdogConfig {
  return {
    intervalMs: 15_000,
    maxNavAgeMs: 3 * MINUTE_MS,
    maxMarketDataAgeMs: MINUTE_MS,
    maxReconcileAgeMs: 3 * MINUTE_MS,
    maxExecutorAgeMs: 2 * MINUTE_MS,
    maxBlindMs: 3 * MINUTE_MS,
    groupStopLossBps: numbers.plain("groupStopLossBps"),
    groupTimeLimitMs: null,
    protectiveStopBps: numbers.plain("protectiveStopBps"),
    flattenSlippageBps: 50,
    flattenLimitTries: 2,
  };
}

/** The account's leverage at the venue is left as it is set there: `maxLeverage` bounds the use of it. */
function venueAccount(numbers: Numbers, mode: AccountMode): AccountConfig["venueAccount"] {
  return {
    marginType: "cross",
    leverage: null,
    leverageBySymbol: {},
    multiAssets: false,
    feesInCoin: null,
    // Test networks have no list of addresses for a key.
    keyAddressBound: mode === "live" ? true : null,
    maxSettingsAgeMs: 3 * HOUR_MS,
    maxMarginRatioBps: numbers.plain("maxMarginRatioBps"),
    minLiquidationDistanceBps: numbers.plain("minLiquidationBps"),
  };
}
