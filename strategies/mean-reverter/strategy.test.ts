// The mean reverter buys with its ladder after a fall that went too far, with a stop beyond the ladder's end, and sells at the
// average.
import { describe, expect, it } from "vitest";
import { ask, openGroup } from "../testing/ask.ts";
import { strategy } from "./strategy.ts";

const calm = Array.from({ length: 60 }, (_, n) => 100 + (n % 2) * 0.4);
const fallen = [...calm, 98.5, 97, 95];

describe("the mean reverter", () => {
  it("opens a ladder after a fall that went too far, with the stop beyond its last step", () => {
    const [action] = ask(strategy, { closes: { BTCUSDT: fallen } }).BTCUSDT ?? [];
    if (action?.kind !== "open" || action.exits?.stop?.kind !== "bps")
      throw new Error("No entry with a stop in bps");
    expect(action).toMatchObject({ side: "long", ladder: { safetyOrders: 3, stepScale: "1" } });
    const deepestBps = (action.ladder?.deviationBps ?? 0) * 3;
    expect(deepestBps).toBeGreaterThan(0);
    expect(action.exits.stop.bps).toBeGreaterThan(deepestBps);
  });

  it.each([
    ["a calm market", calm],
    ["a rise", [...calm, 102, 104, 106]],
  ] as const)("stays out of %s", (_, closes) => {
    expect(ask(strategy, { closes: { BTCUSDT: closes } }).BTCUSDT).toEqual([]);
  });

  it.each([
    ["closes at the average", [...calm, 98, 101], ["close"]],
    ["waits below it", fallen, []],
  ] as const)("%s", (_, closes, kinds) => {
    const groups = { BTCUSDT: openGroup({ side: "long", averageEntryUsd: "97" }) };
    const found = ask(strategy, { closes: { BTCUSDT: closes }, groups }).BTCUSDT;
    expect(found?.map(({ kind }) => kind)).toEqual(kinds);
  });
});
