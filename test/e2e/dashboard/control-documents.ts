// Config and control document of an account in mid-session: every kind of limit and protection is in use, two slots
// are taken, one entry is still working.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { newControlState } from "#domain/documents/new-control.ts";
import { NO_DRAWDOWN_GRADES, NO_PROTECTIONS, PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import { ACCOUNT, overview } from "./order-rows.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function config(nowMs: number, overrides: Partial<AccountConfig> = {}): AccountConfig {
  return {
    ...PLAIN_CONFIG,
    version: 7,
    author: "ana@example.test",
    createdAtMs: nowMs - DAY_MS,
    symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT"],
    strategies: {
      "trend-4h": plainStrategy("trend-4h", { orderNotionalUsd: "720", maxExposureUsd: "8000" }),
      "fade-15m": plainStrategy("fade-15m", {
        orderNotionalUsd: "6200",
        maxExposureUsd: "7000",
        entryRouting: "postOnly",
      }),
    },
    maxOpenGroups: 5,
    maxOrderNotionalUsd: "3000",
    maxSymbolExposureUsd: "5000",
    maxGrossExposureUsd: "12000",
    maxNetExposureUsd: "8000",
    maxLongExposureUsd: "8000",
    maxShortExposureUsd: "7000",
    maxLeverage: "2",
    tiers: {
      majors: { symbols: ["BTCUSDT", "ETHUSDT"], maxExposureUsd: "10000", maxOpenGroups: null },
      alts: { symbols: ["SOLUSDT", "DOGEUSDT"], maxExposureUsd: "7500", maxOpenGroups: 3 },
    },
    buckets: {
      smart: { symbols: ["ETHUSDT", "SOLUSDT"], maxExposureUsd: null, maxOpenGroups: 2 },
    },
    maxDailyLossUsd: "400",
    maxSpreadBps: 50,
    maxPriceDeviationBps: 300,
    drawdown: {
      ...NO_DRAWDOWN_GRADES,
      warnBps: 300,
      reduceBps: 600,
      haltBps: 1_000,
      flattenBps: 1_500,
      hysteresisBps: 100,
      resumeAfterMs: null,
    },
    protections: {
      ...NO_PROTECTIONS,
      cooldownPeriod: { stopDurationMs: 10 * MINUTE_MS },
      stoplossGuard: {
        lookbackMs: 60 * MINUTE_MS,
        tradeLimit: 3,
        stopDurationMs: 30 * MINUTE_MS,
        requiredProfitBps: 0,
        onlyPerSymbol: false,
        onlyPerSide: false,
      },
      maxDrawdown: null,
      lowProfitPairs: null,
      errorBurst: { windowMs: 5 * MINUTE_MS, limit: 5, stopDurationMs: 10 * MINUTE_MS },
      vetoCooldownMs: 5 * MINUTE_MS,
    },
    maxOrdersPerMinute: 10,
    maxNavAgeMs: 180_000,
    maxPeakAgeMs: 600_000,
    maxMarkAgeMs: 120_000,
    maxIntentAgeMs: 60_000,
    workingLimitMs: 600_000,
    ...overrides,
  };
}

export function control(nowMs: number, overrides: Partial<ControlState> = {}): ControlState {
  return {
    ...newControlState(ACCOUNT, 7, overview(nowMs).tradingState, nowMs - 20_000),
    lease: { holderId: null, fence: 41, expiresAtMs: 0 },
    throttles: {
      orderSentAtMs: [nowMs - 24_000],
      venueBannedUntilMs: 0,
      errorAtMs: [],
      vetoedUntilMs: {},
    },
    slots: {
      "g-btc": {
        symbol: "BTCUSDT",
        side: "long",
        strategyId: "trend-4h",
        qtyBase: "0.012",
        sinceMs: nowMs - 22 * MINUTE_MS,
      },
      "g-sol": {
        symbol: "SOLUSDT",
        side: "short",
        strategyId: "fade-15m",
        qtyBase: "17",
        sinceMs: nowMs - 24_000,
      },
    },
    reservations: {
      "b-7f3a-0": {
        groupId: "g-sol",
        symbol: "SOLUSDT",
        side: "sell",
        reduceOnly: false,
        qtyBase: "25",
        notionalUsd: "3705.33",
      },
    },
    stopsToCancel: {},
    inbox: { storedCount: 50, takenCount: 50 },
    journalSeq: 212,
    ...overrides,
  };
}
