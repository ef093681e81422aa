// Trades and incomes of Bybit, read window by window and page by page to the last one: their sums are the wallet's, whatever
// comes twice, late or in another order.
// Proves: adapters/ccxt/bybit-income.ts, adapters/ccxt/bybit-fills.ts, adapters/ccxt/bybit-log.ts, adapters/ccxt/bybit-pages.ts
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import { IncomeCutOffError } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { EXECUTIONS, failureOf, LOG, list, MARKET, type ScriptedBybit, scriptedBybit } from "./bybit-wire.ts";

const NOW_MS = createFakeClock().nowMs();
const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;

type Row = Readonly<Record<string, unknown>>;

function log(changes: Row = {}): Row {
  return {
    id: "592324_BTCUSDT_161440249321",
    symbol: "BTCUSDT",
    side: "Buy",
    funding: "",
    orderLinkId: "b-0123456789abcdef",
    orderId: "5d6ae8bc",
    fee: "0.55000000",
    change: "11.45",
    cashFlow: "12",
    transactionTime: String(NOW_MS - 1_000),
    type: "TRADE",
    transSubType: "",
    feeRate: "0.00055",
    bonusChange: "",
    size: "0",
    qty: "0.02",
    cashBalance: "1011.45",
    currency: "USDT",
    category: "linear",
    tradePrice: "50600",
    tradeId: "534c0003-4bf7-486f-aa02-78cee36825e4",
    extraFees: "",
    ...changes,
  };
}

function execution(changes: Row = {}): Row {
  return {
    symbol: "BTCUSDT",
    orderType: "Market",
    underlyingPrice: "",
    orderLinkId: "b-0123456789abcdef",
    side: "Sell",
    indexPrice: "",
    orderId: "5d6ae8bc",
    stopOrderType: "UNKNOWN",
    leavesQty: "0",
    execTime: String(NOW_MS - 1_000),
    feeCurrency: "",
    isMaker: false,
    execFee: "0.55",
    feeRate: "0.00055",
    execId: "534c0003-4bf7-486f-aa02-78cee36825e4",
    blockTradeId: "",
    markPrice: "50600.1",
    execPrice: "50600.00",
    orderQty: "0.020",
    orderPrice: "48070",
    execValue: "1012",
    execType: "Trade",
    execQty: "0.020",
    closedSize: "0.02",
    seq: 140_612_148_849_382,
    ...changes,
  };
}

/** Answers from rows as the venue does: those of the window, the newest first, in pages of the asked size. */
function served(rows: readonly Row[], timeField: string) {
  return ({ url }: HttpRequest) => {
    const asked = new URL(url).searchParams;
    const from = Number(asked.get("startTime"));
    const to = Number(asked.get("endTime") ?? from + WEEK_MS);
    expect(to - from).toBeLessThanOrEqual(WEEK_MS);
    const found = rows
      .filter((row) => Number(row[timeField]) >= from && Number(row[timeField]) <= to)
      .toSorted((a, b) => Number(b[timeField]) - Number(a[timeField]));
    const start = Number(asked.get("cursor") ?? 0);
    const end = start + Number(asked.get("limit"));
    return list(found.slice(start, end), end < found.length ? String(end) : "");
  };
}

const incomeOver = (rows: readonly Row[]): ScriptedBybit =>
  scriptedBybit({ [LOG]: served(rows, "transactionTime") });
const sumOf = (incomes: readonly { readonly amount: string }[]): string =>
  decimalString(incomes.reduce((sum, { amount }) => sum.plus(dec(amount)), dec("0")));

