// Amounts: decimal strings in, decimal strings out. Rounding never raises exposure. It never gives up money.
// Also how large an entry is and how it goes to the venue.
// Proves: domain/decimal.ts, domain/decide/closing.ts, domain/decide/sizing.ts
import { describe, expect, it } from "vitest";
import { choiceOf } from "#domain/decide/route-choice.ts";
import { routeEntry, routeReduction } from "#domain/decide/routing.ts";
import { sizeEntry } from "#domain/decide/sizing.ts";
import { ceilToStep, dec, decimalString, floorToStep, isDecimalString } from "#domain/decimal.ts";
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import { ORDER_RATE_WINDOW_MS, sendsInWindow } from "#domain/risk/order-rate.ts";
import { intent, market, NOW_MS, nav, touch } from "#test/support/factories.ts";
import { configWith } from "#test/support/world.ts";

describe("a decimal string", () => {
  it.each(["0", "-1.5", "007", `${"9".repeat(30)}.${"9".repeat(30)}`])("%s is one", (text) => {
    expect(isDecimalString(text)).toBe(true);
  });

  it.each([
    "",
    "1e3",
    "+1",
    ".5",
    "1.",
    "1 ",
    " 1",
    "1\n",
    "0x1",
    "NaN",
    "1,5",
    `${"9".repeat(31)}`,
    `0.${"1".repeat(31)}`,
  ])("%j is none, and reading it fails by name", (text) => {
    expect(isDecimalString(text)).toBe(false);
    expect(() => dec(text)).toThrow(new RangeError(`Not a decimal string: ${JSON.stringify(text)}`));
  });

  it.each([1, null, undefined, ["1"]])("%j is none", (value) => {
    expect(isDecimalString(value)).toBe(false);
  });

  it("has no trailing zeroes, no exponent and no negative zero", () => {
    expect(
      ["1.500", "0.00", "-0", "0.000000000000000000000000000001"].map((text) => decimalString(dec(text))),
    ).toEqual(["1.5", "0", "0", "0.000000000000000000000000000001"]);
  });

  it("can be read again whatever it was reckoned from: it is rounded to the places that one has", () => {
    const third = decimalString(dec("100").div(dec("3")));
    const small = decimalString(dec("0.000000000000001").mul(dec("0.0000000000000016")));
    expect([third, small]).toEqual([`33.${"3".repeat(30)}`, `0.${"0".repeat(29)}2`]);
    expect([third, small].every(isDecimalString)).toBe(true);
    expect(decimalString(dec(`0.${"0".repeat(29)}1`).div(3))).toBe("0");
  });

  it("is exact for products of twenty digits", () => {
    expect(decimalString(dec("12345678901234567891").mul(dec("98765432109876543211")))).toBe(
      (12345678901234567891n * 98765432109876543211n).toString(),
    );
  });
});

describe("rounding to a step", () => {
  it.each([
    ["0.0199", "0.001", "0.019", "0.02"],
    ["0.019", "0.001", "0.019", "0.019"],
    ["-0.0199", "0.001", "-0.019", "-0.019"],
    ["7", "5", "5", "10"],
  ])("%s by %s is %s below and %s above", (value, step, below, above) => {
    expect(decimalString(floorToStep(dec(value), dec(step)))).toBe(below);
    expect(decimalString(ceilToStep(dec(value), dec(step)))).toBe(above);
  });
});

describe("sends in the window", () => {
  it("are those younger than a minute", () => {
    const sentAtMs = [NOW_MS - 60_001, NOW_MS - 60_000, NOW_MS - 59_999, NOW_MS];
    expect(ORDER_RATE_WINDOW_MS).toBe(60_000);
    expect(sendsInWindow(sentAtMs, NOW_MS)).toEqual([NOW_MS - 59_999, NOW_MS]);
  });
});

