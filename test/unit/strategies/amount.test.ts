// An amount leaves a strategy as decimal text without the last bits of a double, and never zero, negative or infinite.
import { describe, expect, it } from "vitest";
import { amount } from "#strategies/amount.ts";
import { noted } from "#strategies/note.ts";
import { lastCloseMs } from "#strategies/timeframes.ts";

describe("an amount", () => {
  it.each([
    [0.1 + 0.2, "0.3"],
    [61_234.567891234, "61234.56789"],
    [1e-9, "0.000000001"],
    [123_456_789_012, "123456789000"],
  ])("of %s is %s", (value, text) => {
    expect(amount(value)).toBe(text);
  });
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("cannot be %s", (value) => {
    expect(() => amount(value)).toThrow(RangeError);
  });
});

describe("a note", () => {
  it.each([
    [1, "1d", "calm"],
    [3, "1d", "normal"],
    [6, "1d", "wild"],
    [1, "1h", "normal"],
    [1.3, "1h", "wild"],
  ] as const)("of a range of %s percent in %s says %s", (rangeUsd, timeframe, tier) => {
    expect(noted("x", { rangeUsd, priceUsd: 100, timeframe })).toMatchObject({
      tier,
      volatilityBps: rangeUsd * 100,
    });
  });
});

describe("the last close", () => {
  it.each([
    ["1h", "2026-01-01T05:00:00Z", "2026-01-01T05:00:00Z"],
    ["4h", "2026-01-01T05:00:00Z", "2026-01-01T04:00:00Z"],
    ["1d", "2026-01-01T23:59:59.999Z", "2026-01-01T00:00:00Z"],
  ] as const)("of %s at %s was at %s", (timeframe, at, close) => {
    expect(lastCloseMs(timeframe, Date.parse(at))).toBe(Date.parse(close));
  });
});
