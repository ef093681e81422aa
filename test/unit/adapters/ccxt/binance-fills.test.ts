// Fills page by page: each once, complete, and as the venue gave it.
import { describe, expect, it } from "vitest";
import { readFills } from "#adapters/ccxt/binance-fills.ts";
import { failureOf } from "./binance-wire.ts";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = 1_767_323_045_678;

interface Trade {
  readonly id: number | string;
  readonly time: number;
}

const rawTrade = ({ id, time }: Trade, commissionAsset = "USDT") => ({
  id,
  orderId: 77,
  symbol: "BTCUSDT",
  side: "SELL",
  qty: "0.0100",
  price: "94000.10",
  commission: "0.37600040",
  commissionAsset,
  realizedPnl: "-1.50000000",
  maker: true,
  time,
});

/** userTrades as Binance documents it: by time in windows of seven days, or by id; a thousand at most. */
function userTrades(trades: readonly Trade[]) {
  const queries: Readonly<Record<string, string | number>>[] = [];
  const page = async (query: Readonly<Record<string, string | number>>): Promise<unknown> => {
    queries.push(query);
    const { startTime, endTime, fromId, limit } = query;
    if (fromId !== undefined && startTime !== undefined) throw new Error("fromId goes without times");
    const from = Number(startTime ?? 0);
    const to = Math.min(
      Number(endTime ?? Number.MAX_SAFE_INTEGER),
      startTime ? from + 7 * DAY_MS : Number.MAX_SAFE_INTEGER,
    );
    if (to - from > 7 * DAY_MS && startTime !== undefined) throw new Error("window too wide");
    return trades
      .filter(({ id, time }) =>
        fromId === undefined ? time >= from && time <= to : Number(id) >= Number(fromId),
      )
      .slice(0, Number(limit))
      .map((trade) => rawTrade(trade));
  };
  return { queries, page };
}

const numbered = (count: number, timeOf: (index: number) => number): Trade[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, time: timeOf(index) }));

describe("fills since a time", () => {
  it("are read in one request when they are few", async () => {
    const { page, queries } = userTrades(numbered(3, (index) => NOW_MS - 3_000 + index));
    const fills = await readFills("BTCUSDT", NOW_MS - 60_000, NOW_MS, page);
    expect(queries).toEqual([{ symbol: "BTCUSDT", limit: 1_000, startTime: NOW_MS - 60_000 }]);
    expect(fills).toHaveLength(3);
    expect(fills[0]).toEqual({
      tradeId: "1",
      venueOrderId: "77",
      symbol: "BTCUSDT",
      side: "sell",
      qtyBase: "0.01",
      priceUsd: "94000.1",
      fee: "0.3760004",
      feeAsset: "USDT",
      realizedPnlUsd: "-1.5",
      isMaker: true,
      atMs: NOW_MS - 3_000,
    });
  });

  it("are complete over many pages, also when all of them share one millisecond", async () => {
    const { page } = userTrades(numbered(3_500, () => NOW_MS - 1_000));
    const fills = await readFills("BTCUSDT", NOW_MS - 60_000, NOW_MS, page);
    expect(fills.map(({ tradeId }) => Number(tradeId))).toEqual(numbered(3_500, () => 0).map(({ id }) => id));
  });

  it("are found across windows without trades, and after the first window with some", async () => {
    const times = [NOW_MS - 20 * DAY_MS, NOW_MS - 2 * DAY_MS, NOW_MS - 5];
    const { page } = userTrades(times.map((time, index) => ({ id: index + 1, time })));
    const fills = await readFills("BTCUSDT", NOW_MS - 40 * DAY_MS, NOW_MS, page);
    expect(fills.map(({ atMs }) => atMs)).toEqual(times);
  });

  it("are seen when the venue's clock is ahead of ours", async () => {
    const { page } = userTrades([{ id: 1, time: NOW_MS + 5_000 }]);
    expect(await readFills("BTCUSDT", NOW_MS + 5_000, NOW_MS, page)).toHaveLength(1);
  });

  it("reach no further back than the venue keeps them, in a bounded number of requests", async () => {
    const { page, queries } = userTrades([]);
    expect(await readFills("BTCUSDT", 0, NOW_MS, page)).toEqual([]);
    expect(queries.length).toBeLessThanOrEqual(27);
  });

  it("are an error when there are too many to be true, not a part of them", async () => {
    const { page } = userTrades(numbered(25_000, (index) => NOW_MS - 60_000 + index));
    const failure = await failureOf(readFills("BTCUSDT", NOW_MS - 120_000, NOW_MS, page));
    expect([failure.kind, failure.code]).toEqual(["rejected", "TOO_MANY_FILLS"]);
  });

  it("do not count a fee in another coin as dollars", async () => {
    const page = async () => [rawTrade({ id: 1, time: NOW_MS }, "BNB")];
    const [fill] = await readFills("BTCUSDT", NOW_MS - 1, NOW_MS, page);
    expect(fill).toMatchObject({ fee: "0.3760004", feeAsset: "BNB" });
  });
});
