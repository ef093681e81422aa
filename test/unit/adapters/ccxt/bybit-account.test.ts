// Wallet and positions of Bybit, of one moment: an answer counts only between two equal wallets. And an odd row takes only its
// own symbol or coin along.
// Proves: adapters/ccxt/bybit-markets.ts, adapters/ccxt/bybit-tops.ts
import { describe, expect, it } from "vitest";
import { PartlyReadError, partly } from "#ports/venue.ts";
import type { ScriptedAnswer } from "#test/support/memory/transport.ts";
import {
  failureOf,
  good,
  list,
  MARKET,
  POSITIONS,
  REALTIME,
  RESTING,
  rawOrder,
  rawPosition,
  rawStop,
  rawWallet,
  refusal,
  scriptedBybit,
  WALLET,
} from "./bybit-wire.ts";

const TICKERS = "GET /v5/market/tickers";
const INSTRUMENTS = "GET /v5/market/instruments-info";

function account(wallets: ScriptedAnswer | readonly ScriptedAnswer[], positions: readonly unknown[] = []) {
  return scriptedBybit({ [WALLET]: wallets, [POSITIONS]: list(positions) });
}

describe("the account on Bybit", () => {
  it("is its positions between two equal wallets, as of the first question", async () => {
    const scripted = account(rawWallet({ USDT: "1000.50000000", BNB: "0.5", USDC: "0" }), [rawPosition()]);
    const askedAtMs = scripted.clock.nowMs();
    expect(await scripted.venue.fetchAccount()).toEqual({
      walletUsd: "1000.5",
      others: [{ asset: "BNB", qty: "0.5" }],
      positions: [
        {
          symbol: "BTCUSDT",
          side: "long",
          qtyBase: "0.02",
          notionalUsd: "1010",
          unrealizedPnlUsd: "10",
          entryCostUsd: "1000",
        },
      ],
      margin: [{ symbol: null, balanceUsd: "1010.5", maintenanceUsd: "5.555", notionalUsd: "1010" }],
      asOfMs: askedAtMs,
    });
    expect(scripted.paths()).toEqual([WALLET, POSITIONS, WALLET]);
  });

  it("tells what a short costs", async () => {
    const short = rawPosition({ side: "Sell", unrealisedPnl: "-10" });
    const { positions } = await account(rawWallet({ USDT: "1" }), [short]).venue.fetchAccount();
    expect(positions).toMatchObject([{ side: "short", unrealizedPnlUsd: "-10", entryCostUsd: "1000" }]);
  });

  it("is read again when a balance moved meanwhile", async () => {
    const scripted = account([rawWallet({ USDT: "1000.5" }), rawWallet({ USDT: "999.9" })]);
    expect(await scripted.venue.fetchAccount()).toMatchObject({ walletUsd: "999.9" });
    expect(scripted.paths()).toEqual([WALLET, POSITIONS, WALLET, POSITIONS, WALLET]);
  });

  it("is read again when another coin moved, or came", async () => {
    const answers = [{ USDT: "1" }, { USDT: "1", BNB: "2" }, { USDT: "1", BNB: "3" }].map((each) =>
      rawWallet(each),
    );
    const scripted = account(answers);
    expect(await scripted.venue.fetchAccount()).toMatchObject({ others: [{ asset: "BNB", qty: "3" }] });
    expect(scripted.sent).toHaveLength(7);
  });

  it("is none while balances move faster than they are read", async () => {
    let balance = 1_000;
    const moving = (): ReturnType<typeof rawWallet> => {
      balance += 1;
      return rawWallet({ USDT: String(balance) });
    };
    const failure = await failureOf(account(moving).venue.fetchAccount());
    expect([failure.kind, failure.code]).toEqual(["retryable", "ACCOUNT_MOVES"]);
  });

  it.each([
    ["isolated margin, where the account has no balance of margin", { totalMarginBalance: "" }, {}],
    ["a position without its maintenance margin", {}, { positionMM: "" }],
  ])("has no margin to tell with %s", async (_, wallet, position) => {
    const { venue } = account(rawWallet({ USDT: "1" }, wallet), [rawPosition(position)]);
    expect((await venue.fetchAccount()).margin).toBeUndefined();
  });

  it("that holds nothing at all has nothing of the settlement coin", async () => {
    const empty = rawWallet({}, { totalWalletBalance: "0", totalMarginBalance: "0" });
    expect(await account(empty).venue.fetchAccount()).toMatchObject({ walletUsd: "0", others: [] });
  });

  it.each([
    ["without the settlement coin beside others", rawWallet({ BNB: "1" })],
    ["with an empty balance of it", rawWallet({ USDT: "" })],
    ["with a senseless balance of it", rawWallet({ USDT: "NaN" })],
    ["without an account", good({ list: [] })],
    ["without a list", good({})],
  ])("%s is no answer, and never a balance of zero", async (_, answer) => {
    expect(await failureOf(account(answer).venue.fetchAccount())).toMatchObject({
      kind: "retryable",
      code: "UNREADABLE",
    });
  });

  it("in hedge mode is refused, and says how to leave it", async () => {
    const hedged = account(rawWallet({ USDT: "1" }), [rawPosition({ positionIdx: 1 })]);
    expect(await failureOf(hedged.venue.fetchAccount())).toMatchObject({ code: "HEDGE_MODE" });
    expect(await failureOf(hedged.venue.fetchPositions())).toMatchObject({ code: "HEDGE_MODE" });
  });
});

