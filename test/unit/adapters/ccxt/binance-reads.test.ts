// Reads and cancels: repeated within bounds, in the venue's time; an unreadable answer is an error.
import { describe, expect, it } from "vitest";
import { json } from "#test/support/memory/transport.ts";
import { failureOf, MARKET, rawOrder, scriptedVenue } from "./binance-wire.ts";

const usdt = (walletBalance: unknown) => ({ assets: [{ asset: "USDT", walletBalance }], positions: [] });
const ACCOUNT = json(usdt("1000.50000000"));
const position = (changes: Readonly<Record<string, unknown>>) => ({
  symbol: "BTCUSDT",
  positionSide: "BOTH",
  positionAmt: "0.000",
  entryPrice: "0.0",
  ...changes,
});

describe("reading from Binance USD-M", () => {
  it("waits longer after each failure, with jitter, and never more than twice", async () => {
    const scripted = scriptedVenue({ status: 500 });
    expect(await failureOf(scripted.venue.fetchAccount())).toMatchObject({
      kind: "retryable",
      code: "HTTP_500",
    });
    const [first = 0, second = 0, ...more] = scripted.clock.sleepsMs;
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThanOrEqual(200);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(second).toBeLessThanOrEqual(400);
  });

  it("waits as long as Retry-After says, when that is short", async () => {
    const limited = json({ code: -1003, msg: "Too many requests." }, 429, { "Retry-After": "3" });
    const scripted = scriptedVenue(limited, ACCOUNT);
    expect(await scripted.venue.fetchAccount()).toMatchObject({ walletUsd: "1000.5" });
    expect(scripted.clock.sleepsMs).toEqual([3_000]);
  });

  it("hands a long Retry-After to the caller instead of waiting", async () => {
    const scripted = scriptedVenue(json({ code: -1003, msg: "Too many." }, 429, { "retry-after": "30" }));
    const failure = await failureOf(scripted.venue.fetchAccount());
    expect([failure.kind, failure.retryAtMs]).toEqual(["retryable", scripted.clock.nowMs() + 30_000]);
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it("does not repeat what the venue refused", async () => {
    const scripted = scriptedVenue(json({ code: -2015, msg: "Invalid API-key" }, 401));
    expect(await failureOf(scripted.venue.fetchAccount())).toMatchObject({ kind: "rejected", code: "-2015" });
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it("goes on under the order rate limit, which is not about reads", async () => {
    const scripted = scriptedVenue(
      json({ code: -1015, msg: "Too many new orders." }, 429, { "retry-after": "30" }),
      ACCOUNT,
    );
    await failureOf(
      scripted.venue.createOrder(
        {
          clientOrderId: "b-1",
          symbol: "BTCUSDT",
          side: "buy",
          type: "market",
          qtyBase: "0.01",
          priceUsd: null,
          timeInForce: null,
          reduceOnly: false,
        },
        { market: MARKET, sendDeadlineMs: scripted.clock.nowMs() + 1_000 },
      ),
    );
    expect(await scripted.venue.fetchAccount()).toMatchObject({ walletUsd: "1000.5" });
  });

  it("corrects its clock and asks again", async () => {
    const scripted = scriptedVenue(
      json({ code: -1021, msg: "Timestamp for this request is outside of the recvWindow." }, 400),
      (request) => json({ serverTime: request.url.endsWith("/time") ? 1_767_323_100_000 : 0 }),
      ACCOUNT,
    );
    await scripted.venue.fetchAccount();
    const signed = new URL(scripted.wire.sent[2]?.url ?? "").searchParams.get("timestamp");
    // Half a round trip and the pause between the tries have passed on our clock.
    expect(Number(signed)).toBeGreaterThanOrEqual(1_767_323_100_000);
    expect(Number(signed)).toBeLessThan(1_767_323_101_000);
  });

  it("tells what is held in each asset, and adds nothing up", async () => {
    const account = {
      totalWalletBalance: "1300.00000000",
      assets: [
        { asset: "BNB", walletBalance: "0.50000000" },
        { asset: "USDT", walletBalance: "1000.50000000" },
        { asset: "USDC", walletBalance: "0.00000000" },
      ],
      positions: [],
    };
    expect(await scriptedVenue(json(account)).venue.fetchAccount()).toMatchObject({
      walletUsd: "1000.5",
      others: [{ asset: "BNB", qty: "0.5" }],
    });
  });

  it("tells what positions cost exactly, from the venue's own notional and profit", async () => {
    const row = (symbol: string, positionAmt: string, notional: string, unrealizedProfit: string) => ({
      symbol,
      positionSide: "BOTH",
      positionAmt,
      notional,
      unrealizedProfit,
    });
    const account = {
      ...usdt("1000"),
      positions: [
        row("BTCUSDT", "0.020", "1010.00000000", "10.00000001"),
        row("ETHUSDT", "-2.000", "-6000.00000000", "-40.5"),
        row("SOLUSDT", "0", "0", "0"),
      ],
    };
    expect((await scriptedVenue(json(account)).venue.fetchAccount()).positions).toEqual([
      {
        symbol: "BTCUSDT",
        side: "long",
        qtyBase: "0.02",
        notionalUsd: "1010",
        unrealizedPnlUsd: "10.00000001",
        entryCostUsd: "999.99999999",
      },
      {
        symbol: "ETHUSDT",
        side: "short",
        qtyBase: "2",
        notionalUsd: "6000",
        unrealizedPnlUsd: "-40.5",
        // Sold for 5,959.5, worth 6,000 now.
        entryCostUsd: "5959.5",
      },
    ]);
  });

  it("keeps only positions that are open, and signs them by side", async () => {
    const positions = [
      position({}),
      position({ symbol: "ETHUSDT", positionAmt: "-1.250", entryPrice: "3000.10" }),
      position({ symbol: "SOLUSDT", positionAmt: "7", entryPrice: "150.0000" }),
    ];
    expect(await scriptedVenue(json(positions)).venue.fetchPositions()).toEqual([
      { symbol: "ETHUSDT", side: "short", qtyBase: "1.25", entryPriceUsd: "3000.1" },
      { symbol: "SOLUSDT", side: "long", qtyBase: "7", entryPriceUsd: "150" },
    ]);
  });

  it("refuses to read an account in hedge mode as if it were one-way", async () => {
    const hedged = [position({ positionSide: "LONG", positionAmt: "1", entryPrice: "1" })];
    expect(await failureOf(scriptedVenue(json(hedged)).venue.fetchPositions())).toMatchObject({
      kind: "rejected",
      code: "HEDGE_MODE",
    });
  });

  it("takes a missing or senseless amount for an unreadable answer, not for zero", async () => {
    for (const body of [
      {},
      usdt(""),
      usdt(null),
      usdt("NaN"),
      { assets: [{ asset: "USDC", walletBalance: "5" }], positions: [] },
    ]) {
      expect(await failureOf(scriptedVenue(json(body)).venue.fetchAccount())).toMatchObject({
        code: "UNREADABLE",
      });
    }
  });

  it("leaves a symbol out whose book has an empty side", async () => {
    const ticker = { symbol: "BTCUSDT", bidPrice: "94000.10", askPrice: "94000.20", time: 1_767_323_045_000 };
    const scripted = scriptedVenue(json([ticker, { ...ticker, symbol: "ETHUSDT", bidPrice: "0.00" }]));
    expect(await scripted.venue.fetchTopOfBook(["BTCUSDT", "ETHUSDT"])).toEqual([
      { symbol: "BTCUSDT", bidUsd: "94000.1", askUsd: "94000.2", asOfMs: 1_767_323_045_000 },
    ]);
  });

  it("asks for one symbol's top of book by name, and takes its single row for the list", async () => {
    const row = { symbol: "BTCUSDT", bidPrice: "94000.10", askPrice: "94000.20", time: 1_767_323_045_000 };
    const scripted = scriptedVenue(json(row));
    const top = { symbol: "BTCUSDT", bidUsd: "94000.1", askUsd: "94000.2", asOfMs: 1_767_323_045_000 };
    expect(await scripted.venue.fetchTopOfBook(["BTCUSDT"])).toEqual([top]);
    const [asked] = scripted.wire.sent;
    expect(new URL(asked?.url ?? "").searchParams.get("symbol")).toBe("BTCUSDT");
  });

  it.each([
    ["an empty side", json({ symbol: "BTCUSDT", bidPrice: "0.00", askPrice: "94000.20", time: 1 })],
    ["another symbol", json({ symbol: "ETHUSDT", bidPrice: "1", askPrice: "2", time: 1 })],
    ["a symbol that it does not list", json({ code: -1121, msg: "Invalid symbol." }, 400)],
  ])("has no top of book where the venue answers for one symbol with %s", async (_case, answer) => {
    expect(await scriptedVenue(answer).venue.fetchTopOfBook(["BTCUSDT"])).toEqual([]);
  });

  it("asks for one symbol's open orders by name, and for several at once, keeping those asked for", async () => {
    const scripted = scriptedVenue(json([rawOrder(), rawOrder({ symbol: "DOGEUSDT" })]));
    expect(await scripted.venue.fetchOpenOrders([MARKET])).toHaveLength(1);
    await scripted.venue.fetchOpenOrders([MARKET, { ...MARKET, symbol: "ETHUSDT" }]);
    const symbols = scripted.wire.sent.map(({ url }) => new URL(url).searchParams.get("symbol"));
    expect(symbols).toEqual(["BTCUSDT", null]);
  });

  it("leaves the outcome of a cancel unknown when every answer was lost", async () => {
    const scripted = scriptedVenue({ status: 502 });
    expect(await failureOf(scripted.venue.cancelOrder(MARKET, "b-1"))).toMatchObject({ kind: "unknown" });
    expect(scripted.wire.sent).toHaveLength(3);
  });

  it("sends every request to the given origin, with its path and query as signed", async () => {
    const scripted = scriptedVenue(ACCOUNT);
    await scripted.venue.fetchAccount();
    const url = new URL(scripted.wire.sent[0]?.url ?? "");
    expect(`${url.origin}${url.pathname}`).toBe("https://fapi.binance.com/fapi/v3/account");
    expect([...url.searchParams.keys()]).toEqual(["timestamp", "recvWindow", "signature"]);
  });
});
