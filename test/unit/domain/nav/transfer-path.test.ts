// Transfers scale a peak by what each made of the equity of its own moment. The expected peaks and falls are reckoned by
// hand along each row's own story; a total loss is never hidden by the money that comes after it.
// Proves: domain/nav/transfer-path.ts
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { ValuedIncome } from "#domain/documents/income.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { judgePeak } from "#domain/nav/peak.ts";
import { fallOn, transferPath } from "#domain/nav/transfer-path.ts";
import { NOW_MS, nav, peak } from "#test/support/factories.ts";

const PLACES = 18;
const amount = (usd: number) => dec(usd.toFixed(PLACES));

type Step = readonly ["in" | "out" | "profit", number];

const incomesOf = (steps: readonly Step[]): readonly ValuedIncome[] =>
  steps.map(([what, usd], index) => {
    const amount = (what === "out" ? -usd : usd).toFixed(PLACES);
    const kind = what === "profit" ? ("realizedPnl" as const) : ("transfer" as const);
    const atMs = NOW_MS - 30_000 + index;
    return { incomeId: `i-${index}`, kind, asset: "USDT", amount, symbol: null, atMs, amountUsd: amount };
  });

/** From a peak of 100 that NAV stands at, or at `startUsd`. */
const ROWS: readonly (readonly [
  story: string,
  start: number,
  steps: readonly Step[],
  peak: number,
  bps: number,
])[] = [
  ["a deposit at the peak", 100, [["in", 1_000]], 1_100, 0],
  ["a deposit after a fall", 90, [["in", 90]], 200, 1_000],
  ["a withdrawal after a fall", 90, [["out", 45]], 50, 1_000],
  [
    "a loss after a deposit of the same minute",
    100,
    [
      ["in", 1_000],
      ["profit", -550],
    ],
    1_100,
    5_000,
  ],
  [
    "a loss after a deposit that is more than was there before",
    100,
    [
      ["in", 1_000],
      ["profit", -110],
    ],
    1_100,
    1_000,
  ],
  [
    "a loss before a deposit of the same minute",
    100,
    [
      ["profit", -50],
      ["in", 950],
    ],
    2_000,
    5_000,
  ],
  [
    "a loss between a withdrawal and a deposit",
    100,
    [
      ["out", 50],
      ["profit", -25],
      ["in", 75],
    ],
    200,
    5_000,
  ],
  ["everything that goes out", 100, [["out", 100]], 0, 0],
  [
    "money that goes out and comes back",
    90,
    [
      ["out", 90],
      ["in", 90],
    ],
    100,
    1_000,
  ],
  ["two and a half percent left, and a deposit", 2.5, [["in", 97.5]], 4_000, 9_750],
];

describe("a path with transfers", () => {
  it.each(ROWS)("%s scales the peak and keeps the fall", (_story, start, steps, peakUsd, bps) => {
    const incomes = incomesOf(steps);
    const navUsd = steps.reduce((usd, [what, amount]) => usd + (what === "out" ? -amount : amount), start);
    const ends = { lastUsd: dec(String(start)), equityUsd: dec(String(navUsd)) };
    const path = transferPath(dec("100"), ends, incomes);
    expect(path.ended).toBeNull();
    expect(path.peakUsd.toNumber()).toBeCloseTo(peakUsd, 9);
    expect(fallOn(path, dec(String(navUsd)))).toBe(bps);
  });

  it.each([
    ["below zero", -20, 10_000],
    ["at zero", 0, 10_000],
    ["a billionth above zero", 0.000_000_1, 10_000],
    ["one percent of its peak", 1, 9_900],
  ])("that a deposit finds %s has ended, with its fall", (_where, left, bps) => {
    const ends = { lastUsd: dec("100"), equityUsd: amount(left).plus(500) };
    const path = transferPath(dec("100"), ends, incomesOf([["in", 500]]));
    expect(path.ended?.leftUsd.toNumber()).toBe(left);
    expect(path.factor.toFixed()).toBe("1");
    expect(fallOn(path, dec("480"))).toBe(bps);
  });

  it("that ended is judged in the scale of the money that went out before", () => {
    // 90 of 100 leave, the 10 that stay are lost: ten of ten, not ten of a hundred.
    const path = transferPath(
      dec("100"),
      { lastUsd: dec("100"), equityUsd: dec("500") },
      incomesOf([
        ["out", 90],
        ["profit", -10],
        ["in", 500],
      ]),
    );
    expect(path.ended?.peakUsd.toNumber()).toBe(10);
    expect(fallOn(path, dec("500"))).toBe(10_000);
  });

  // When the deposit of 20 came there were 60 and -20 on paper; now there are 60 in cash, and -20 on paper still.
  it.each([
    ["paper that the last NAV had", 40],
    ["paper that has fallen besides", 47],
  ])("does not end where gains realised after a deposit were %s", (_of, lastUsd) => {
    const incomes = incomesOf([
      ["in", 20],
      ["profit", 60],
    ]);
    const path = transferPath(dec("50"), { lastUsd: dec(String(lastUsd)), equityUsd: dec("60") }, incomes);
    expect(path.ended).toBeNull();
    expect(path.factor.toFixed()).toBe("1.5");
  });

  it.each<readonly [string, number, readonly Step[]]>([
    ["nothing is realised after it", 0.5, []],
    ["more is lost after it", 0, [["profit", -99]]],
    ["gains after it are no more than new ones", 0.5, [["profit", 40]]],
  ])("ends where all was lost on paper before a deposit, and %s", (_then, leftUsd, later) => {
    const incomes = incomesOf([["in", 500], ...later]);
    const equityUsd = later.reduce((usd, [, profit]) => usd + profit, leftUsd + 500);
    // Paper has not become less since a NAV that had the loss already.
    const lastUsd = dec(later.some(([, profit]) => profit > 0) ? "0.5" : "100");
    const path = transferPath(dec("100"), { lastUsd, equityUsd: dec(String(equityUsd)) }, incomes);
    expect(path.ended?.leftUsd.toNumber()).toBe(leftUsd);
  });

  it("never divides by about zero, whatever it is told", () => {
    for (const left of [-1e9, -1, -1e-8, 0, 1e-18, 1e-8, 0.004])
      for (const moved of [-1e9, -1, 1e-8, 1, 1e12]) {
        const incomes = incomesOf([["profit", -1], moved < 0 ? ["out", -moved] : ["in", moved]]);
        const ends = { lastUsd: dec("100"), equityUsd: amount(left).plus(moved) };
        const { factor } = transferPath(dec("100"), ends, incomes);
        expect(factor.isFinite() && factor.gte(0) && factor.lte(100)).toBe(true);
      }
  });
});

