// Bybit's orders in our words: every state, looked up in both of the venue's lists, and read again after a cancel.
// Proves: adapters/ccxt/bybit-order-calls.ts
import { describe, expect, it } from "vitest";
import type { VenueOrder } from "#ports/venue.ts";
import {
  CANCEL,
  failureOf,
  good,
  HISTORY,
  list,
  MARKET,
  REALTIME,
  RESTING,
  rawOrder,
  rawStop,
  refusal,
  scriptedBybit,
} from "./bybit-wire.ts";

const ID = "b-0123456789abcdef";
const CANCELLED = { ...RESTING, orderStatus: "Cancelled", leavesQty: "0.000" };

async function found(changes: Readonly<Record<string, unknown>>): Promise<VenueOrder | null> {
  const scripted = scriptedBybit({ [REALTIME]: list([rawOrder(changes)]) });
  return await scripted.venue.findOrder(MARKET, ID);
}

describe("an order on Bybit", () => {
  it("that has filled is read with its price, and without the bound that the venue gave it", async () => {
    expect(await found({})).toEqual({
      clientOrderId: ID,
      venueOrderId: "5d6ae8bc-3c50-4d3e-a7f1-1a0c2f6b7d10",
      symbol: "BTCUSDT",
      side: "buy",
      type: "market",
      status: "FILLED",
      qtyBase: "0.013",
      priceUsd: null,
      filledQtyBase: "0.013",
      averagePriceUsd: "94961.5",
      reduceOnly: false,
      updatedAtMs: 1_767_323_045_700,
    });
  });

  it.each([
    ["CreateByLiq", "liquidation"],
    ["CreateByTakeOver_PassThrough", "liquidation"],
    ["CreateByAdl_PassThrough", "adl"],
    ["CreateBySettle", "settlement"],
    ["CreateByUser", undefined],
    ["CreateByStopOrder", undefined],
    ["", undefined],
  ])("that the venue made itself says for what: %s", async (createType, forcedFor) => {
    expect((await found({ createType }))?.forcedFor).toBe(forcedFor);
  });

  it.each([
    ["New", RESTING, "ACCEPTED"],
    ["Triggered", { orderStatus: "Triggered" }, "ACCEPTED"],
    [
      "PartiallyFilled",
      { ...RESTING, orderStatus: "PartiallyFilled", cumExecQty: "0.005" },
      "PARTIALLY_FILLED",
    ],
    [
      "Cancelled by us",
      { ...CANCELLED, cancelType: "CancelByUser", rejectReason: "EC_PerCancelRequest" },
      "CANCELED",
    ],
    ["Cancelled by the venue", { ...CANCELLED, cancelType: "CancelByAdmin" }, "CANCELED"],
    ["resting, and nothing left to reduce", { ...CANCELLED, cancelType: "CancelByReduceOnly" }, "CANCELED"],
    ["cancelled so as not to meet itself", { ...CANCELLED, cancelType: "CancelBySmp" }, "EXPIRED"],
    [
      "immediate without a price",
      { ...CANCELLED, timeInForce: "IOC", rejectReason: "EC_NoImmediateQtyToFill" },
      "EXPIRED",
    ],
    [
      "market, and cut off by its bound",
      { orderStatus: "Cancelled", cumExecQty: "0.005", rejectReason: "EC_NoImmediateQtyToFill" },
      "EXPIRED",
    ],
    [
      "Rejected",
      { ...RESTING, orderStatus: "Rejected", rejectReason: "EC_LimitOrderInvalidPrice" },
      "REJECTED",
    ],
    [
      "may only rest, and would take",
      { ...CANCELLED, timeInForce: "PostOnly", rejectReason: "EC_PostOnlyWillTakeLiquidity" },
      "REJECTED",
    ],
    [
      "reduces at once, and nothing is there",
      { ...CANCELLED, orderType: "Market", cancelType: "CancelByReduceOnly" },
      "REJECTED",
    ],
  ])("%s is %s", async (_, changes, status) => {
    expect((await found(changes))?.status).toBe(status);
  });

  it.each([
    [
      { timeInForce: "PostOnly", rejectReason: "EC_PostOnlyWillTakeLiquidity" },
      "EC_PostOnlyWillTakeLiquidity",
      "wouldTake",
    ],
    [{ orderType: "Market", cancelType: "CancelByReduceOnly" }, "CancelByReduceOnly", "nothingToReduce"],
  ])("refused after its acknowledgement says why: %#", async (changes, code, reason) => {
    const order = await found({ ...CANCELLED, ...changes });
    expect(order?.rejection).toEqual({ code, message: expect.stringContaining(code), reason });
  });

  it("that filled in part before it was cancelled was not refused", async () => {
    const order = await found({
      ...CANCELLED,
      cumExecQty: "0.005",
      rejectReason: "EC_PostOnlyWillTakeLiquidity",
    });
    expect(order).toMatchObject({ status: "CANCELED", filledQtyBase: "0.005" });
    expect(order?.rejection).toBeUndefined();
  });

  it.each([
    ["an empty price of its fills", { ...RESTING, avgPrice: "" }, null],
    ["a zero", { ...RESTING, avgPrice: "0" }, null],
    [
      "a value of its fills alone",
      { avgPrice: "", cumExecQty: "0.013", cumExecValue: "1234.5" },
      "94961.538461538462",
    ],
    ["neither", { avgPrice: "", cumExecValue: "" }, null],
  ])("with %s has the average price that follows", async (_, changes, price) => {
    expect((await found(changes))?.averagePriceUsd).toBe(price);
  });

  it("is looked up in the history once the list of now does not have it", async () => {
    const scripted = scriptedBybit({ [REALTIME]: list([]), [HISTORY]: list([rawOrder()]) });
    expect(await scripted.venue.findOrder(MARKET, ID)).toMatchObject({ status: "FILLED" });
    expect(scripted.paths()).toEqual([REALTIME, HISTORY]);
    const asked = new URL(scripted.sent[1]?.url ?? "").searchParams;
    expect(Object.fromEntries(asked)).toEqual({ category: "linear", symbol: "BTCUSDT", orderLinkId: ID });
  });

  it("is unknown to the venue only when both lists are empty", async () => {
    const scripted = scriptedBybit({ [REALTIME]: list([]), [HISTORY]: list([]) });
    expect(await scripted.venue.findOrder(MARKET, ID)).toBeNull();
    const failing = scriptedBybit({ [REALTIME]: list([]), [HISTORY]: refusal(10016, "Server error.") });
    expect(await failureOf(failing.venue.findOrder(MARKET, ID))).toMatchObject({ kind: "retryable" });
  });

  it("is found by the venue's own id, however long it is", async () => {
    const orderId = "1321003749386327552";
    const scripted = scriptedBybit({ [REALTIME]: list([rawOrder({ orderId, orderLinkId: "" })]) });
    expect(await scripted.venue.findOrderById(MARKET, orderId)).toMatchObject({
      venueOrderId: orderId,
      clientOrderId: "",
    });
  });

  it("is not taken from an answer about another one", async () => {
    const scripted = scriptedBybit({ [REALTIME]: list([rawOrder({ orderLinkId: "somebody-elses" })]) });
    expect(await failureOf(scripted.venue.findOrder(MARKET, ID))).toMatchObject({ code: "UNREADABLE" });
  });

  it("is not a conditional order that waits", async () => {
    const stop = rawStop({ orderLinkId: ID });
    expect(await scriptedBybit({ [REALTIME]: list([stop]) }).venue.findOrder(MARKET, ID)).toBeNull();
  });
});

