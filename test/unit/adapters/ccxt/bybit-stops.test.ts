// Bybit's conditional orders as resting exits: every state, told apart from the orders among which they stand.
// Proves: adapters/ccxt/bybit-open.ts
import { describe, expect, it } from "vitest";
import type { VenueStop } from "#ports/venue.ts";
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
  STOP_REQUEST,
  scriptedBybit,
} from "./bybit-wire.ts";

const ID = STOP_REQUEST.clientStopId;
const ORDER_ID = "c4a1f0de-8e0b-4a51-9a1b-6f3d1a7b2c99";

async function found(changes: Readonly<Record<string, unknown>> = {}): Promise<VenueStop | null> {
  return await scriptedBybit({ [REALTIME]: list([rawStop(changes)]) }).venue.findStop(MARKET, ID);
}

describe("a stop on Bybit", () => {
  it("that rests is read as it was asked for", async () => {
    expect(await found()).toEqual({
      ...STOP_REQUEST,
      status: "RESTING",
      filledQtyBase: "0",
      averagePriceUsd: null,
      venueOrderId: null,
      updatedAtMs: 1_767_323_045_700,
    });
  });

  const fired = { avgPrice: "89999.5", cumExecQty: "0.013", cumExecValue: "1169.9935" };
  it.each([
    ["Untriggered", {}, "RESTING", null, "0"],
    ["Deactivated", { cancelType: "CancelByUser" }, "CANCELED", null, "0"],
    ["Triggered", {}, "FIRED", ORDER_ID, "0"],
    ["New", {}, "FIRED", ORDER_ID, "0"],
    ["PartiallyFilled", { cumExecQty: "0.005" }, "FIRED", ORDER_ID, "0.005"],
    ["Filled", fired, "DONE", ORDER_ID, "0.013"],
    ["Rejected", { rejectReason: "EC_Others" }, "REFUSED", ORDER_ID, "0"],
    ["Cancelled", { ...fired, cumExecQty: "0.005" }, "DONE", ORDER_ID, "0.005"],
    ["Cancelled", { rejectReason: "EC_NoImmediateQtyToFill" }, "REFUSED", ORDER_ID, "0"],
    ["Cancelled", { cancelType: "CancelByReduceOnly" }, "REFUSED", ORDER_ID, "0"],
    ["Cancelled", { cancelType: "CancelByUser", rejectReason: "EC_PerCancelRequest" }, "CANCELED", null, "0"],
  ])("%s with %o is %s", async (orderStatus, changes, status, venueOrderId, filledQtyBase) => {
    expect(await found({ orderStatus, ...changes })).toMatchObject({ status, venueOrderId, filledQtyBase });
  });

  it("that has fired says at what price", async () => {
    expect(await found({ orderStatus: "Filled", ...fired })).toMatchObject({ averagePriceUsd: "89999.5" });
  });

  it.each([
    ["sells as the price falls", { side: "Sell", triggerDirection: 2 }, "stop"],
    ["sells as it rises", { side: "Sell", triggerDirection: 1 }, "takeProfit"],
    ["buys as it rises", { side: "Buy", triggerDirection: 1 }, "stop"],
    ["buys as it falls", { side: "Buy", triggerDirection: 2 }, "takeProfit"],
    ["closes on its trigger", { reduceOnly: false, closeOnTrigger: true }, "stop"],
    ["adds", { reduceOnly: false }, "other"],
    ["trails", { stopOrderType: "TrailingStop", triggerPrice: "0.00" }, "other"],
    ["tells no direction", { triggerDirection: 0 }, "other"],
  ])("that %s is told as %s", async (_, changes, kind) => {
    expect(await found(changes)).toMatchObject({ kind });
  });

  it("is not an order that no trigger started", async () => {
    const order = rawOrder({ orderLinkId: ID, stopOrderType: "UNKNOWN", triggerPrice: "0.00" });
    expect(await scriptedBybit({ [REALTIME]: list([order]) }).venue.findStop(MARKET, ID)).toBeNull();
  });

  it("is unknown to the venue only when both lists are empty", async () => {
    const scripted = scriptedBybit({ [REALTIME]: list([]), [HISTORY]: list([]) });
    expect(await scripted.venue.findStop(MARKET, ID)).toBeNull();
  });

  it("of another symbol under the id is none of this symbol", async () => {
    expect(await found({ symbol: "ETHUSDT" })).toBeNull();
  });
});

describe("withdrawing a stop on Bybit", () => {
  const TAKEN = good({ orderId: ORDER_ID, orderLinkId: ID });

  it.each([
    ["it is withdrawn", rawStop({ orderStatus: "Deactivated" }), true],
    ["it fired first", rawStop({ orderStatus: "Filled", cumExecQty: "0.013", avgPrice: "90000" }), false],
  ])("is read again: %s", async (_, row, withdrawn) => {
    const scripted = scriptedBybit({ [CANCEL]: TAKEN, [REALTIME]: list([row]) });
    expect(await scripted.venue.cancelStop(MARKET, ID)).toBe(withdrawn);
  });

  it("is false where nothing waits", async () => {
    const scripted = scriptedBybit({ [CANCEL]: refusal(110001, "Order does not exist") });
    expect(await scripted.venue.cancelStop(MARKET, ID)).toBe(false);
  });

  it("leaves the outcome open while the stop still shows as waiting", async () => {
    const scripted = scriptedBybit({ [CANCEL]: TAKEN, [REALTIME]: list([rawStop()]) });
    expect(await failureOf(scripted.venue.cancelStop(MARKET, ID))).toMatchObject({ kind: "unknown" });
  });
});

describe("what is open on Bybit", () => {
  const stop = rawStop();
  const order = rawOrder(RESTING);
  const firedLimit = rawStop({ ...RESTING, orderId: "fired", orderLinkId: "by-hand", reduceOnly: true });

  it("is parted into orders of the book and exits that wait", async () => {
    const { venue } = scriptedBybit({ [REALTIME]: list([stop, order, firedLimit]) });
    expect((await venue.fetchOpenOrders("all")).map(({ clientOrderId }) => clientOrderId)).toEqual([
      "b-0123456789abcdef",
      "by-hand",
    ]);
    expect((await venue.fetchOpenStops("all")).map(({ clientStopId }) => clientStopId)).toEqual([ID]);
  });

  it("is asked for by symbol where it is one, and by the coin of settlement otherwise", async () => {
    const scripted = scriptedBybit({ [REALTIME]: list([order, { ...order, symbol: "DOGEUSDT" }]) });
    expect(await scripted.venue.fetchOpenOrders([MARKET])).toHaveLength(1);
    await scripted.venue.fetchOpenOrders([MARKET, { ...MARKET, symbol: "ETHUSDT" }]);
    const asked = scripted.sent.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
    expect(asked).toEqual([
      { category: "linear", symbol: "BTCUSDT", limit: "50" },
      { category: "linear", settleCoin: "USDT", limit: "50" },
    ]);
  });

  it("is read to its last page, along the venue's cursor as it was written", async () => {
    const cursor = "page_args%3Dfd4300ae%26symbol%3D6%26";
    const scripted = scriptedBybit({ [REALTIME]: [list([stop], cursor), list([order])] });
    expect(await scripted.venue.fetchOpenOrders("all")).toHaveLength(1);
    expect(scripted.sent[1]?.url).toContain(`cursor=${cursor}`);
  });
});
