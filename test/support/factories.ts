// Domain shapes with sensible values, for table tests: each takes what the case is about and fills in the rest.

import { dec } from "#domain/decimal.ts";
import { decisionBasis } from "#domain/documents/basis.ts";
import type { ControlState, TradingStateLatch } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { noIncome } from "#domain/documents/income.ts";
import type { Market, TopOfBook, Touch } from "#domain/documents/market.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { operatorLatch } from "#domain/documents/new-control.ts";
import type { Order } from "#domain/documents/order.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { RouteChoice } from "#domain/documents/route.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import type { RiskContext, SizedEntry } from "#domain/risk/context.ts";
import type { TouchAnswer } from "#domain/risk/touch-answer.ts";
import { configWith, controlWith } from "./world.ts";

export const NOW_MS = 1_767_323_045_678;

export function market(overrides: Partial<Market> = {}): Market {
  return {
    symbol: "BTCUSDT",
    baseAsset: "BTC",
    quoteAsset: "USDT",
    tickSizeUsd: "0.1",
    stepSizeBase: "0.001",
    minQtyBase: "0.001",
    maxQtyBase: "1000",
    maxMarketQtyBase: "120",
    minNotionalUsd: "100",
    venueMarket: {},
    ...overrides,
  };
}

/** An entry of `maker` as the config has it. */
export function restingChoice(overrides: Partial<RouteChoice> = {}): RouteChoice {
  return { firstStep: "maker", offsetTicks: 0, by: "config", evidence: null, ...overrides };
}

export function mark(overrides: Partial<TopOfBook> = {}): TopOfBook {
  return { symbol: "BTCUSDT", bidUsd: "50000", askUsd: "50001", asOfMs: NOW_MS - 1_000, ...overrides };
}

export function touch(overrides: Partial<Touch> = {}): Touch {
  return { ...mark({ asOfMs: NOW_MS - 100 }), askedAtMs: NOW_MS - 200, ...overrides };
}

/** The venue's answer with that touch. */
export function touchRead(overrides: Partial<Touch> = {}): TouchAnswer {
  return { kind: "read", touch: touch(overrides) };
}

export function intent(overrides: Partial<Intent> = {}): Intent {
  return {
    intentId: "intent-1",
    signalId: "signal-1",
    accountId: "main",
    strategyId: "trend",
    symbol: "BTCUSDT",
    action: "open",
    side: "long",
    size: { kind: "strategyDefault" },
    reduceBps: null,
    signalPriceUsd: null,
    exits: null,
    entries: null,
    signalledAtMs: NOW_MS - 500,
    receivedAtMs: NOW_MS - 400,
    expiresAtMs: NOW_MS + 60_000,
    ...overrides,
  };
}

export function nav(overrides: Partial<Nav> = {}): Nav {
  const healthy = { ok: true, asOfMs: NOW_MS - 1_000, error: null };
  return {
    accountId: "main",
    navUsd: "100000",
    walletUsd: "100000",
    assetsUsd: "0",
    unrealizedPnlUsd: "0",
    positions: [],
    assets: [],
    marks: { BTCUSDT: mark() },
    sources: {
      balances: healthy,
      positions: healthy,
      marks: healthy,
      funding: healthy,
      fees: healthy,
      fx: healthy,
    },
    stale: false,
    asOfMs: NOW_MS - 1_000,
    checkedAtMs: NOW_MS - 1_000,
    recent: [],
    baseline: { baselineId: "baseline-1", sinceMs: NOW_MS - 7_200_000 },
    unexplained: null,
    bound: { usd: "100000", atMs: NOW_MS - 1_000, walletUsd: "100000", venueValued: [], coins: [] },
    margin: [
      {
        symbol: null,
        balanceUsd: "100000",
        maintenanceUsd: "0",
        notionalUsd: "0",
        ratioBps: 0,
        roomBps: null,
      },
    ],
    ...overrides,
  };
}

export function peak(overrides: Partial<Peak> = {}): Peak {
  return {
    accountId: "main",
    baselineId: "baseline-1",
    baselineSinceMs: NOW_MS - 7_200_000,
    peakUsd: "100000",
    peakAtMs: NOW_MS - 3_600_000,
    drawdownBps: 0,
    dayOpenUsd: "100000",
    day: "2026-01-02",
    dayPnlUsd: "0",
    asOfMs: NOW_MS - 1_000,
    lossAsOfMs: NOW_MS - 1_000,
    candidate: null,
    today: noIncome(Date.parse("2026-01-02")),
    total: noIncome(NOW_MS - 7_200_000),
    adjustments: [],
    source: { kind: "nav", rebuiltAtMs: NOW_MS - 7_200_000, sampleCount: 1 },
    ledger: {
      balances: { USDT: "100000" },
      reserves: {},
      cursorMs: Date.parse("2026-01-02"),
      cursorIds: [],
    },
    ...overrides,
  };
}

