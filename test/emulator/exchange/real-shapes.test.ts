// The local exchange answers field for field like the venue: in every state that an account, an order or a stop can be in
// here, field names and JSON types are those of the venue's own answers.
import { describe, expect, it } from "vitest";
import { ANSWER_FILES, answerFile, answerOf, refusalNames } from "#test/recorded/venue/answers.ts";
import { shapeFaults } from "#tools/record/compare-shapes.ts";
import { type Fields, makeExchange, place, type TestExchange, touch } from "./test-exchange.ts";

const KNOWN = new Map(
  ANSWER_FILES.map(answerFile).map(({ call, answers }) => [call, Object.values(answers)] as const),
);

function faultsOf(test: TestExchange, call: string, fields: Fields = {}): readonly string[] {
  const [method = "", path = ""] = call.split(" ");
  const known = KNOWN.get(call);
  if (known === undefined) throw new Error(`No answers of ${call} are kept`);
  return shapeFaults(test.ask<unknown>(method, path, fields), known);
}

/** A long, an isolated short, a resting order half filled, stops that wait, fired and were withdrawn, and coins. */
function livedIn(): TestExchange {
  const test = makeExchange();
  test.exchange.admin("deposit", { asset: "BNB", qty: "2" });
  test.exchange.admin("symbolSettings", { symbol: "ETHUSDT", marginType: "ISOLATED", leverage: 5 });
  place(test, { side: "BUY", type: "MARKET", quantity: "0.02", newClientOrderId: "opened" });
  place(test, { side: "SELL", type: "MARKET", symbol: "ETHUSDT", quantity: "0.5" });
  const { bid, ask } = touch(test);
  place(test, { side: "BUY", price: (bid * 0.98).toFixed(1), quantity: "0.01", newClientOrderId: "resting" });
  place(test, {
    side: "BUY",
    price: (bid * 0.97).toFixed(1),
    quantity: "0.01",
    newClientOrderId: "withdrawn",
  });
  const stop = (clientAlgoId: string, share: number): void => {
    test.ask("POST", "/fapi/v1/algoOrder", {
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_MARKET",
      quantity: "0.005",
      triggerPrice: (ask * share).toFixed(1),
      workingType: "MARK_PRICE",
      reduceOnly: "true",
      clientAlgoId,
    });
  };
  stop("waiting", 0.8);
  stop("fires", 0.99);
  stop("gone", 0.85);
  test.ask("DELETE", "/fapi/v1/algoOrder", { clientAlgoId: "gone" });
  test.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: bid * 0.985 });
  return test;
}

const SYMBOL = { symbol: "BTCUSDT" };

