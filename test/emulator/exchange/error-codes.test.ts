// Refusals carry Binance's codes, and ccxt turns each into the class its own tables say.
import {
  AuthenticationError,
  BadRequest,
  BadSymbol,
  type binanceusdm,
  InsufficientFunds,
  InvalidNonce,
  InvalidOrder,
  OperationRejected,
  OrderImmediatelyFillable,
  OrderNotFound,
} from "ccxt";
import { beforeEach, describe, expect, test } from "vitest";
import { withExchange } from "./running-exchange.ts";
import { connectCcxt } from "./venue-client.ts";

const running = withExchange({ historyMinutes: 0 });
let client: binanceusdm;

type ErrorClass = new (message: string) => Error;

beforeEach(() => {
  running().exchange.admin("reset");
  running().exchange.admin("pause");
  client = connectCcxt(running().server.url);
});

/** Checks the class and the raw code of a rejection. */
async function expectRefusal(call: Promise<unknown>, kind: ErrorClass, code: number): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toContain(`"code":${code},`);
}

const limit = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  price: "94000.0",
  quantity: "0.010",
};

describe("order fields", () => {
  const cases: readonly (readonly [string, Record<string, unknown>, ErrorClass, number])[] = [
    ["price off its tick", { price: "94000.05" }, BadRequest, -4014],
    ["price with too many places", { price: "94000.123" }, BadRequest, -1111],
    ["price of zero", { price: "0" }, BadRequest, -4001],
    ["price above the maximum", { price: "9999999" }, BadRequest, -4002],
    ["price far above the mark", { price: "110000.0" }, BadRequest, -4016],
    ["sell far below the mark", { side: "SELL", price: "80000.0" }, BadRequest, -4024],
    ["quantity with too many places", { quantity: "0.0105" }, BadRequest, -1111],
    ["quantity of zero", { quantity: "0" }, BadRequest, -4003],
    ["quantity above the maximum", { quantity: "1001" }, BadRequest, -4005],
    ["notional below the minimum", { quantity: "0.001" }, InvalidOrder, -4164],
    ["margin not there", { quantity: "100" }, InsufficientFunds, -2019],
    ["nothing to reduce", { reduceOnly: "true" }, InvalidOrder, -2022],
    ["post-only that would take", { timeInForce: "GTX", price: "96000.0" }, InvalidOrder, -5022],
    ["fill-or-kill that cannot", { timeInForce: "FOK" }, InvalidOrder, -5021],
    ["hedge-mode side", { positionSide: "LONG" }, OperationRejected, -4061],
    ["unknown position side", { positionSide: "UP" }, BadRequest, -4060],
    ["unknown side", { side: "HOLD" }, BadRequest, -1117],
    ["unknown type", { type: "ICEBERG" }, BadRequest, -1116],
    ["unknown time in force", { timeInForce: "DAY" }, BadRequest, -1115],
    ["client id too long", { newClientOrderId: "x".repeat(37) }, BadRequest, -4015],
    ["unknown symbol", { symbol: "NOPEUSDT" }, BadSymbol, -1121],
    ["unknown response type", { newOrderRespType: "FULL" }, BadRequest, -1136],
    ["missing quantity", { quantity: undefined }, BadRequest, -1102],
    ["market order with a time in force", { type: "MARKET", price: undefined }, BadRequest, -1114],
    ["market order with a price", { type: "MARKET", timeInForce: undefined }, BadRequest, -1106],
    [
      "market order above its own maximum",
      { type: "MARKET", price: undefined, timeInForce: undefined, quantity: "121" },
      BadRequest,
      -4005,
    ],
  ];
  test.each(cases)("%s", async (_name, change, kind, code) => {
    await expectRefusal(client.fapiPrivatePostOrder({ ...limit, ...change }), kind, code);
    expect(await client.fapiPrivateGetAllOrders({ symbol: "BTCUSDT" })).toEqual([]);
  });

  test("stop types on the order endpoint answer -4120", async () => {
    await expectRefusal(
      client.fapiPrivatePostOrder({ ...limit, type: "STOP_MARKET", stopPrice: "90000" }),
      Error,
      -4120,
    );
  });

  test("a client id in use", async () => {
    await client.fapiPrivatePostOrder({ ...limit, newClientOrderId: "mine" });
    await expectRefusal(
      client.fapiPrivatePostOrder({ ...limit, newClientOrderId: "mine" }),
      InvalidOrder,
      -4116,
    );
  });

  test("two hundred open orders are enough", async () => {
    const { exchange } = running();
    const place = (index: number): Promise<unknown> =>
      client.fapiPrivatePostOrder({ ...limit, price: (90_300 + index).toFixed(1), quantity: "0.002" });
    for (let index = 0; index < 200; index += 1) {
      if (index % 100 === 0) exchange.admin("limits");
      await place(index);
    }
    exchange.admin("limits");
    await expectRefusal(place(200), OperationRejected, -2025);
  });
});

