// A resting stop on Binance's algo service: what leaves is what was asked for, once, and what the service says is read
// in our words.
import { describe, expect, it } from "vitest";
import { createdStop } from "#ports/created.ts";
import type { VenueStop } from "#ports/venue.ts";
import { json } from "#test/support/memory/transport.ts";
import {
  failureOf,
  MARKET,
  rawAlgo,
  rawOrder,
  type ScriptedVenue,
  STOP_REQUEST,
  scriptedVenue,
} from "./binance-wire.ts";

function create({ venue, clock }: ScriptedVenue, windowMs = 3_000): Promise<VenueStop> {
  return createdStop(venue, STOP_REQUEST, { market: MARKET, sendDeadlineMs: clock.nowMs() + windowMs });
}

describe("a stop on Binance USD-M", () => {
  it("goes out as asked, reduce-only, on the mark price, inside its window", async () => {
    const scripted = scriptedVenue(json(rawAlgo()));
    const stop = await create(scripted, 2_500);
    const [request] = scripted.wire.sent;
    expect(`${request?.method} ${request?.url}`).toBe("POST https://fapi.binance.com/fapi/v1/algoOrder");
    const { signature, ...form } = Object.fromEntries(new URLSearchParams(request?.body ?? ""));
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    expect(form).toEqual({
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_MARKET",
      quantity: "0.013",
      triggerPrice: "90000.1",
      workingType: "MARK_PRICE",
      reduceOnly: "true",
      clientAlgoId: "p-0123456789abcdef",
      timestamp: String(scripted.clock.nowMs()),
      recvWindow: "2500",
    });
    expect(stop).toEqual({
      ...STOP_REQUEST,
      status: "RESTING",
      filledQtyBase: "0",
      averagePriceUsd: null,
      venueOrderId: null,
      updatedAtMs: 1_750_485_492_076,
    });
  });

  it("that takes profit goes out as such, reduce-only and on the mark price like every other", async () => {
    const scripted = scriptedVenue(json(rawAlgo({ orderType: "TAKE_PROFIT_MARKET" })));
    const { venue, clock } = scripted;
    const options = { market: MARKET, sendDeadlineMs: clock.nowMs() + 3_000 };
    const exit = await createdStop(venue, { ...STOP_REQUEST, kind: "takeProfit" }, options);
    const form = new URLSearchParams(scripted.wire.sent[0]?.body ?? "");
    expect(form.get("type")).toBe("TAKE_PROFIT_MARKET");
    expect([form.get("reduceOnly"), form.get("workingType")]).toEqual(["true", "MARK_PRICE"]);
    expect(exit.kind).toBe("takeProfit");
  });

  it.each([
    ["STOP", "stop"],
    ["TAKE_PROFIT", "takeProfit"],
    ["TRAILING_STOP_MARKET", "other"],
  ])("tells a conditional order %s, placed by hand, as %s", async (orderType, kind) => {
    const scripted = scriptedVenue(json(rawAlgo({ orderType })));
    expect(await scripted.venue.findStop(MARKET, STOP_REQUEST.clientStopId)).toMatchObject({ kind });
  });

  it("is not sent twice at once under one id", async () => {
    const scripted = scriptedVenue(json(rawAlgo()));
    const first = create(scripted);
    expect(await failureOf(create(scripted))).toMatchObject({ kind: "unknown", code: "IN_FLIGHT" });
    await first;
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it.each([
    ["about another stop", json(rawAlgo({ clientAlgoId: "somebody-elses" }))],
    ["without a status", json(rawAlgo({ algoStatus: undefined }))],
  ])("does not take an answer %s for its own", async (_, answer) => {
    expect(await failureOf(create(scriptedVenue(answer)))).toMatchObject({
      kind: "unknown",
      code: "UNREADABLE",
    });
  });

  it.each([
    ["NEW", "RESTING"],
    ["TRIGGERING", "FIRED"],
    ["CANCELED", "CANCELED"],
    ["EXPIRED", "CANCELED"],
    ["REJECTED", "REFUSED"],
  ])("reads %s without an order as %s", async (algoStatus, status) => {
    const scripted = scriptedVenue(json(rawAlgo({ algoStatus })));
    expect(await scripted.venue.findStop(MARKET, STOP_REQUEST.clientStopId)).toMatchObject({ status });
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it.each([
    ["NEW", "0", "FIRED"],
    ["PARTIALLY_FILLED", "0.005", "FIRED"],
    ["FILLED", "0.013", "DONE"],
    ["EXPIRED", "0.005", "DONE"],
  ])("tells from its %s order with %s filled that it is %s", async (orderStatus, executedQty, status) => {
    const scripted = scriptedVenue(
      json(rawAlgo({ algoStatus: "TRIGGERED", actualOrderId: "8389766067498834001" })),
      json(rawOrder({ side: "SELL", status: orderStatus, executedQty, avgPrice: "89990.5" })),
    );
    expect(await scripted.venue.findStop(MARKET, STOP_REQUEST.clientStopId)).toMatchObject({
      status,
      filledQtyBase: executedQty,
      averagePriceUsd: executedQty === "0" ? null : "89990.5",
      venueOrderId: "8389766067498834001",
    });
    expect(scripted.wire.sent[1]?.url).toContain("orderId=8389766067498834001");
  });

  it("has not ended while the order that it became cannot be found", async () => {
    const scripted = scriptedVenue(
      json(rawAlgo({ algoStatus: "FINISHED", actualOrderId: "17" })),
      json({ code: -2013, msg: "Order does not exist." }, 400),
    );
    expect(await scripted.venue.findStop(MARKET, STOP_REQUEST.clientStopId)).toMatchObject({
      status: "FIRED",
    });
  });

  it("lists conditional orders of every kind: one without quantity or trigger is a stop like any other", async () => {
    const closeAll = rawAlgo({
      clientAlgoId: "by-hand",
      quantity: null,
      triggerPrice: null,
      closePosition: true,
    });
    const scripted = scriptedVenue(json([rawAlgo(), closeAll]));
    expect(await scripted.venue.fetchOpenStops("all")).toMatchObject([
      STOP_REQUEST,
      { clientStopId: "by-hand", qtyBase: "0", triggerPriceUsd: "0" },
    ]);
  });
});
