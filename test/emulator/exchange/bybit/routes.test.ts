// Every route answers with the fields that its page of the documentation lists, as text where the page says text, and market
// data agrees with itself.
import { describe, expect, test } from "vitest";
import { ROUTES } from "#local/exchange/bybit/routes.ts";
import {
  BTC,
  type BybitExchange,
  coinsOf,
  type Fields,
  type List,
  makeBybit,
  place,
  type Row,
  START_MS,
} from "./bybit-exchange.ts";

const ORDER = `orderId orderLinkId blockTradeId symbol price qty side isLeverage orderStatus createType cancelType rejectReason
  avgPrice leavesQty leavesValue cumExecQty cumExecValue cumExecFee timeInForce orderType stopOrderType orderIv marketUnit
  triggerPrice takeProfit stopLoss tpslMode ocoTriggerBy tpLimitPrice slLimitPrice tpTriggerBy slTriggerBy triggerBy
  lastPriceOnCreated placeType smpType smpOrderId createdTime updatedTime`;
const EXECUTION = `symbol orderId orderLinkId side orderPrice orderQty leavesQty createType orderType stopOrderType execFee execId
  execPrice execQty execType execValue execTime feeCurrency feeRate tradeIv markIv markPrice indexPrice underlyingPrice
  blockTradeId closedSize extraFees`;
const POSITION = `riskLimitValue symbol side size avgPrice positionValue positionStatus leverage markPrice liqPrice bustPrice
  positionIM positionIMByMp positionMM positionMMByMp positionBalance takeProfit stopLoss trailingStop sessionAvgPrice
  unrealisedPnl curRealisedPnl cumRealisedPnl createdTime updatedTime mmrSysUpdatedTime leverageSysUpdatedTime tpslMode`;
const ACCOUNT = `accountType accountLTV accountIMRate accountIMRateByMp accountMMRate accountMMRateByMp totalEquity
  totalWalletBalance totalMarginBalance totalAvailableBalance totalPerpUPL totalInitialMargin totalInitialMarginByMp
  totalMaintenanceMargin totalMaintenanceMarginByMp`;
const COIN = `coin equity usdValue walletBalance locked spotHedgingQty borrowAmount availableToWithdraw accruedInterest
  totalOrderIM totalPositionIM totalPositionMM unrealisedPnl cumRealisedPnl bonus availableToBorrow`;
const LOG = `id symbol category side transactionTime type transSubType qty size currency tradePrice funding fee cashFlow change
  cashBalance feeRate bonusChange tradeId orderId orderLinkId extraFees`;
const INSTRUMENT = `symbol contractType status baseCoin quoteCoin launchTime deliveryTime deliveryFeeRate priceScale settleCoin
  copyTrading upperFundingRate lowerFundingRate displayName`;
const TICKER = `symbol lastPrice indexPrice markPrice prevPrice24h price24hPcnt highPrice24h lowPrice24h prevPrice1h openInterest
  openInterestValue turnover24h volume24h fundingRate nextFundingTime predictedDeliveryPrice basisRate basis deliveryFeeRate
  deliveryTime ask1Size bid1Price ask1Price bid1Size preOpenPrice preQty curPreListingPhase`;

const UNIFIED = { accountType: "UNIFIED" };

/** [path, parameters, names of text fields, fields of other types] */
const lists: readonly (readonly [string, Fields, string, Row])[] = [
  ["/v5/order/realtime", BTC, ORDER, { positionIdx: 0, triggerDirection: 0, reduceOnly: false, smpGroup: 0 }],
  ["/v5/order/history", BTC, ORDER, { positionIdx: 0, closeOnTrigger: false }],
  ["/v5/execution/list", BTC, EXECUTION, { isMaker: false, seq: expect.any(Number) }],
  [
    "/v5/position/list",
    BTC,
    POSITION,
    { positionIdx: 0, riskId: 1, tradeMode: 0, autoAddMargin: 0, isReduceOnly: false },
  ],
  ["/v5/account/wallet-balance", UNIFIED, ACCOUNT, { coin: [expect.any(Object)] }],
  ["/v5/account/transaction-log", UNIFIED, LOG, {}],
  [
    "/v5/account/collateral-info",
    {},
    "currency hourlyBorrowRate maxBorrowingAmount freeBorrowAmount borrowAmount availableToBorrow collateralRatio",
    { borrowable: false, marginCollateral: true, collateralSwitch: true },
  ],
  [
    "/v5/account/fee-rate",
    BTC,
    "symbol takerFeeRate makerFeeRate",
    { takerFeeRate: "0.00055", makerFeeRate: "0.0002" },
  ],
  [
    "/v5/market/instruments-info",
    BTC,
    INSTRUMENT,
    { fundingInterval: 480, unifiedMarginTrade: true, isPreListing: false },
  ],
  ["/v5/market/tickers", BTC, TICKER, {}],
  [
    "/v5/market/risk-limit",
    BTC,
    "symbol riskLimitValue maintenanceMargin initialMargin maxLeverage mmDeduction",
    { id: 1, isLowestRisk: 1 },
  ],
  ["/v5/market/funding/history", BTC, "symbol fundingRate fundingRateTimestamp", {}],
];

