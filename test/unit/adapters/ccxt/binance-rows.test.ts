// Guards that an odd row of a list takes only its own symbol along: a row that was not asked for is not read, one that was is
// named, and an unread position, order or stop is never taken for one that is not there.
// Proves: adapters/ccxt/binance-tops.ts, adapters/ccxt/binance-markets.ts, adapters/ccxt/binance-account.ts
import { describe, expect, it } from "vitest";
import { PartlyReadError, partly, partlyFor, type Venue } from "#ports/venue.ts";
import { json } from "#test/support/memory/transport.ts";
import { failureOf, MARKET, rawOrder, scriptedVenue } from "./binance-wire.ts";

const ETH = { ...MARKET, symbol: "ETHUSDT" };
const over = (body: unknown): Venue => scriptedVenue(json(body)).venue;

/** The subjects of a failure that names rows. */
async function unreadOf(asked: Promise<unknown>): Promise<readonly string[]> {
  const failure = await failureOf(asked);
  if (!(failure instanceof PartlyReadError)) throw failure;
  expect([failure.kind, failure.code]).toEqual(["rejected", "UNREADABLE_ROWS"]);
  for (const { subject, reason } of failure.unread) {
    expect(failure.message).toContain(subject);
    expect(reason).not.toBe("");
  }
  return failure.unread.map(({ subject }) => subject);
}

/** Everything that a row may be instead of itself. */
const NO_ROWS = [null, "", 7, [], {}];

describe("prices", () => {
  const ticker = { symbol: "BTCUSDT", bidPrice: "94000.10", askPrice: "94000.20", time: 1_767_323_045_000 };
  const top = { symbol: "BTCUSDT", bidUsd: "94000.1", askUsd: "94000.2", asOfMs: 1_767_323_045_000 };

  it("are read beside an unlisted symbol with empty ones", async () => {
    const rows = [
      { ...ticker, symbol: "NEWUSDT", bidPrice: "", askPrice: "", time: null },
      ticker,
      ...NO_ROWS,
    ];
    expect(await over(rows).fetchTopOfBook(["BTCUSDT", "ETHUSDT"])).toEqual([top]);
  });

  it("of a symbol that was asked for and cannot be read are missing, and the others are there", async () => {
    const rows = [{ ...ticker, symbol: "ETHUSDT", askPrice: "soon" }, ticker];
    expect(await over(rows).fetchTopOfBook(["BTCUSDT", "ETHUSDT"])).toEqual([top]);
  });
});

describe("positions", () => {
  const held = { symbol: "BTCUSDT", positionSide: "BOTH", positionAmt: "0.5", entryPrice: "94000" };
  const flat = { symbol: "ODDUSDT", positionSide: "BOTH", positionAmt: "0.000", entryPrice: "" };
  const known = [{ symbol: "BTCUSDT", side: "long", qtyBase: "0.5", entryPriceUsd: "94000" }];

  it("are read beside an odd row that holds nothing for certain", async () => {
    expect(await over([flat, held]).fetchPositions()).toEqual(known);
    expect(await over([{ ...flat, positionSide: "NEITHER" }, held]).fetchPositions()).toEqual(known);
  });

  it.each([
    ["of an amount that is no number", { ...held, symbol: "ETHUSDT", positionAmt: "" }, "ETHUSDT"],
    ["without an amount", { symbol: "ETHUSDT", positionSide: "BOTH", entryPrice: "1" }, "ETHUSDT"],
    ["of an entry price that is no number", { ...held, symbol: "ETHUSDT", entryPrice: "NaN" }, "ETHUSDT"],
    ["that does not say of which symbol", { ...held, symbol: undefined }, "unnamed"],
    ["that is no row", 7, "unnamed"],
  ])("that cannot be read are named, and never missing in silence: %s", async (_which, row, subject) => {
    const { venue } = scriptedVenue(json([row, held]));
    expect(await unreadOf(venue.fetchPositions())).toEqual([subject]);
    expect((await partly(venue.fetchPositions())).readable).toEqual(known);
    const ofBitcoin = partlyFor(venue.fetchPositions(), "BTCUSDT");
    if (subject === "unnamed") await expect(ofBitcoin).rejects.toThrow("unnamed");
    else expect(await ofBitcoin).toEqual(known);
    await expect(partlyFor(venue.fetchPositions(), "ETHUSDT")).rejects.toThrow(PartlyReadError);
  });

  it("are asked for once, not again and again, where a row is odd", async () => {
    const scripted = scriptedVenue(json([{ ...held, positionAmt: "" }]));
    await failureOf(scripted.venue.fetchPositions());
    expect(scripted.wire.sent).toHaveLength(1);
  });
});

