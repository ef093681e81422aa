// Refusals carry Bybit's codes under HTTP 200; a refused order leaves no trace.
import { describe, expect, test } from "vitest";
import {
  BTC,
  type BybitExchange,
  type Fields,
  makeBybit,
  place,
  RECV_WINDOW_MS,
  readAnswer,
  signedRequest,
} from "./bybit-exchange.ts";

const limit = { ...BTC, side: "Buy", orderType: "Limit", qty: "0.010", price: "94000.00" };
const trigger = { orderType: "Market", triggerPrice: "94000.00", triggerDirection: 2 };

describe("order fields", () => {
  const cases: readonly (readonly [string, Fields, number])[] = [
    ["another category", { category: "inverse" }, 10001],
    ["an unknown symbol", { symbol: "NOPEUSDT" }, 10001],
    ["an unknown side", { side: "BUY" }, 10001],
    ["an unknown type", { orderType: "Stop" }, 10001],
    ["an unknown time in force", { timeInForce: "GTX" }, 10001],
    ["a limit order without a price", { price: undefined }, 10001],
    ["a price off its tick", { price: "94000.05" }, 10001],
    ["a price above the contract's maximum", { price: "99999999.00" }, 110003],
    ["no quantity", { qty: undefined }, 10001],
    ["a quantity off its step", { qty: "0.0105" }, 10001],
    ["a quantity of zero", { qty: "0" }, 10001],
    ["a quantity above the maximum", { qty: "1001" }, 10001],
    ["a position side of hedge mode", { positionIdx: 1 }, 10001],
    ["an own id that is too long", { orderLinkId: "x".repeat(37) }, 10001],
    ["an own id with other characters", { orderLinkId: "a.b" }, 10001],
    ["a take-profit on the order, which is not made here", { takeProfit: "99000" }, 10001],
    ["a trigger without its direction", { ...trigger, triggerDirection: undefined }, 10001],
    ["a trigger by an unknown price", { ...trigger, triggerBy: "Last" }, 10001],
    ["a trigger above that the price has passed", { ...trigger, triggerDirection: 1 }, 110092],
    ["a trigger below that the price has passed", { ...trigger, triggerPrice: "96000.00" }, 110093],
    ["nothing to reduce", { reduceOnly: true }, 110017],
    ["nothing to reduce by a conditional order", { ...trigger, reduceOnly: true }, 110017],
    ["margin that is not there", { qty: "100" }, 110007],
  ];
  test.each(cases)("%s", (_name, fields, code) => {
    const venue = makeBybit();
    const response = venue.send("POST", "/v5/order/create", { ...limit, ...fields });
    expect([response.status, readAnswer(response).retCode]).toEqual([200, code]);
    expect(venue.exchange.dump()).toMatchObject({ orders: [], algoOrders: [] });
  });

  test("a value below the contract's minimum", () => {
    const small = { ...limit, symbol: "DOGEUSDT", qty: "1", price: "0.10000" };
    const { retCode, retMsg } = makeBybit().call("POST", "/v5/order/create", small);
    expect([retCode, retMsg]).toEqual([110094, "Order does not meet minimum order value 5USDT"]);
  });

  test("an order on the position's own side that should only reduce", () => {
    const venue = makeBybit();
    place(venue, { side: "Buy", orderType: "Market" });
    const { retCode, retMsg } = venue.call("POST", "/v5/order/create", { ...limit, reduceOnly: true });
    expect([retCode, retMsg]).toEqual([110017, "reduce-only order has same side with current position"]);
  });

  test("the message about a trigger names both prices and the kind of price", () => {
    const { retMsg } = makeBybit().call("POST", "/v5/order/create", {
      ...limit,
      ...trigger,
      triggerDirection: 1,
      triggerBy: "MarkPrice",
    });
    expect(retMsg).toBe("expect Rising, but trigger_price[940000000] <= current[950000000]??MarkPrice");
  });
});

