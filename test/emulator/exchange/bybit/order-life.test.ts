// The life of an order at Bybit: creation acknowledges, the look-up tells; conditional orders are the orders that they become;
// refusals of the book come after the acceptance, as cancellations with their reason.
import { describe, expect, test } from "vitest";
import {
  BTC,
  type BybitExchange,
  type Fields,
  type List,
  makeBybit,
  orderOf,
  place,
} from "./bybit-exchange.ts";

const NEVER = "90000.00";
const STOP = {
  side: "Sell",
  orderType: "Market",
  triggerDirection: 2,
  triggerBy: "MarkPrice",
  reduceOnly: true,
};

function withPosition(fields: Fields = {}): BybitExchange {
  const venue = makeBybit();
  place(venue, { side: "Buy", orderType: "Market", qty: "0.020", ...fields });
  return venue;
}

const price = (venue: BybitExchange, priceUsd: number): unknown =>
  venue.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });

test("creation answers with two ids and nothing else", () => {
  const venue = makeBybit();
  const order = { ...BTC, side: "Buy", orderType: "Limit", qty: "0.010", price: NEVER, orderLinkId: "a-1" };
  const { result } = venue.call("POST", "/v5/order/create", order);
  expect(result).toEqual({
    orderId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    orderLinkId: "a-1",
  });
  expect(orderOf(venue, result.orderId)).toMatchObject({
    orderLinkId: "a-1",
    orderStatus: "New",
    price: NEVER,
    qty: "0.010",
    leavesQty: "0.010",
    leavesValue: "900",
    avgPrice: "",
    cumExecQty: "0.000",
    cumExecValue: "0",
    timeInForce: "GTC",
    stopOrderType: "",
    triggerPrice: "",
    triggerDirection: 0,
    rejectReason: "EC_NoError",
    createType: "CreateByUser",
  });
});

describe("orders that the book does not take are accepted, and then cancelled with a reason", () => {
  const cases: readonly (readonly [string, Fields, string])[] = [
    [
      "post-only that would take",
      { price: "96000.00", timeInForce: "PostOnly" },
      "EC_PostOnlyWillTakeLiquidity",
    ],
    ["fill-or-kill without the lots", { price: NEVER, timeInForce: "FOK" }, "EC_CancelForNoFullFill"],
    ["immediate-or-cancel without a lot", { price: NEVER, timeInForce: "IOC" }, "EC_NoImmediateQtyToFill"],
  ];
  test.each(cases)("%s", (_name, fields, rejectReason) => {
    const order = place(makeBybit(), { side: "Buy", ...fields });
    expect(order).toMatchObject({
      orderStatus: "Cancelled",
      rejectReason,
      cumExecQty: "0.000",
      leavesQty: "0.000",
    });
  });

  test("a market order takes what stands, and its rest is cancelled", () => {
    const rich = { id: "local", apiKey: "local-key", secret: "local-secret", balanceUsdt: "90000000" };
    const venue = makeBybit({ accounts: [rich] });
    venue.ask("POST", "/v5/position/set-leverage", { ...BTC, buyLeverage: "10", sellLeverage: "10" });
    const largest = { side: "Buy", orderType: "Market", qty: "120.000" };
    const orders = Array.from({ length: 6 }, () => place(venue, largest));
    expect(orders[0]).toMatchObject({ orderStatus: "Filled", price: "99750.00" });
    const short = orders.find(({ orderStatus }) => orderStatus !== "Filled");
    expect(short).toMatchObject({
      orderStatus: "Cancelled",
      rejectReason: "EC_NoImmediateQtyToFill",
      leavesQty: "0.000",
    });
    expect(Number(short?.cumExecQty)).toBeGreaterThan(0);
    expect(orders.at(-1)).toMatchObject({ orderStatus: "Cancelled", cumExecQty: "0.000", avgPrice: "" });
  });
});

test("a limit price beyond the band is moved to its edge, as the default of futures accounts says", () => {
  const venue = makeBybit();
  expect(place(venue, { side: "Sell", price: "80000.00" })).toMatchObject({
    price: "90250.00",
    orderStatus: "Filled",
  });
  const cheap = { price: "10000.00", orderStatus: "New" };
  expect(place(venue, { side: "Buy", price: "10000.00" })).toMatchObject(cheap);
});

