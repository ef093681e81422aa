// Receipts of an account in mid-session: traded, denied with one and with two reasons, refused at the door.
import type { Denial } from "#domain/documents/denial.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { ACCOUNT } from "./order-rows.ts";

const MINUTE_MS = 60_000;

export function denial(part: Partial<Denial> & Pick<Denial, "code">): Denial {
  return { limit: null, actual: null, unit: null, subject: null, ...part };
}

export function receipt(part: Partial<Receipt> & Pick<Receipt, "signalId" | "receivedAtMs">): Receipt {
  const { receivedAtMs, signalId } = part;
  return {
    hookId: "hook-demo-1",
    accountId: ACCOUNT,
    strategyId: "trend-4h",
    status: "ORDERED",
    intent: {
      intentId: `i-${signalId}`,
      signalId,
      accountId: ACCOUNT,
      strategyId: "trend-4h",
      symbol: "BTCUSDT",
      action: "open",
      side: "long",
      size: { kind: "strategyDefault" },
      reduceBps: null,
      signalPriceUsd: null,
      exits: null,
      entries: null,
      signalledAtMs: receivedAtMs - 900,
      receivedAtMs,
      expiresAtMs: receivedAtMs + MINUTE_MS,
    },
    refusalCode: null,
    denials: [],
    clientOrderId: null,
    queue: null,
    payload: {},
    source: { address: "52.89.214.238", mode: "tradingview" },
    decidedAtMs: receivedAtMs + 24,
    sentAtMs: receivedAtMs + 31,
    acknowledgedAtMs: receivedAtMs + 173,
    ...part,
  };
}

export function receipts(nowMs: number): Receipt[] {
  const at = (minutes: number): number => nowMs - minutes * MINUTE_MS;
  const denied = { status: "DENIED", sentAtMs: null, acknowledgedAtMs: null } as const;
  const wanting = (
    from: Receipt,
    symbol: string,
    side: "long" | "short",
    action: "open" | "close" = "open",
  ): Receipt => ({
    ...from,
    intent: from.intent === null ? null : { ...from.intent, symbol, side, action },
  });
  return [
    wanting(
      receipt({ signalId: "s-1", receivedAtMs: at(0.4), strategyId: "fade-15m", clientOrderId: "b-7f3a-0" }),
      "SOLUSDT",
      "short",
    ),
    wanting(
      receipt({
        signalId: "s-2",
        receivedAtMs: at(2.2),
        ...denied,
        denials: [
          denial({
            code: "SYMBOL_EXPOSURE_EXCEEDED",
            limit: "5000",
            actual: "6240.4",
            unit: "usd",
            subject: "SOLUSDT",
          }),
          denial({ code: "RATE_LIMIT_EXCEEDED", limit: "10", actual: "11", unit: "orders" }),
        ],
      }),
      "SOLUSDT",
      "short",
    ),
    wanting(receipt({ signalId: "s-3", receivedAtMs: at(4), clientOrderId: "b-61c0-0" }), "DOGEUSDT", "long"),
    receipt({
      signalId: "s-4",
      receivedAtMs: at(9),
      status: "REFUSED",
      refusalCode: "SIGNAL_STALE",
      payload: { faults: ["The signal is 94210 ms old, at most 60000 ms are allowed"] },
      intent: null,
      decidedAtMs: null,
      sentAtMs: null,
      acknowledgedAtMs: null,
    }),
    receipt({ signalId: "s-5", receivedAtMs: at(22), clientOrderId: "b-44d9-0" }),
    wanting(
      receipt({
        signalId: "s-6",
        receivedAtMs: at(51),
        clientOrderId: "b-18aa-1",
        source: { address: "127.0.0.1", mode: "signed" },
      }),
      "ETHUSDT",
      "long",
      "close",
    ),
    receipt({
      signalId: "s-7",
      receivedAtMs: at(96),
      ...denied,
      denials: [denial({ code: "NAV_STALE", limit: "180000", actual: "1260000", unit: "ms" })],
    }),
    wanting(
      receipt({ signalId: "s-8", receivedAtMs: at(205), clientOrderId: "b-18aa-0" }),
      "ETHUSDT",
      "long",
    ),
  ];
}
