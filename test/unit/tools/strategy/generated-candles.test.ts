// Made candles are the same on every machine, without a gap, and hold calm and panic; joined ones are those of the longer
// timeframe.
import { describe, expect, it } from "vitest";
import { joinedCandles } from "#strategies/runtime/join-candles.ts";
import { rising, START_MS } from "#test/unit/strategies/sample.ts";
import { generatedCandles } from "#tools/strategy/generated-candles.ts";

const HOUR_MS = 3_600_000;
const wanted = { name: "a", timeframe: "1h", count: 2_000, endsAtMs: START_MS + 5 } as const;
const candles = generatedCandles(wanted);

describe("made candles", () => {
  it("are decided by their name alone", () => {
    expect(generatedCandles(wanted)).toEqual(candles);
    expect(candles[0]?.close.toFixed(6)).toBe("101.242403");
    expect(generatedCandles({ ...wanted, name: "b" })[0]?.close).not.toBe(candles[0]?.close);
  });

  it("follow each other up to the end, each framed by its high and low", () => {
    expect(candles.at(-1)?.closeAtMs).toBe(START_MS);
    for (const [place, { openAtMs, closeAtMs, open, high, low, close }] of candles.entries()) {
      expect(closeAtMs - openAtMs).toBe(HOUR_MS);
      expect(openAtMs).toBe(candles[place - 1]?.closeAtMs ?? openAtMs);
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeGreaterThan(0);
    }
  });

  it("hold calm and panic", () => {
    const moves = candles.map(({ open, close }) => Math.abs(close / open - 1)).toSorted((a, b) => a - b);
    expect(moves[200]).toBeLessThan(0.001);
    expect(moves[1_900]).toBeGreaterThan(0.008);
  });
});

describe("joined candles", () => {
  it("open with the first, close with the last, and reach as far as all of them", () => {
    expect(joinedCandles(rising(8), "4h")[1]).toEqual({
      openAtMs: START_MS + 4 * HOUR_MS,
      closeAtMs: START_MS + 8 * HOUR_MS,
      open: 103,
      high: 108,
      low: 102,
      close: 107,
      volume: 4,
    });
  });

  it("leave out a first and a last one that are not whole", () => {
    expect(joinedCandles(rising(11).slice(1), "4h").map(({ openAtMs }) => openAtMs)).toEqual([
      START_MS + 4 * HOUR_MS,
    ]);
  });
});