describe("an entry's size", () => {
  const book = touch({ bidUsd: "49999", askUsd: "50000" });
  const sized = (
    overrides: Parameters<typeof intent>[0],
    known: Partial<{ nav: null; market: null; touch: null }> = {},
  ) => {
    const of = {
      nav: nav({ navUsd: "100000" }),
      market: market(),
      touch: book,
      freeUsd: null,
      missingBase: null,
      ...known,
    };
    const entry = sizeEntry(intent(overrides), configWith(), of);
    return entry && [entry.qtyBase.toFixed(), entry.notionalUsd.toFixed()];
  };

  it.each([
    ["a quantity, rounded down", { size: { kind: "qtyBase", qtyBase: "0.0109" } }, ["0.01", "500"]],
    ["a notional at the ask", { size: { kind: "notionalUsd", notionalUsd: "1000" } }, ["0.02", "1000"]],
    [
      "a notional at the bid for a short",
      { side: "short", size: { kind: "notionalUsd", notionalUsd: "1000" } },
      ["0.02", "999.98"],
    ],
    ["a share of NAV", { size: { kind: "navBps", navBps: 250 } }, ["0.05", "2500"]],
    ["the strategy's default", { size: { kind: "strategyDefault" } }, ["0.02", "1000"]],
  ] as const)("from %s", (_case, overrides, expected) => {
    expect(sized(overrides)).toEqual(expected);
  });

  it.each([
    ["the market", {}, { market: null }],
    ["the price", {}, { touch: null }],
    ["the side", { side: null }, {}],
    ["the strategy", { strategyId: "x" }, {}],
    ["NAV, for a share of it", { size: { kind: "navBps", navBps: 250 } }, { nav: null }],
  ] as const)("is none without %s", (_case, overrides, known) => {
    expect(sized(overrides, known)).toBeNull();
  });

  it("is none from a NAV that never was good, and needs no NAV otherwise", () => {
    const share = intent({ size: { kind: "navBps", navBps: 250 } });
    const ground = {
      market: market(),
      touch: book,
      nav: nav({ navUsd: null }),
      freeUsd: null,
      missingBase: null,
    };
    expect(sizeEntry(share, configWith(), ground)).toBeNull();
    expect(sized({ size: { kind: "qtyBase", qtyBase: "1" } }, { nav: null })).toEqual(["1", "50000"]);
  });
});

describe("an order's way", () => {
  const book = touch({ bidUsd: "50000.17", askUsd: "50000.23" });
  const common = { clientOrderId: "c1", symbol: "BTCUSDT", qtyBase: "0.5" };

  it.each([
    ["long", "market", { side: "buy", type: "limit", priceUsd: "50075.2", timeInForce: "IOC" }],
    ["short", "market", { side: "sell", type: "limit", priceUsd: "49925.2", timeInForce: "IOC" }],
    ["long", "postOnly", { side: "buy", type: "limit", priceUsd: "50000.1", timeInForce: "GTX" }],
    ["short", "postOnly", { side: "sell", type: "limit", priceUsd: "50000.3", timeInForce: "GTX" }],
    ["long", "maker", { side: "buy", type: "limit", priceUsd: "50000.1", timeInForce: "GTX" }],
    ["short", "maker", { side: "sell", type: "limit", priceUsd: "50000.3", timeInForce: "GTX" }],
  ] as const)("into a %s by %s", (side, routing, expected) => {
    const wanted = {
      side,
      qtyBase: dec("0.500"),
      routing,
      choice: choiceOf(routing, "BTCUSDT", { router: DEFAULT_ROUTER }, null),
      router: DEFAULT_ROUTER,
    };
    const request = routeEntry("c1", wanted, market(), book);
    expect(request).toEqual({ ...common, reduceOnly: false, ...expected });
  });

  it.each([
    ["long", "sell"],
    ["short", "buy"],
  ] as const)("out of a %s is a reduce-only market order to %s", (side, orderSide) => {
    const expected = { side: orderSide, type: "market", priceUsd: null, timeInForce: null, reduceOnly: true };
    expect(routeReduction("c1", side, dec("0.500"), "BTCUSDT")).toEqual({ ...common, ...expected });
  });
});