describe("unknown orders", () => {
  test("reading answers -2013, cancelling -2011", async () => {
    await expectRefusal(client.fetchOrder("42", "BTC/USDT:USDT"), OrderNotFound, -2013);
    await expectRefusal(client.cancelOrder("42", "BTC/USDT:USDT"), OrderNotFound, -2011);
    await expectRefusal(client.fetchOpenOrder("42", "BTC/USDT:USDT"), OrderNotFound, -2013);
    await expectRefusal(client.fapiPrivateGetOrder({ symbol: "BTCUSDT" }), BadRequest, -1102);
    await expectRefusal(client.cancelOrder("42", "BTC/USDT:USDT", { trigger: true }), OrderNotFound, -2011);
  });

  test("a filled order cannot be cancelled or edited", async () => {
    const order = await client.createOrder("BTC/USDT:USDT", "market", "buy", 0.01);
    await expectRefusal(client.cancelOrder(order.id ?? "", "BTC/USDT:USDT"), OrderNotFound, -2011);
    await expectRefusal(
      client.editOrder(order.id ?? "", "BTC/USDT:USDT", "limit", "buy", 0.02, 94_000),
      OrderNotFound,
      -2013,
    );
  });
});

describe("conditional orders", () => {
  const stop = {
    algoType: "CONDITIONAL",
    symbol: "BTCUSDT",
    side: "SELL",
    type: "STOP_MARKET",
    triggerPrice: "90000",
    quantity: "0.010",
  };

  test("one that would trigger at once answers -2021", async () => {
    await expectRefusal(
      client.fapiPrivatePostAlgoOrder({ ...stop, triggerPrice: "96000" }),
      OrderImmediatelyFillable,
      -2021,
    );
  });

  test("an id in use answers -4116, ten waiting are enough (-4045)", async () => {
    await client.fapiPrivatePostAlgoOrder({ ...stop, clientAlgoId: "a0" });
    await expectRefusal(
      client.fapiPrivatePostAlgoOrder({ ...stop, clientAlgoId: "a0" }),
      InvalidOrder,
      -4116,
    );
    for (let index = 1; index < 10; index += 1)
      await client.fapiPrivatePostAlgoOrder({ ...stop, clientAlgoId: `a${index}` });
    await expectRefusal(
      client.fapiPrivatePostAlgoOrder({ ...stop, clientAlgoId: "a10" }),
      OperationRejected,
      -4045,
    );
  });

  test("trailing stops are refused clearly instead of being treated as something else", async () => {
    await expectRefusal(
      client.fapiPrivatePostAlgoOrder({ ...stop, type: "TRAILING_STOP_MARKET", callbackRate: "1" }),
      BadRequest,
      -1020,
    );
  });
});

describe("settings", () => {
  test("leverage and margin type outside their rules", async () => {
    await expectRefusal(
      client.fapiPrivatePostLeverage({ symbol: "SOLUSDT", leverage: 120 }),
      BadRequest,
      -4028,
    );
    await client.createOrder("BTC/USDT:USDT", "market", "buy", 10);
    await expectRefusal(
      client.fapiPrivatePostLeverage({ symbol: "BTCUSDT", leverage: 1 }),
      OperationRejected,
      -2028,
    );
    await expectRefusal(client.setMarginMode("isolated", "BTC/USDT:USDT"), OperationRejected, -4048);
    await client.createOrder("ETH/USDT:USDT", "limit", "buy", 0.01, 3_200);
    await expectRefusal(client.setMarginMode("isolated", "ETH/USDT:USDT"), OperationRejected, -4047);
  });
});

describe("authentication", () => {
  const url = (): string => running().server.url;

  test("a wrong secret answers -1022", async () => {
    const stranger = connectCcxt(url(), { secret: "wrong" });
    await expectRefusal(stranger.fapiPrivateV3GetAccount(), AuthenticationError, -1022);
  });

  test("an unknown key answers -2015, a malformed one -2014", async () => {
    await expectRefusal(
      connectCcxt(url(), { apiKey: "unknown-key" }).fapiPrivateV3GetAccount(),
      AuthenticationError,
      -2015,
    );
    await expectRefusal(
      connectCcxt(url(), { apiKey: "a!" }).fapiPrivateV3GetAccount(),
      AuthenticationError,
      -2014,
    );
  });

  test.each([
    ["late", -11_000],
    ["early", 2_000],
  ])("a request that is too %s answers -1021", async (_name, offsetMs) => {
    client.nonce = () => Date.now() + offsetMs;
    await expectRefusal(client.fapiPrivateV3GetAccount(), InvalidNonce, -1021);
  });

  test("missing timestamp and signature answer -1102, an absurd window -1131, an unknown path -5000", async () => {
    const headers = { "X-MBX-APIKEY": "local-key" };
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`${url()}${path}`, { headers })).json();
    expect(await ask("/fapi/v3/account")).toMatchObject({
      code: -1102,
      msg: expect.stringContaining("timestamp"),
    });
    expect(await ask(`/fapi/v3/account?timestamp=${Date.now()}`)).toMatchObject({
      code: -1102,
      msg: expect.stringContaining("signature"),
    });
    expect(await ask(`/fapi/v3/account?timestamp=${Date.now()}&recvWindow=60001`)).toMatchObject({
      code: -1131,
    });
    expect(await ask("/fapi/v1/nothing")).toMatchObject({ code: -5000 });
  });

  test("a signature over other parameters than those sent is refused", async () => {
    const tampered = connectCcxt(url());
    const inner = tampered.fetchImplementation;
    tampered.fetchImplementation = (target: string, init: RequestInit) =>
      inner(target, { ...init, body: String(init.body).replace("quantity=0.010", "quantity=0.100") });
    await expectRefusal(tampered.fapiPrivatePostOrder(limit), AuthenticationError, -1022);
  });
});