describe("an own id", () => {
  const stop = { ...limit, ...trigger, price: undefined, orderLinkId: "mine" };
  const kinds: readonly (readonly [string, Fields, Fields])[] = [
    ["an order while it is open", { ...limit, orderLinkId: "mine" }, { ...limit, orderLinkId: "mine" }],
    ["a stop, for an order", stop, { ...limit, orderLinkId: "mine" }],
    ["an order, for a stop", { ...limit, orderLinkId: "mine" }, stop],
    [
      "an order of another symbol",
      { ...limit, symbol: "ETHUSDT", price: "3000.00", orderLinkId: "mine" },
      stop,
    ],
  ];
  test.each(kinds)("is taken by %s", (_name, first, second) => {
    const venue = makeBybit();
    venue.ask("POST", "/v5/order/create", first);
    expect(venue.call("POST", "/v5/order/create", second).retCode).toBe(110072);
    expect(venue.call("POST", "/v5/order/create", second, "other").retCode).toBe(0);
  });

  test("stays taken after its order is filled or cancelled", () => {
    const venue = makeBybit();
    place(venue, { side: "Buy", orderType: "Market", orderLinkId: "filled" });
    venue.ask("POST", "/v5/order/create", { ...limit, orderLinkId: "cancelled" });
    venue.ask("POST", "/v5/order/cancel", { ...BTC, orderLinkId: "cancelled" });
    venue.pass(3_600_000);
    for (const orderLinkId of ["filled", "cancelled"])
      expect(venue.call("POST", "/v5/order/create", { ...limit, orderLinkId }).retCode).toBe(110072);
  });

  test("is not needed: orders without one do not disturb each other", () => {
    const venue = makeBybit();
    for (let count = 0; count < 3; count += 1) venue.ask("POST", "/v5/order/create", limit);
  });
});

test("cancelling an order that is not open, or not of the symbol, is 110001", () => {
  const venue = makeBybit();
  const { orderId } = place(venue, { side: "Buy", orderType: "Market" });
  const open = place(venue, { side: "Buy", price: "94000.00" });
  for (const fields of [
    { orderId: String(orderId) },
    { orderLinkId: "never" },
    { orderId: "1321003749386327552" },
    { symbol: "ETHUSDT", orderId: String(open.orderId) },
  ])
    expect(venue.call("POST", "/v5/order/cancel", { ...BTC, ...fields }).retCode).toBe(110001);
  expect(venue.call("POST", "/v5/order/cancel", BTC).retCode).toBe(10001);
});

test("ten conditional and five hundred open orders are enough for a symbol", () => {
  const venue = makeBybit({ limits: { weightPerMinute: 1_000_000 } });
  const create = (fields: Fields) => {
    venue.pass(100);
    return venue.call("POST", "/v5/order/create", { ...limit, qty: "0.001", ...fields }).retCode;
  };
  for (let count = 0; count < 10; count += 1) expect(create(trigger)).toBe(0);
  expect(create(trigger)).toBe(110009);
  for (let count = 0; count < 500; count += 1) create({});
  expect(create({})).toBe(110020);
});

describe("settings", () => {
  test("leverage: 110043 unchanged, 10001 out of range, 110012 uncovered", () => {
    const venue = makeBybit();
    const set = (buyLeverage: string, sellLeverage = buyLeverage): number =>
      venue.call("POST", "/v5/position/set-leverage", { ...BTC, buyLeverage, sellLeverage }).retCode;
    expect([set("10"), set("10"), set("0"), set("126"), set("5", "6"), set("2.5")]).toEqual([
      0, 110043, 10001, 10001, 10001, 10001,
    ]);
    place(venue, { side: "Buy", orderType: "Market", qty: "8.000" });
    expect(set("2")).toBe(110012);
  });

  test("position mode: 110025 unchanged, 110024 with a position, 110028 with an order", () => {
    const venue = makeBybit();
    const set = (mode: number): number =>
      venue.call("POST", "/v5/position/switch-mode", { category: "linear", coin: "USDT", mode }).retCode;
    expect([set(0), set(3), set(3)]).toEqual([110025, 0, 110025]);
    const sides = venue.ask<{ list: { positionIdx: number }[] }>("GET", "/v5/position/list", BTC).list;
    expect(sides.map(({ positionIdx }) => positionIdx)).toEqual([1, 2]);
    expect(set(0)).toBe(0);
    const { orderId } = place(venue, { side: "Buy", price: "94000.00" });
    expect(set(3)).toBe(110028);
    venue.ask("POST", "/v5/order/cancel", { ...BTC, orderId: String(orderId) });
    place(venue, { side: "Buy", orderType: "Market" });
    expect(set(3)).toBe(110024);
  });

  test("margin mode: another one only while nothing is open, and never portfolio margin", () => {
    const venue = makeBybit();
    const set = (setMarginMode: string) =>
      venue.call("POST", "/v5/account/set-margin-mode", { setMarginMode });
    expect(set("REGULAR_MARGIN")).toMatchObject({ retCode: 0, result: { reasons: [] } });
    expect(set("PORTFOLIO_MARGIN").retCode).toBe(3400045);
    place(venue, { side: "Buy", orderType: "Market" });
    expect(set("ISOLATED_MARGIN")).toMatchObject({
      retCode: 3400045,
      result: { reasons: [{ reasonCode: "3400208" }] },
    });
  });

  test("a key that may not trade is refused with 10005, a banned account with 10027; both may read", () => {
    const venue = makeBybit();
    const code = (): number => venue.call("POST", "/v5/order/create", limit).retCode;
    venue.exchange.admin("settings", { keyMayTrade: false });
    expect(code()).toBe(10005);
    venue.exchange.admin("settings", { keyMayTrade: true, canTrade: false });
    expect(code()).toBe(10027);
    venue.ask("GET", "/v5/account/wallet-balance", { accountType: "UNIFIED" });
  });
});

