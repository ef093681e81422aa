// A strategy's candles end at its moment: the future lies in the same series, and no method reaches it.
import { describe, expect, it } from "vitest";
import { HistoryFault, LookAheadFault } from "#strategies/faults.ts";
import { ClosedCandles } from "#strategies/runtime/closed-candles.ts";

const all = Array.from({ length: 10 }, (_, place) => ({
  openAtMs: place,
  closeAtMs: place + 1,
  open: place + 1,
  high: place + 2,
  low: place + 0.5,
  close: place + 1,
  volume: 1,
}));
/** Closes 3 to 6; 7 to 10 are the future. */
const candles = new ClosedCandles(all, 5, 4);

describe("closed candles", () => {
  it("are counted backwards from the newest closed one", () => {
    expect([candles.last, candles.ago(0), candles.ago(3)].map(({ close }) => close)).toEqual([6, 6, 3]);
    expect(candles.count).toBe(4);
  });

  it.each([-1, -2, -4])("throw where the candle %s ago is asked for: it is still to come", (ago) => {
    expect(() => candles.ago(ago)).toThrow(LookAheadFault);
  });

  it("throw beyond the warm-up window, though the series is longer", () => {
    expect(() => candles.ago(4)).toThrow(HistoryFault);
    expect(() => candles.highest(4)).toThrow(HistoryFault);
    expect(() => candles.highest(0)).toThrow(HistoryFault);
  });

  it("have extremes of the candles before the newest one", () => {
    expect([candles.highest(3), candles.lowest(3), candles.highest(1)]).toEqual([6, 2.5, 6]);
  });

  it("show nothing of the series behind them to code that looks for it", () => {
    const reached = new Set<unknown>();
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null || reached.has(value)) return;
      reached.add(value);
      for (const key of Reflect.ownKeys(value)) look(Reflect.get(value, key));
    };
    look(candles);
    expect(JSON.stringify(candles)).toBe('{"count":4}');
    expect([...reached]).toEqual([candles]);
  });

  it.each([
    [3, 5],
    [10, 1],
    [5, 0],
  ])("are refused up to place %i with a count of %i, which the series has not", (end, count) => {
    expect(() => new ClosedCandles(all, end, count)).toThrow(RangeError);
  });
});
