// Commands on a position as they are typed: each form makes the field that it says, and anything else is refused with the form.
import { describe, expect, it } from "vitest";
import { ladderOf, legOf, shareBpsOf, stopOf } from "#tools/ballast/commands/position-fields.ts";

describe("a field of a command on a position", () => {
  it.each([
    ["25", 2_500],
    ["12.5", 1_250],
    ["0.01", 1],
    ["100", 10_000],
    ["all", 10_000],
  ])("share %s is %i bps", (text, bps) => {
    expect(shareBpsOf(text)).toBe(bps);
  });

  it("is a level by price, basis points, distance or multiple", () => {
    expect(stopOf("price=61000.5")).toEqual({ kind: "priceUsd", priceUsd: "61000.5" });
    expect(ladderOf("bps=100@50,distance=900@25,r=3@25")).toEqual([
      { level: { kind: "bps", bps: 100 }, shareBps: 5_000 },
      { level: { kind: "distanceUsd", distanceUsd: "900" }, shareBps: 2_500 },
      { level: { kind: "riskMultiple", riskMultiple: "3" }, shareBps: 2_500 },
    ]);
    expect(ladderOf("none")).toEqual([]);
  });

  it("is a leg, take-profits counted from one", () => {
    expect([legOf("trailing"), legOf("takeProfit=2")]).toEqual([
      { kind: "trailing" },
      { kind: "takeProfit", level: 1 },
    ]);
  });

  it.each([
    () => shareBpsOf("0"),
    () => shareBpsOf("101"),
    () => shareBpsOf("-5"),
    () => stopOf("r=2"),
    () => stopOf("61000"),
    () => ladderOf("bps=100"),
    () => legOf("takeProfit=0"),
    () => legOf("stop"),
  ])("is refused with its form where it is none of these", (typed) => {
    expect(typed).toThrow(/ is .*: not "/);
  });
});
