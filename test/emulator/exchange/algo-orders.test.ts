// Conditional orders: which way they trigger, what they become, what happens when they cannot be placed.
import { describe, expect, test } from "vitest";
import { isTriggered } from "#local/exchange/engine/algo-orders.ts";
import { codeOf, type Fields, makeExchange, place, type TestExchange } from "./test-exchange.ts";

interface AlgoAnswer {
  readonly algoId: number;
  readonly algoStatus: string;
  readonly actualOrderId: string;
  readonly actualPrice: string;
  readonly triggerTime: number;
}

const base = { symbol: "BTCUSDT", algoType: "CONDITIONAL", quantity: "0.010" };

const arm = (x: TestExchange, fields: Fields): AlgoAnswer =>
  x.ask("POST", "/fapi/v1/algoOrder", { ...base, ...fields });
const read = (x: TestExchange, algo: AlgoAnswer): AlgoAnswer =>
  x.ask("GET", "/fapi/v1/algoOrder", { algoId: algo.algoId });
const setPrice = (x: TestExchange, priceUsd: number): unknown =>
  x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });

describe("direction", () => {
  test.each([
    ["STOP_MARKET", "SELL", 99, true],
    ["STOP_MARKET", "SELL", 101, false],
    ["STOP_MARKET", "BUY", 101, true],
    ["STOP_MARKET", "BUY", 99, false],
    ["TAKE_PROFIT_MARKET", "SELL", 101, true],
    ["TAKE_PROFIT_MARKET", "SELL", 99, false],
    ["TAKE_PROFIT_MARKET", "BUY", 99, true],
    ["TAKE_PROFIT_MARKET", "BUY", 101, false],
  ] as const)("%s %s at 100 with the price at %d: %s", (type, side, ticks, fires) => {
    expect(isTriggered(type, side, 100, ticks)).toBe(fires);
    expect(isTriggered(type, side, 100, 100)).toBe(true);
  });
});

describe("firing", () => {
  test("a market stop becomes a filled order under its own client id", () => {
    const x = makeExchange();
    place(x, { side: "BUY", type: "MARKET", quantity: "0.010" });
    const stop = arm(x, {
      side: "SELL",
      type: "STOP_MARKET",
      triggerPrice: "94000",
      reduceOnly: true,
      clientAlgoId: "stop",
    });
    setPrice(x, 94_100);
    expect(read(x, stop).algoStatus).toBe("NEW");
    setPrice(x, 93_990);
    const fired = read(x, stop);
    expect(fired).toMatchObject({ algoStatus: "FINISHED" });
    expect(fired.triggerTime).toBeGreaterThan(0);
    expect(x.ask("GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "stop" })).toMatchObject({
      orderId: Number(fired.actualOrderId),
      status: "FILLED",
      type: "MARKET",
      origType: "STOP_MARKET",
      reduceOnly: true,
    });
  });

  test("a stop-limit stays TRIGGERED while its order rests, and is FINISHED when that ends", () => {
    const x = makeExchange();
    const stop = arm(x, { side: "BUY", type: "STOP", triggerPrice: "96000", price: "95900" });
    setPrice(x, 96_100);
    const fired = read(x, stop);
    expect(fired.algoStatus).toBe("TRIGGERED");
    x.ask("DELETE", "/fapi/v1/order", { symbol: "BTCUSDT", orderId: fired.actualOrderId });
    expect(read(x, stop).algoStatus).toBe("FINISHED");
  });

  test("closePosition closes whatever is there, and expires when nothing is", () => {
    const x = makeExchange();
    const close = { side: "SELL", type: "STOP_MARKET", closePosition: true, quantity: undefined };
    place(x, { side: "BUY", type: "MARKET", quantity: "0.037" });
    const stop = arm(x, { ...close, triggerPrice: "94000" });
    setPrice(x, 93_900);
    expect(read(x, stop).algoStatus).toBe("FINISHED");
    expect(x.ask<unknown[]>("GET", "/fapi/v3/positionRisk")).toEqual([]);
    expect(codeOf(x.send("POST", "/fapi/v1/algoOrder", { ...base, ...close, triggerPrice: "92000" }))).toBe(
      -4509,
    );
    place(x, { side: "BUY", type: "MARKET", quantity: "0.037" });
    const late = arm(x, { ...close, triggerPrice: "92000" });
    place(x, { side: "SELL", type: "MARKET", quantity: "0.037", reduceOnly: true });
    setPrice(x, 91_900);
    expect(read(x, late).algoStatus).toBe("EXPIRED");
  });

  test("an order that its account cannot pay for is REJECTED, not lost", () => {
    const x = makeExchange();
    const stop = arm(x, { side: "BUY", type: "STOP_MARKET", triggerPrice: "96000", quantity: "100" });
    setPrice(x, 96_100);
    expect(read(x, stop)).toMatchObject({ algoStatus: "REJECTED", actualOrderId: "" });
  });

  test("MARK_PRICE and CONTRACT_PRICE look at their own price", () => {
    const x = makeExchange();
    const mark = arm(x, {
      side: "BUY",
      type: "STOP_MARKET",
      triggerPrice: "95100",
      workingType: "MARK_PRICE",
    });
    const last = arm(x, { side: "BUY", type: "STOP_MARKET", triggerPrice: "95100" });
    setPrice(x, 95_099.8);
    const [lastNow, markNow] = [read(x, last).algoStatus, read(x, mark).algoStatus];
    const state = x.exchange.dump() as { readonly prices: Record<string, { readonly lastUsd: string }> };
    expect(markNow).toBe("NEW");
    expect(lastNow).toBe(Number(state.prices.BTCUSDT?.lastUsd) >= 95_100 ? "FINISHED" : "NEW");
  });

  test("a cancelled one never fires", () => {
    const x = makeExchange();
    const stop = arm(x, { side: "BUY", type: "STOP_MARKET", triggerPrice: "96000" });
    x.ask("DELETE", "/fapi/v1/algoOrder", { algoId: stop.algoId });
    setPrice(x, 97_000);
    expect(read(x, stop).algoStatus).toBe("CANCELED");
    expect(codeOf(x.send("DELETE", "/fapi/v1/algoOrder", { algoId: stop.algoId }))).toBe(-2011);
  });
});
