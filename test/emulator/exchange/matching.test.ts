// The matching engine's guarantees: price-time priority, partial fills, time in force, reduce-only.
import { describe, expect, test } from "vitest";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import { codeOf, makeExchange, type OrderAnswer, place, type TestExchange, touch } from "./test-exchange.ts";

const BUY = { side: "BUY" } as const;
const SELL = { side: "SELL" } as const;

/** A price inside the spread, where only resting orders stand. */
function insideSpread(x: TestExchange): string {
  const { bid, ask } = touch(x);
  return ((bid + ask) / 2).toFixed(1);
}

function reread(x: TestExchange, order: OrderAnswer, account: "local" | "other" = "local"): OrderAnswer {
  return x.ask("GET", "/fapi/v1/order", { symbol: "BTCUSDT", orderId: order.orderId }, account);
}

describe("priority", () => {
  test("of two orders at one price the earlier fills first, and the later only with the rest", () => {
    const x = makeExchange();
    const price = insideSpread(x);
    const first = place(x, { ...BUY, price, quantity: "0.010" });
    const second = place(x, { ...BUY, price, quantity: "0.010" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.015" }, "other");
    expect(reread(x, first)).toMatchObject({ status: "FILLED", executedQty: "0.010" });
    expect(reread(x, second)).toMatchObject({ status: "PARTIALLY_FILLED", executedQty: "0.005" });
  });

  test("a better price fills before an earlier order at a worse one", () => {
    const x = makeExchange();
    const { bid } = touch(x);
    const worse = place(x, { ...BUY, price: (bid + 0.1).toFixed(1), quantity: "0.010" });
    const better = place(x, { ...BUY, price: (bid + 0.2).toFixed(1), quantity: "0.010" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" }, "other");
    expect(reread(x, better).status).toBe("FILLED");
    expect(reread(x, worse).status).toBe("NEW");
  });

  test("an order that joins the touch stands behind quotes that were there, and before those of a later step", () => {
    const x = makeExchange();
    const { bid } = touch(x);
    const joined = place(x, { ...BUY, price: bid.toFixed(1), quantity: "0.010" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" }, "other");
    expect(reread(x, joined).status).toBe("NEW");
    x.pass(250);
    if (reread(x, joined).status === "NEW") place(x, { ...SELL, type: "MARKET", quantity: "0.010" }, "other");
    expect(reread(x, joined).status).toBe("FILLED");
  });

  test("a taker pays each level its own price and its average is the weighted one", () => {
    const x = makeExchange();
    const depth = x.ask<{ asks: [string, string][] }>("GET", "/fapi/v1/depth", {
      symbol: "BTCUSDT",
      limit: 5,
    });
    const [first = ["0", "0"], second = ["0", "0"]] = depth.asks;
    const quantity = (Number(first[1]) + 0.002).toFixed(3);
    const order = place(x, { ...BUY, type: "MARKET", quantity });
    const cost = Number(first[0]) * Number(first[1]) + Number(second[0]) * 0.002;
    expect(order.status).toBe("FILLED");
    expect(Number(order.cumQuote)).toBeCloseTo(cost, 5);
    const trades = x.ask<{ price: string; qty: string }[]>("GET", "/fapi/v1/userTrades", {
      symbol: "BTCUSDT",
    });
    expect(trades.map((trade) => trade.price)).toEqual([first[0], second[0]]);
    expect(trades[1]?.qty).toBe("0.002");
  });

  test.each([
    ["BUY", 0.9995, "bid"],
    ["SELL", 1.0005, "ask"],
  ] as const)(
    "a %s that the market moves through takes all of its depth, and leaves no crossed book",
    (side, share, own) => {
      const symbols = DEFAULT_SYMBOLS.map((symbol) => ({ ...symbol, levelDepthUsd: 150 }));
      const x = makeExchange({ symbols });
      const { bid, ask } = touch(x);
      // More than is offered within its price.
      const price = (side === "BUY" ? bid * 0.9999 : ask * 1.0001).toFixed(1);
      const order = place(x, { side, price, quantity: "0.9" });
      x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: ((bid + ask) / 2) * share });
      const filled = reread(x, order);
      expect(filled.status).toBe("PARTIALLY_FILLED");
      const after = touch(x);
      expect(after[own]).toBe(Number(price));
      expect(after.bid).toBeLessThan(after.ask);
    },
  );

  test("what a taker took is gone until the next price step", () => {
    const x = makeExchange();
    const before = touch(x).ask;
    const depth = x.ask<{ asks: [string, string][] }>("GET", "/fapi/v1/depth", {
      symbol: "BTCUSDT",
      limit: 5,
    });
    place(x, { ...BUY, type: "MARKET", quantity: depth.asks[0]?.[1] });
    expect(touch(x).ask).toBeGreaterThan(before);
    x.pass(250);
    expect(touch(x).ask).toBe(before);
  });
});

describe("time in force", () => {
  test("a post-only order that would take is refused with -5022 and leaves no record", () => {
    const x = makeExchange();
    const { ask } = touch(x);
    const response = x.send("POST", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      ...BUY,
      type: "LIMIT",
      timeInForce: "GTX",
      price: ask.toFixed(1),
      quantity: "0.010",
    });
    expect(codeOf(response)).toBe(-5022);
    expect(x.ask<unknown[]>("GET", "/fapi/v1/allOrders", { symbol: "BTCUSDT" })).toEqual([]);
  });

  test("a post-only order that rests is a maker when the market comes to it", () => {
    const x = makeExchange();
    const price = (touch(x).bid - 50).toFixed(1);
    const order = place(x, { ...BUY, timeInForce: "GTX", price, quantity: "0.010" });
    expect(order.status).toBe("NEW");
    x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: Number(price) - 100 });
    expect(reread(x, order)).toMatchObject({ status: "FILLED", avgPrice: `${Number(price).toFixed(5)}` });
    const trades = x.ask<{ maker: boolean }[]>("GET", "/fapi/v1/userTrades", { symbol: "BTCUSDT" });
    expect(trades.every((trade) => trade.maker)).toBe(true);
  });

  test("an immediate-or-cancel order fills what is there and expires with the rest", () => {
    const x = makeExchange();
    const depth = x.ask<{ asks: [string, string][] }>("GET", "/fapi/v1/depth", {
      symbol: "BTCUSDT",
      limit: 5,
    });
    const [price = "0", offered = "0"] = depth.asks[0] ?? [];
    const quantity = (Number(offered) + 0.5).toFixed(3);
    const answer = x.ask<OrderAnswer>("POST", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      ...BUY,
      type: "LIMIT",
      timeInForce: "IOC",
      price,
      quantity,
      newOrderRespType: "RESULT",
    });
    expect(answer).toMatchObject({ status: "EXPIRED", executedQty: Number(offered).toFixed(3) });
  });

  test("a fill-or-kill order that cannot fill wholly is refused with -5021 and takes nothing", () => {
    const x = makeExchange();
    const depth = x.ask<{ asks: [string, string][] }>("GET", "/fapi/v1/depth", {
      symbol: "BTCUSDT",
      limit: 5,
    });
    const [price = "0", offered = "0"] = depth.asks[0] ?? [];
    const request = { symbol: "BTCUSDT", ...BUY, type: "LIMIT", timeInForce: "FOK", price };
    expect(
      codeOf(x.send("POST", "/fapi/v1/order", { ...request, quantity: (Number(offered) + 0.5).toFixed(3) })),
    ).toBe(-5021);
    expect(x.ask<unknown[]>("GET", "/fapi/v1/userTrades", { symbol: "BTCUSDT" })).toEqual([]);
    const whole = place(x, { ...BUY, timeInForce: "FOK", price, quantity: offered });
    expect(whole.status).toBe("FILLED");
  });

  test("a resting limit order is acknowledged as NEW even when it filled at once", () => {
    const x = makeExchange();
    const price = (touch(x).ask + 5).toFixed(1);
    const answer = x.ask<OrderAnswer>("POST", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      ...BUY,
      type: "LIMIT",
      timeInForce: "GTC",
      price,
      quantity: "0.010",
      newOrderRespType: "RESULT",
    });
    expect(answer).toMatchObject({ status: "NEW", executedQty: "0.000" });
    expect(reread(x, answer).status).toBe("FILLED");
  });

  test("a resting order larger than the ladder fills in parts as the market moves through it", () => {
    const x = makeExchange();
    const { bid } = touch(x);
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 75 });
    const order = place(x, { ...BUY, price: (bid - 20).toFixed(1), quantity: "9" });
    x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: bid - 20.2 });
    const partial = reread(x, order);
    expect(partial.status).toBe("PARTIALLY_FILLED");
    expect(Number(partial.executedQty)).toBeGreaterThan(0);
    x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: bid - 60 });
    expect(reread(x, order).status).toBe("FILLED");
  });
});

