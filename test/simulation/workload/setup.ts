// The ground of a run before its first event, drawn from its seed: accounts with their limits, hooks, the
// listed contracts and how thin their books are.

import { createHash } from "node:crypto";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import type { SymbolDefinition } from "#local/exchange/engine/symbols.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { drawLimits } from "./limits.ts";
import { withLossRules } from "./losses.ts";

/** 2026-01-02T00:00:00Z and the day after it: runs start anywhere in these, so some cross midnight. */
const EPOCH_MS = 1_767_312_000_000;
const START_RANGE_S = 86_400;
const LISTED = 3;
/** Books so thin that a usual order takes several levels, and a large one more than there is. */
const THIN_LEVEL_USD = 60;

const STRATEGIES = ["trend", "patient"] as const;

export interface SimAccount {
  readonly profile: AccountProfile;
  readonly config: AccountConfig;
  readonly hooks: readonly SimHook[];
  readonly balanceUsdt: string;
  /** How its router was tuned before the run; left out where it never was. */
  readonly tuning?: Tuning;
}

export interface RunSetup {
  readonly startMs: number;
  /** How long faults may strike and alerts come. */
  readonly trialMs: number;
  readonly accounts: readonly SimAccount[];
  readonly symbols: readonly SymbolDefinition[];
  /**
   * Request weight a minute that the venue allows while faults last, for all accounts together. Below what two accounts
   * cost at rest it starves them, so it ends with the faults.
   */
  readonly weightPerMinute: number;
  readonly maxSkewMs: number;
  /** Share of instances that start with another environment's settings. */
  readonly misconfigured: number;
  /** How long before the start the accounts' settings at the venue were read; absent: just then. */
  readonly settingsAgeMs?: number;
  /** How late the second venue's lists show what it has taken, while faults last; absent: at once. */
  readonly shownLate?: ShownLate;
}

export interface ShownLate {
  /** Orders and stops, in look-ups and in the list of open ones. */
  readonly ordersMs: number;
  /** Trades, and rows of the wallet's log. */
  readonly historyMs: number;
}

/** A trial at least this long has a silence that trading must not survive. */
export const LONG_TRIAL_MS = 600_000;

/** `limits` and `losses` draw what is optional in a config (see limits.ts and losses.ts). */
export function drawSetup(random: Random, limits: Random, losses: Random): RunSetup {
  const thin = random.chance(0.3);
  const symbols = DEFAULT_SYMBOLS.slice(0, LISTED).map((definition) => ({
    ...definition,
    levelDepthUsd: thin ? THIN_LEVEL_USD : definition.levelDepthUsd,
  }));
  const names = symbols.map(({ symbol }) => symbol);
  const hasLive = random.chance(0.1);
  const count = random.chance(0.4) ? 2 : 1;
  const accounts = Array.from({ length: count }, (_, index) =>
    drawAccount(random, `a${index + 1}`, "paper", names),
  );
  if (hasLive) accounts.push(drawAccount(random, "live1", "live", names));
  const setup: RunSetup = {
    startMs: EPOCH_MS + 1_000 * random.int(0, START_RANGE_S) + random.int(0, 999),
    trialMs: Math.round(random.skewed(75, 300)) * 1_000,
    accounts: accounts.map((account) => ({
      ...account,
      config: { ...account.config, ...drawLimits(limits, names) },
    })),
    symbols,
    weightPerMinute: random.chance(0.1) ? random.int(40, 120) : VENUE_WEIGHT_PER_MINUTE,
    maxSkewMs: random.chance(0.3) ? random.int(50, 800) : 0,
    misconfigured: hasLive || random.chance(0.05) ? 0.2 : 0,
  };
  // Drawn last: what was drawn before stays as it was for every seed.
  const guarded = setup.accounts.map((account) => withStops(random, account));
  const isLong = losses.chance(0.03);
  return {
    ...setup,
    trialMs: isLong ? losses.int(LONG_TRIAL_MS, 720_000) : setup.trialMs,
    accounts: guarded.map((account) => ({ ...account, config: withLossRules(losses, account.config) })),
  };
}

/** Binance's published limit of the USD-M futures API. */
export const VENUE_WEIGHT_PER_MINUTE = 2_400;

/** Distances that fire in most runs, in some, and hardly ever. */
const STOP_BPS = [25, 100, 300, 900] as const;

function withStops(random: Random, account: SimAccount): SimAccount {
  const protectiveStopBps = random.chance(0.5) ? random.pick(STOP_BPS) : null;
  const watchdog = { ...account.config.watchdog, protectiveStopBps };
  return { ...account, config: { ...account.config, watchdog } };
}

function drawAccount(
  random: Random,
  accountId: string,
  mode: "paper" | "live",
  symbols: readonly string[],
): SimAccount {
  return {
    profile: { accountId, name: accountId, venue: "binance-usdm", mode },
    config: drawConfig(random, symbols),
    hooks: STRATEGIES.map((strategyId, index) => ({
      hookId: `hook-${accountId}-${strategyId}`,
      accountId,
      strategyId,
      mode: index === 0 ? "tradingview" : "signed",
      secret: secretOf(accountId, strategyId),
      maxRequestsPerMinute: random.chance(0.08) ? 4 : 100,
    })),
    balanceUsdt: random.chance(0.15) ? "400" : "100000",
  };
}

/** Constant: what a secret is does not change what happens. */
function secretOf(accountId: string, strategyId: string): string {
  return createHash("sha256").update(`${accountId}/${strategyId}`).digest("base64url");
}

function drawConfig(random: Random, symbols: readonly string[]): AccountConfig {
  const maxIntentAgeMs = random.int(30, 120) * 1_000;
  return {
    ...PLAIN_CONFIG,
    version: 1,
    author: "operator",
    createdAtMs: EPOCH_MS,
    symbols,
    strategies: {
      trend: plainStrategy("trend", { orderNotionalUsd: "500" }),
      patient: plainStrategy("patient", { orderNotionalUsd: "600", entryRouting: "postOnly" }),
    },
    maxOpenGroups: random.int(1, 3),
    maxOrderNotionalUsd: "5000",
    maxSymbolExposureUsd: random.chance(0.3) ? "1500" : "20000",
    maxGrossExposureUsd: "50000",
    maxOrdersPerMinute: random.chance(0.4) ? random.int(2, 6) : 100,
    maxNavAgeMs: random.chance(0.5) ? 90_000 : 150_000,
    maxPeakAgeMs: 600_000,
    maxMarkAgeMs: random.chance(0.5) ? 90_000 : 150_000,
    maxIntentAgeMs,
    workingLimitMs: random.int(15, 60) * 1_000,
  };
}
