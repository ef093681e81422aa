// The operator's table: rates from sums, worse is positive, and a figure that is not known is a dash.
import { expect, it } from "vitest";
import { newExecutionHealth } from "#domain/telemetry/execution-health.ts";
import { NO_SUMS } from "#domain/telemetry/router-sums.ts";
import { newRouterTelemetry, type RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { healthLines, routerLines } from "#tools/target/router-lines.ts";

const waits = (...bins: readonly number[]) => ({
  count: bins.reduce((sum, each) => sum + each, 0),
  sumMs: 0,
  bins: [...bins, ...NO_SUMS.latency.toSent.bins.slice(bins.length)],
});

const telemetry: RouterTelemetry = {
  ...newRouterTelemetry("main", 42, NOW_MS),
  rows: [
    {
      symbol: "ETHUSDT",
      strategyId: "trend",
      updatedAtMs: NOW_MS,
      sums: { ...NO_SUMS, orders: 1, rejected: 1 },
    },
    {
      symbol: "BTCUSDT",
      strategyId: "trend",
      updatedAtMs: NOW_MS,
      sums: {
        ...NO_SUMS,
        orders: 20,
        filled: 20,
        notionalUsd: "10000",
        makerUsd: "7500",
        takerUsd: "2500",
        slippage: { usd: "-3", ofUsd: "10000" },
        fees: { usd: "2.75", ofUsd: "10000" },
        adverse1Minute: { usd: "1.2", ofUsd: "10000" },
        fallbacks: 2,
        repegs: 5,
        latency: {
          toDecided: waits(18, 2),
          toSent: waits(19, 0, 1),
          toAccepted: waits(0, 20),
          toFilled: waits(0, 0, 0, 0, 0, 0, 0, 20),
        },
      },
    },
  ],
};

it("shows a row for each symbol and strategy", () => {
  expect(routerLines(telemetry)).toEqual([
    "Orders counted since 2026-01-02T03:04:05.678Z, up to entry 42 of the journal",
    "symbol   strategy  orders  filled  refused  value USD  slippage   fee  maker %  1 min  5 min  fallback  re-pegs  to decide  to send  to accept  to fill",
    "BTCUSDT  trend         20      20        0   10000.00     -3.00  2.75       75   1.20      -         2        5        100       50        100   > 5000",
    "ETHUSDT  trend          1       0        1       0.00         -     -        -      -      -         0        0          -        -          -        -",
    "Slippage, fee and the price 1 and 5 minutes after are bps of the value, worse is positive; waits: 95 % within so many ms",
  ]);
});

it("says of which entries nothing is known, and keeps what had to make room", () => {
  const lines = routerLines({ ...telemetry, lostEntries: 2, others: { ...NO_SUMS, orders: 7 } });
  expect(lines[0]).toContain("; 2 entries of the journal were lost, with their orders");
  expect(lines.at(-2)).toMatch(/^others +7 /);
});

it("says so before anything was counted", () => {
  expect(routerLines(null)).toHaveLength(1);
  expect(healthLines(null, NOW_MS)).toEqual(["No order has been stored yet"]);
});

it("shows the last hour's rates and the alarms that last", () => {
  const bucket = { resolved: 1, resolveSumMs: 8_000, longestResolveMs: 8_000 };
  const health = {
    ...newExecutionHealth("main", 42, NOW_MS),
    buckets: [{ startMs: NOW_MS, orders: 12, rejections: 3, unknowns: 1, resends: 0, ...bucket }],
    alarms: { rejectionBps: NOW_MS },
  };
  expect(healthLines(health, NOW_MS)).toEqual([
    "Last 60 minutes: 12 orders; refused 2500 bps, without an answer 833 bps, sent again 0 bps, longest doubt 8000 ms",
    "alarm rejectionBps since 2026-01-02T03:04:05.678Z",
  ]);
  expect(healthLines(health, NOW_MS + 2 * 3_600_000)[0]).toBe(
    "Last 60 minutes: 0 orders; refused -, without an answer -, sent again -, longest doubt -",
  );
});