/** Settings as the plain config wants them, with one bracket for any value. */
export function venueSettings(overrides: Partial<VenueSettings> = {}): VenueSettings {
  const brackets = [{ notionalCapUsd: "1000000000", maintenanceRate: "0.004", deductionUsd: "0" }];
  const ofSymbol = { marginType: "cross", leverage: 20, brackets } as const;
  return {
    positionMode: "oneWay",
    multiAssets: false,
    mayTrade: true,
    feesInCoin: false,
    key: { mayTrade: true, mayWithdraw: false, isAddressBound: true },
    symbols: { BTCUSDT: ofSymbol, ETHUSDT: ofSymbol, SOLUSDT: ofSymbol },
    asOfMs: NOW_MS - 60_000,
    ...overrides,
  };
}

/** An entry that was queued now, for a minute. */
export function queuedEntry(overrides: Partial<QueuedEntry> = {}): QueuedEntry {
  return {
    intentId: "a",
    signalId: "s",
    strategyId: "trend",
    symbol: "BTCUSDT",
    side: "long",
    signalledAtMs: NOW_MS - 1_000,
    receivedAtMs: NOW_MS - 900,
    queuedAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 60_000,
    referencePriceUsd: "100",
    placeWhenQueued: 1,
    replacesIntentId: null,
    preferredBy: null,
    rank: { pyramidOfGroupId: null, lossBps: 0, aheadBy: null },
    ...overrides,
  };
}

export function throttlesWith(overrides: Partial<ControlState["throttles"]> = {}): ControlState["throttles"] {
  return { orderSentAtMs: [], venueBannedUntilMs: 0, errorAtMs: [], vetoedUntilMs: {}, ...overrides };
}

export function latchWith(overrides: Partial<TradingStateLatch> = {}): TradingStateLatch {
  return { ...operatorLatch("ACTIVE", "test", "set up", NOW_MS - 60_000), ...overrides };
}

/** An entry of that quantity and value, at the prices that follow from them. */
export function sizedEntry(qtyBase: string, notionalUsd: string, leastUsd = notionalUsd): SizedEntry {
  const priceOf = (valueUsd: string) =>
    dec(qtyBase).isZero() ? dec(mark().askUsd) : dec(valueUsd).div(dec(qtyBase));
  return {
    qtyBase: dec(qtyBase),
    notionalUsd: dec(notionalUsd),
    leastNotionalUsd: dec(leastUsd),
    priceUsd: priceOf(notionalUsd),
    lowestPriceUsd: priceOf(leastUsd),
    fitted: null,
    ladder: null,
  };
}

export function riskContext(overrides: Partial<RiskContext> = {}): RiskContext {
  return {
    nowMs: NOW_MS,
    intent: intent(),
    control: controlWith(),
    config: configWith(),
    nav: nav(),
    peak: peak(),
    market: market(),
    touch: touchRead(),
    venueSettings: venueSettings(),
    entry: sizedEntry("0.02", "1000.02", "1000"),
    queued: null,
    ...overrides,
  };
}

export function order(
  overrides: Partial<Omit<Order, "request">> & { request?: Partial<Order["request"]> } = {},
): Order {
  const { request, ...rest } = overrides;
  return {
    request: {
      clientOrderId: "border1",
      symbol: "BTCUSDT",
      side: "buy",
      type: "market",
      qtyBase: "1",
      priceUsd: null,
      timeInForce: null,
      reduceOnly: false,
      ...request,
    },
    accountId: "main",
    intentId: "intent-1",
    signalId: "signal-1",
    strategyId: "trend",
    groupId: "group-1",
    step: 0,
    status: "SUBMITTING",
    venueOrderId: null,
    filledQtyBase: "0",
    averagePriceUsd: null,
    rejection: null,
    absences: { count: 0, lastAtMs: null },
    deniedSinceMs: null,
    sends: 1,
    openSends: [1],
    sendDeadlineMs: NOW_MS + 5_000,
    fence: 1,
    basis: decisionBasis(1, { nav: nav(), peak: peak(), touch: touch(), mark: mark(), fitted: null }, NOW_MS),
    exitReason: request?.reduceOnly ? "signal" : null,
    signalReceivedAtMs: NOW_MS - 400,
    intentExpiresAtMs: NOW_MS + 60_000,
    createdAtMs: NOW_MS,
    sentAtMs: NOW_MS,
    acknowledgedAtMs: null,
    filledAtMs: null,
    updatedAtMs: NOW_MS,
    ...rest,
  };
}

export function group(overrides: Partial<Group> = {}): Group {
  return {
    groupId: "group-1",
    accountId: "main",
    strategyId: "trend",
    symbol: "BTCUSDT",
    side: "long",
    status: "OPENING",
    qtyBase: "0",
    averageEntryUsd: null,
    realizedPnlUsd: "0",
    entryNotionalUsd: "0",
    exitReason: null,
    plan: null,
    legs: [],
    stop: null,
    takeProfits: [],
    enteredBase: "0",
    takenBase: "0",
    bestPriceUsd: null,
    closing: null,
    accounts: null,
    costEstimated: false,
    carriedBase: "0",
    adoptedEntryUsd: null,
    stopVenueOrderIds: [],
    orderIds: ["border1"],
    openedAtMs: NOW_MS,
    endedAtMs: null,
    updatedAtMs: NOW_MS,
    ...overrides,
  };
}
