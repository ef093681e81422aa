// Every unified ccxt call the product may use works against the exchange, through the unmodified client.
import type { binanceusdm } from "ccxt";
import { beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import { withExchange } from "./running-exchange.ts";
import { connectCcxt } from "./venue-client.ts";

const BTC = "BTC/USDT:USDT";
const ETH = "ETH/USDT:USDT";

const running = withExchange();
let client: binanceusdm;

beforeEach(() => {
  running().exchange.admin("reset");
  running().exchange.admin("pause");
  client = connectCcxt(running().server.url);
});

describe("markets", () => {
  test("loadMarkets lists the active linear swaps with their precision and limits", async () => {
    const markets = await client.loadMarkets();
    expect(Object.keys(markets)).toHaveLength(DEFAULT_SYMBOLS.length);
    expect(markets[BTC]).toMatchObject({
      id: "BTCUSDT",
      active: true,
      swap: true,
      linear: true,
      contractSize: 1,
      precision: { amount: 0.001, price: 0.1 },
    });
    expect(markets[BTC]?.limits.cost?.min).toBe(100);
    expect(markets["DOGE/USDT:USDT"]).toMatchObject({ precision: { amount: 1, price: 0.00001 } });
  });

  test("fetchTime, fetchStatus-free ping and the clock agree with this machine", async () => {
    const time = await client.fetchTime();
    expect(Math.abs((time ?? 0) - Date.now())).toBeLessThan(2_000);
    await expect(client.fapiPublicGetPing()).resolves.toEqual({});
  });

  test("fetchOrderBook is sorted, uncrossed, and as deep as asked", async () => {
    const book = await client.fetchOrderBook(BTC, 20);
    const bids = book.bids.map(([price]) => Number(price));
    const asks = book.asks.map(([price]) => Number(price));
    expect(bids).toEqual([...bids].sort((a, b) => b - a));
    expect(asks).toEqual([...asks].sort((a, b) => a - b));
    expect(bids).toHaveLength(20);
    expect(bids[0]).toBeLessThan(asks[0] ?? 0);
  });

  test("tickers of one and of all symbols have price, change and volume", async () => {
    const one = await client.fetchTicker(BTC);
    expect(one.last).toBeGreaterThan(0);
    expect(one.high).toBeGreaterThanOrEqual(one.low ?? Number.POSITIVE_INFINITY);
    expect(one.baseVolume).toBeGreaterThan(0);
    expect(Object.keys(await client.fetchTickers())).toHaveLength(DEFAULT_SYMBOLS.length);
    expect(Object.keys(await client.fetchLastPrices())).toHaveLength(DEFAULT_SYMBOLS.length);
    const quotes = await client.fetchBidsAsks([BTC, ETH]);
    expect(quotes[ETH]?.bid).toBeLessThan(quotes[ETH]?.ask ?? 0);
  });

  test("fetchOHLCV gives consecutive candles that end now, in every interval", async () => {
    const minutes = await client.fetchOHLCV(BTC, "1m", undefined, 30);
    expect(minutes).toHaveLength(30);
    minutes.forEach((candle, index) => {
      const [time = 0, open = 0, high = 0, low = 0, close = 0] = candle.map(Number);
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      if (index > 0) expect(time - Number(minutes[index - 1]?.[0])).toBe(60_000);
    });
    for (const interval of ["5m", "15m", "1h", "4h", "1d"]) {
      expect((await client.fetchOHLCV(BTC, interval)).length).toBeGreaterThan(0);
    }
  });

  test("fetchFundingRate, fetchFundingRates and fetchMarkPrice carry mark, rate and next time", async () => {
    const rate = await client.fetchFundingRate(BTC);
    expect(rate.markPrice).toBeGreaterThan(0);
    expect(rate.fundingTimestamp).toBeGreaterThan(Date.now());
    expect(Math.abs(rate.fundingRate ?? 1)).toBeLessThan(0.001);
    expect(Object.keys(await client.fetchFundingRates())).toHaveLength(DEFAULT_SYMBOLS.length);
    expect((await client.fetchMarkPrice(BTC)).markPrice).toBe(rate.markPrice);
  });
});

describe("account", () => {
  test("fetchBalance shows 100,000 USDT, in both versions of the endpoint", async () => {
    const balance = await client.fetchBalance();
    expect(balance.USDT).toMatchObject({ free: 100_000, used: 0, total: 100_000 });
    expect((await client.fetchBalance({ useV2: true })).USDT).toMatchObject({ total: 100_000 });
  });

  test("fetchPositions shows side, size, entry, mark and margin, in both versions", async () => {
    expect(await client.fetchPositions()).toEqual([]);
    await client.createOrder(BTC, "market", "sell", 0.25);
    const [position] = await client.fetchPositions([BTC]);
    expect(position).toMatchObject({
      symbol: BTC,
      side: "short",
      contracts: 0.25,
      hedged: false,
      marginMode: "cross",
    });
    expect(position?.entryPrice).toBeGreaterThan(0);
    expect(position?.maintenanceMargin).toBeGreaterThan(0);
    const [old] = await client.fetchPositions([BTC], { useV2: true });
    expect(old).toMatchObject({ side: "short", contracts: 0.25, leverage: 20 });
    const [byAccount] = await client.fetchPositions([BTC], { method: "account" });
    expect(byAccount).toMatchObject({ side: "short", contracts: 0.25 });
  });

  test("setLeverage and setMarginMode change what fetchLeverage and fetchMarginMode read", async () => {
    expect(await client.setLeverage(7, BTC)).toMatchObject({ leverage: 7, symbol: "BTCUSDT" });
    expect(await client.setMarginMode("isolated", BTC)).toMatchObject({ code: 200 });
    await expect(client.setMarginMode("isolated", BTC)).rejects.toThrow("-4046");
    expect(await client.fetchLeverage(BTC)).toMatchObject({ longLeverage: 7 });
    expect(await client.fetchMarginMode(BTC)).toMatchObject({ marginMode: "isolated" });
  });

  test("fetchPositionMode is one-way; asking for one-way again says so, and hedge mode is refused", async () => {
    await client.loadMarkets();
    expect(await client.fetchPositionMode(BTC)).toMatchObject({ hedged: false });
    await expect(client.setPositionMode(false)).rejects.toThrow("-4059");
    await expect(client.setPositionMode(true)).rejects.toThrow("-1020");
  });

  test("fetchTradingFee, fetchTradingFees and fetchLeverageTiers", async () => {
    expect(await client.fetchTradingFee(BTC)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
    expect(Object.keys(await client.fetchTradingFees()).length).toBeGreaterThan(0);
    const tiers = await client.fetchLeverageTiers([BTC]);
    expect(tiers[BTC]?.[0]).toMatchObject({ maxLeverage: 125, minNotional: 0, maintenanceMarginRate: 0.004 });
  });

  test("fetchLedger, fetchFundingHistory and raw balances read the income", async () => {
    await client.createOrder(BTC, "market", "buy", 0.01);
    const ledger = await client.fetchLedger("USDT");
    expect(ledger.map((entry) => entry.type)).toEqual(["transfer", "commission"]);
    expect(await client.fetchFundingHistory(BTC)).toEqual([]);
    expect(await client.fapiPrivateV3GetBalance()).toMatchObject([{ asset: "USDT" }]);
    expect(await client.fapiPrivateGetRateLimitOrder()).toHaveLength(2);
  });
});

describe("orders", () => {
  const away = async (): Promise<number> => Math.round(((await client.fetchTicker(BTC)).last ?? 0) - 2_000);

  test("a market order is filled and has its trade and fee", async () => {
    const order = await client.createOrder(BTC, "market", "buy", 0.02, undefined, {
      clientOrderId: "entry-1",
    });
    expect(order).toMatchObject({ status: "closed", filled: 0.02, clientOrderId: "entry-1", side: "buy" });
    const [trade] = await client.fetchMyTrades(BTC);
    expect(trade).toMatchObject({ order: order.id, amount: 0.02, takerOrMaker: "taker" });
    expect(trade?.fee?.cost).toBeCloseTo(0.02 * (trade?.price ?? 0) * 0.0005, 8);
    expect(await client.fetchMyTrades(BTC, undefined, undefined, { orderId: order.id })).toHaveLength(1);
  });

  test("a resting order can be read by id and client id, listed, edited and cancelled", async () => {
    const price = await away();
    const order = await client.createOrder(BTC, "limit", "buy", 0.01, price, { clientOrderId: "rest-1" });
    const id = order.id ?? "";
    expect(order.status).toBe("open");
    expect(await client.fetchOrder(id, BTC)).toMatchObject({ status: "open", price, amount: 0.01 });
    expect(await client.fetchOrder("", BTC, { clientOrderId: "rest-1" })).toMatchObject({ id });
    expect(await client.fetchOpenOrders(BTC)).toHaveLength(1);
    client.options.warnOnFetchOpenOrdersWithoutSymbol = false;
    expect(await client.fetchOpenOrders()).toHaveLength(1);
    expect(await client.fetchOpenOrder(id, BTC)).toMatchObject({ id });
    expect(await client.editOrder(id, BTC, "limit", "buy", 0.02, price - 10)).toMatchObject({
      id,
      amount: 0.02,
    });
    expect(await client.cancelOrder(id, BTC)).toMatchObject({ status: "canceled" });
    expect(await client.fetchOrders(BTC)).toMatchObject([{ id, status: "canceled", price: price - 10 }]);
    expect(await client.fetchCanceledOrders(BTC)).toHaveLength(1);
  });

  test("post-only, IOC and reduce-only keep their meaning", async () => {
    const price = await away();
    expect(await client.createOrder(BTC, "limit", "buy", 0.01, price, { postOnly: true })).toMatchObject({
      postOnly: true,
      status: "open",
    });
    expect(await client.createOrder(BTC, "limit", "buy", 0.01, price, { timeInForce: "IOC" })).toMatchObject({
      status: "expired",
      filled: 0,
    });
    await client.createOrder(BTC, "market", "buy", 0.01);
    expect(
      await client.createOrder(BTC, "market", "sell", 0.01, undefined, { reduceOnly: true }),
    ).toMatchObject({ status: "closed", reduceOnly: true });
  });

  test("cancelAllOrders empties the book", async () => {
    const price = await away();
    for (const offset of [0, 1, 2]) await client.createOrder(BTC, "limit", "buy", 0.01, price - offset);
    await client.cancelAllOrders(BTC);
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
  });

  test("batches place, edit and cancel; a refused entry does not spoil the others", async () => {
    const price = await away();
    const entry = { symbol: BTC, type: "limit" as const, side: "buy" as const, amount: 0.01, price };
    const orders = await client.createOrders([
      entry,
      { ...entry, price: price - 1 },
      { ...entry, price: price * 2 },
    ]);
    expect(orders.map((order) => order.status)).toEqual(["open", "open", "rejected"]);
    const ids = orders.slice(0, 2).map((order) => order.id ?? "");
    const change = { ...entry, id: ids[0] ?? "", price: price - 5 };
    const edited = await client.editOrders([change]);
    expect(edited[0]).toMatchObject({ id: ids[0], price: price - 5 });
    const cancelled = await client.cancelOrders(ids, BTC);
    expect(cancelled.map((order) => order.status)).toEqual(["canceled", "canceled"]);
  });
});

describe("conditional orders", () => {
  test("a stop waits on the algo endpoint, can be read, listed and cancelled", async () => {
    await client.createOrder(BTC, "market", "buy", 0.02);
    const stop = await client.createOrder(BTC, "market", "sell", 0.02, undefined, {
      stopLossPrice: 90_000,
      reduceOnly: true,
      clientOrderId: "stop-1",
    });
    const id = stop.id ?? "";
    expect(stop).toMatchObject({
      status: "open",
      clientOrderId: "stop-1",
      triggerPrice: 90_000,
      reduceOnly: true,
    });
    expect(await client.fetchOrder(id, BTC, { trigger: true })).toMatchObject({ id, status: "open" });
    expect(await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toHaveLength(1);
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
    await client.cancelOrder(id, BTC, { trigger: true });
    expect(await client.fetchOrders(BTC, undefined, undefined, { trigger: true })).toMatchObject([
      { id, status: "canceled" },
    ]);
    await client.createOrder(BTC, "market", "sell", 0.02, undefined, {
      takeProfitPrice: 99_000,
      reduceOnly: true,
    });
    await client.cancelAllOrders(BTC, { trigger: true });
    expect(await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toEqual([]);
  });

  test("a stop that the price reaches closes the position and names its order", async () => {
    await client.createOrder(BTC, "market", "buy", 0.02);
    const stop = await client.createOrder(BTC, "market", "sell", 0.02, undefined, {
      stopLossPrice: 94_000,
      reduceOnly: true,
    });
    running().exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 93_900 });
    expect(await client.fetchPositions([BTC])).toEqual([]);
    const fired = await client.fetchOrder(stop.id ?? "", BTC, { trigger: true });
    expect(fired).toMatchObject({ status: "closed", info: { algoStatus: "FINISHED" } });
    const actual = await client.fetchOrder(String(fired.info.actualOrderId), BTC);
    expect(actual).toMatchObject({ status: "closed", filled: 0.02 });
  });
});
