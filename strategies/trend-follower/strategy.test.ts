// The trend follower enters on a crossing with the larger trend, moves its stop only towards the price, and leaves on the
// crossing against it.
import { describe, expect, it } from "vitest";
import { ask, openGroup } from "../testing/ask.ts";
import { strategy } from "./strategy.ts";

/** Falls for a while and then rises far enough to cross at its last close. */
const RISING = [...Array.from({ length: 40 }, (_, n) => 100 - n * 0.2), 100, 108];
const FALLING = [...Array.from({ length: 40 }, (_, n) => 100 + n * 0.2), 100, 92];
const answer = (closes: readonly number[], group?: Parameters<typeof openGroup>[0]) =>
  ask(strategy, {
    closes: { BTCUSDT: closes },
    ...(group === undefined ? {} : { groups: { BTCUSDT: openGroup(group) } }),
  }).BTCUSDT;

describe("the trend follower", () => {
  it.each([
    [RISING, "long"],
    [FALLING, "short"],
  ] as const)("opens with a stop of three ATR where the averages cross with the trend", (closes, side) => {
    const crossing = closes.slice(0, -1);
    const found = [closes, crossing].flatMap((each) => answer(each) ?? []);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: "open",
      side,
      size: { kind: "riskBps", riskBps: 50 },
      exits: { stop: { kind: "distanceUsd" }, takeProfits: [] },
    });
  });

  it("stays out where nothing crosses", () => {
    expect(answer([100, 100, 100])).toEqual([]);
  });

  it("closes a long where the averages cross against it", () => {
    const found = [FALLING, FALLING.slice(0, -1)].flatMap(
      (closes) => answer(closes, { side: "long", averageEntryUsd: "100" }) ?? [],
    );
    expect(found.filter(({ kind }) => kind === "close")).toHaveLength(1);
  });

  it.each([
    ["follows the price", "90", "stop"],
    ["stays where a move would take it further away", "129", null],
  ] as const)("has a stop that %s", (_, stopUsd, kind) => {
    const rising = Array.from({ length: 60 }, (_unused, n) => 100 + n * 0.5);
    const found = answer(rising, { side: "long", averageEntryUsd: "100", stopUsd });
    expect(found?.map((action) => action.kind)).toEqual(kind === null ? [] : [kind]);
  });
});