describe("positions on Bybit", () => {
  it("are those with a size, signed by their side, from every page", async () => {
    const rows = [
      rawPosition({ symbol: "ETHUSDT", side: "Sell", size: "1.250", avgPrice: "3000.10" }),
      rawPosition({ symbol: "SOLUSDT", side: "", size: "0", avgPrice: "", positionValue: "", markPrice: "" }),
    ];
    const scripted = scriptedBybit({ [POSITIONS]: [list(rows, "next"), list([rawPosition()])] });
    expect(await scripted.venue.fetchPositions()).toEqual([
      { symbol: "ETHUSDT", side: "short", qtyBase: "1.25", entryPriceUsd: "3000.1" },
      { symbol: "BTCUSDT", side: "long", qtyBase: "0.02", entryPriceUsd: "50000" },
    ]);
  });

  it("with a size and no side are no positions to act on", async () => {
    const { venue } = scriptedBybit({ [POSITIONS]: list([rawPosition({ side: "None" })]) });
    expect(await failureOf(venue.fetchPositions())).toMatchObject({ code: "UNREADABLE" });
  });
});

async function unreadOf(asked: Promise<unknown>): Promise<readonly string[]> {
  const failure = await failureOf(asked);
  if (!(failure instanceof PartlyReadError)) throw failure;
  return failure.unread.map(({ subject }) => subject);
}

describe("an odd row of Bybit", () => {
  const odd = { symbol: "ETHUSDT", size: "much" };

  it("among positions is named, and the others are there", async () => {
    const { venue } = scriptedBybit({ [POSITIONS]: list([odd, rawPosition()]) });
    expect(await unreadOf(venue.fetchPositions())).toEqual(["ETHUSDT"]);
    expect((await partly(venue.fetchPositions())).readable).toHaveLength(1);
  });

  it("among the account's positions and coins is named as well", async () => {
    const { venue } = account(rawWallet({ USDT: "1", ODD: "x" }), [odd, rawPosition()]);
    expect(await unreadOf(venue.fetchAccount())).toEqual(["ODD", "ETHUSDT"]);
    expect((await partly(venue.fetchAccount())).readable).toMatchObject({ walletUsd: "1" });
  });

  it("that certainly holds nothing concerns no one", async () => {
    const { venue } = scriptedBybit({ [POSITIONS]: list([{ symbol: "ETHUSDT", size: "0.000" }]) });
    expect(await venue.fetchPositions()).toEqual([]);
  });

  it.each([null, "", 7, [], {}])("that is %o may be anybody's order, and anybody's stop", async (row) => {
    const { venue } = scriptedBybit({ [REALTIME]: list([row, rawOrder(RESTING), rawStop()]) });
    expect(await unreadOf(venue.fetchOpenOrders("all"))).toEqual(["unnamed"]);
    expect(await unreadOf(venue.fetchOpenStops([MARKET]))).toEqual(["unnamed"]);
  });

  it("of a symbol that was not asked for is not read", async () => {
    const { venue } = scriptedBybit({ [REALTIME]: list([{ symbol: "ETHUSDT", orderStatus: "New" }]) });
    expect(await venue.fetchOpenOrders([MARKET])).toEqual([]);
  });

  it("of a stop leaves the orders alone", async () => {
    const bad = rawStop({ triggerPrice: "soon" });
    const { venue } = scriptedBybit({ [REALTIME]: list([bad, rawOrder(RESTING)]) });
    expect(await venue.fetchOpenOrders("all")).toHaveLength(1);
    expect(await unreadOf(venue.fetchOpenStops("all"))).toEqual(["BTCUSDT"]);
  });
});

const ticker = (symbol: string, bid1Price: unknown = "94000.10", ask1Price: unknown = "94000.20") => ({
  symbol,
  lastPrice: "94000.10",
  markPrice: "94001.00",
  bid1Price,
  bid1Size: "1",
  ask1Price,
  ask1Size: "2",
});

