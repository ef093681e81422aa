// Orders and receipts in words: each state has its meaning, each change is told once, each step its latency or that
// it has not happened.
import { beforeAll, describe, expect, it } from "vitest";
import type { OrderStatus } from "#domain/documents/order.ts";
import { loadDenialSentences } from "#hosting/model/denial-words.ts";
import { orderKind, orderMeaning, orderNews, orderTone } from "#hosting/model/order-words.ts";
import {
  isStuck,
  latenciesOf,
  reasonsOf,
  receiptNews,
  sightOf,
  tally,
  wantedText,
} from "#hosting/model/receipts.ts";
import type { ReceiptRow } from "#hosting/model/rows.ts";
import { receiptsPanel } from "#hosting/view/receipts-panel.ts";
import { textOf } from "#hosting/view/vnode.ts";
import { order } from "#test/e2e/dashboard/order-rows.ts";
import { denial, receipt as stored, receipts as storedRows } from "#test/e2e/dashboard/receipt-rows.ts";
import { NOW_MS, state } from "./account-state.ts";

beforeAll(loadDenialSentences);

const shown = (of: ReturnType<typeof stored>): ReceiptRow => ({
  ...of,
  payload: { faults: null, about: null },
});
const receipt = (part: Parameters<typeof stored>[0]): ReceiptRow => shown(stored(part));

const STATUSES: readonly OrderStatus[] = [
  "SUBMITTING",
  "SUBMIT_UNKNOWN",
  "ACCEPTED",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELED",
  "EXPIRED",
  "REJECTED",
  "ABSENT",
];
const filled = order({ clientOrderId: "a", createdAtMs: NOW_MS });

describe("orders", () => {
  it.each(STATUSES)("have a tone and a meaning in %s", (status) => {
    expect(orderTone(status)).toBeTruthy();
    expect(orderMeaning({ ...filled, status })).not.toBe("");
  });

  it("say how they take or rest, and that no more was to be had", () => {
    const kinds = [filled, order({ clientOrderId: "b", createdAtMs: NOW_MS, timeInForce: "GTX" })].map(
      orderKind,
    );
    expect(kinds).toEqual(["limit, at once", "limit, resting"]);
    expect(orderKind({ ...filled, type: "market", timeInForce: null })).toBe("market");
    expect(orderMeaning({ ...filled, status: "EXPIRED" })).toBe("No more to be had at its limit");
    expect(orderMeaning({ ...filled, status: "EXPIRED", timeInForce: "GTX" })).toBe("Expired at the venue");
  });

  it("announce a fill once, with side, quantity and price", () => {
    const working = { ...filled, status: "ACCEPTED" as const, filledQtyBase: "0" };
    expect(orderNews([working], [filled])).toEqual(["Filled: bought 0.012 BTCUSDT at 60,123.40 USD"]);
    expect(orderNews([filled], [filled])).toEqual([]);
  });

  it("announce a rejection in the venue's words and a growing partial fill", () => {
    const rejected = {
      ...filled,
      status: "REJECTED" as const,
      filledQtyBase: "0",
      rejection: { code: "-2019", message: "Margin is insufficient" },
    };
    expect(orderNews([], [rejected])).toEqual([
      "Buy 0.012 BTCUSDT: The venue refused it: Margin is insufficient (-2019)",
    ]);
    const named = { ...rejected, rejection: { ...rejected.rejection, reason: "noMargin" as const } };
    expect(orderNews([], [named])).toEqual([
      "Buy 0.012 BTCUSDT: The venue refused it: the account lacks the margin for it (-2019: Margin is insufficient). Add margin, close something, or make entries smaller",
    ]);
    const part = { ...filled, status: "PARTIALLY_FILLED" as const, filledQtyBase: "0.004" };
    expect(orderNews([part], [{ ...part, filledQtyBase: "0.005" }])).toEqual([
      "Partly filled: bought 0.005 of 0.012 BTCUSDT at 60,123.40 USD",
    ]);
  });

  it("tell nothing on the first look", () => expect(orderNews(null, [filled])).toEqual([]));
});