describe("the local exchange's answers", () => {
  it.each<[string, Fields?]>([
    ["GET /fapi/v1/time"],
    ["GET /fapi/v1/exchangeInfo"],
    ["GET /fapi/v1/ticker/bookTicker"],
    ["GET /fapi/v1/ticker/bookTicker", SYMBOL],
    ["GET /fapi/v3/account"],
    ["GET /fapi/v3/positionRisk"],
    ["GET /fapi/v1/order", { ...SYMBOL, origClientOrderId: "opened" }],
    ["GET /fapi/v1/order", { ...SYMBOL, origClientOrderId: "resting" }],
    ["DELETE /fapi/v1/order", { ...SYMBOL, origClientOrderId: "withdrawn" }],
    ["GET /fapi/v1/openOrders"],
    ["GET /fapi/v1/openOrders", SYMBOL],
    ["GET /fapi/v1/algoOrder", { clientAlgoId: "waiting" }],
    ["GET /fapi/v1/algoOrder", { clientAlgoId: "fires" }],
    ["GET /fapi/v1/algoOrder", { clientAlgoId: "gone" }],
    ["DELETE /fapi/v1/algoOrder", { clientAlgoId: "waiting" }],
    ["GET /fapi/v1/openAlgoOrders"],
    ["GET /fapi/v1/userTrades", SYMBOL],
    ["GET /fapi/v1/income"],
    ["GET /fapi/v1/symbolConfig"],
    ["GET /fapi/v1/accountConfig"],
    ["GET /fapi/v1/positionSide/dual"],
    ["GET /fapi/v1/multiAssetsMargin"],
    ["GET /fapi/v1/leverageBracket"],
    ["GET /fapi/v1/feeBurn"],
    ["GET /sapi/v1/account/apiRestrictions"],
  ])("have the venue's fields and types: %s", (call, fields = {}) => {
    expect(faultsOf(livedIn(), call, fields)).toEqual([]);
  });

  it.each<[string, Fields]>([
    ["market", { type: "MARKET" }],
    ["resting", { type: "LIMIT", price: "50000", timeInForce: "GTC" }],
    ["post-only", { type: "LIMIT", price: "50000", timeInForce: "GTX" }],
    ["immediate", { type: "LIMIT", price: "60000", timeInForce: "IOC" }],
    ["reduce-only", { type: "MARKET", side: "SELL", reduceOnly: "true" }],
  ])("have the venue's fields and types for a new %s order", (_kind, fields) => {
    const test = livedIn();
    const order = { ...SYMBOL, side: "BUY", quantity: "0.01", newOrderRespType: "RESULT", ...fields };
    const { bid, ask } = touch(test);
    const price =
      fields.price === undefined
        ? {}
        : { price: (fields.timeInForce === "IOC" ? ask : bid * 0.99).toFixed(1) };
    expect(faultsOf(test, "POST /fapi/v1/order", { ...order, ...price })).toEqual([]);
  });

  it("refuse in the venue's words", () => {
    const words = new Map(
      refusalNames().map((name) => {
        const { body } = answerOf("refusals", name) as {
          readonly body?: { readonly code: number; readonly msg: string };
        };
        return [body?.code, body?.msg] as const;
      }),
    );
    const test = makeExchange();
    const stop = {
      algoType: "CONDITIONAL",
      ...SYMBOL,
      side: "SELL",
      type: "STOP_MARKET",
      triggerPrice: "40000",
    };
    const refused = [
      test.send("GET", "/fapi/v1/order", { ...SYMBOL, origClientOrderId: "never" }),
      test.send("DELETE", "/fapi/v1/order", { ...SYMBOL, origClientOrderId: "never" }),
      test.send("POST", "/fapi/v1/algoOrder", { ...stop, closePosition: "true" }),
      test.send("POST", "/fapi/v1/algoOrder", { ...stop, quantity: "0.01", reduceOnly: "true" }),
      test.send("POST", "/fapi/v1/order", { ...SYMBOL, side: "BUY", type: "STOP_MARKET", quantity: "0.01" }),
      test.send("POST", "/fapi/v1/order", {
        ...SYMBOL,
        side: "BUY",
        type: "MARKET",
        quantity: "0.01",
        positionSide: "LONG",
      }),
    ].map(({ body }) => JSON.parse(body) as { readonly code: number; readonly msg: string });
    expect(refused.map(({ code }) => code)).toEqual([-2013, -2011, -4509, -2022, -4120, -4061]);
    expect(refused.map(({ msg }) => msg)).toEqual(refused.map(({ code }) => words.get(code)));
  });

  it("take no order in hedge mode that belongs to one-way mode", () => {
    const test = makeExchange();
    test.exchange.admin("settings", { dualSidePosition: true });
    const refused = test.send("POST", "/fapi/v1/order", {
      ...SYMBOL,
      side: "BUY",
      type: "MARKET",
      quantity: "0.01",
    });
    expect(JSON.parse(refused.body)).toMatchObject({ code: -4061 });
    expect(test.ask("GET", "/fapi/v1/positionSide/dual")).toEqual({ dualSidePosition: true });
  });
});
