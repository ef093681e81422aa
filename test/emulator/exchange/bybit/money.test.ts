// Money at Bybit adds up: the log's changes are the wallet's, its balances follow one another, executions and positions tell of
// the same trades, through funding, liquidation, deleveraging and transfers.
import { expect, test } from "vitest";
import { e8, formatTrimmedE8 } from "#local/exchange/engine/decimal.ts";
import {
  BTC,
  type BybitExchange,
  coinsOf,
  type Fields,
  type List,
  makeBybit,
  place,
  type Row,
  walletUsd,
} from "./bybit-exchange.ts";

const HOUR_MS = 3_600_000;
const amount = (row: Row | undefined, field: string): bigint => e8(String(row?.[field]) || "0");
const sum = (rows: readonly Row[], field: string): bigint =>
  rows.reduce((total, row) => total + amount(row, field), 0n);

/** Every row of a list, page by page. */
function whole(venue: BybitExchange, path: string, fields: Fields): Row[] {
  const rows: Row[] = [];
  for (let cursor = "first"; cursor !== ""; ) {
    const page = venue.ask<List>("GET", path, { ...fields, ...(cursor === "first" ? {} : { cursor }) });
    rows.push(...page.list);
    cursor = page.nextPageCursor;
  }
  return rows;
}

const log = (venue: BybitExchange, fields: Fields = {}): Row[] =>
  whole(venue, "/v5/account/transaction-log", { accountType: "UNIFIED", limit: 7, ...fields });

const market = (venue: BybitExchange, side: "Buy" | "Sell", qty: string, fields: Fields = {}): Row =>
  place(venue, { side, orderType: "Market", qty, ...fields });

function position(venue: BybitExchange): Row | undefined {
  return venue.ask<List>("GET", "/v5/position/list", BTC).list[0];
}

/** Trades that open, turn and reduce, funding on a short, transfers both ways, and a position taken over. */
function eventful(): BybitExchange {
  const venue = makeBybit({ moving: true });
  market(venue, "Buy", "0.500");
  venue.pass(60_000);
  market(venue, "Sell", "0.800");
  venue.exchange.admin("deposit", { amountUsd: "250.5" });
  venue.pass(8 * HOUR_MS);
  market(venue, "Buy", "0.100");
  venue.exchange.admin("withdraw", { amountUsd: "100" });
  venue.exchange.admin("adl", { symbol: "BTCUSDT", share: 0.5 });
  venue.ask("POST", "/v5/position/set-leverage", { ...BTC, buyLeverage: "50", sellLeverage: "50" });
  market(venue, "Buy", "30.000");
  venue.exchange.admin("jump", { symbol: "BTCUSDT", percent: -4 });
  return venue;
}

test("the sum of the log's changes is the wallet, and each balance follows from the one before", () => {
  const venue = eventful();
  const rows = log(venue);
  expect(formatTrimmedE8(sum(rows, "change"))).toBe(walletUsd(venue));
  expect(String(rows[0]?.cashBalance)).toBe(walletUsd(venue));
  rows.forEach((row, place_) => {
    const before = amount(rows[place_ + 1] ?? { cashBalance: "0" }, "cashBalance");
    expect(amount(row, "cashBalance") - amount(row, "change")).toBe(before);
    expect(amount(row, "change")).toBe(amount(row, "cashFlow") + amount(row, "funding") - amount(row, "fee"));
  });
  const types = new Set(rows.map(({ type }) => type));
  expect([...types].sort()).toEqual([
    "ADL",
    "LIQUIDATION",
    "SETTLEMENT",
    "TRADE",
    "TRANSFER_IN",
    "TRANSFER_OUT",
  ]);
});

test("transfers are of no product; a profit that was made by hand is of contracts, as every trade is", () => {
  const venue = eventful();
  venue.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd: "10" });
  const rows = log(venue);
  for (const { type, category } of rows)
    expect([type, category]).toEqual([type, String(type).startsWith("TRANSFER") ? "" : "linear"]);
  expect(rows[0]).toMatchObject({ type: "TRADE", symbol: "", cashFlow: "-10" });
});

