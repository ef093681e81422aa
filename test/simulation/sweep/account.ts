// The one account of the sweep and the market it trades: prices that stand still unless a scenario moves them, so that
// a struck run and the untouched one differ by the strike alone.

import type { AccountConfig } from "#domain/documents/config.ts";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import type { SymbolDefinition } from "#local/exchange/engine/symbols.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import type { SimHook } from "../platform/front.ts";
import type { RunSetup } from "../workload/setup.ts";

export const ACCOUNT = "a1";
/** 2026-01-02T00:00:00Z: a minute that is the first of five. */
const EPOCH_MS = 1_767_312_000_000;
const MINUTE_MS = 60_000;
/** Runs begin this far into their first minute. */
const INTO_MINUTE_MS = 2_000;
/** Longer than three strikes one after the other delay a decision: what expires meanwhile ends otherwise, rightly. */
const INTENT_AGE_MS = 600_000;
/** The same for what decisions stand on: scenarios without a NAV schedule would else be refused what they resend. */
const GROUND_AGE_MS = 600_000;
/** The third symbol's books are so thin that a usual order takes all that there is. */
const THIN_LEVEL_USD = 4;
/** More than any scenario sends. */
const REQUESTS_PER_MINUTE = 60;

const [deep, other, thin] = DEFAULT_SYMBOLS.map((symbol) => ({ ...symbol, beta: 0, ownVolatility: 0 }));
if (deep === undefined || other === undefined || thin === undefined) throw new Error("Too few symbols");
const symbols: readonly SymbolDefinition[] = [deep, other, { ...thin, levelDepthUsd: THIN_LEVEL_USD }];
export const DEEP = deep.symbol;
export const OTHER = other.symbol;
export const THIN = thin.symbol;

export const hooks = {
  direct: hook("hook-direct", "trend", "tradingview"),
  signed: hook("hook-signed", "trend", "signed"),
} as const;

function hook(hookId: string, strategyId: string, mode: SimHook["mode"]): SimHook {
  const secret = Buffer.from(`secret of ${hookId}, long enough`).toString("base64");
  return {
    hookId,
    accountId: ACCOUNT,
    strategyId,
    mode,
    secret: secret.replaceAll(/[+/=]/g, "x"),
    maxRequestsPerMinute: REQUESTS_PER_MINUTE,
  };
}

/** `startMinute` is the minute of five in which a run begins: it decides which documents a NAV run touches. */
export function sweepSetup(overrides: Partial<AccountConfig>, startMinute: number): RunSetup {
  const profile = { accountId: ACCOUNT, name: "Swept", venue: "binance-usdm", mode: "paper" } as const;
  const config = configWith(overrides);
  return {
    startMs: EPOCH_MS + startMinute * MINUTE_MS + INTO_MINUTE_MS,
    trialMs: 0,
    accounts: [{ profile, config, hooks: [hooks.direct, hooks.signed], balanceUsdt: "100000" }],
    symbols,
    weightPerMinute: 2_400,
    maxSkewMs: 0,
    misconfigured: 0,
  };
}

function configWith(overrides: Partial<AccountConfig>): AccountConfig {
  return {
    ...PLAIN_CONFIG,
    version: 1,
    author: "operator",
    createdAtMs: EPOCH_MS,
    symbols: [DEEP, OTHER, THIN],
    strategies: {
      trend: plainStrategy("trend", { orderNotionalUsd: "500" }),
      patient: plainStrategy("patient", { orderNotionalUsd: "600", entryRouting: "postOnly" }),
    },
    maxOpenGroups: 3,
    maxOrderNotionalUsd: "5000",
    maxSymbolExposureUsd: "20000",
    maxGrossExposureUsd: "50000",
    maxOrdersPerMinute: 20,
    maxNavAgeMs: GROUND_AGE_MS,
    maxPeakAgeMs: GROUND_AGE_MS,
    maxMarkAgeMs: GROUND_AGE_MS,
    maxIntentAgeMs: INTENT_AGE_MS,
    workingLimitMs: 15_000,
    ...overrides,
  };
}
