// An account's validated configuration. Every limit is named with its unit; there are no fallbacks in code for
// a value that is missing: a config that lacks one is not a config.
import type { DecimalString } from "./decimal.ts";

export interface StrategyConfig {
  readonly strategyId: string;
  /** Position size of one entry, in quote currency, where the signal does not bring one. */
  readonly orderNotionalUsd: DecimalString;
  /** How entries are sent. `market` takes; `postOnly` rests at top of book and is cancelled after `workingLimitMs`. */
  readonly entryRouting: "market" | "postOnly";
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
  readonly maxOrderNotionalUsd: DecimalString;
  readonly maxSymbolExposureUsd: DecimalString;
  readonly maxGrossExposureUsd: DecimalString;
  /** Orders per rolling minute. */
  readonly maxOrdersPerMinute: number;
  /** NAV, peak and marks older than this stop entries. */
  readonly maxNavAgeMs: number;
  readonly maxPeakAgeMs: number;
  readonly maxMarkAgeMs: number;
  /** An intent older than this is not traded any more. */
  readonly maxIntentAgeMs: number;
  /** A resting order older than this is cancelled. */
  readonly workingLimitMs: number;
}
