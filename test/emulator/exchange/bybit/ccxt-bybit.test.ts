// Every unified ccxt call the product may use at Bybit works against the exchange, through the unmodified client.
import { type bybit, InsufficientFunds, InvalidOrder, OrderNotFound, RateLimitExceeded } from "ccxt";
import { beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import { withExchange } from "../running-exchange.ts";
import { connectBybit } from "./bybit-client.ts";

const BTC = "BTC/USDT:USDT";

const running = withExchange({ dialect: "bybit-linear" });
let client: bybit;

beforeEach(async () => {
  running().exchange.clearFaults();
  running().exchange.admin("reset");
  running().exchange.admin("pause");
  client = connectBybit(running().server.url);
  await client.loadMarkets();
});

/** An order as the venue has it; the answer to its creation holds no more than its ids. */
const placed = async (...order: Parameters<bybit["createOrder"]>) => {
  const { id } = await client.createOrder(...order);
  return client.fetchOrder(id ?? "", order[0]);
};

const away = async (): Promise<number> => Math.round(((await client.fetchTicker(BTC)).last ?? 0) - 2_000);

describe("markets", () => {
  test("loadMarkets lists the linear swaps with precision, limits and smallest value", () => {
    expect(Object.keys(client.markets ?? {})).toHaveLength(DEFAULT_SYMBOLS.length);
    expect(client.market(BTC)).toMatchObject({
      id: "BTCUSDT",
      active: true,
      swap: true,
      linear: true,
      contractSize: 1,
      precision: { amount: 0.001, price: 0.1 },
      limits: { cost: { min: 5 }, leverage: { max: 125 } },
    });
  });

  test("time, tickers, order book, candles and funding rates are read", async () => {
    expect(Math.abs(((await client.fetchTime()) ?? 0) - Date.now())).toBeLessThan(2_000);
    const ticker = await client.fetchTicker(BTC);
    expect(ticker.bid).toBeLessThan(ticker.ask ?? 0);
    expect(ticker.baseVolume).toBeGreaterThan(0);
    expect(Object.keys(await client.fetchTickers())).toHaveLength(DEFAULT_SYMBOLS.length);
    const book = await client.fetchOrderBook(BTC, 20);
    expect(book.bids).toHaveLength(20);
    expect(Number(book.bids[0]?.[0])).toBe(ticker.bid);
    const minutes = await client.fetchOHLCV(BTC, "1m", undefined, 30);
    expect(minutes).toHaveLength(30);
    minutes.slice(1).forEach((candle, index) => {
      expect(Number(candle[0]) - Number(minutes[index]?.[0])).toBe(60_000);
    });
    for (const interval of ["5m", "15m", "1h", "4h", "1d"])
      expect((await client.fetchOHLCV(BTC, interval)).length).toBeGreaterThan(0);
    const rate = await client.fetchFundingRate(BTC);
    expect(rate.fundingTimestamp).toBeGreaterThan(Date.now());
    expect(Math.abs(rate.fundingRate ?? 1)).toBeLessThan(0.001);
  });

  test("leverage tiers and fees are read", async () => {
    const tiers = await client.fetchMarketLeverageTiers(BTC);
    expect(tiers[0]).toMatchObject({ maxLeverage: 125, minNotional: 0, maintenanceMarginRate: 0.004 });
    expect(await client.fetchTradingFee(BTC)).toMatchObject({ maker: 0.0002, taker: 0.00055 });
  });
});

describe("orders", () => {
  test("a market order is filled, with its trade and fee", async () => {
    const order = await placed(BTC, "market", "buy", 0.02, undefined, { clientOrderId: "entry-1" });
    expect(order).toMatchObject({ status: "closed", filled: 0.02, clientOrderId: "entry-1", side: "buy" });
    const [trade] = await client.fetchMyTrades(BTC);
    expect(trade).toMatchObject({ order: order.id, amount: 0.02, takerOrMaker: "taker" });
    expect(trade?.fee?.cost).toBeCloseTo(0.02 * (trade?.price ?? 0) * 0.00055, 8);
    expect(order.fee?.cost).toBe(trade?.fee?.cost);
    expect(await client.fetchOrderTrades(order.id ?? "", BTC)).toHaveLength(1);
  });

  test("a resting order is read by both ids, listed, edited and cancelled", async () => {
    const price = await away();
    const order = await placed(BTC, "limit", "buy", 0.01, price, { clientOrderId: "rest-1" });
    const id = order.id ?? "";
    expect(order).toMatchObject({ status: "open", price, amount: 0.01, remaining: 0.01 });
    expect(await client.fetchOpenOrders(BTC, undefined, undefined, { orderLinkId: "rest-1" })).toMatchObject([
      { id },
    ]);
    expect(await client.fetchOpenOrders()).toHaveLength(1);
    await client.editOrder(id, BTC, "limit", "buy", 0.02, price - 10);
    expect(await client.fetchOpenOrder(id, BTC)).toMatchObject({ amount: 0.02, price: price - 10 });
    await client.cancelOrder(id, BTC);
    expect(await client.fetchOrder(id, BTC)).toMatchObject({ status: "canceled" });
    expect(await client.fetchCanceledOrders(BTC)).toMatchObject([{ id }]);
    await expect(client.cancelOrder(id, BTC)).rejects.toBeInstanceOf(OrderNotFound);
  });

  test("post-only, IOC, fill-or-kill and reduce-only keep their meaning", async () => {
    const price = await away();
    const ioc = await placed(BTC, "limit", "buy", 0.01, price, { timeInForce: "IOC" });
    expect(ioc).toMatchObject({ status: "canceled", filled: 0, timeInForce: "IOC" });
    const crossing = await placed(BTC, "limit", "buy", 0.01, price + 4_000, { postOnly: true });
    expect(crossing).toMatchObject({
      status: "canceled",
      filled: 0,
      info: { rejectReason: "EC_PostOnlyWillTakeLiquidity" },
    });
    const fok = await placed(BTC, "limit", "buy", 1, price, { timeInForce: "FOK" });
    expect(fok).toMatchObject({ status: "canceled", filled: 0 });
    await client.createOrder(BTC, "market", "buy", 0.01);
    const out = await placed(BTC, "market", "sell", 0.01, undefined, { reduceOnly: true });
    expect(out).toMatchObject({ status: "closed", reduceOnly: true });
    await expect(
      client.createOrder(BTC, "market", "sell", 0.01, undefined, { reduceOnly: true }),
    ).rejects.toBeInstanceOf(InvalidOrder);
  });

  test("a stop waits, is listed, and is one order before and after it fires", async () => {
    await client.createOrder(BTC, "market", "buy", 0.02);
    const stop = await placed(BTC, "market", "sell", 0.02, undefined, {
      stopLossPrice: 94_000,
      clientOrderId: "stop-1",
    });
    const id = stop.id ?? "";
    expect(stop).toMatchObject({
      status: "open",
      clientOrderId: "stop-1",
      stopLossPrice: 94_000,
      reduceOnly: true,
    });
    expect(await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toMatchObject([
      { id },
    ]);
    running().exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 93_900 });
    expect(await client.fetchOrder(id, BTC)).toMatchObject({ status: "closed", filled: 0.02 });
    expect((await client.fetchPositions([BTC])).map(({ contracts }) => contracts)).toEqual([0]);
  });

  test("cancelAllOrders empties the book, of conditional orders too", async () => {
    const price = await away();
    for (const offset of [0, 1, 2]) await client.createOrder(BTC, "limit", "buy", 0.01, price - offset);
    await client.createOrder(BTC, "market", "buy", 0.01, undefined, {
      triggerPrice: 99_000,
      triggerDirection: "ascending",
    });
    expect(await client.fetchOpenOrders(BTC)).toHaveLength(4);
    await client.cancelAllOrders(BTC);
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
  });

  test("refusals become the classes of ccxt's tables", async () => {
    await expect(client.createOrder(BTC, "market", "buy", 100)).rejects.toBeInstanceOf(InsufficientFunds);
    running().exchange.addFault({ effect: { kind: "rateLimit", status: 429, retryAfterS: 1 }, count: 1 });
    await expect(client.fetchTicker(BTC)).rejects.toBeInstanceOf(RateLimitExceeded);
  });
});