describe("a conditional order", () => {
  test("waits outside the book without margin, and tells its trigger", () => {
    const venue = withPosition();
    const stop = place(venue, { ...STOP, qty: "0.020", triggerPrice: "94000.00", orderLinkId: "s" });
    expect(stop).toMatchObject({
      orderStatus: "Untriggered",
      orderType: "Market",
      timeInForce: "IOC",
      stopOrderType: "Stop",
      triggerPrice: "94000.00",
      triggerDirection: 2,
      triggerBy: "MarkPrice",
      reduceOnly: true,
      createType: "CreateByStopOrder",
    });
  });

  test("keeps its ids when it fires", () => {
    const venue = withPosition();
    const stop = place(venue, { ...STOP, qty: "0.020", triggerPrice: "94000.00", orderLinkId: "s" });
    price(venue, 93_900);
    const fired = orderOf(venue, stop.orderId);
    expect(fired).toMatchObject({
      orderStatus: "Filled",
      orderLinkId: "s",
      cumExecQty: "0.020",
      stopOrderType: "Stop",
    });
    const { list } = venue.ask<List>("GET", "/v5/execution/list", { ...BTC, orderId: String(stop.orderId) });
    expect(list).toMatchObject([{ execType: "Trade", closedSize: "0.020", orderLinkId: "s" }]);
  });

  test("is Deactivated when it is cancelled before", () => {
    const venue = withPosition();
    const { orderId } = place(venue, { ...STOP, qty: "0.020", triggerPrice: "94000.00" });
    venue.ask("POST", "/v5/order/cancel", { ...BTC, orderId: String(orderId) });
    expect(orderOf(venue, orderId)).toMatchObject({ orderStatus: "Deactivated", cancelType: "CancelByUser" });
  });

  test("is cancelled when its position is gone by the time it fires", () => {
    const venue = withPosition();
    const { orderId } = place(venue, { ...STOP, qty: "0.020", triggerPrice: "94000.00" });
    place(venue, { side: "Sell", orderType: "Market", qty: "0.020", reduceOnly: true });
    price(venue, 93_900);
    expect(orderOf(venue, orderId)).toMatchObject({
      orderStatus: "Cancelled",
      cancelType: "CancelByReduceOnly",
    });
  });

  test("of all that is held closes what there is when it fires", () => {
    const venue = withPosition();
    const stop = place(venue, { ...STOP, qty: "0", closeOnTrigger: true, triggerPrice: "94000.00" });
    place(venue, { side: "Buy", orderType: "Market", qty: "0.010" });
    price(venue, 93_900);
    expect(orderOf(venue, stop.orderId)).toMatchObject({ orderStatus: "Filled", cumExecQty: "0.030" });
  });

  const directions: readonly (readonly [string, string, number, number])[] = [
    ["Buy", "rise", 1, 96_000],
    ["Sell", "rise", 1, 96_000],
    ["Buy", "fall", 2, 94_000],
    ["Sell", "fall", 2, 94_000],
  ];
  test.each(directions)(
    "%s on a %s fires when the price has gone there, not before",
    (side, _word, triggerDirection, at) => {
      const venue = makeBybit();
      const order = { side, orderType: "Market", triggerDirection, triggerPrice: `${at}.00` };
      const { orderId } = place(venue, order);
      price(venue, at - Math.sign(at - 95_000) * 200);
      expect(orderOf(venue, orderId)).toMatchObject({ orderStatus: "Untriggered", triggerDirection });
      price(venue, at + Math.sign(at - 95_000) * 200);
      expect(orderOf(venue, orderId)).toMatchObject({ orderStatus: "Filled", side });
    },
  );
});

test("a reduce-only order that rests is cancelled when the position is gone", () => {
  const venue = withPosition();
  const { orderId } = place(venue, { side: "Sell", qty: "0.020", price: "97000.00", reduceOnly: true });
  place(venue, { side: "Sell", orderType: "Market", qty: "0.020", reduceOnly: true });
  expect(orderOf(venue, orderId)).toMatchObject({
    orderStatus: "Cancelled",
    cancelType: "CancelByReduceOnly",
  });
});

