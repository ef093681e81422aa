// Money on the screen is the books' money: exact, rounded once, its sign and its unit never lost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import {
  add,
  basisPointsOf,
  compare,
  formatAmount,
  formatBps,
  formatCount,
  formatPrice,
  formatQty,
  formatUsd,
  multiply,
  round,
  subtract,
} from "#hosting/model/amount.ts";

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => {
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale);
    return `${units < 0n ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
  });

describe("arithmetic on decimal strings", () => {
  it("agrees with the domain's decimals, digit for digit", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(dec(add(a, b)).eq(dec(a).plus(dec(b)))).toBe(true);
        expect(dec(subtract(a, b)).eq(dec(a).minus(dec(b)))).toBe(true);
        expect(dec(multiply(a, b)).eq(dec(a).times(dec(b)))).toBe(true);
        expect(compare(a, b)).toBe(dec(a).comparedTo(dec(b)));
      }),
    );
  });

  it("rounds half to even, as the domain does", () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 8 }), (value, places) => {
        expect(dec(round(value, places)).eq(dec(value).toDecimalPlaces(places))).toBe(true);
      }),
    );
  });

  it("keeps what a binary float would lose", () => {
    expect(add("0.1", "0.2")).toBe("0.3");
    expect(formatUsd("9007199254740993.01")).toBe("9,007,199,254,740,993.01");
  });

  it.each(["", "1e5", "NaN", " 1", "1.", ".5", "0x10"])(
    "refuses %j instead of reading it as a number",
    (text) => {
      expect(() => formatUsd(text)).toThrow(RangeError);
    },
  );
});

describe("amounts for people", () => {
  it.each([
    ["1234567.891", false, "1,234,567.89"],
    ["-1234.5", false, "−1,234.50"],
    ["12", true, "+12.00"],
    ["0", true, "0.00"],
    ["-0.001", true, "0.00"],
    ["-0.005", false, "0.00"],
    ["-0.015", false, "−0.02"],
    ["999999.995", false, "1,000,000.00"],
  ])("%s with sign %s is %s", (value, signed, text) => {
    expect(formatUsd(value, signed)).toBe(text);
  });

  it("gives prices the digits of their size and quantities the digits of their step", () => {
    expect(["60123.456", "148.213", "0.0812345", "1000"].map(formatPrice)).toEqual([
      "60,123.46",
      "148.2130",
      "0.081234",
      "1,000.00",
    ]);
    expect(["0.0120", "12500", "-17", "1.000"].map((qty) => formatQty(qty))).toEqual([
      "0.012",
      "12,500",
      "−17",
      "1",
    ]);
    expect(formatQty("0.012", true)).toBe("+0.012");
  });

  it("gives percentages from basis points without a float between", () => {
    expect([formatBps(67), formatBps(-5), formatBps(12_345, true), formatBps(0, true)]).toEqual([
      "0.67",
      "−0.05",
      "+123.45",
      "0.00",
    ]);
    expect(basisPointsOf("75.1675", "10267.02")).toBe(73);
    expect(basisPointsOf("-1", "3")).toBe(-3333);
    expect(basisPointsOf("1", "0")).toBeNull();
  });

  it("sets thousands apart in counts", () => {
    expect([formatCount(7), formatCount(36_880)]).toEqual(["7", "36,880"]);
    expect(formatAmount("1000", 0)).toBe("1,000");
  });
});