test("what the moving market gives to one resting order it does not give to the next again", () => {
  const x = makeExchange();
  x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 75 });
  const price = (touch(x).bid - 20).toFixed(1);
  const first = place(x, { ...BUY, price, quantity: "9" });
  const second = place(x, { ...BUY, price, quantity: "9" });
  x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: Number(price) - 0.2 });
  expect(reread(x, first).status).toBe("PARTIALLY_FILLED");
  expect(reread(x, second)).toMatchObject({ status: "NEW", executedQty: "0.000" });
});

describe("self trade", () => {
  test("an account's own resting order expires instead of trading with itself", () => {
    const x = makeExchange();
    const price = insideSpread(x);
    const resting = place(x, { ...BUY, price, quantity: "0.010" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" });
    expect(reread(x, resting)).toMatchObject({ status: "EXPIRED_IN_MATCH", executedQty: "0.000" });
  });

  test("own orders that the market order does not reach stay", () => {
    const x = makeExchange();
    const resting = place(x, { ...BUY, price: "94000.0", quantity: "0.010" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" });
    expect(reread(x, resting).status).toBe("NEW");
  });
});

describe("reduce-only", () => {
  const position = (x: TestExchange): string | undefined =>
    x.ask<{ positionAmt: string }[]>("GET", "/fapi/v3/positionRisk", { symbol: "BTCUSDT" })[0]?.positionAmt;

  test("is refused with -2022 when there is nothing to reduce or it would add", () => {
    const x = makeExchange();
    const request = { symbol: "BTCUSDT", type: "MARKET", quantity: "0.010", reduceOnly: true };
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...request, ...SELL }))).toBe(-2022);
    place(x, { ...BUY, type: "MARKET", quantity: "0.010" });
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...request, ...BUY }))).toBe(-2022);
  });

  test("never turns a position around, however large it is", () => {
    const x = makeExchange();
    place(x, { ...BUY, type: "MARKET", quantity: "0.010" });
    const close = place(x, { ...SELL, type: "MARKET", quantity: "0.050", reduceOnly: true });
    expect(close).toMatchObject({ status: "EXPIRED", executedQty: "0.010" });
    expect(position(x)).toBeUndefined();
  });

  test("a resting reduce-only order expires when the position is gone", () => {
    const x = makeExchange();
    place(x, { ...BUY, type: "MARKET", quantity: "0.010" });
    const target = place(x, { ...SELL, price: "99000.0", quantity: "0.010", reduceOnly: true });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" });
    expect(reread(x, target).status).toBe("EXPIRED");
  });

  test("is exempt from the minimum notional", () => {
    const x = makeExchange();
    place(x, { ...BUY, type: "MARKET", quantity: "0.002" });
    const small = place(x, { ...SELL, type: "MARKET", quantity: "0.001", reduceOnly: true });
    expect(small.status).toBe("FILLED");
  });
});

