// The evidence of a small run in which all went well: one entry filled, one alert denied, one refused. The tests of
// the invariants damage it, one thing at a time.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { group, intent, mark, NOW_MS, nav, order, peak } from "#test/support/factories.ts";
import { ACCOUNT, controlWith } from "#test/support/world.ts";
import type { Evidence } from "./evidence.ts";
import type { SentSignal } from "./sender.ts";

const ORDER_ID = clientOrderId(ACCOUNT, "intent-1", 0);
export const ORDER_PATH = paths.order(ACCOUNT, ORDER_ID);
export const GROUP_PATH = paths.group(ACCOUNT, "group-1");
export const RECEIPT_PATH = paths.receipt(ACCOUNT, "signal-1");
export const DENIED_PATH = paths.receipt(ACCOUNT, "signal-2");

function signal(key: string, signalId: string, code: string, isUsable = true): SentSignal {
  const alert = {
    key,
    mode: "direct",
    contentType: "application/json",
    body: "{}",
    isProved: true,
    isUsable,
    signalId,
  } as const;
  return { alert, answers: [{ status: isUsable ? 202 : 400, code, receiptId: signalId }] };
}

function receipt(overrides: Partial<Receipt>): Receipt {
  return {
    signalId: "signal-1",
    hookId: "hook-under-test",
    accountId: ACCOUNT,
    strategyId: "trend",
    status: "ORDERED",
    intent: intent(),
    refusalCode: null,
    denials: [],
    clientOrderId: ORDER_ID,
    queue: null,
    payload: {},
    source: { address: "127.0.0.1", mode: "tradingview" },
    receivedAtMs: NOW_MS - 400,
    decidedAtMs: NOW_MS,
    sentAtMs: NOW_MS,
    acknowledgedAtMs: NOW_MS,
    ...overrides,
  };
}

function storedIntent(overrides: Partial<StoredIntent>): StoredIntent {
  const basis = order().basis;
  const standing = { status: "DECIDED", step: 1, denials: [], basis, updatedAtMs: NOW_MS } as const;
  return { intent: intent(), ...standing, ...overrides };
}

const denied = intent({ intentId: "intent-2", signalId: "signal-2" });
const denial = { code: "POOL_FULL", limit: "4", actual: "4", unit: "groups", subject: null } as const;
const filled = order({
  request: { clientOrderId: ORDER_ID },
  status: "FILLED",
  venueOrderId: "7",
  filledQtyBase: "1",
  averagePriceUsd: "50000",
});
const open: Group = group({
  status: "ACTIVE",
  qtyBase: "1",
  averageEntryUsd: "50000",
  orderIds: [ORDER_ID],
});
const control: ControlState = controlWith({
  lease: { holderId: null, fence: 2, expiresAtMs: 0 },
  slots: {
    "group-1": { symbol: "BTCUSDT", side: "long", strategyId: "trend", qtyBase: "1", sinceMs: NOW_MS },
  },
  journalSeq: 2,
});

function entry(seq: number, fence: number, images: Readonly<Record<string, object>>) {
  const path = paths.journal(ACCOUNT, seq);
  const plain = images as Record<string, Record<string, unknown>>;
  const about = { actor: "executor", kind: "ORDER_STORED", subject: ORDER_ID };
  return [path, { seq, accountId: ACCOUNT, atMs: NOW_MS, fence, ...about, images: plain }] as const;
}

function venue(): Evidence["venue"] {
  return {
    prices: { BTCUSDT: { bidUsd: "50010.0", askUsd: "50011.0" } },
    accounts: [
      {
        walletUsd: "99980.00000000",
        positions: [{ symbol: "BTCUSDT", qtyBase: "1.000", entryCostUsd: "50000" }],
      },
    ],
    orders: [
      {
        clientOrderId: ORDER_ID,
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        status: "FILLED",
        origQty: "1.000",
        executedQty: "1.000",
        price: "0.0",
        reduceOnly: false,
      },
    ],
  };
}

export function healthyEvidence(): Evidence {
  const position = {
    symbol: "BTCUSDT",
    side: "long",
    qtyBase: "1",
    entryPriceUsd: "50000",
    markUsd: "50010",
    notionalUsd: "50010",
    unrealizedPnlUsd: "10",
  } as const;
  const controlPath = paths.control(ACCOUNT);
  return {
    accountId: ACCOUNT,
    control,
    nav: nav({ navUsd: "99990", walletUsd: "99980", positions: [position], marks: { BTCUSDT: mark() } }),
    peak: peak(),
    overview: {
      accountId: ACCOUNT,
      tradingState: control.tradingState,
      groups: [open],
      orders: [],
      slots: { used: 1, limit: 4 },
      updatedAtMs: NOW_MS,
    },
    orders: new Map([[ORDER_PATH, filled]]),
    groups: new Map([[GROUP_PATH, open]]),
    receipts: new Map([
      [RECEIPT_PATH, receipt({})],
      [
        DENIED_PATH,
        receipt({
          signalId: "signal-2",
          status: "DENIED",
          intent: denied,
          denials: [denial],
          clientOrderId: null,
        }),
      ],
      [
        paths.receipt(ACCOUNT, "signal-3"),
        receipt({
          signalId: "signal-3",
          status: "REFUSED",
          intent: null,
          refusalCode: "SYMBOL_MISSING",
          clientOrderId: null,
        }),
      ],
    ]),
    intents: new Map([
      [paths.intent(ACCOUNT, "intent-1"), storedIntent({})],
      [
        paths.intent(ACCOUNT, "intent-2"),
        storedIntent({ intent: denied, status: "DENIED", denials: [denial] }),
      ],
    ]),
    journal: new Map([
      entry(1, 1, { [ORDER_PATH]: order({ request: { clientOrderId: ORDER_ID } }), [GROUP_PATH]: group() }),
      entry(2, 2, { [ORDER_PATH]: filled, [GROUP_PATH]: open, [controlPath]: control }),
    ]),
    alerts: new Map(),
    quarantine: new Map(),
    deadLetters: new Map(),
    venue: venue(),
    signals: [
      signal("first", "signal-1", "ACCEPTED"),
      signal("second", "signal-2", "DUPLICATE"),
      signal("third", "signal-3", "SYMBOL_MISSING", false),
    ],
  };
}