describe("income on Bybit", () => {
  it("of a closing trade is its profit and its fee, under ids of their own", async () => {
    const incomes = await incomeOver([log()]).venue.fetchIncome(NOW_MS - DAY_MS);
    expect(incomes.map(({ kind, amount, asset, symbol }) => [kind, amount, asset, symbol])).toEqual([
      ["realizedPnl", "12", "USDT", "BTCUSDT"],
      ["commission", "-0.55", "USDT", "BTCUSDT"],
    ]);
    expect(new Set(incomes.map(({ incomeId }) => incomeId)).size).toBe(2);
  });

  it.each([
    ["an opening trade", { cashFlow: "0", change: "-0.55" }, [["commission", "-0.55"]]],
    ["a rebate", { cashFlow: "0", fee: "-0.1", change: "0.1" }, [["commission", "0.1"]]],
    [
      "funding",
      { type: "SETTLEMENT", funding: "-1.25", fee: "0", cashFlow: "0", change: "-1.25" },
      [["fundingFee", "-1.25"]],
    ],
    [
      "a liquidation",
      { type: "LIQUIDATION", cashFlow: "-80", fee: "0.6", change: "-80.6" },
      [
        ["realizedPnl", "-80"],
        ["commission", "-0.6"],
      ],
    ],
    [
      "a deposit",
      { type: "TRANSFER_IN", category: "", symbol: "", fee: "0", cashFlow: "250.5", change: "250.5" },
      [["transfer", "250.5"]],
    ],
    [
      "a refund of fees",
      { type: "FEE_REFUND", fee: "", cashFlow: "0.2", change: "0.2" },
      [["commission", "0.2"]],
    ],
    [
      "a subscription",
      { type: "FLEXIBLE_STAKING_SUBSCRIPTION", fee: "", cashFlow: "-9", change: "-9" },
      [["transfer", "-9"]],
    ],
    ["interest", { type: "INTEREST", fee: "", cashFlow: "-0.03", change: "-0.03" }, [["other", "-0.03"]]],
    [
      "a trade of coins",
      { category: "spot", currency: "BTC", cashFlow: "0.1", fee: "0.0001", change: "0.0999" },
      [
        ["other", "0.1"],
        ["commission", "-0.0001"],
      ],
    ],
    ["a change without a cause", { cashFlow: "", fee: "", change: "-0.4" }, [["other", "-0.4"]]],
    [
      "a change that its causes do not explain",
      { change: "11.4" },
      [
        ["realizedPnl", "12"],
        ["commission", "-0.55"],
        ["other", "-0.05"],
      ],
    ],
    ["a type of tomorrow", { type: "SOMETHING_NEW", fee: "", cashFlow: "3", change: "3" }, [["other", "3"]]],
  ])("of %s adds up to the wallet's change", async (_, changes, expected) => {
    const row = log(changes);
    const incomes = await incomeOver([row]).venue.fetchIncome(NOW_MS - DAY_MS);
    expect(incomes.map(({ kind, amount }) => [kind, amount])).toEqual(expected);
    expect(sumOf(incomes)).toBe(decimalString(dec(String(row.change))));
  });

  it("that shares an id with another row is counted beside it", async () => {
    const funding = log({ type: "SETTLEMENT", funding: "-1", fee: "0", cashFlow: "0", change: "-1" });
    const incomes = await incomeOver([log(), funding]).venue.fetchIncome(NOW_MS - DAY_MS);
    expect(sumOf(incomes)).toBe("10.45");
  });

  it("of weeks is read in windows of seven days that leave no moment out, the oldest first", async () => {
    const ages = [0, 1, WEEK_MS - 1, WEEK_MS, WEEK_MS + 1, 2 * WEEK_MS, 20 * DAY_MS, 21 * DAY_MS];
    const rows = ages.map((ageMs, place) =>
      log({ id: `r${place}`, transactionTime: String(NOW_MS - ageMs), fee: "", cashFlow: "1", change: "1" }),
    );
    const incomes = await incomeOver(rows).venue.fetchIncome(NOW_MS - 21 * DAY_MS);
    expect(incomes.map(({ atMs }) => NOW_MS - atMs)).toEqual(ages.toReversed());
  });

  it("of a busy week is read to its oldest row, each once", async () => {
    const rows = Array.from({ length: 2_345 }, (_, place) =>
      log({
        id: `r${place}`,
        transactionTime: String(NOW_MS - place * 60_000),
        fee: "",
        cashFlow: "0.01",
        change: "0.01",
      }),
    );
    const incomes = await incomeOver(rows).venue.fetchIncome(NOW_MS - WEEK_MS);
    expect(incomes).toHaveLength(2_345);
    expect(sumOf(incomes)).toBe("23.45");
    expect(incomes.map(({ atMs }) => atMs)).toEqual(
      incomes.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
    );
  });

  it("beyond the bound is an error with what was read, whole up to its last row", async () => {
    const rows = Array.from({ length: 12_000 }, (_, place) =>
      log({
        id: `r${place}`,
        transactionTime: String(NOW_MS - place * 30_000),
        fee: "",
        cashFlow: "1",
        change: "1",
      }),
    );
    const failure = await failureOf(incomeOver(rows).venue.fetchIncome(NOW_MS - WEEK_MS));
    if (!(failure instanceof IncomeCutOffError)) throw failure;
    const newestMs = failure.incomes.at(-1)?.atMs ?? 0;
    const until = rows.filter(({ transactionTime }) => Number(transactionTime) <= newestMs);
    expect(failure.incomes).toHaveLength(until.length);
    expect(until.length).toBeGreaterThan(10_000);
  });

  it("of one symbol leaves the others out", async () => {
    const scripted = incomeOver([log(), log({ symbol: "BTCPERP", id: "other" })]);
    const incomes = await scripted.venue.fetchIncomeOf(MARKET, NOW_MS - DAY_MS);
    expect(new Set(incomes.map(({ symbol }) => symbol))).toEqual(new Set(["BTCUSDT"]));
    const asked = new URL(scripted.sent[0]?.url ?? "").searchParams;
    expect([asked.get("category"), asked.get("baseCoin")]).toEqual(["linear", "BTC"]);
  });

  it.each([
    ["no change", { change: undefined }],
    ["an empty change", { change: "" }],
    ["a senseless fee", { fee: "free" }],
    ["no time", { transactionTime: "" }],
  ])("with %s is an error, and no gap", async (_, changes) => {
    const scripted = scriptedBybit({ [LOG]: list([log(changes)]) });
    expect(await failureOf(scripted.venue.fetchIncome(NOW_MS - DAY_MS))).toMatchObject({
      kind: "retryable",
      code: "UNREADABLE",
    });
  });
});

