// A config's author sees every field that changes, and no other.
import { expect, it } from "vitest";
import { configDiff } from "#domain/config/config-diff.ts";
import { configWith } from "#test/support/world.ts";

it("names fields down to the one that differs, lists as one, and what is new or gone", () => {
  const before = configWith();
  const { patient: _gone, ...strategies } = before.strategies;
  const after = {
    ...configWith({ symbols: ["BTCUSDT"], strategies, maxOpenGroups: 2 }),
    drawdown: { ...before.drawdown, haltBps: 500 },
  };
  expect(configDiff(before, after)).toEqual([
    { field: "drawdown.haltBps", before: null, after: 500 },
    { field: "maxOpenGroups", before: 5, after: 2 },
    { field: "strategies.patient", before: before.strategies.patient, after: undefined },
    { field: "symbols", before: before.symbols, after: ["BTCUSDT"] },
  ]);
  expect(configDiff(before, JSON.parse(JSON.stringify(before)))).toEqual([]);
});
