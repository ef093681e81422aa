// Margin ratio and room to liquidation of each pool of collateral: rounded against the account, and never of half a pool.
import { expect, it } from "vitest";
import { marginPools, poolsOf } from "#domain/nav/margin.ts";

const pool = (balanceUsd: string, maintenanceUsd: string, notionalUsd: string) => ({
  symbol: null,
  balanceUsd,
  maintenanceUsd,
  notionalUsd,
});

it.each<[string, string, string, number, number | null]>([
  ["1000", "0", "0", 0, null],
  ["1000", "4", "1000", 40, 9_960],
  ["1000", "4.0001", "1000", 41, 9_959],
  ["4", "4", "1000", 10_000, 0],
  ["3", "4", "1000", 13_334, 0],
  ["0", "4", "1000", 1_000_000, 0],
  ["-5", "4", "1000", 1_000_000, 0],
])(
  "of %s with maintenance %s under %s is a ratio of %d and a room of %s",
  (balance, maintenance, notional, ratio, room) => {
    expect(marginPools([pool(balance, maintenance, notional)])).toMatchObject([
      { ratioBps: ratio, roomBps: room },
    ]);
  },
);

it("puts cross positions together and isolated ones apart", () => {
  const held = [
    { symbol: "BTCUSDT", notionalUsd: "1000", maintenanceUsd: "4", isolatedBalanceUsd: null },
    { symbol: "ETHUSDT", notionalUsd: "500", maintenanceUsd: "2.5", isolatedBalanceUsd: "40" },
    { symbol: "SOLUSDT", notionalUsd: "300", maintenanceUsd: "3", isolatedBalanceUsd: null },
  ];
  expect(poolsOf("2000", held)).toEqual([
    { symbol: null, balanceUsd: "2000", maintenanceUsd: "7", notionalUsd: "1300" },
    { symbol: "ETHUSDT", balanceUsd: "40", maintenanceUsd: "2.5", notionalUsd: "500" },
  ]);
});
