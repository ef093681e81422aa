// Every answer of the venue that is kept in test/recorded/venue goes through the real adapter, and comes out as the value
// that the port promises.
// Proves: adapters/ccxt/binance-order-calls.ts, adapters/ccxt/binance-orders.ts, adapters/ccxt/binance-account.ts, adapters/ccxt/binance-markets.ts
import { describe, expect, it } from "vitest";
import type { VenueIncome } from "#ports/venue.ts";
import { ANSWER_FILES, answerFile, answerOf } from "#test/recorded/venue/answers.ts";
import { json } from "#test/support/memory/transport.ts";
import { failureOf, MARKET, orderRequest, STOP_REQUEST, scriptedVenue, send } from "./binance-wire.ts";

const ours = { clientOrderId: "b-0123456789abcdef", symbol: "BTCUSDT", qtyBase: "0.02" };
const saying = (file: string, name: string) => scriptedVenue(json(answerOf(file, name)));
const placing = (name: string) => send(saying("order-create", name), orderRequest({ qtyBase: "0.020" }));
const cancelling = (name: string) =>
  saying("order-cancel", name).venue.cancelOrder(MARKET, ours.clientOrderId);
const finding = (name: string) => saying("order-query", name).venue.findOrder(MARKET, ours.clientOrderId);

/** Answers that a test of this file reads: those of the tables, and those that are read by a test of their own. */
const seen = new Set<string>([
  "order-create.marketFilledWithoutPrice",
  "order-cancel.partlyFilledWithoutPrice",
  "algo-create.stopMarket",
  "algo-create.takeProfitMarket",
  "algo-cancel.done",
  "income.everyType",
  "time.plain",
  "account.hedge",
  "position-risk.hedge",
]);
function cases<Expected>(
  file: string,
  rows: Readonly<Record<string, Expected>>,
): readonly [string, Expected][] {
  for (const name of Object.keys(rows)) seen.add(`${file}.${name}`);
  return Object.entries(rows);
}