describe("account", () => {
  test("balance, positions and ledger tell of a trade in the same numbers", async () => {
    expect((await client.fetchBalance()).USDT).toMatchObject({ free: 100_000, used: 0, total: 100_000 });
    await client.createOrder(BTC, "market", "sell", 0.25);
    const [position] = await client.fetchPositions();
    expect(position).toMatchObject({
      symbol: BTC,
      side: "short",
      contracts: 0.25,
      leverage: 20,
      hedged: false,
    });
    expect(position?.entryPrice).toBeGreaterThan(0);
    const ledger = await client.fetchLedger("USDT");
    expect(ledger.map(({ type }) => type)).toEqual(["transaction", "trade"]);
    expect((await client.fetchBalance()).USDT?.total).toBe(ledger.at(-1)?.after);
  });

  test("leverage, margin mode and position mode change, and say when they are unchanged", async () => {
    await client.setLeverage(7, BTC);
    await expect(client.setLeverage(7, BTC)).rejects.toThrow("110043");
    expect(await client.fetchLeverage(BTC)).toMatchObject({ longLeverage: 7 });
    await client.setMarginMode("isolated", BTC);
    expect(await client.fetchMarginMode(BTC)).toMatchObject({ marginMode: "isolated" });
    await client.setMarginMode("cross", BTC);
    expect(await client.fetchMarginMode(BTC)).toMatchObject({ marginMode: "cross" });
    await expect(client.setPositionMode(false, BTC)).rejects.toThrow("110025");
    await client.setPositionMode(true, BTC);
    await expect(client.createOrder(BTC, "market", "buy", 0.01)).rejects.toThrow("position idx not match");
    await client.setPositionMode(false, BTC);
  });
});
