// Indicators are right by values that others published, forget their beginning by the time that they say, and cannot be read
// before they have seen enough. Source: the spreadsheets of StockCharts' ChartSchool (cs-rsi, cs-movavg, cs-atr).
import { describe, expect, it } from "vitest";
import { HistoryFault } from "#strategies/faults.ts";
import { atr, ema, over, roc, rsi, settled } from "#strategies/indicators.ts";
import type { Candle, Indicator } from "#strategies/interface.ts";
import { drawsOf } from "#tools/strategy/generated-candles.ts";

const candleOf = (close: number, high = close, low = close): Candle => ({
  openAtMs: 0,
  closeAtMs: 1,
  open: close,
  high,
  low,
  close,
  volume: 1,
});

/** Values from the first that can be read. */
function valuesOf(indicator: Indicator, candles: readonly Candle[]): readonly number[] {
  return candles.flatMap((candle) => {
    indicator.feed(candle);
    try {
      return [indicator.value];
    } catch (error) {
      if (error instanceof HistoryFault) return [];
      throw error;
    }
  });
}

const RSI_CLOSES = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
  45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515,
  45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
];
const RSI_14 = [
  70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87,
  45.46, 37.3, 33.08, 37.77,
];
const EMA_CLOSES = [
  22.2734, 22.194, 22.0847, 22.1741, 22.184, 22.1344, 22.2337, 22.4323, 22.2436, 22.2933, 22.1542, 22.3926,
  22.3816, 22.6109, 23.3558, 24.0519, 23.753, 23.8324, 23.9516, 23.6338, 23.8225, 23.8722, 23.6537, 23.187,
  23.0976, 23.326, 22.6805, 23.0976, 22.4025, 22.1725,
];
const EMA_10 = [
  22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.8, 22.97, 23.13, 23.28, 23.34, 23.43, 23.51, 23.53, 23.47,
  23.4, 23.39, 23.26, 23.23, 23.08, 22.92,
];
const ATR_HIGHS = [
  48.7, 48.72, 48.9, 48.87, 48.82, 49.05, 49.2, 49.35, 49.92, 50.19, 50.12, 49.66, 49.88, 50.19, 50.36, 50.57,
  50.65, 50.43, 49.63, 50.33, 50.29, 50.17, 49.32, 48.5, 48.32, 46.8, 47.8, 48.39, 48.66, 48.79,
];
const ATR_LOWS = [
  47.79, 48.14, 48.39, 48.37, 48.24, 48.64, 48.94, 48.86, 49.5, 49.87, 49.2, 48.9, 49.43, 49.73, 49.26, 50.09,
  50.3, 49.21, 48.98, 49.61, 49.2, 49.43, 48.08, 47.64, 41.55, 44.28, 47.31, 47.2, 47.9, 47.73,
];
const ATR_CLOSES = [
  48.16, 48.61, 48.75, 48.63, 48.74, 49.03, 49.07, 49.32, 49.91, 50.13, 49.53, 49.5, 49.75, 50.03, 50.31,
  50.52, 50.41, 49.34, 49.37, 50.23, 49.24, 49.93, 48.43, 48.18, 46.57, 45.41, 47.77, 47.72, 48.62, 47.85,
];
const ATR_14 = [
  0.55, 0.59, 0.59, 0.57, 0.61, 0.62, 0.64, 0.67, 0.69, 0.78, 0.78, 1.21, 1.3, 1.38, 1.37, 1.34, 1.32,
];
/** The published inputs are rounded to cents, so the last digit of a value may be one off. */
const CENT = 0.0101;

describe("indicators by published values", () => {
  it("has Wilder's RSI to the last digit", () => {
    const found = valuesOf(
      rsi(14),
      RSI_CLOSES.map((close) => candleOf(close)),
    );
    expect(found.map((value) => Number(value.toFixed(2)))).toEqual(RSI_14);
  });

  it("has Wilder's ATR, as near as its rounded inputs allow", () => {
    const candles = ATR_CLOSES.map((close, place) => candleOf(close, ATR_HIGHS[place], ATR_LOWS[place]));
    const found = valuesOf(atr(14), candles);
    expect(found).toHaveLength(ATR_14.length);
    for (const [place, value] of found.entries())
      expect(Math.abs(value - (ATR_14[place] ?? 0)), `value ${place}`).toBeLessThan(CENT);
  });

  it("has the EMA once its beginning fades: it begins at the first close, the published one at an average", () => {
    const found = valuesOf(
      ema(10),
      EMA_CLOSES.map((close) => candleOf(close)),
    );
    expect(found).toHaveLength(EMA_10.length);
    const gaps = found.map((value, place) => Math.abs(value - (EMA_10[place] ?? 0)));
    expect(Math.max(...gaps)).toBeLessThan(0.05);
    expect(Math.max(...gaps.slice(8))).toBeLessThan(CENT);
  });

  it("has the rate of change as a fraction", () => {
    expect(
      valuesOf(
        roc(2),
        [100, 105, 110, 84].map((close) => candleOf(close)),
      ),
    ).toEqual([0.1, -0.2]);
  });
});

describe("the beginning of an average", () => {
  const draw = drawsOf("beginning");
  const recent = Array.from({ length: 1_000 }, () => 100 + draw());
  const cases = [
    ["EMA 50", settled.ema(50), () => ema(50)],
    ["ATR 14", settled.wilder(14), () => atr(14)],
    ["RSI 14", settled.wilder(14), () => rsi(14)],
  ] as const;

  it.each(cases)(
    "of %s is forgotten after the candles that it says, and not long before",
    (_, candles, make) => {
      // A jump in the candle before the window: the worst beginning there is.
      const gapAfter = (count: number): number => {
        const own = recent.slice(-count).map((close) => candleOf(close));
        const short = make();
        const long = make();
        for (const candle of own) short.feed(candle);
        for (const candle of [...recent.map((close) => candleOf(close * 1.5)), ...own]) long.feed(candle);
        return Math.abs(short.value - long.value) / long.value;
      };
      expect(gapAfter(candles)).toBeLessThan(0.003);
      expect(gapAfter(Math.ceil(candles / 4))).toBeGreaterThan(0.003);
    },
  );
});

describe("an indicator", () => {
  it("cannot be read before it has seen enough, and says the remedy", () => {
    const fresh = ema(3);
    fresh.feed(candleOf(1));
    expect(() => fresh.value).toThrow(HistoryFault);
    expect(() => fresh.value).toThrow("raise warmUpCandles");
  });

  it("has its value of one candle ago beside the newest", () => {
    const rate = over({ timeframe: "4h" }, roc(1));
    for (const close of [100, 110, 121, 242]) rate.feed(candleOf(close));
    expect([rate.before, rate.value].map((value) => value.toFixed(2))).toEqual(["0.10", "1.00"]);
    expect(rate.source).toEqual({ timeframe: "4h", symbol: null });
  });
});