describe("amending", () => {
  test("moves an order to the end of its queue at the new price", () => {
    const x = makeExchange();
    const { bid } = touch(x);
    const price = (bid + 0.1).toFixed(1);
    const moved = place(x, { ...BUY, price: (bid - 10).toFixed(1), quantity: "0.010" });
    const waiting = place(x, { ...BUY, price, quantity: "0.010" });
    x.ask("PUT", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      ...BUY,
      orderId: moved.orderId,
      price,
      quantity: "0.010",
    });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" }, "other");
    expect(reread(x, waiting).status).toBe("FILLED");
    expect(reread(x, moved)).toMatchObject({ status: "NEW", price: Number(price).toFixed(2) });
  });

  test("to a quantity already executed cancels the order", () => {
    const x = makeExchange();
    const price = insideSpread(x);
    const order = place(x, { ...BUY, price, quantity: "0.020" });
    place(x, { ...SELL, type: "MARKET", quantity: "0.010" }, "other");
    x.ask("PUT", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      ...BUY,
      orderId: order.orderId,
      price,
      quantity: "0.010",
    });
    expect(reread(x, order)).toMatchObject({ status: "CANCELED", executedQty: "0.010" });
  });

  test("that breaks a filter is refused and leaves the order as it was", () => {
    const x = makeExchange();
    const order = place(x, { ...BUY, price: "94000.0", quantity: "0.010" });
    const change = { symbol: "BTCUSDT", ...BUY, orderId: order.orderId, quantity: "0.010" };
    expect(codeOf(x.send("PUT", "/fapi/v1/order", { ...change, price: "94000.05" }))).toBe(-4014);
    expect(codeOf(x.send("PUT", "/fapi/v1/order", { ...change, price: "94000.0" }))).toBe(-5027);
    expect(reread(x, order)).toMatchObject({ status: "NEW", price: "94000.00" });
  });
});

describe("client order ids", () => {
  test("are refused with -4116 only while the first order is open, and then name the newest", () => {
    const x = makeExchange();
    const limit = {
      symbol: "BTCUSDT",
      ...BUY,
      type: "LIMIT",
      timeInForce: "GTC",
      price: "94000.0",
      quantity: "0.010",
    };
    const first = x.ask<OrderAnswer>("POST", "/fapi/v1/order", { ...limit, newClientOrderId: "twice" });
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...limit, newClientOrderId: "twice" }))).toBe(-4116);
    x.ask("DELETE", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "twice" });
    const second = x.ask<OrderAnswer>("POST", "/fapi/v1/order", { ...limit, newClientOrderId: "twice" });
    expect(second.orderId).not.toBe(first.orderId);
    const found = x.ask<OrderAnswer>("GET", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      origClientOrderId: "twice",
    });
    expect(found.orderId).toBe(second.orderId);
  });

  test("of another account or symbol are unrelated", () => {
    const x = makeExchange();
    const limit = { ...BUY, price: "94000.0", quantity: "0.010", newClientOrderId: "shared" };
    place(x, limit);
    place(x, limit, "other");
    expect(codeOf(x.send("GET", "/fapi/v1/order", { symbol: "ETHUSDT", origClientOrderId: "shared" }))).toBe(
      -2013,
    );
  });
});
