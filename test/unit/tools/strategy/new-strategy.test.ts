// A new strategy is written once, under a name that can be an id, and stands in the list; nothing that exists is overwritten.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listText, strategyIds, writeStrategy } from "#tools/strategy/new-strategy.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strategies-"));
  for (const name of ["runtime", "testing", "trend-follower"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a new strategy", () => {
  it("is written with its test, under its own id, and stands in the list", () => {
    const written = writeStrategy(folder, "night-breakout-2");
    expect(readFileSync(written.strategy, "utf8")).toContain('id: "night-breakout-2"');
    expect(readFileSync(written.test, "utf8")).toContain('describe("night-breakout-2"');
    expect(readFileSync(written.list, "utf8")).toBe(listText(["night-breakout-2", "trend-follower"]));
    expect(strategyIds(folder)).toEqual(["night-breakout-2", "trend-follower"]);
  });

  it.each([
    "",
    "Night",
    "night_breakout",
    "-night",
    "night-",
    "2night",
    "runtime",
    "../night",
    "a".repeat(41),
  ])("cannot have the name %j", (name) => {
    expect(() => writeStrategy(folder, name)).toThrow(RangeError);
    expect(strategyIds(folder)).toEqual(["trend-follower"]);
  });

  it("never takes the place of one that is there", () => {
    const file = join(folder, "trend-follower", "strategy.ts");
    writeFileSync(file, "mine");
    expect(() => writeStrategy(folder, "trend-follower")).toThrow("already");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });
});

describe("the list", () => {
  it("breaks where it would be longer than a line", () => {
    const ids = Array.from({ length: 8 }, (_, place) => `strategy-number-${place}`);
    expect(listText(ids)).toContain("[\n  strategyNumber0,\n");
    expect(listText(["a"])).toContain("= [a];\n");
  });
});