test("amending changes price and quantity, keeps the ids, and refuses what is executed already", () => {
  const venue = makeBybit();
  const { orderId } = place(venue, { side: "Buy", price: NEVER, orderLinkId: "m" });
  venue.ask("POST", "/v5/order/amend", { ...BTC, orderLinkId: "m", price: "91000.00", qty: "0.030" });
  expect(orderOf(venue, orderId)).toMatchObject({ price: "91000.00", qty: "0.030", orderLinkId: "m" });
  venue.ask("POST", "/v5/order/amend", { ...BTC, orderLinkId: "m", price: "91000.10" });
  const same = { ...BTC, orderLinkId: "m", price: "91000.10" };
  expect(venue.call("POST", "/v5/order/amend", same).retCode).toBe(10001);
  const filled = place(venue, { side: "Buy", orderType: "Market" });
  const late = { ...BTC, orderId: String(filled.orderId), price: NEVER };
  expect(venue.call("POST", "/v5/order/amend", late).retCode).toBe(110001);
});

describe("lists", () => {
  /** Two resting, one waiting, one filled, one cancelled. */
  function five(): BybitExchange {
    const venue = makeBybit();
    place(venue, { side: "Buy", price: NEVER, orderLinkId: "rest-1" });
    venue.pass(1_000);
    place(venue, { side: "Buy", price: NEVER, orderLinkId: "rest-2" });
    place(venue, {
      side: "Buy",
      orderType: "Market",
      triggerDirection: 1,
      triggerPrice: "99000.00",
      orderLinkId: "wait",
    });
    place(venue, { side: "Buy", orderType: "Market", orderLinkId: "filled" });
    place(venue, { side: "Buy", price: NEVER, orderLinkId: "gone" });
    venue.ask("POST", "/v5/order/cancel", { ...BTC, orderLinkId: "gone" });
    return venue;
  }
  const links = ({ list }: List): unknown[] => list.map(({ orderLinkId }) => orderLinkId);

  const cases: readonly (readonly [string, string, Fields, readonly string[]])[] = [
    ["open ones, newest first", "realtime", {}, ["wait", "rest-2", "rest-1"]],
    ["active ones", "realtime", { orderFilter: "Order" }, ["rest-2", "rest-1"]],
    ["conditional ones", "realtime", { orderFilter: "StopOrder" }, ["wait"]],
    ["recently closed ones", "realtime", { openOnly: 1 }, ["gone", "filled"]],
    ["by its own id an open one", "realtime", { orderLinkId: "wait" }, ["wait"]],
    ["by its own id a closed one", "realtime", { orderLinkId: "gone" }, ["gone"]],
    ["an id that never was", "realtime", { orderLinkId: "never" }, []],
    ["the history, which has closed ones only", "history", {}, ["gone", "filled"]],
    ["the history of one status", "history", { orderStatus: "Filled" }, ["filled"]],
    ["the history of an open one", "history", { orderLinkId: "rest-1" }, []],
  ];
  test.each(cases)("%s", (_name, path, fields, expected) => {
    expect(links(five().ask<List>("GET", `/v5/order/${path}`, { ...BTC, ...fields }))).toEqual(expected);
  });

  test("pages follow each other without a gap, while new orders come", () => {
    const venue = five();
    const first = venue.ask<List>("GET", "/v5/order/realtime", { ...BTC, limit: 2 });
    place(venue, { side: "Buy", price: NEVER, orderLinkId: "meanwhile" });
    const cursor = first.nextPageCursor;
    expect(cursor).not.toBe("");
    const second = venue.ask<List>("GET", "/v5/order/realtime", { ...BTC, limit: 2, cursor });
    expect([...links(first), ...links(second)]).toEqual(["wait", "rest-2", "rest-1"]);
    expect(second.nextPageCursor).toBe("");
  });

  test("the history forgets orders without a fill after a day, those with one after seven unless a time is given", () => {
    const venue = five();
    venue.pass(25 * 3_600_000);
    expect(links(venue.ask<List>("GET", "/v5/order/history", BTC))).toEqual(["filled"]);
    const since = venue.nowMs() - 30 * 3_600_000;
    venue.pass(8 * 24 * 3_600_000);
    expect(links(venue.ask<List>("GET", "/v5/order/history", BTC))).toEqual([]);
    const then = { ...BTC, startTime: since };
    expect(links(venue.ask<List>("GET", "/v5/order/history", then))).toEqual(["filled"]);
  });

  test("cancelling all names each order, of the asked kind", () => {
    const venue = five();
    const active = venue.ask<List>("POST", "/v5/order/cancel-all", { ...BTC, orderFilter: "Order" });
    expect(links(active).sort()).toEqual(["rest-1", "rest-2"]);
    const rest = venue.ask<List>("POST", "/v5/order/cancel-all", { category: "linear", settleCoin: "USDT" });
    expect(rest).toMatchObject({ list: [{ orderLinkId: "wait" }], success: "1" });
  });
});