describe("receipts", () => {
  it("give each step's latency from the step before", () => {
    expect(latenciesOf(receipt({ signalId: "s", receivedAtMs: NOW_MS }))).toEqual({
      decidedMs: 24,
      sentMs: 7,
      acknowledgedMs: 142,
      totalMs: 173,
    });
  });

  it("leave a step that has not happened unknown", () => {
    const open = receipt({ signalId: "s", receivedAtMs: NOW_MS, sentAtMs: null, acknowledgedAtMs: null });
    expect(latenciesOf(open)).toEqual({ decidedMs: 24, sentMs: null, acknowledgedMs: null, totalMs: null });
  });

  it("give every reason of a denial, and are announced with them", () => {
    const denied = receipt({
      signalId: "s",
      receivedAtMs: NOW_MS,
      status: "DENIED",
      denials: [
        denial({ code: "TRADING_HALTED" }),
        denial({ code: "POOL_FULL", limit: "5", actual: "5", unit: "groups" }),
      ],
    });
    expect(reasonsOf(denied, sightOf(null, NOW_MS))).toEqual([
      "Trading is halted",
      "All slots are taken: 5 groups open, 5 groups allowed",
    ]);
    expect(receiptNews([], [denied])).toEqual([
      "Denied open long BTCUSDT: Trading is halted; All slots are taken: 5 groups open, 5 groups allowed",
    ]);
    expect(receiptNews(null, [denied])).toEqual([]);
  });

  const waiting = receipt({ signalId: "s", receivedAtMs: NOW_MS, status: "RECEIVED" });
  const late = (status: OrderStatus | null, symbol = "BTCUSDT") =>
    sightOf(
      status === null
        ? null
        : { orders: [order({ status, symbol, clientOrderId: "b-1", createdAtMs: NOW_MS })] },
      NOW_MS + 10_001,
    );

  it("undecided for over ten seconds are called stuck", () => {
    expect(isStuck(waiting, sightOf(null, NOW_MS + 10_000))).toBe(false);
    expect(isStuck(waiting, late(null))).toBe(true);
  });

  it.each(["SUBMITTING", "SUBMIT_UNKNOWN"] as const)(
    "whose symbol has an order that is %s wait for the venue: that is no sign of a dead executor",
    (status) => {
      expect(isStuck(waiting, late(status))).toBe(false);
      expect(reasonsOf(waiting, late(status))).toEqual([
        "Waits for the venue's word on an order of this symbol",
      ]);
      expect(isStuck(waiting, late(status, "ETHUSDT"))).toBe(true);
      expect(isStuck(waiting, late("FILLED"))).toBe(true);
    },
  );

  it("say what was wanted, also of a signal that was refused at the door, as far as it could be read", () => {
    const refused = receipt({ signalId: "s", receivedAtMs: NOW_MS, intent: null, status: "REFUSED" });
    const about = (symbol: string | null, action: string | null): ReceiptRow => ({
      ...refused,
      payload: { faults: null, about: { symbol, action } },
    });
    expect(wantedText(refused)).toBe("no intent formed");
    expect(wantedText(about(null, null))).toBe("no intent formed");
    expect(wantedText(about("BTCUSDT", "close"))).toBe("close BTCUSDT");
    expect(wantedText(about(null, "close"))).toBe("close");
  });

  it("tell what an exit was carried out without", () => {
    const exit = {
      ...receipt({ signalId: "s", receivedAtMs: NOW_MS }),
      payload: { faults: ["open must be a number"], about: null },
    };
    expect(reasonsOf(exit, sightOf(null, NOW_MS))).toEqual(["Carried out without: open must be a number"]);
  });

  it("are counted by outcome, and show a refusal in its row as large as a trade", () => {
    const rows = storedRows(NOW_MS).map(shown);
    expect(tally(rows)).toBe("5 ordered, 2 denied, 1 refused");
    const text = textOf(receiptsPanel(state(), {} as never));
    expect(text).toContain("SOLUSDT exposure would be 6,240.40 USD; the limit is 5,000.00 USD.");
    expect(text).toContain("Arrived too late to trade");
  });
});
