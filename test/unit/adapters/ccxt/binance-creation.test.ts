// One order, one request: what leaves is what was asked for, inside its window, once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimalString } from "#domain/decimal.ts";
import { usdtPerpetual } from "#test/support/memory/market.ts";
import { json } from "#test/support/memory/transport.ts";
import { failureOf, orderRequest, rawOrder, scriptedVenue, send } from "./binance-wire.ts";

const formOf = (body: string | null | undefined) => Object.fromEntries(new URLSearchParams(body ?? ""));

describe("creating an order on Binance USD-M", () => {
  it("costs exactly one HTTP request, also as the first call of an instance", async () => {
    const scripted = scriptedVenue(json(rawOrder()));
    await send(scripted, orderRequest());
    expect(scripted.wire.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://fapi.binance.com/fapi/v1/order",
    ]);
  });

  it("answers a market order with its fill", async () => {
    const order = await send(scriptedVenue(json(rawOrder())), orderRequest());
    expect(order).toEqual({
      clientOrderId: "b-0123456789abcdef",
      venueOrderId: "22542179",
      symbol: "BTCUSDT",
      side: "buy",
      type: "market",
      status: "FILLED",
      qtyBase: "0.013",
      priceUsd: null,
      filledQtyBase: "0.013",
      averagePriceUsd: "94961.53",
      reduceOnly: false,
      updatedAtMs: 1_767_323_045_700,
    });
  });

  it("has no average price before the first fill", async () => {
    const answer = rawOrder({ status: "NEW", executedQty: "0", avgPrice: "0.00", cumQuote: "0" });
    const request = orderRequest({ type: "limit", priceUsd: "94000.1", timeInForce: "GTC" });
    const order = await send(scriptedVenue(json(answer)), request);
    expect(order).toMatchObject({ status: "ACCEPTED", filledQtyBase: "0", averagePriceUsd: null });
  });

  it.each(["GTC", "IOC", "GTX"] as const)(
    "sends a limit order %s with its exact words",
    async (timeInForce) => {
      const scripted = scriptedVenue(json(rawOrder()));
      const request = orderRequest({
        type: "limit",
        side: "sell",
        priceUsd: "94000.1",
        timeInForce,
        reduceOnly: true,
      });
      await send(scripted, request);
      expect(formOf(scripted.wire.sent[0]?.body)).toMatchObject({
        symbol: "BTCUSDT",
        side: "SELL",
        type: "LIMIT",
        timeInForce,
        quantity: "0.013",
        price: "94000.1",
        reduceOnly: "true",
        newClientOrderId: "b-0123456789abcdef",
        newOrderRespType: "RESULT",
      });
    },
  );

  it("signs a window that ends at the deadline, on the venue's clock", async () => {
    const scripted = scriptedVenue((request) =>
      request.url.endsWith("/time") ? json({ serverTime: scripted.clock.nowMs() + 700 }) : json(rawOrder()),
    );
    await scripted.venue.fetchServerTimeMs();
    await send(scripted, orderRequest(), { windowMs: 2_500 });
    expect(formOf(scripted.wire.sent[1]?.body)).toMatchObject({
      timestamp: String(scripted.clock.nowMs() + 700),
      recvWindow: "2500",
    });
  });

  it("never asks for a window wider than the venue takes", async () => {
    const scripted = scriptedVenue(json(rawOrder()));
    await send(scripted, orderRequest(), { windowMs: 600_000 });
    expect(formOf(scripted.wire.sent[0]?.body).recvWindow).toBe("60000");
  });

  it("sends nothing after the deadline", async () => {
    const scripted = scriptedVenue(json(rawOrder()));
    const failure = await failureOf(send(scripted, orderRequest(), { windowMs: 0 }));
    expect([failure.kind, failure.code]).toEqual(["retryable", "SEND_DEADLINE"]);
    expect(scripted.wire.sent).toEqual([]);
  });

  it.each([
    ["a quantity between two steps", { qtyBase: "0.0135" }],
    ["a quantity below the first step", { qtyBase: "0.0001" }],
    ["a price between two ticks", { type: "limit", priceUsd: "94000.15", timeInForce: "GTC" }],
  ] as const)("refuses %s rather than send another one", async (_, changes) => {
    const scripted = scriptedVenue(json(rawOrder()));
    const failure = await failureOf(send(scripted, orderRequest(changes)));
    expect(failure.kind).toBe("rejected");
    expect(scripted.wire.sent).toEqual([]);
  });

  it("names the precision that would have been lost", async () => {
    const failure = await failureOf(send(scriptedVenue(), orderRequest({ qtyBase: "0.0135" })));
    expect([failure.code, failure.message]).toEqual(["PRECISION", expect.stringContaining("0.0135")]);
  });

  it("lets no binary float touch an amount: the wire carries every quantity and price as asked", async () => {
    const places = fc.integer({ min: 0, max: 8 });
    const steps = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const scripted = scriptedVenue(({ body }) => json(rawOrder({ origQty: formOf(body).quantity })));
    await fc.assert(
      fc.asyncProperty(places, places, steps, steps, async (qtyPlaces, pricePlaces, qtySteps, priceSteps) => {
        const stepOf = (count: number) => decimalString(new Decimal(10).pow(-count));
        const [stepSizeBase, tickSizeUsd] = [stepOf(qtyPlaces), stepOf(pricePlaces)];
        const market = usdtPerpetual("BTC", { stepSizeBase, tickSizeUsd });
        const qtyBase = decimalString(new Decimal(qtySteps.toString()).mul(stepSizeBase));
        const priceUsd = decimalString(new Decimal(priceSteps.toString()).mul(tickSizeUsd));
        const request = orderRequest({ type: "limit", qtyBase, priceUsd, timeInForce: "GTC" });
        const order = await send(scripted, request, { market });
        expect(formOf(scripted.wire.sent.at(-1)?.body)).toMatchObject({ quantity: qtyBase, price: priceUsd });
        expect(order.qtyBase).toBe(qtyBase);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps every digit of an order id beyond 2^53", async () => {
    const body = JSON.stringify(rawOrder({ orderId: "ID" })).replace('"ID"', "8389766067498834001");
    const order = await send(scriptedVenue({ body }), orderRequest());
    expect(order.venueOrderId).toBe("8389766067498834001");
  });

  it("keeps one client id from being sent twice at once", async () => {
    const scripted = scriptedVenue(json(rawOrder()));
    const first = send(scripted, orderRequest());
    const second = await failureOf(send(scripted, orderRequest()));
    await first;
    expect([second.kind, second.code]).toEqual(["unknown", "IN_FLIGHT"]);
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it("does not take an answer about another order for its own", async () => {
    const scripted = scriptedVenue(json(rawOrder({ clientOrderId: "somebody-elses" })));
    expect(await failureOf(send(scripted, orderRequest()))).toMatchObject({
      kind: "unknown",
      code: "UNREADABLE",
    });
  });

  it("refuses a stored market that is not ccxt's record of the symbol", async () => {
    const market = { ...usdtPerpetual("ETH"), symbol: "BTCUSDT" };
    const scripted = scriptedVenue(json(rawOrder()));
    expect(await failureOf(send(scripted, orderRequest(), { market }))).toMatchObject({
      kind: "rejected",
      code: "MARKET",
    });
    expect(scripted.wire.sent).toEqual([]);
  });
});