describe("a cancel on Bybit", () => {
  const CANCEL_TAKEN = good({ orderId: "5d6ae8bc", orderLinkId: ID });
  const gone = rawOrder({ ...CANCELLED, cancelType: "CancelByUser" });

  it("is read again, because its acknowledgement tells nothing", async () => {
    const scripted = scriptedBybit({ [CANCEL]: CANCEL_TAKEN, [REALTIME]: list([gone]) });
    expect(await scripted.venue.cancelOrder(MARKET, ID)).toMatchObject({ status: "CANCELED" });
    expect(scripted.paths()).toEqual([CANCEL, REALTIME]);
    expect(JSON.parse(scripted.sent[0]?.body ?? "")).toEqual({
      category: "linear",
      symbol: "BTCUSDT",
      orderLinkId: ID,
    });
  });

  it("shows a fill that was faster", async () => {
    const scripted = scriptedBybit({ [CANCEL]: CANCEL_TAKEN, [REALTIME]: list([rawOrder()]) });
    expect(await scripted.venue.cancelOrder(MARKET, ID)).toMatchObject({ status: "FILLED" });
  });

  it.each([110001, 110008, 110010])("that comes too late is null: %i", async (code) => {
    const scripted = scriptedBybit({ [CANCEL]: refusal(code, "order not exists or too late to cancel") });
    expect(await scripted.venue.cancelOrder(MARKET, ID)).toBeNull();
  });

  it("leaves the outcome open when it was acknowledged and nothing shows", async () => {
    const scripted = scriptedBybit({ [CANCEL]: CANCEL_TAKEN, [REALTIME]: list([]), [HISTORY]: list([]) });
    expect(await failureOf(scripted.venue.cancelOrder(MARKET, ID))).toMatchObject({
      kind: "unknown",
      code: "NOT_SHOWN",
    });
  });

  it("leaves the outcome open when every answer was lost", async () => {
    const scripted = scriptedBybit({ [CANCEL]: { status: 502, body: "" } });
    expect(await failureOf(scripted.venue.cancelOrder(MARKET, ID))).toMatchObject({ kind: "unknown" });
    expect(scripted.sent).toHaveLength(3);
  });
});
