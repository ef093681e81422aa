// Orders and open groups of an account in mid-session: filled, working, refused by the venue, cancelled.
import type { OrderRow, Overview } from "#domain/documents/views.ts";

export const ACCOUNT = "main";
export const ACCOUNT_NAME = "Main";
const MINUTE_MS = 60_000;

export function order(part: Partial<OrderRow> & Pick<OrderRow, "clientOrderId" | "createdAtMs">): OrderRow {
  return {
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    timeInForce: "IOC",
    reduceOnly: false,
    qtyBase: "0.012",
    filledQtyBase: "0.012",
    averagePriceUsd: "60123.4",
    status: "FILLED",
    rejection: null,
    strategyId: "trend-4h",
    updatedAtMs: part.createdAtMs + 190,
    toSentMs: 31,
    toAcknowledgedMs: 142,
    ...part,
  };
}

function orders(nowMs: number): OrderRow[] {
  const at = (minutes: number): number => nowMs - minutes * MINUTE_MS;
  return [
    order({
      clientOrderId: "b-7f3a-0",
      createdAtMs: at(0.4),
      timeInForce: "GTX",
      symbol: "SOLUSDT",
      side: "sell",
      qtyBase: "42",
      filledQtyBase: "17",
      averagePriceUsd: "148.213",
      status: "PARTIALLY_FILLED",
      strategyId: "fade-15m",
    }),
    order({
      clientOrderId: "b-61c0-0",
      createdAtMs: at(4),
      symbol: "DOGEUSDT",
      qtyBase: "12500",
      filledQtyBase: "0",
      averagePriceUsd: null,
      status: "REJECTED",
      rejection: { code: "-2019", message: "Margin is insufficient" },
      toAcknowledgedMs: 118,
    }),
    order({ clientOrderId: "b-44d9-0", createdAtMs: at(22) }),
    order({
      clientOrderId: "b-18aa-1",
      createdAtMs: at(51),
      symbol: "ETHUSDT",
      side: "sell",
      type: "market",
      timeInForce: null,
      reduceOnly: true,
      qtyBase: "0.85",
      filledQtyBase: "0.85",
      averagePriceUsd: "2604.117647",
      toSentMs: 27,
      toAcknowledgedMs: 133,
    }),
    order({
      clientOrderId: "b-18aa-0",
      createdAtMs: at(205),
      symbol: "ETHUSDT",
      qtyBase: "0.85",
      filledQtyBase: "0.85",
      averagePriceUsd: "2588.09",
    }),
    order({
      clientOrderId: "b-0b52-0",
      createdAtMs: at(260),
      timeInForce: "GTX",
      symbol: "SOLUSDT",
      side: "sell",
      qtyBase: "40",
      filledQtyBase: "0",
      averagePriceUsd: null,
      status: "CANCELED",
      strategyId: "fade-15m",
    }),
  ];
}

export function overview(nowMs: number): Overview {
  const group = {
    accountId: ACCOUNT,
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
    endedAtMs: null,
    updatedAtMs: nowMs - 20_000,
  };
  return {
    accountId: ACCOUNT,
    tradingState: {
      state: "ACTIVE",
      cause: "operator",
      resumeAtMs: null,
      actor: "ana@example.test",
      reason: "Start of session",
      atMs: nowMs - 190 * MINUTE_MS,
    },
    groups: [
      {
        ...group,
        groupId: "g-btc",
        strategyId: "trend-4h",
        symbol: "BTCUSDT",
        side: "long",
        status: "ACTIVE",
        qtyBase: "0.012",
        averageEntryUsd: "60123.4",
        orderIds: ["b-44d9-0"],
        openedAtMs: nowMs - 22 * MINUTE_MS,
      },
      {
        ...group,
        groupId: "g-sol",
        strategyId: "fade-15m",
        symbol: "SOLUSDT",
        side: "short",
        status: "OPENING",
        qtyBase: "17",
        averageEntryUsd: "148.213",
        orderIds: ["b-7f3a-0"],
        openedAtMs: nowMs - 24_000,
      },
    ],
    orders: orders(nowMs),
    slots: { used: 2, limit: 5 },
    updatedAtMs: nowMs - 20_000,
  };
}