/** A filled and a resting order, and one period of funding. */
function lived(): BybitExchange {
  const venue = makeBybit();
  place(venue, { side: "Buy", orderType: "Market", qty: "0.100" });
  venue.pass(8 * 3_600_000);
  place(venue, { side: "Buy", price: "90000.00" });
  return venue;
}

test.each(lists)("GET %s has the fields of its page", (path, fields, texts, others) => {
  const { list } = lived().ask<List>("GET", path, fields);
  const [row] = list;
  for (const name of texts.split(/\s+/)) expect([name, typeof row?.[name]]).toEqual([name, "string"]);
  expect(row).toMatchObject(others);
});

test("a coin of the wallet has the fields of its page", () => {
  const { list } = lived().ask<List>("GET", "/v5/account/wallet-balance", UNIFIED);
  const [coin] = coinsOf(list[0]);
  for (const name of COIN.split(/\s+/)) expect([name, typeof coin?.[name]]).toEqual([name, "string"]);
  expect(coin).toMatchObject({ coin: "USDT", marginCollateral: true, collateralSwitch: true });
});

test("every private route asks for a signature, every public one does not", () => {
  const venue = makeBybit();
  for (const [name, { security }] of Object.entries(ROUTES)) {
    const [method = "", path = ""] = name.split(" ");
    const { body } = venue.exchange.handle({ method, path, query: "", body: "{}", headers: {} });
    const refused = (JSON.parse(body) as { retMsg: string }).retMsg.includes("openapi sign params error");
    expect([name, refused]).toEqual([name, security !== "public"]);
  }
});

test("the account is unified, with the margin mode of all of its symbols", () => {
  const venue = makeBybit();
  const mode = (): Row => venue.ask("GET", "/v5/account/info");
  expect(mode()).toMatchObject({ unifiedMarginStatus: 5, marginMode: "REGULAR_MARGIN" });
  venue.ask("POST", "/v5/account/set-margin-mode", { setMarginMode: "ISOLATED_MARGIN" });
  expect(mode()).toMatchObject({ marginMode: "ISOLATED_MARGIN" });
  const { list } = venue.ask<List>("GET", "/v5/account/wallet-balance", UNIFIED);
  expect(list[0]).toMatchObject({ totalEquity: "100000", totalMarginBalance: "", accountMMRate: "" });
});

const keys: readonly (readonly [string, Row, Row])[] = [
  [
    "may trade from one address",
    {},
    {
      readOnly: 0,
      uta: 1,
      ips: ["127.0.0.1"],
      permissions: { ContractTrade: ["Order", "Position"], Wallet: [] },
    },
  ],
  ["may withdraw", { keyMayWithdraw: true }, { permissions: { Wallet: ["Withdraw"] } }],
  ["may read only", { keyMayTrade: false }, { readOnly: 1, permissions: { ContractTrade: [] } }],
  ["is bound to no address", { keyIpRestrict: false }, { ips: ["*"] }],
];
test.each(keys)("query-api tells of a key that %s", (_name, settings, expected) => {
  const venue = makeBybit();
  if (Object.keys(settings).length > 0) venue.exchange.admin("settings", settings);
  expect(venue.ask("GET", "/v5/user/query-api")).toMatchObject({
    apiKey: "local-key",
    secret: "",
    ...expected,
  });
});

test("the time is the exchange's, in seconds and nanoseconds", () => {
  const { result, time } = makeBybit().call("GET", "/v5/market/time");
  expect([result, time]).toEqual([
    { timeSecond: String(START_MS / 1_000), timeNano: `${START_MS}000000` },
    START_MS,
  ]);
});

