// Income page by page: each once, complete, and of a kind that says whether it was earned.
import { describe, expect, it } from "vitest";
import { readIncome } from "#adapters/ccxt/binance-income.ts";
import type { IncomeCutOffError } from "#ports/venue.ts";
import { failureOf } from "./binance-wire.ts";

const NOW_MS = 1_767_323_045_678;
const DAY_MS = 24 * 3_600_000;

const raw = (tranId: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  symbol: "BTCUSDT",
  incomeType: "COMMISSION",
  income: "-0.37600000",
  asset: "USDT",
  info: "",
  time: NOW_MS - 1_000,
  tranId,
  tradeId: "2059192",
  ...changes,
});

/** The endpoint as Binance documents it: by pages of a thousand at most, oldest first. */
function endpoint(rows: readonly ReturnType<typeof raw>[]) {
  const queries: Readonly<Record<string, number>>[] = [];
  const page = async (query: Readonly<Record<string, number>>): Promise<unknown> => {
    queries.push(query);
    const { startTime = 0, limit = 100, page: number = 1 } = query;
    return rows.filter(({ time }) => time >= startTime).slice((number - 1) * limit, number * limit);
  };
  return { queries, page };
}

describe("income since a time", () => {
  it("is read in one request when it is little", async () => {
    const { page, queries } = endpoint([raw(7)]);
    expect(await readIncome(NOW_MS - 60_000, NOW_MS, page)).toEqual([
      {
        incomeId: `COMMISSION:7:USDT:-0.376:${NOW_MS - 1_000}:BTCUSDT:2059192`,
        kind: "commission",
        asset: "USDT",
        amount: "-0.376",
        symbol: "BTCUSDT",
        atMs: NOW_MS - 1_000,
      },
    ]);
    expect(queries).toEqual([{ startTime: NOW_MS - 60_000, limit: 1_000, page: 1 }]);
  });

  it("is complete over many pages, also when all of it shares one millisecond", async () => {
    const { page } = endpoint(Array.from({ length: 2_500 }, (_, index) => raw(index)));
    expect(await readIncome(NOW_MS - 60_000, NOW_MS, page)).toHaveLength(2_500);
  });

  it("counts a row once that slid onto the next page", async () => {
    const rows = Array.from({ length: 1_001 }, (_, index) => raw(index));
    let asked = 0;
    const page = async (): Promise<unknown> => {
      asked += 1;
      return asked === 1 ? rows.slice(0, 1_000) : rows.slice(999);
    };
    expect(await readIncome(NOW_MS - 60_000, NOW_MS, page)).toHaveLength(1_001);
  });

  it.each([
    { asset: "BNB" },
    { income: "-0.4" },
    { time: NOW_MS - 999 },
    { symbol: "ETHUSDT" },
    { tradeId: "2059193" },
    { incomeType: "COMMISSION_REBATE" },
  ])("is told apart by everything that a row says, and so counts %j beside its twin", async (changes) => {
    const { page } = endpoint([raw(7), raw(7, changes), raw(7)]);
    expect(await readIncome(NOW_MS - 60_000, NOW_MS, page)).toHaveLength(2);
  });

  it("is an error that carries what was read when it is too much, whole up to its last row: no gap", async () => {
    const rows = Array.from({ length: 20_001 }, (_, index) => raw(index, { time: NOW_MS - 30_000 + index }));
    const failure = await failureOf(readIncome(NOW_MS - 60_000, NOW_MS, endpoint(rows).page));
    expect(failure).toMatchObject({ kind: "rejected", code: "TOO_MUCH_INCOME" });
    const { incomes } = failure as unknown as IncomeCutOffError;
    // The bound may have cut a millisecond in two, so the last one is left for the next reading.
    expect(incomes.map(({ atMs }) => atMs)).toEqual(rows.slice(0, 19_999).map(({ time }) => time));
  });

  it("is asked for no further back than the venue keeps it", async () => {
    const { page, queries } = endpoint([]);
    await readIncome(0, NOW_MS, page);
    expect(queries[0]?.startTime).toBe(NOW_MS - 89 * DAY_MS);
  });

  it.each([
    ["TRANSFER", "transfer"],
    ["INTERNAL_TRANSFER", "transfer"],
    ["REALIZED_PNL", "realizedPnl"],
    ["FUNDING_FEE", "fundingFee"],
    ["API_REBATE", "commission"],
    ["INSURANCE_CLEAR", "other"],
    ["SOMETHING_NEW", "other"],
  ])("%s is a %s", async (incomeType, kind) => {
    const { page } = endpoint([raw(1, { incomeType, symbol: "" })]);
    expect(await readIncome(NOW_MS - 60_000, NOW_MS, page)).toMatchObject([{ kind, symbol: null }]);
  });

  it("that cannot be read is an error, not nothing", async () => {
    const { page } = endpoint([raw(1, { income: "" })]);
    expect(await failureOf(readIncome(NOW_MS - 60_000, NOW_MS, page))).toMatchObject({ code: "UNREADABLE" });
  });
});