describe("the account", () => {
  const position = {
    symbol: "BTCUSDT",
    positionSide: "BOTH",
    positionAmt: "0.5",
    notional: "47000",
    unrealizedProfit: "10",
  };
  const account = (assets: readonly unknown[], positions: readonly unknown[]) =>
    over({ assets: [{ asset: "USDT", walletBalance: "1000" }, ...assets], positions });

  it("is whole beside an odd row that holds nothing for certain", async () => {
    const odd = { ...position, symbol: "ODDUSDT", positionAmt: "0", notional: "" };
    expect((await account([], [odd, position]).fetchAccount()).positions).toHaveLength(1);
  });

  it("names an unread position and an unread coin, and has the rest", async () => {
    const coin = { asset: "ODD", walletBalance: "" };
    const odd = { ...position, symbol: "ETHUSDT", unrealizedProfit: null };
    expect(await unreadOf(account([coin], [odd, position]).fetchAccount())).toEqual(["ODD", "ETHUSDT"]);
    const { readable, unread } = await partly(account([coin], [odd, position]).fetchAccount());
    expect(readable).toMatchObject({ walletUsd: "1000", positions: [{ symbol: "BTCUSDT" }] });
    expect(unread.map(({ of }) => of)).toEqual(["asset", "symbol"]);
  });

  it("without a readable settlement balance is none, and says why", async () => {
    const failure = await failureOf(
      over({ assets: [{ asset: "USDT", walletBalance: "" }], positions: [] }).fetchAccount(),
    );
    expect([failure.code, failure.message]).toEqual(["UNREADABLE", expect.stringContaining("walletBalance")]);
  });
});

describe("open orders", () => {
  const strange = (symbol: string) => rawOrder({ symbol, status: "PENDING_NEW" });

  it("are read beside one of unknown status in a symbol that was not asked for", async () => {
    expect(await over([strange("DOGEUSDT"), rawOrder()]).fetchOpenOrders([MARKET])).toHaveLength(1);
  });

  it("that were asked for and cannot be read are named", async () => {
    const { venue } = scriptedVenue(json([strange("ETHUSDT"), rawOrder()]));
    expect(await unreadOf(venue.fetchOpenOrders([MARKET, ETH]))).toEqual(["ETHUSDT"]);
    expect((await partly(venue.fetchOpenOrders([MARKET, ETH]))).readable).toHaveLength(1);
  });
});

describe("open stops", () => {
  const stop = (changes: Readonly<Record<string, unknown>>) => ({
    clientAlgoId: "p-1",
    symbol: "BTCUSDT",
    side: "SELL",
    algoStatus: "NEW",
    quantity: "0.5",
    triggerPrice: "90000",
    actualOrderId: "",
    updateTime: 1_767_323_045_000,
    ...changes,
  });

  it("are read beside one of unknown status in a symbol that was not asked for", async () => {
    const rows = [stop({ symbol: "DOGEUSDT", algoStatus: "PAUSED" }), stop({})];
    expect(await over(rows).fetchOpenStops([MARKET])).toHaveLength(1);
  });

  it("that were asked for and cannot be read are named, also where all were", async () => {
    const rows = [stop({ symbol: "ETHUSDT", algoStatus: "PAUSED" }), stop({})];
    expect(await unreadOf(over(rows).fetchOpenStops([MARKET, ETH]))).toEqual(["ETHUSDT"]);
    expect(await unreadOf(over(rows).fetchOpenStops("all"))).toEqual(["ETHUSDT"]);
  });
});
