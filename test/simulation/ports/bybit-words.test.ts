// Bybit's wire in the simulation's words: what each request means, which refusal an answer is, and which rows it does not show yet.
import { describe, expect, it } from "vitest";
import { clientOrderId, clientStopId } from "#domain/documents/ids.ts";
import { answerInWords, effectAtBybit, meaningOf, pathAtBybit, withoutYoung } from "./bybit-words.ts";

const ORDER = clientOrderId("a1", "intent", 0);
const STOP = clientStopId("a1", "group", 1);
const post = (form: object) =>
  ({ method: "POST", url: "", headers: {}, body: JSON.stringify(form) }) as const;
const get = { method: "GET", url: "", headers: {}, body: null } as const;

describe("a request", () => {
  it.each([
    [
      "POST /v5/order/create",
      post({
        symbol: "S",
        side: "Buy",
        orderType: "Limit",
        qty: "1",
        price: "2",
        timeInForce: "PostOnly",
        orderLinkId: ORDER,
      }),
      "",
      "POST /fapi/v1/order",
      {
        symbol: "S",
        side: "BUY",
        quantity: "1",
        type: "LIMIT",
        price: "2",
        timeInForce: "GTX",
        newClientOrderId: ORDER,
      },
    ],
    [
      "POST /v5/order/create",
      post({
        symbol: "S",
        side: "Sell",
        qty: "1",
        triggerPrice: "9",
        triggerDirection: 2,
        reduceOnly: true,
        orderLinkId: STOP,
      }),
      "",
      "POST /fapi/v1/algoOrder",
      {
        symbol: "S",
        side: "SELL",
        quantity: "1",
        type: "STOP_MARKET",
        triggerPrice: "9",
        reduceOnly: "true",
        clientAlgoId: STOP,
      },
    ],
    [
      "GET /v5/order/history",
      get,
      `symbol=S&orderLinkId=${STOP}`,
      "GET /fapi/v1/algoOrder",
      { symbol: "S", clientAlgoId: STOP },
    ],
    [
      "POST /v5/order/cancel",
      post({ symbol: "S", orderLinkId: ORDER }),
      "",
      "DELETE /fapi/v1/order",
      { symbol: "S", origClientOrderId: ORDER },
    ],
    ["GET /v5/order/realtime", get, "settleCoin=USDT", "GET /fapi/v1/openOrders", { settleCoin: "USDT" }],
    ["GET /v5/position/list", get, "symbol=S", "GET /v5/position/list", { symbol: "S" }],
  ] as const)("means the same in both: %s %#", (name, request, query, means, fields) => {
    const said = meaningOf(name, request, query);
    expect(said.name).toBe(means);
    expect(Object.fromEntries(said.fields)).toEqual(fields);
  });
});

describe("an answer", () => {
  const response = (said: object) => ({ status: 200, headers: {}, body: JSON.stringify(said) });
  const order = { name: "POST /fapi/v1/order", fields: new URLSearchParams() };

  it("that refuses has a status that says so", () => {
    expect(answerInWords(order, response({ retCode: 110017, retMsg: "no" }))).toMatchObject({
      status: 400,
      body: '{"code":110017,"msg":"no"}',
    });
  });

  it("shows nothing younger than it may", () => {
    const list = [{ createdTime: "100" }, { createdTime: "200" }];
    const given = response({ retCode: 0, retMsg: "OK", result: { list }, time: 300 });
    const shown = JSON.parse(withoutYoung(given, "createdTime", 150).body);
    expect(shown.result.list).toEqual([{ createdTime: "100" }]);
    expect(JSON.parse(withoutYoung(given, "createdTime", Number.NEGATIVE_INFINITY).body).result.list).toEqual(
      [],
    );
  });
});

describe("a fault", () => {
  it("is aimed at the path of the same meaning, and refuses in the venue's own code", () => {
    expect(pathAtBybit("^/fapi/v1/order$", "POST")).toBe("/v5/order/create");
    expect(pathAtBybit("/fapi/v1/order", "GET")).toBe("/v5/order/(realtime|history)");
    expect(pathAtBybit("/fapi/v1/klines", undefined)).toBeNull();
    const effect = { kind: "venueError", when: "before", status: 400, code: -2022, msg: "no" } as const;
    expect(effectAtBybit(effect)).toMatchObject({ status: 200, code: 110017 });
  });
});