describe("the listing", () => {
  const linear = { category: "linear" };

  test("carries the filters that orders are held to", () => {
    const { list } = makeBybit().ask<List>("GET", "/v5/market/instruments-info", BTC);
    expect(list).toMatchObject([
      {
        priceFilter: { tickSize: "0.10" },
        lotSizeFilter: {
          qtyStep: "0.001",
          minOrderQty: "0.001",
          maxOrderQty: "1000.000",
          minNotionalValue: "5",
        },
        leverageFilter: { minLeverage: "1", maxLeverage: "125.00" },
      },
    ]);
  });

  test("comes in pages, whether the cursor is sent as it came or encoded once more", () => {
    const venue = makeBybit();
    const ask = (fields: Fields): List =>
      venue.ask("GET", "/v5/market/instruments-info", { ...linear, ...fields });
    const names = ({ list }: List): unknown[] => list.map(({ symbol }) => symbol);
    const all = names(ask({}));
    const first = ask({ limit: 3 });
    const { nextPageCursor: cursor } = first;
    const rest = ask({ cursor });
    expect([...names(first), ...names(rest)]).toEqual(all);
    expect(ask({ cursor: decodeURIComponent(cursor) })).toEqual(rest);
    expect(rest.nextPageCursor).toBe("");
  });

  test("is empty for other categories and states, and refuses unknown ones", () => {
    const venue = makeBybit();
    const path = "/v5/market/instruments-info";
    expect(venue.ask<List>("GET", path, { category: "spot" }).list).toEqual([]);
    expect(venue.ask<List>("GET", path, { ...linear, status: "PreLaunch" }).list).toEqual([]);
    expect(venue.call("GET", path, { category: "stocks" }).retCode).toBe(10001);
    expect(venue.call("GET", path, {}).retCode).toBe(10001);
  });
});

describe("candles", () => {
  const venue = makeBybit({ historyMinutes: 300 });
  const rows = (fields: Fields): readonly (readonly string[])[] =>
    venue.ask<{ list: readonly (readonly string[])[] }>("GET", "/v5/market/kline", {
      ...BTC,
      interval: "5",
      ...fields,
    }).list;
  const times = (fields: Fields): number[] => rows(fields).map(([time]) => Number(time));

  test("are text, newest first, with volume and turnover; those of the mark without", () => {
    expect(rows({ limit: 3 })[0]).toHaveLength(7);
    const stamps = times({ limit: 3 });
    expect(stamps).toEqual([...stamps].sort((a, b) => b - a));
    const mark = venue.ask<{ list: string[][] }>("GET", "/v5/market/mark-price-kline", {
      ...BTC,
      interval: "5",
    });
    expect(mark.list[0]).toHaveLength(5);
  });

  test("of a range end at its end; with a start alone they begin there", () => {
    const all = times({});
    const [newest = 0, , third = 0] = all;
    expect(times({ start: third })).toEqual(all.slice(0, 3));
    expect(times({ start: all.at(-1), limit: 2 })).toEqual(all.slice(-2));
    expect(times({ end: newest, limit: 2 })).toEqual(all.slice(0, 2));
    expect(times({ start: third, end: newest, limit: 2 })).toEqual(all.slice(0, 2));
  });

  const bad: readonly Fields[] = [
    { interval: "2" },
    { limit: 1001 },
    { category: "spot" },
    { symbol: "NOPE" },
  ];
  test.each(bad)("refuse %j", (fields) => {
    const asked = { ...BTC, interval: "5", ...fields };
    expect(venue.call("GET", "/v5/market/kline", asked).retCode).toBe(10001);
  });
});

test("book, ticker and limits of a list agree with each other", () => {
  const venue = makeBybit();
  const book = venue.ask<{ a: string[][]; b: string[][] }>("GET", "/v5/market/orderbook", {
    ...BTC,
    limit: 5,
  });
  const [ticker] = venue.ask<List>("GET", "/v5/market/tickers", BTC).list;
  expect([ticker?.bid1Price, ticker?.bid1Size]).toEqual(book.b[0]);
  expect([ticker?.ask1Price, ticker?.ask1Size]).toEqual(book.a[0]);
  expect(book.a).toHaveLength(5);
});

const refused: readonly (readonly [string, string, Fields])[] = [
  ["a page that is too long", "/v5/order/history", { ...BTC, limit: 51 }],
  [
    "a range of more than seven days",
    "/v5/execution/list",
    { ...BTC, startTime: 0, endTime: 8 * 86_400_000 },
  ],
  ["a range that ends before it starts", "/v5/order/history", { ...BTC, startTime: 5, endTime: 4 }],
  ["orders of no symbol or coin", "/v5/order/realtime", { category: "linear" }],
  ["positions of no symbol or coin", "/v5/position/list", { category: "linear" }],
  ["a start of funding without an end", "/v5/market/funding/history", { ...BTC, startTime: 5 }],
  ["another kind of account", "/v5/account/wallet-balance", { accountType: "SPOT" }],
  ["a cursor of another list", "/v5/order/history", { ...BTC, cursor: "first%3DBTCUSDT%26last%3DBTCUSDT" }],
];
test.each(refused)("10001 for %s", (_name, path, fields) => {
  expect(makeBybit().call("GET", path, fields).retCode).toBe(10001);
});