function fillsOver(executions: readonly Row[], rows: readonly Row[]): ScriptedBybit {
  return scriptedBybit({
    [EXECUTIONS]: served(executions, "execTime"),
    [LOG]: served(rows, "transactionTime"),
  });
}

describe("trades on Bybit", () => {
  it("have the profit that the log shows under their id", async () => {
    const scripted = fillsOver([execution()], [log()]);
    expect(await scripted.venue.fetchFills(MARKET, NOW_MS - DAY_MS)).toEqual([
      {
        tradeId: "534c0003-4bf7-486f-aa02-78cee36825e4",
        venueOrderId: "5d6ae8bc",
        symbol: "BTCUSDT",
        side: "sell",
        qtyBase: "0.02",
        priceUsd: "50600",
        fee: "0.55",
        feeAsset: "USDT",
        realizedPnlUsd: "12",
        isMaker: false,
        atMs: NOW_MS - 1_000,
      },
    ]);
  });

  it("that closed nothing have none, and the log is not asked", async () => {
    const scripted = fillsOver([execution({ closedSize: "0" })], []);
    expect(await scripted.venue.fetchFills(MARKET, NOW_MS - DAY_MS)).toMatchObject([{ realizedPnlUsd: "0" }]);
    expect(scripted.paths()).toEqual([EXECUTIONS]);
  });

  it.each([["0.02"], [""]])(
    "whose profit is not shown yet are no answer: closed size %o",
    async (closedSize) => {
      const scripted = fillsOver([execution({ closedSize })], []);
      expect(await failureOf(scripted.venue.fetchFills(MARKET, NOW_MS - DAY_MS))).toMatchObject({
        kind: "retryable",
        code: "PROFIT_NOT_SHOWN",
      });
    },
  );

  it("include those that the venue made of the position, and no funding", async () => {
    const rows = [
      execution({ execId: "bust", execType: "BustTrade" }),
      execution({ execId: "paid", execType: "Funding" }),
    ];
    const fills = await fillsOver(rows, [log({ tradeId: "bust" })]).venue.fetchFills(MARKET, NOW_MS - DAY_MS);
    expect(fills.map(({ tradeId }) => tradeId)).toEqual(["bust"]);
  });

  it("name the coin that their fee was taken in", async () => {
    const rows = [execution({ closedSize: "0", feeCurrency: "MNT" })];
    const fills = await fillsOver(rows, []).venue.fetchFills(MARKET, NOW_MS - DAY_MS);
    expect(fills).toMatchObject([{ feeAsset: "MNT" }]);
  });

  it("of one moment are put as the engine matched them", async () => {
    const rows = [
      execution({ execId: "c", closedSize: "0", seq: 8, leavesQty: "0" }),
      execution({ execId: "a", closedSize: "0", seq: 7, leavesQty: "0" }),
      execution({ execId: "b", closedSize: "0", seq: 8, leavesQty: "0.01" }),
      execution({ execId: "early", closedSize: "0", execTime: String(NOW_MS - 5_000), seq: 9 }),
    ];
    const fills = await fillsOver(rows, []).venue.fetchFills(MARKET, NOW_MS - DAY_MS);
    expect(fills.map(({ tradeId }) => tradeId)).toEqual(["early", "a", "b", "c"]);
  });

  it("of months are read in windows of seven days, each once", async () => {
    const rows = [0, WEEK_MS, 60 * DAY_MS].map((ageMs) =>
      execution({ execId: `t${ageMs}`, closedSize: "0", execTime: String(NOW_MS - ageMs) }),
    );
    const fills = await fillsOver(rows, []).venue.fetchFills(MARKET, NOW_MS - 60 * DAY_MS);
    expect(fills.map(({ atMs }) => NOW_MS - atMs)).toEqual([60 * DAY_MS, WEEK_MS, 0]);
  });
});