test("wallets other than the trader's are untouched", () => {
  expect(walletUsd(eventful(), "other")).toBe("100000");
});

test("executions sum up to the log's fees and funding, and their quantities to the position", () => {
  const venue = eventful();
  const executions = whole(venue, "/v5/execution/list", { ...BTC, limit: 7 });
  const rows = log(venue);
  const trades = executions.filter(({ execType }) => execType !== "Funding");
  const funding = executions.filter(({ execType }) => execType === "Funding");
  expect(sum(trades, "execFee")).toBe(sum(rows, "fee"));
  expect(sum(funding, "execFee")).toBe(-sum(rows, "funding"));
  const signed = trades.map((row) => (row.side === "Buy" ? amount(row, "execQty") : -amount(row, "execQty")));
  expect(signed.reduce((total, lots) => total + lots, 0n)).toBe(0n);
  expect(position(venue)).toMatchObject({
    side: "",
    size: "0.000",
    avgPrice: "0",
    positionValue: "",
    liqPrice: "",
  });
  const kinds = new Set(executions.map(({ execType }) => execType));
  expect([...kinds].sort()).toEqual(["AdlTrade", "BustTrade", "Funding", "Trade"]);
});

test("a trade that turns the position closes one part of it, and the log has the size that is left", () => {
  const venue = makeBybit();
  market(venue, "Buy", "0.500");
  market(venue, "Sell", "0.800");
  const { list } = venue.ask<List>("GET", "/v5/execution/list", BTC);
  expect(
    list.map(({ side, execQty, closedSize, leavesQty }) => [side, execQty, closedSize, leavesQty]),
  ).toEqual([
    ["Sell", "0.800", "0.500", "0.000"],
    ["Buy", "0.500", "0.000", "0.000"],
  ]);
  expect(log(venue, { type: "TRADE" }).map(({ size }) => size)).toEqual(["-0.300", "0.500"]);
  expect(position(venue)).toMatchObject({ side: "Sell", size: "0.300", positionIdx: 0 });
});

test("an order in parts leaves less with each of them", () => {
  const venue = makeBybit();
  const { orderId } = place(venue, { side: "Buy", qty: "0.030", price: "95000.00" });
  for (const qty of ["0.010", "0.005"]) place(venue, { side: "Sell", orderType: "Market", qty }, "other");
  const { list } = venue.ask<List>("GET", "/v5/execution/list", { ...BTC, orderId: String(orderId) });
  expect(list.map(({ execQty, leavesQty, isMaker }) => [execQty, leavesQty, isMaker])).toEqual([
    ["0.005", "0.015", true],
    ["0.010", "0.020", true],
  ]);
});

test("a short receives what a long pays: at a positive rate, as execution and in the log", () => {
  const venue = makeBybit();
  market(venue, "Buy", "0.100");
  place(venue, { side: "Sell", orderType: "Market", qty: "0.100" }, "other");
  venue.pass(8 * HOUR_MS);
  const of = (account: "local" | "other"): readonly [Row | undefined, Row | undefined] => [
    venue.ask<List>("GET", "/v5/execution/list", { ...BTC, execType: "Funding" }, account).list[0],
    venue.ask<List>("GET", "/v5/account/transaction-log", { type: "SETTLEMENT" }, account).list[0],
  ];
  const [long, longLog] = of("local");
  const [short, shortLog] = of("other");
  const rate = venue.ask<List>("GET", "/v5/market/funding/history", BTC).list[0];
  expect([long?.side, short?.side]).toEqual(["Buy", "Sell"]);
  expect([long?.feeRate, amount(short, "feeRate")]).toEqual([
    rate?.fundingRate,
    -amount(rate, "fundingRate"),
  ]);
  expect(amount(long, "execFee")).toBe(-amount(short, "execFee"));
  expect(amount(longLog, "funding")).toBe(-amount(long, "execFee"));
  expect(amount(longLog, "change")).toBe(amount(longLog, "funding"));
  expect(amount(longLog, "funding")).toBe(-amount(shortLog, "funding"));
  expect(amount(long, "execFee") > 0n).toBe(amount(rate, "fundingRate") > 0n);
});

