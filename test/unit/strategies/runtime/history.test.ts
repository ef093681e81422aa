// A window is whole, of now, and of closed candles, or there is none and a reason.
import { describe, expect, it } from "vitest";
import type { Candle } from "#strategies/interface.ts";
import { CandleHistory } from "#strategies/runtime/history.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const hour = (place: number, changed: Partial<Candle> = {}): Candle => ({
  openAtMs: START_MS + place * HOUR_MS,
  closeAtMs: START_MS + (place + 1) * HOUR_MS,
  open: 100,
  high: 101,
  low: 99,
  close: 100 + place / 100,
  volume: 5,
  ...changed,
});
const hours = (count: number): Candle[] => Array.from({ length: count }, (_, place) => hour(place));
const windowOf = (candles: readonly Candle[], nowMs: number, count = 3) =>
  new CandleHistory([{ symbol: "BTCUSDT", timeframe: "1h", candles }]).window("BTCUSDT", "1h", {
    nowMs,
    count,
  });

describe("a window", () => {
  it.each([
    [5 * HOUR_MS, 4],
    [5 * HOUR_MS + 1, 4],
    [6 * HOUR_MS - 1, 4],
    [6 * HOUR_MS, 5],
  ])("after %i ms ends with the candle that has closed by then", (afterMs, place) => {
    const { candles } = windowOf(hours(10), START_MS + afterMs);
    expect(candles?.last.openAtMs).toBe(START_MS + place * HOUR_MS);
    expect(candles?.count).toBe(3);
  });

  it.each([
    ["SERIES_SHORT", hours(2)],
    ["SERIES_SHORT", []],
    ["SERIES_STALE", hours(9)],
    ["SERIES_TORN", hours(10).filter((_, place) => place !== 8)],
    ["SERIES_TORN", [...hours(8), hour(9), hour(9)]],
    ["SERIES_BROKEN", [...hours(9), hour(9, { high: 90 })]],
    ["SERIES_BROKEN", [...hours(9), hour(9, { close: Number.NaN })]],
    ["SERIES_BROKEN", [...hours(9), hour(9, { low: 0 })]],
    ["SERIES_BROKEN", [...hours(9), hour(9, { volume: -1 })]],
    ["SERIES_BROKEN", [...hours(9), hour(9, { openAtMs: START_MS + 8.5 * HOUR_MS })]],
  ] as const)("is refused as %s", (code, candles) => {
    expect(windowOf(candles, START_MS + 10 * HOUR_MS)).toMatchObject({ candles: null, fault: { code } });
  });

  it("leaves what lies before it unjudged", () => {
    expect(windowOf([hour(0, { high: 1 }), ...hours(10).slice(1)], START_MS + 10 * HOUR_MS).fault).toBeNull();
  });

  it("cannot be changed by a reader, nor by the owner of the candles", () => {
    const own = hours(10);
    const history = new CandleHistory([{ symbol: "BTCUSDT", timeframe: "1h", candles: own }]);
    Object.assign(own[9] ?? {}, { close: 1 });
    const { candles } = history.window("BTCUSDT", "1h", { nowMs: START_MS + 10 * HOUR_MS, count: 3 });
    expect(candles?.last.close).toBe(100.09);
    expect(() => Object.assign(candles?.last ?? {}, { close: 2 })).toThrow(TypeError);
  });
});