describe("what an order came to", () => {
  it.each(
    cases("order-create", {
      marketFilled: { status: "FILLED", filledQtyBase: "0.02", averagePriceUsd: "94961.53" },
      marketPartlyExpired: { status: "EXPIRED", filledQtyBase: "0.012", averagePriceUsd: "94961.5" },
      limitNew: { status: "ACCEPTED", filledQtyBase: "0", averagePriceUsd: null },
      limitNewWithoutPrice: { status: "ACCEPTED", filledQtyBase: "0", averagePriceUsd: null },
      postOnlyNew: { status: "ACCEPTED", filledQtyBase: "0" },
      postOnlyExpired: { status: "EXPIRED", filledQtyBase: "0", averagePriceUsd: null },
      iocPartly: { status: "EXPIRED", filledQtyBase: "0.005", averagePriceUsd: "94899.9" },
      reduceOnlyFilled: { status: "FILLED", side: "sell", reduceOnly: true },
      selfTradePrevented: { status: "EXPIRED", filledQtyBase: "0" },
    }),
  )("reads the answer to a new order: %s", async (name, expected) => {
    expect(await placing(name)).toMatchObject({ ...ours, ...expected });
  });

  it("takes the price of a fill from a look-up where the answer to the order has none", async () => {
    const scripted = scriptedVenue(
      json(answerOf("order-create", "marketFilledWithoutPrice")),
      json(answerOf("order-query", "marketFilled")),
    );
    const order = await send(scripted, orderRequest({ qtyBase: "0.020" }));
    expect(order).toMatchObject({ status: "FILLED", filledQtyBase: "0.02", averagePriceUsd: "94961.53" });
    expect(scripted.wire.sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  it.each([
    ["the look-up shows another quantity", json(answerOf("order-query", "new"))],
    ["the look-up does not know the order", json({ code: -2013, msg: "Order does not exist." }, 400)],
    ["the look-up is refused", json({ code: -2015, msg: "Invalid API-key" }, 401)],
  ])("reports the fill without a price when %s", async (_why, answer) => {
    const scripted = scriptedVenue(json(answerOf("order-create", "marketFilledWithoutPrice")), answer);
    expect(await send(scripted, orderRequest({ qtyBase: "0.020" }))).toMatchObject({
      status: "FILLED",
      filledQtyBase: "0.02",
      averagePriceUsd: null,
    });
  });

  it.each(
    cases("order-query", {
      new: { status: "ACCEPTED", filledQtyBase: "0", averagePriceUsd: null },
      partlyFilled: { status: "PARTIALLY_FILLED", filledQtyBase: "0.007", averagePriceUsd: "94900" },
      filled: { status: "FILLED", filledQtyBase: "0.02", averagePriceUsd: "94900" },
      canceled: { status: "CANCELED", filledQtyBase: "0.007", averagePriceUsd: "94900" },
      expired: { status: "EXPIRED", filledQtyBase: "0" },
      marketFilled: { status: "FILLED", averagePriceUsd: "94961.53" },
      liquidation: {
        status: "FILLED",
        clientOrderId: "autoclose-1767323045690",
        side: "sell",
        forcedFor: "liquidation",
      },
      adl: { status: "FILLED", clientOrderId: "adl_autoclose", side: "sell", forcedFor: "adl" },
    }),
  )("reads the answer to a look-up: %s", async (name, expected) => {
    expect(await finding(name)).toMatchObject({
      symbol: "BTCUSDT",
      venueOrderId: "84210733021",
      ...expected,
    });
  });

  it.each(
    cases("order-cancel", {
      unfilled: { status: "CANCELED", filledQtyBase: "0", averagePriceUsd: null },
      unfilledWithPrices: { status: "CANCELED", filledQtyBase: "0", averagePriceUsd: null },
      partlyFilledWithPrice: { status: "CANCELED", filledQtyBase: "0.007", averagePriceUsd: "94900" },
    }),
  )("reads the answer to a cancel: %s", async (name, expected) => {
    expect(await cancelling(name)).toMatchObject({ ...ours, ...expected });
  });

  it("takes the price of a part fill from a look-up where the answer to the cancel has none", async () => {
    const scripted = scriptedVenue(
      json(answerOf("order-cancel", "partlyFilledWithoutPrice")),
      json(answerOf("order-query", "canceled")),
    );
    expect(await scripted.venue.cancelOrder(MARKET, ours.clientOrderId)).toMatchObject({
      status: "CANCELED",
      filledQtyBase: "0.007",
      averagePriceUsd: "94900",
    });
  });

  it.each(
    cases("open-orders", {
      none: [],
      ours: [
        ["b-0123456789abcdef", "ACCEPTED"],
        ["web_k2s0Jq1xTn", "PARTIALLY_FILLED"],
      ],
      goodTillDate: [["web_gtd", "ACCEPTED"]],
    }),
  )("reads the list of open orders: %s", async (name, expected) => {
    const orders = await saying("open-orders", name).venue.fetchOpenOrders([MARKET]);
    expect(orders.map(({ clientOrderId, status }) => [clientOrderId, status])).toEqual(expected);
  });
});

describe("what a stop came to", () => {
  it("reads the answer to a new stop, which names no order yet", async () => {
    const { venue, clock } = saying("algo-create", "stopMarket");
    const options = { market: MARKET, sendDeadlineMs: clock.nowMs() + 3_000 };
    expect(await venue.createStop({ ...STOP_REQUEST, qtyBase: "0.020" }, options)).toMatchObject({
      clientStopId: STOP_REQUEST.clientStopId,
      status: "RESTING",
      triggerPriceUsd: "90000.1",
      venueOrderId: null,
    });
  });

  it("reads the answer to a new take-profit as one", async () => {
    const { venue, clock } = saying("algo-create", "takeProfitMarket");
    const options = { market: MARKET, sendDeadlineMs: clock.nowMs() + 3_000 };
    const request = {
      ...STOP_REQUEST,
      clientStopId: "p-fedcba9876543210",
      kind: "takeProfit",
      qtyBase: "0.010",
      triggerPriceUsd: "110000.1",
    } as const;
    expect(await venue.createStop(request, options)).toMatchObject({
      ...request,
      qtyBase: "0.01",
      status: "RESTING",
    });
  });

  it.each(
    cases("algo-query", {
      resting: { status: "RESTING", venueOrderId: null },
      triggering: { status: "FIRED", venueOrderId: null },
      canceled: { status: "CANCELED" },
      expired: { status: "CANCELED" },
      rejected: { status: "REFUSED" },
      withoutActualFields: { status: "RESTING", venueOrderId: null },
    }),
  )("reads the answer to a look-up: %s", async (name, expected) => {
    const stop = await saying("algo-query", name).venue.findStop(MARKET, STOP_REQUEST.clientStopId);
    expect(stop).toMatchObject({ qtyBase: "0.02", filledQtyBase: "0", ...expected });
  });

  it.each(
    cases("algo-query", {
      triggered: { order: "partlyFilled", expected: { status: "FIRED", filledQtyBase: "0.007" } },
      finished: {
        order: "filled",
        expected: { status: "DONE", filledQtyBase: "0.02", averagePriceUsd: "94900" },
      },
    }),
  )("asks for the order that a stop became: %s", async (name, { order, expected }) => {
    const scripted = scriptedVenue(json(answerOf("algo-query", name)), json(answerOf("order-query", order)));
    const stop = await scripted.venue.findStop(MARKET, STOP_REQUEST.clientStopId);
    expect(stop).toMatchObject({ venueOrderId: "84210733099", ...expected });
    expect(scripted.wire.sent[1]?.url).toContain("orderId=84210733099");
  });

  it("takes the text 200 of a withdrawal for success", async () => {
    expect(await saying("algo-cancel", "done").venue.cancelStop(MARKET, STOP_REQUEST.clientStopId)).toBe(
      true,
    );
  });

  it.each(
    cases("algo-open", {
      none: [],
      oursAndByHand: [
        [STOP_REQUEST.clientStopId, "0.02"],
        ["web_tp_41", "0.02"],
        ["web_closeall", "0"],
      ],
    }),
  )("reads the list of waiting stops, those of people among them: %s", async (name, expected) => {
    const stops = await saying("algo-open", name).venue.fetchOpenStops("all");
    expect(stops.map(({ clientStopId, qtyBase }) => [clientStopId, qtyBase])).toEqual(expected);
  });
});

describe("what the account holds", () => {
  it.each(
    cases("account", {
      flat: { walletUsd: "5200.75", others: [], positions: [] },
      oneWayCross: { walletUsd: "5200.75", others: [{ asset: "BNB", qty: "0.31" }] },
      oneWayIsolated: { walletUsd: "5200.75", others: [] },
      openOrderOnly: { walletUsd: "5200.75", positions: [] },
      multiAssets: {
        walletUsd: "5200.75",
        others: [
          { asset: "BTC", qty: "0.0135" },
          { asset: "BNB", qty: "0.31" },
          { asset: "FDUSD", qty: "0.01" },
        ],
      },
    }),
  )("reads wallet and coins apart, in either mode: %s", async (name, expected) => {
    expect(await saying("account", name).venue.fetchAccount()).toMatchObject(expected);
  });

  it("values positions by the venue's own notional and profit, of one moment with the wallet", async () => {
    expect((await saying("account", "oneWayCross").venue.fetchAccount()).positions).toMatchObject([
      { symbol: "BTCUSDT", side: "long", qtyBase: "0.02", notionalUsd: "1899.202", entryCostUsd: "1919.602" },
      {
        symbol: "ETHUSDT",
        side: "short",
        qtyBase: "0.412",
        notionalUsd: "1284.1335",
        entryCostUsd: "1288.597",
      },
    ]);
  });

  it.each(
    cases("position-risk", {
      none: [],
      oneWay: [
        { symbol: "BTCUSDT", side: "long", qtyBase: "0.02", entryPriceUsd: "95980.1" },
        { symbol: "ETHUSDT", side: "short", qtyBase: "0.412", entryPriceUsd: "3127.66" },
      ],
      isolated: [{ symbol: "BTCUSDT", side: "long", qtyBase: "0.02", entryPriceUsd: "95980.1" }],
      openOrderOnly: [],
    }),
  )("reads what is held: %s", async (name, expected) => {
    expect(await saying("position-risk", name).venue.fetchPositions()).toEqual(expected);
  });

  it.each([
    ["account", (file: string) => saying(file, "hedge").venue.fetchAccount()],
    ["position-risk", (file: string) => saying(file, "hedge").venue.fetchPositions()],
  ])("refuses positions in hedge mode with the remedy: %s", async (file, ask) => {
    const failure = await failureOf(ask(file));
    expect([failure.kind, failure.code]).toEqual(["rejected", "HEDGE_MODE"]);
    expect(failure.message).toContain("one-way position mode");
  });
});

describe("what moved the wallet", () => {
  it("reads every documented type of income, and keeps the sum", async () => {
    const incomes = await saying("income", "everyType").venue.fetchIncome(0);
    const kinds = Object.groupBy(incomes, ({ kind }) => kind);
    const types = (list: readonly VenueIncome[] = []) => list.map(({ incomeId }) => incomeId.split(":")[0]);
    expect(incomes).toHaveLength(22);
    expect(types(kinds.realizedPnl)).toEqual(["REALIZED_PNL"]);
    expect(types(kinds.fundingFee)).toEqual(["FUNDING_FEE"]);
    expect(types(kinds.commission).toSorted()).toEqual([
      "API_REBATE",
      "COMMISSION",
      "COMMISSION_REBATE",
      "FEE_RETURN",
    ]);
    expect(types(kinds.transfer)).toEqual([
      "TRANSFER",
      "WELCOME_BONUS",
      "CROSS_COLLATERAL_TRANSFER",
      "INTERNAL_TRANSFER",
      "COIN_SWAP_DEPOSIT",
      "COIN_SWAP_WITHDRAW",
      "STRATEGY_UMFUTURES_TRANSFER",
    ]);
    const cents = incomes.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 1e8), 0);
    expect(cents).toBe(
      (answerOf("income", "everyType") as readonly { readonly income: string }[]).reduce(
        (sum, { income }) => sum + Math.round(Number(income) * 1e8),
        0,
      ),
    );
  });

  it.each(
    cases("income", {
      none: [],
      commissionInBnb: [{ kind: "commission", asset: "BNB", amount: "-0.0006321", symbol: "BTCUSDT" }],
      unknownType: [{ kind: "other", asset: "USDT", amount: "1" }],
    }),
  )("reads income: %s", async (name, expected) => {
    expect(await saying("income", name).venue.fetchIncome(0)).toMatchObject(expected);
  });

  it.each(
    cases("user-trades", {
      none: [],
      twoFills: [
        { tradeId: "6412207341", side: "buy", qtyBase: "0.012", priceUsd: "94961.5", isMaker: false },
        { tradeId: "6412207342", side: "buy", qtyBase: "0.008", priceUsd: "94961.6", isMaker: false },
      ],
      closing: [{ side: "sell", realizedPnlUsd: "-2.05", isMaker: true }],
    }),
  )("reads trades: %s", async (name, expected) => {
    const { venue, clock } = saying("user-trades", name);
    // A window that ends now: trades of the bodies are younger than its start.
    expect(await venue.fetchFills(MARKET, Math.min(1_767_323_000_000, clock.nowMs()))).toMatchObject(
      expected,
    );
  });
});

describe("what can be traded", () => {
  it.each(
    cases("exchange-info", {
      trading: ["BTCUSDT", "ETHUSDT"],
      newAndLeavingSymbols: ["BTCUSDT"],
      unknownFilter: ["BTCUSDT"],
    }),
  )("lists perpetual contracts that trade now: %s", async (name, expected) => {
    const markets = await saying("exchange-info", name).venue.fetchMarkets();
    expect(markets.map(({ symbol }) => symbol)).toEqual(expected);
    expect(markets[0]).toMatchObject({ tickSizeUsd: "0.1", stepSizeBase: "0.001", maxMarketQtyBase: "120" });
  });

  it.each(
    cases("book-ticker", {
      all: ["BTCUSDT", "ETHUSDT"],
      emptyBook: ["BTCUSDT"],
    }),
  )("quotes symbols that have a book: %s", async (name, expected) => {
    const tops = await saying("book-ticker", name).venue.fetchTopOfBook(["BTCUSDT", "ETHUSDT", "OLDUSDT"]);
    expect(tops.map(({ symbol }) => symbol)).toEqual(expected);
  });

  it("reads the venue's time", async () => {
    expect(await saying("time", "plain").venue.fetchServerTimeMs()).toBe(1_767_323_045_123);
  });
});

/** Kept for calls that the adapter does not make in this form, or proved beside another file's test. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "account.hedgeFlat",
  "position-risk.hedgeFlat",
  "book-ticker.one",
  "user-trades.feeInBnb",
]);
/** Proved in real-settings.test.ts and real-refusals.test.ts. */
const OTHER_FILES: ReadonlySet<string> = new Set([
  "account-config",
  "fee-burn",
  "key-restrictions",
  "leverage-bracket",
  "multi-assets-mode",
  "position-mode",
  "refusals",
  "symbol-config",
]);

it("leaves no answer on disk untried", () => {
  const all = ANSWER_FILES.filter((file) => !OTHER_FILES.has(file)).flatMap((file) =>
    Object.keys(answerFile(file).answers).map((name) => `${file}.${name}`),
  );
  expect(all.filter((name) => !seen.has(name) && !ELSEWHERE.has(name))).toEqual([]);
});
