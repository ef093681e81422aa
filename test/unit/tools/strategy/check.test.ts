// The checks catch strategies with a planted fault: one that remembers across evaluations, one that peeks, one whose warm-up
// is too short, one that never acts. A sound one passes, so the checks tell the two apart.
import { describe, expect, it } from "vitest";
import { ema } from "#strategies/indicators.ts";
import type { Strategy } from "#strategies/interface.ts";
import { NOTE, OPEN_LONG, rising, sample } from "#test/unit/strategies/sample.ts";
import { type CheckResult, checked, isSound } from "#tools/strategy/check.ts";
import { LONGEST_WINDOW, madeMarkets, marketOfFiles } from "#tools/strategy/market.ts";
import { checkTable } from "#tools/strategy/table.ts";

const check = (strategy: Strategy): CheckResult => {
  const prepared = strategy.prepare({});
  return checked(prepared, madeMarkets(prepared));
};
const entryWhen = (isWanted: boolean, isHeld: boolean) => (isWanted && !isHeld ? [OPEN_LONG] : []);

describe("the checks", () => {
  it("pass a sound strategy, and say so in the table", () => {
    const result = check(
      sample(({ candles, group }) => entryWhen(candles.last.close > candles.highest(10), group !== null)),
    );
    expect(isSound(result)).toBe(true);
    expect(checkTable([result])).toMatch(/sample +\d+ +\d+ open +ok +ok +ok +sound$/m);
  });

  it("catch a strategy that remembers what it has seen in a variable of its own", () => {
    let highest = 0;
    const result = check(
      sample(({ candles, group }) => {
        highest = Math.max(highest, candles.last.high);
        return entryWhen(candles.last.high >= highest, group !== null);
      }),
    );
    expect(result.lookAhead.length).toBeGreaterThan(0);
    expect(isSound(result)).toBe(false);
    expect(checkTable([result])).toMatch(/NOT SOUND[\s\S]*sample looks ahead, or remembers:\n {2}2025-/);
  });

  it("catch a strategy that looks its next close up in a table of what it saw", () => {
    const closes = new Map<number, number>();
    const result = check(
      sample(({ candles, nowMs, group }) => {
        closes.set(nowMs, candles.last.close);
        return entryWhen((closes.get(nowMs + 3_600_000) ?? 0) > candles.last.close, group !== null);
      }),
    );
    expect(result.lookAhead.length).toBeGreaterThan(0);
  });

  it("catch an indicator that is shared between evaluations", () => {
    const shared = ema(50);
    const result = check(
      sample(({ candles, group }) => {
        shared.feed(candles.last);
        return entryWhen(candles.last.close > candles.ago(1).close && Boolean(shared), group !== null);
      }),
    );
    expect(isSound(result)).toBe(true);
    const used = ema(5);
    const leaking = check(
      sample(({ candles, group }) => {
        for (let back = 5; back >= 0; back--) used.feed(candles.ago(back));
        return entryWhen(candles.last.close > used.value, group !== null).map((action) => ({
          ...action,
          reason: `mean ${used.value}`,
        }));
      }),
    );
    expect(leaking.lookAhead.length).toBeGreaterThan(0);
  });

  it("catch a strategy that asks for the next candle", () => {
    const result = check(sample(({ candles }) => (candles.ago(-1).close > 0 ? [OPEN_LONG] : [])));
    expect(result.faults[0]?.message).toContain("has not closed");
    expect(isSound(result)).toBe(false);
  });

  it.each([
    [
      "an average that has not settled",
      sample(
        ({ candles, indicators, group }) =>
          entryWhen(candles.last.close > indicators.mean.value, group !== null),
        {
          warmUpCandles: 3,
        },
      ),
    ],
    [
      "an extreme over all that there is",
      sample(({ candles, group }) =>
        entryWhen(candles.last.close > candles.highest(candles.count - 1) * 0.98, group !== null),
      ),
    ],
    [
      "a stop of which the distance still drifts",
      sample(
        ({ indicators, candles, group }) =>
          group === null && candles.last.close > 0
            ? [{ ...OPEN_LONG, size: { kind: "qtyBase", qtyBase: indicators.mean.value.toFixed(8) } }]
            : [],
        { warmUpCandles: 4 },
      ),
    ],
  ])("catch a warm-up that is too short: %s", (_, strategy) => {
    const result = check(strategy);
    expect(result.lookAhead).toEqual([]);
    expect(result.warmUp.length).toBeGreaterThan(0);
    expect(checkTable([result])).toContain("warms up too short");
  });

  it("do not pass a strategy that never acts: nothing was compared", () => {
    const result = check(sample(() => []));
    expect([result.lookAhead, result.warmUp, result.faults]).toEqual([[], [], []]);
    expect(isSound(result)).toBe(false);
    expect(checkTable([result])).toContain("nothing was compared");
  });

  it("ask for exits as well as entries, on both sides", () => {
    const result = check(
      sample(({ group }) =>
        group === null ? [OPEN_LONG] : [{ ...NOTE, kind: "close", reason: group.side }],
      ),
    );
    const { actions, answers } = result;
    expect(actions.get("open")).toBe(answers / 3);
    expect(actions.get("close")).toBe((answers / 3) * 2);
  });
});

describe("a market of files", () => {
  const strategy = sample(() => [], { timeframes: ["1h", "4h"], warmUpCandles: 20 });
  const prepared = strategy.prepare({});
  const needed = 20 * LONGEST_WINDOW * 4;

  it("has the longer timeframes joined, and asks only where the longest window is there", () => {
    const market = marketOfFiles(prepared, [
      { symbol: "BTCUSDT", timeframe: "1h", candles: rising(needed + 40) },
    ]);
    expect(market.series.map(({ timeframe }) => timeframe)).toEqual(["1h", "4h"]);
    expect(market.momentsMs).toHaveLength(40);
    expect(checked(prepared, [market]).faults).toEqual([]);
  });

  it.each([
    ["too short", strategy, "1h", needed - 8, "the warm-up check needs"],
    ["of longer candles", strategy, "4h", needed, "reads candles of 1h"],
    [
      "without an informative symbol",
      sample(() => [], { informative: ["ETHUSDT"] }),
      "1h",
      needed,
      "ETHUSDT",
    ],
  ] as const)("is refused where it is %s", (_, of, timeframe, count, said) => {
    const files = [{ symbol: "BTCUSDT", timeframe, candles: rising(count, timeframe) }];
    expect(() => marketOfFiles(of.prepare({}), files)).toThrow(said);
  });
});