describe("who asks", () => {
  const at = (venue: BybitExchange, skewMs: number) =>
    signedRequest({ method: "GET", path: "/v5/account/info", fields: {}, atMs: venue.nowMs() + skewMs });

  const times: readonly (readonly [number, number])[] = [
    [-RECV_WINDOW_MS - 1, 10002],
    [-RECV_WINDOW_MS, 0],
    [999, 0],
    [1_000, 10002],
  ];
  test.each(times)("a timestamp %i ms off is answered with %i", (skewMs, code) => {
    const venue = makeBybit();
    expect(readAnswer(venue.exchange.handle(at(venue, skewMs))).retCode).toBe(code);
  });

  test("a wrong key is 10003, a wrong signature 10004, none at all 10001", () => {
    const venue = makeBybit();
    const request = at(venue, 0);
    const code = (headers: Record<string, string | undefined>): number =>
      readAnswer(venue.exchange.handle({ ...request, headers: { ...request.headers, ...headers } })).retCode;
    expect(code({ "x-bapi-api-key": "nobody" })).toBe(10003);
    expect(code({ "x-bapi-sign": "00".repeat(32) })).toBe(10004);
    expect(code({ "x-bapi-sign": undefined })).toBe(10001);
  });

  test("the signature covers query and body as they were sent", () => {
    const venue = makeBybit();
    const order = signedRequest({
      method: "POST",
      path: "/v5/order/create",
      fields: limit,
      atMs: venue.nowMs(),
    });
    const forged = { ...order, body: order.body.replace('"0.010"', '"0.020"') };
    expect(readAnswer(venue.exchange.handle(forged)).retCode).toBe(10004);
    expect(readAnswer(venue.exchange.handle(order)).retCode).toBe(0);
  });
});

test("an unknown path, or another method than its own, is HTTP 404", () => {
  const venue = makeBybit();
  expect(venue.send("GET", "/v5/nothing").status).toBe(404);
  expect(venue.send("GET", "/v5/order/create").status).toBe(404);
});

test.each(["side=Buy", "[]", "null", ""])("the body %j is 10001", (body) => {
  const venue = makeBybit();
  const asked = { method: "POST", path: "/v5/order/create", fields: {}, atMs: venue.nowMs(), body };
  expect(readAnswer(venue.exchange.handle(signedRequest(asked))).retCode).toBe(10001);
});

describe("rates", () => {
  test("the eleventh order of a second is 10006, with the time of the next chance in its headers", () => {
    const venue = makeBybit();
    for (let count = 0; count < 10; count += 1)
      expect(venue.send("POST", "/v5/order/create", limit).headers["X-Bapi-Limit-Status"]).toBe(
        String(9 - count),
      );
    const refused = venue.send("POST", "/v5/order/create", limit);
    expect(readAnswer(refused).retCode).toBe(10006);
    expect(refused).toMatchObject({
      status: 200,
      headers: {
        "X-Bapi-Limit": "10",
        "X-Bapi-Limit-Status": "0",
        "X-Bapi-Limit-Reset-Timestamp": String(venue.nowMs() + 1_000),
      },
    });
    expect(venue.call("POST", "/v5/order/create", limit, "other").retCode).toBe(0);
    venue.pass(1_000);
    expect(venue.call("POST", "/v5/order/create", limit).retCode).toBe(0);
  });

  test("the address may ask 600 times in five seconds, and is shut out with 403 for ten minutes after that", () => {
    const venue = makeBybit();
    const status = (): number => venue.send("GET", "/v5/market/time").status;
    expect(venue.exchange.admin("crowd", { weight: 599 })).toEqual({ usedWeight: 599 });
    expect([status(), status(), status()]).toEqual([200, 403, 403]);
    venue.pass(599_999);
    expect(status()).toBe(403);
    venue.pass(1);
    expect(status()).toBe(200);
  });

  test("admin actions ban the address, and lift the ban", () => {
    const venue = makeBybit();
    venue.exchange.admin("ban", { seconds: 60 });
    expect(venue.send("GET", "/v5/market/time").status).toBe(403);
    expect(venue.exchange.admin("limits", {})).toEqual({ cleared: true, weightPerMinute: 7_200 });
    expect(venue.send("GET", "/v5/market/time").status).toBe(200);
  });
});
