// Every strategy of the repository: listed under its folder's name, with its test beside it, described, its parameters with
// default, range and unit, and sound by the look-ahead and the warm-up check.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { STRATEGIES } from "#strategies/all.ts";
import { MAX_WARM_UP_CANDLES } from "#strategies/define.ts";
import { ParameterFault } from "#strategies/faults.ts";
import { decimal, saysOf, whole } from "#strategies/parameters.ts";
import { checked, isSound } from "#tools/strategy/check.ts";
import { madeMarkets } from "#tools/strategy/market.ts";
import { listText, strategyIds } from "#tools/strategy/new-strategy.ts";
import { checkTable } from "#tools/strategy/table.ts";
import { sample } from "./sample.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "strategies");

describe("the list of strategies", () => {
  it("is the one that the folders make", () => {
    expect(STRATEGIES.map(({ id }) => id)).toEqual(strategyIds(FOLDER));
    expect(readFileSync(join(FOLDER, "all.ts"), "utf8")).toBe(listText(strategyIds(FOLDER)));
  });
});

describe.each(STRATEGIES.map((strategy) => [strategy.id, strategy] as const))("%s", (id, strategy) => {
  it("has its test beside it, and says what it earns from and when it loses", () => {
    expect(existsSync(join(FOLDER, id, "strategy.test.ts"))).toBe(true);
    expect(strategy.version).toBeGreaterThanOrEqual(1);
    expect([strategy.earnsFrom, strategy.losesWhen].filter((text) => text.length < 20)).toEqual([]);
  });

  it("has parameters with unit, meaning, and a default within their range", () => {
    const said = Object.entries(strategy.parameters.shape).map(([name, each]) => saysOf(name, each));
    expect(said.length).toBeGreaterThan(0);
    for (const each of said) {
      expect(each.default).toBeGreaterThanOrEqual(each.min);
      expect(each.default).toBeLessThanOrEqual(each.max);
    }
  });

  it("can be prepared at both ends of every range, with a warm-up that one request brings", () => {
    for (const end of ["min", "max"] as const) {
      const given = Object.fromEntries(
        Object.entries(strategy.parameters.shape).map(([name, each]) => [name, saysOf(name, each)[end]]),
      );
      const { warmUpCandles } = strategy.prepare(given);
      expect(warmUpCandles).toBeLessThanOrEqual(MAX_WARM_UP_CANDLES);
    }
  });

  it("neither looks ahead nor warms up too short, and acts on made markets", () => {
    const prepared = strategy.prepare({});
    const result = checked(prepared, madeMarkets(prepared));
    expect(isSound(result), checkTable([result])).toBe(true);
    expect(result.actions.has("open"), "it never enters").toBe(true);
  });
});

describe("parameters", () => {
  const strategy = sample(() => []);
  it.each([
    ["below its range", { period: 1 }],
    ["above its range", { period: 11 }],
    ["no whole number", { period: 2.5 }],
    ["unknown", { perod: 3 }],
    ["a text", { period: "3" }],
  ])("are refused where one is %s", (_, given) => {
    expect(() => strategy.prepare(given)).toThrow(ParameterFault);
  });

  it("take their defaults, and cannot be changed", () => {
    const { parameters } = strategy.prepare({});
    expect(parameters).toEqual({ period: 3 });
    expect(() => Object.assign(parameters, { period: 4 })).toThrow(TypeError);
  });

  it("may be decimals, and have to say their unit", () => {
    const says = { default: 1.5, min: 1, max: 2, unit: "× ATR", meaning: "distance" };
    expect(saysOf("a", decimal(says))).toEqual(says);
    expect(saysOf("a", whole({ ...says, default: 1 }))).toEqual({ ...says, default: 1 });
    expect(() => saysOf("a", z.number().default(1))).toThrow("whole()");
  });

  it.each([0, -1, 2.5, MAX_WARM_UP_CANDLES + 1, Number.NaN])(
    "that ask for a warm-up of %s are refused",
    (candles) => {
      expect(() => sample(() => [], { warmUpCandles: candles }).prepare({})).toThrow(ParameterFault);
    },
  );
});
