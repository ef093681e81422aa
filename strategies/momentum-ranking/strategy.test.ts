// The ranking buys the strongest symbols and no more than it holds places for, keeps those that fell behind a little, and
// buys nothing while nothing rises.
import { describe, expect, it } from "vitest";
import { ask, openGroup } from "../testing/ask.ts";
import { strategy } from "./strategy.ts";

/** Closes that go up, or down, by a part of the first a day, with a daily swing. */
const moving = (part: number): readonly number[] =>
  Array.from({ length: 60 }, (_, day) => 100 * (1 + part * day) + (day % 2));
const closes = {
  AAAUSDT: moving(0.03),
  BBBUSDT: moving(0.02),
  CCCUSDT: moving(0.01),
  DDDUSDT: moving(0.004),
  EEEUSDT: moving(-0.004),
};
const held = openGroup({ side: "long", averageEntryUsd: "100" });
const kindsOf = (groups: Readonly<Record<string, typeof held>>, parameters = {}) =>
  Object.fromEntries(
    Object.entries(ask(strategy, { closes, groups, parameters })).map(([symbol, actions]) => [
      symbol,
      actions.map(({ kind }) => kind).join(),
    ]),
  );

describe("the ranking", () => {
  it("buys the strongest, as many as it has places for", () => {
    expect(kindsOf({}, { held: 2 })).toEqual({
      AAAUSDT: "open",
      BBBUSDT: "open",
      CCCUSDT: "",
      DDDUSDT: "",
      EEEUSDT: "",
    });
  });

  it("keeps one that fell behind by less than the spare ranks, and gives its place to no other", () => {
    expect(kindsOf({ CCCUSDT: held }, { held: 2, spare: 1 })).toMatchObject({
      AAAUSDT: "open",
      BBBUSDT: "",
      CCCUSDT: "",
    });
  });

  it("sells one that fell out of them, or that falls", () => {
    expect(kindsOf({ DDDUSDT: held, EEEUSDT: held }, { held: 2, spare: 1 })).toMatchObject({
      DDDUSDT: "close",
      EEEUSDT: "close",
    });
  });

  it("buys nothing while nothing rises", () => {
    const falling = { AAAUSDT: moving(-0.001), BBBUSDT: moving(-0.002) };
    expect(Object.values(ask(strategy, { closes: falling })).flat()).toEqual([]);
  });
});
