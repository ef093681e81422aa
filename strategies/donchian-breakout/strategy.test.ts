// The breakout strategy enters where the price leaves its channel, adds at its distance and no more often than allowed, and
// ends where the shorter channel is left against it.
import { describe, expect, it } from "vitest";
import { ask, openGroup } from "../testing/ask.ts";
import { strategy } from "./strategy.ts";

const channel = Array.from({ length: 40 }, (_, n) => 100 + (n % 3));
const above = [...channel, 106];
const below = [...channel, 94];

describe("the breakout", () => {
  it.each([
    ["above", above, "long"],
    ["below", below, "short"],
  ] as const)("opens where the price goes %s the channel", (_, closes, side) => {
    expect(ask(strategy, { closes: { BTCUSDT: closes } }).BTCUSDT).toMatchObject([
      { kind: "open", side, exits: { stop: { kind: "distanceUsd" } }, ladder: null },
    ]);
  });

  it("stays out inside its channel", () => {
    expect(ask(strategy, { closes: { BTCUSDT: channel } }).BTCUSDT).toEqual([]);
  });

  it.each([
    ["adds far enough beyond the last entry", above, { pyramids: 0 }, ["add"]],
    ["adds no more than it may", above, { pyramids: 3 }, []],
    ["adds nothing near the last entry", above, { lastEntryUsd: "105.9" }, []],
    ["closes where the price leaves the channel against it", below, {}, ["close"]],
  ] as const)("%s", (_, closes, changed, kinds) => {
    const group = openGroup({ side: "long", averageEntryUsd: "101", ...changed });
    const found = ask(strategy, { closes: { BTCUSDT: closes }, groups: { BTCUSDT: group } }).BTCUSDT;
    expect(found?.map(({ kind }) => kind)).toEqual(kinds);
  });

  it("sizes an addition to its stop, since the position keeps its own exits", () => {
    const groups = { BTCUSDT: openGroup({ side: "long", averageEntryUsd: "101" }) };
    const [action] = ask(strategy, { closes: { BTCUSDT: above }, groups }).BTCUSDT ?? [];
    expect(action).toMatchObject({ size: { kind: "riskBps" }, stop: { kind: "distanceUsd" } });
  });
});
