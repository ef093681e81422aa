// The block `router` of a config: its limits, and that a route has to end before its account's orders do.
// Proves: schemas/config.ts
import { describe, expect, it } from "vitest";
import type { AccountConfig } from "#domain/documents/config.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";

const MAKER = { trend: plainStrategy("trend", { entryRouting: "maker" }) };

const faultsOf = (changes: Partial<AccountConfig>): readonly string[] => {
  const result = accountConfigSchema.safeParse({ ...PLAIN_CONFIG, ...changes });
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
};

describe("a config with a router", () => {
  it.each([
    ["boundBps", -1],
    ["boundBps", 501],
    ["offsetTicks", -1],
    ["offsetTicks", 0.5],
    ["maxReprices", 6],
    ["maxRepegs", 21],
    ["repegDriftBps", 0],
    ["makerMs", 0],
    ["exitMakerMs", 999],
    ["exitMakerMs", 45_001],
    ["exitBoundBps", -1],
    ["exitBoundBps", 501],
  ] as const)("refuses %s of %d and names it", (field, value) => {
    expect(faultsOf({ router: { ...PLAIN_CONFIG.router, [field]: value } })).toEqual([`router.${field}`]);
  });

  it.each([
    ["boundBps", 0],
    ["boundBps", 500],
    ["maxReprices", 0],
    ["maxRepegs", 20],
    ["repegDriftBps", 1],
    ["exitMakerMs", 1_000],
    ["exitMakerMs", 45_000],
    ["exitBoundBps", 0],
  ] as const)("takes %s of %d", (field, value) => {
    expect(faultsOf({ router: { ...PLAIN_CONFIG.router, [field]: value } })).toEqual([]);
  });

  it.each([
    [{ mode: "on", maxOffsetTicks: 15 }, []],
    [{ mode: "off", maxOffsetTicks: 0 }, []],
    [{ mode: "always", maxOffsetTicks: 3 }, ["router.autotune.mode"]],
    [{ mode: "on", maxOffsetTicks: 16 }, ["router.autotune.maxOffsetTicks"]],
    [{ mode: "on", maxOffsetTicks: -1 }, ["router.autotune.maxOffsetTicks"]],
  ] as const)("has %j for autotune", (autotune, faults) => {
    const given = autotune as AccountConfig["router"]["autotune"];
    expect(faultsOf({ router: { ...PLAIN_CONFIG.router, autotune: given } })).toEqual(faults);
  });

  it("asks for a route that ends before workingLimitMs, where a strategy takes one", () => {
    const workingLimitMs = PLAIN_CONFIG.router.makerMs;
    expect(faultsOf({ workingLimitMs, strategies: MAKER })).toEqual(["router.makerMs"]);
    expect(faultsOf({ workingLimitMs: workingLimitMs + 1, strategies: MAKER })).toEqual([]);
    expect(faultsOf({ workingLimitMs })).toEqual([]);
  });
});