describe("a total loss and a deposit between two runs", () => {
  const run = (before: Peak, navUsd: string, steps: readonly Step[], stale = false) =>
    judgePeak(before, {
      nav: nav({
        navUsd,
        stale,
        asOfMs: NOW_MS,
        checkedAtMs: NOW_MS,
        bound: { usd: navUsd, atMs: NOW_MS, walletUsd: navUsd, venueValued: [], coins: [] },
      }),
      wallet: { balances: { USDT: navUsd }, reserves: {} },
      income: { incomes: incomesOf(steps), is: "whole" },
      prices: new Map(),
      configVersion: 1,
      maxPeakAgeMs: 600_000,
      explainedAtMs: NOW_MS - 60_000,
    });
  const LOST: readonly Step[] = [
    ["profit", -100_020],
    ["in", 500],
  ];

  it("begin a baseline with an id of its own, and hand the fall of the old one on", () => {
    const before = peak();
    const { peak: begun, ended, adjustment } = run(before, "480", LOST);
    expect(begun).toMatchObject({ peakUsd: "480", drawdownBps: 0, baselineSinceMs: NOW_MS, adjustments: [] });
    expect(begun?.baselineId).not.toBe(before.baselineId);
    expect(ended).toMatchObject({ baselineId: before.baselineId, drawdownBps: 10_000 });
    expect(adjustment).toBeNull();
  });

  it("count in the day's result, which belongs to no baseline", () => {
    const { peak: begun, ended } = run(peak(), "480", LOST);
    expect(begun).toMatchObject({ dayOpenUsd: "100500", dayPnlUsd: "-100020" });
    expect(ended?.dayPnlUsd).toBe("-100020");
  });

  it("leave what was lost of the new money to be seen", () => {
    const { peak: begun } = run(peak(), "250", [...LOST, ["profit", -230]]);
    expect(begun).toMatchObject({ peakUsd: "480" });
    expect(begun?.drawdownBps).toBe(4_792);
  });

  it("are a fall of everything also under a stale NAV, and while nothing is left", () => {
    expect(run(peak(), "480", LOST, true).peak).toMatchObject({ drawdownBps: 10_000, dayPnlUsd: "-100020" });
    const rest: readonly Step[] = [
      ["out", 90_000],
      ["profit", -10_010],
    ];
    expect(run(peak(), "-10", rest).peak).toMatchObject({ drawdownBps: 10_000, dayPnlUsd: "-10010" });
  });
});

describe("a deposit under a stale NAV", () => {
  it("hides no loss after it, and makes none greater", () => {
    const inputs = {
      nav: nav({ stale: true, checkedAtMs: NOW_MS, bound: boundOf("990000") }),
      wallet: { balances: { USDT: "990000" }, reserves: {} },
      income: {
        incomes: incomesOf([
          ["in", 1_000_000],
          ["profit", -110_000],
        ]),
        is: "whole" as const,
      },
      prices: new Map(),
      configVersion: 1,
      maxPeakAgeMs: 600_000,
      explainedAtMs: NOW_MS - 60_000,
    };
    expect(judgePeak(peak(), inputs).peak).toMatchObject({ drawdownBps: 1_000, dayPnlUsd: "-110000" });
  });
});

function boundOf(usd: string) {
  return { usd, atMs: NOW_MS, walletUsd: usd, venueValued: [], coins: [] };
}