test("equity is wallet and unrealised profit; what is free is the margin less what is bound", () => {
  const venue = makeBybit();
  market(venue, "Buy", "0.500");
  place(venue, { side: "Buy", qty: "0.100", price: "94000.00" });
  venue.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 95_500 });
  const [account] = venue.ask<List>("GET", "/v5/account/wallet-balance", { accountType: "UNIFIED" }).list;
  const [coin] = coinsOf(account);
  const held = position(venue);
  expect(amount(coin, "equity")).toBe(amount(coin, "walletBalance") + amount(held, "unrealisedPnl"));
  expect(amount(held, "positionValue")).toBe((amount(held, "avgPrice") * amount(held, "size")) / e8("1"));
  expect(amount(held, "unrealisedPnl")).toBe(
    (amount(held, "markPrice") * amount(held, "size")) / e8("1") - amount(held, "positionValue"),
  );
  expect(amount(account, "totalEquity")).toBe(amount(coin, "equity"));
  expect(amount(account, "totalAvailableBalance")).toBe(
    amount(account, "totalMarginBalance") - amount(account, "totalInitialMargin"),
  );
  expect(amount(coin, "totalPositionIM") + amount(coin, "totalOrderIM")).toBe(
    amount(account, "totalInitialMargin"),
  );
  expect(amount(held, "positionMM")).toBe(amount(account, "totalMaintenanceMargin"));
});

test("profit is told of the position that is held, and of all that were", () => {
  const venue = makeBybit();
  market(venue, "Buy", "0.100");
  market(venue, "Sell", "0.100");
  const closed = amount(position(venue), "cumRealisedPnl");
  expect(closed).toBe(amount({ w: walletUsd(venue) }, "w") - e8("100000"));
  market(venue, "Buy", "0.200");
  const fee = amount(log(venue)[0], "fee");
  expect(amount(position(venue), "curRealisedPnl")).toBe(-fee);
  expect(amount(position(venue), "cumRealisedPnl")).toBe(closed - fee);
  market(venue, "Sell", "0.300");
  expect(amount(position(venue), "curRealisedPnl")).toBe(-amount(log(venue)[0], "fee"));
});

test("another coin is held and worth its mark, but frees no margin", () => {
  const venue = makeBybit();
  venue.exchange.admin("deposit", { asset: "BNB", qty: "2" });
  const [account] = venue.ask<List>("GET", "/v5/account/wallet-balance", { accountType: "UNIFIED" }).list;
  const bnb = coinsOf(account).find(({ coin }) => coin === "BNB");
  const [ticker] = venue.ask<List>("GET", "/v5/market/tickers", {
    category: "linear",
    symbol: "BNBUSDT",
  }).list;
  expect(amount(bnb, "usdValue")).toBe(2n * amount(ticker, "markPrice"));
  expect(amount(account, "totalEquity")).toBe(e8("100000") + amount(bnb, "usdValue"));
  expect(account).toMatchObject({ totalMarginBalance: "100000", totalAvailableBalance: "100000" });
  expect(log(venue)[0]).toMatchObject({
    type: "TRANSFER_IN",
    currency: "BNB",
    change: "2",
    cashBalance: "2",
  });
});

test("a liquidation price lies between the mark and the price of bankruptcy", () => {
  const venue = makeBybit();
  venue.ask("POST", "/v5/position/set-leverage", { ...BTC, buyLeverage: "50", sellLeverage: "50" });
  market(venue, "Buy", "20.000");
  const held = position(venue);
  expect(amount(held, "bustPrice") < amount(held, "liqPrice")).toBe(true);
  expect(amount(held, "liqPrice") < amount(held, "markPrice")).toBe(true);
});