describe("prices on Bybit", () => {
  const top = { symbol: "BTCUSDT", bidUsd: "94000.1", askUsd: "94000.2", asOfMs: 1_767_323_045_700 };

  it("are of the answer's time, and missing where a side is empty or odd", async () => {
    const rows = [
      ticker("BTCUSDT"),
      ticker("ETHUSDT", "0"),
      ticker("SOLUSDT", ""),
      ticker("XRPUSDT", "1", null),
      null,
    ];
    const { venue } = scriptedBybit({ [TICKERS]: list(rows) });
    const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"];
    expect(await venue.fetchTopOfBook(symbols)).toEqual([top]);
  });

  it("of one symbol are asked for by its name", async () => {
    const scripted = scriptedBybit({ [TICKERS]: list([ticker("BTCUSDT")]) });
    expect(await scripted.venue.fetchTopOfBook(["BTCUSDT"])).toEqual([top]);
    expect(new URL(scripted.sent[0]?.url ?? "").searchParams.get("symbol")).toBe("BTCUSDT");
  });

  it("of a symbol that is not listed are none, and another wrong parameter is a refusal", async () => {
    const unlisted = scriptedBybit({ [TICKERS]: refusal(10001, "params error: symbol invalid") });
    expect(await unlisted.venue.fetchTopOfBook(["NOSUCHUSDT"])).toEqual([]);
    const wrong = scriptedBybit({ [TICKERS]: refusal(10001, "params error: category invalid") });
    expect(await failureOf(wrong.venue.fetchTopOfBook(["BTCUSDT"]))).toMatchObject({ code: "10001" });
  });
});

const instrument = (changes: Readonly<Record<string, unknown>> = {}) => ({
  symbol: "BTCUSDT",
  contractType: "LinearPerpetual",
  status: "Trading",
  baseCoin: "BTC",
  quoteCoin: "USDT",
  settleCoin: "USDT",
  launchTime: "1584230400000",
  priceScale: "2",
  leverageFilter: { minLeverage: "1", maxLeverage: "100.00", leverageStep: "0.01" },
  priceFilter: { minPrice: "0.10", maxPrice: "1999999.80", tickSize: "0.10" },
  lotSizeFilter: {
    maxOrderQty: "1190.000",
    minOrderQty: "0.001",
    qtyStep: "0.001",
    postOnlyMaxOrderQty: "1190.000",
    maxMktOrderQty: "119.000",
    minNotionalValue: "5",
  },
  ...changes,
});

describe("markets on Bybit", () => {
  it("are the perpetual contracts in USDT that trade, from every page", async () => {
    const others = [
      instrument({ symbol: "BTCPERP", quoteCoin: "USDC", settleCoin: "USDC" }),
      instrument({ symbol: "BTCUSDT-27MAR26", contractType: "LinearFutures" }),
      instrument({ symbol: "OLDUSDT", status: "Closed" }),
      { symbol: "ODD" },
    ];
    const pages = [list(others, "first%3D1%26"), list([instrument()])];
    expect(await scriptedBybit({ [INSTRUMENTS]: pages }).venue.fetchMarkets()).toEqual([MARKET]);
  });

  it("with a filter that cannot be read are named, and the others are there", async () => {
    const rows = [instrument({ symbol: "ETHUSDT", lotSizeFilter: { qtyStep: "" } }), instrument()];
    const { venue } = scriptedBybit({ [INSTRUMENTS]: list(rows) });
    expect(await unreadOf(venue.fetchMarkets())).toEqual(["ETHUSDT"]);
    expect((await partly(venue.fetchMarkets())).readable).toEqual([MARKET]);
  });
});

describe("minute prices on Bybit", () => {
  const KLINE = "GET /v5/market/kline";
  const candle = (openMs: number, close: string) => [String(openMs), "1", "2", "0.5", close, "10", "15"];

  it("are put with the oldest first, and asked for from their start", async () => {
    const rows = [candle(120_000, "3.50"), candle(60_000, "2.5")];
    const scripted = scriptedBybit({ [KLINE]: list(rows) });
    expect(await scripted.venue.fetchMinutePrices("BTCUSDT", 60_000)).toEqual([
      { openMs: 60_000, closeUsd: "2.5" },
      { openMs: 120_000, closeUsd: "3.5" },
    ]);
    const asked = Object.fromEntries(new URL(scripted.sent[0]?.url ?? "").searchParams);
    expect(asked).toMatchObject({ interval: "1", start: "60000", end: "60059999", limit: "1000" });
  });

  it("of a symbol that is not listed are none", async () => {
    const unlisted = scriptedBybit({ [KLINE]: refusal(10001, "Not supported symbols") });
    expect(await unlisted.venue.fetchMinutePrices("NOSUCHUSDT", 0)).toEqual([]);
  });
});
