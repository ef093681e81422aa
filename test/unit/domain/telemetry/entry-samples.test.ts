// The cost of an entry is that of all its orders, side-correct; begun the other way it is what its own market tells.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import { isOver, type OpenEntry, replayedBps, sampleOf } from "#domain/telemetry/entry-samples.ts";

const LEG: EntryLeg = {
  kind: "base",
  place: 0,
  status: "FILLED",
  qtyBase: "2",
  priceUsd: "10000",
  clientOrderId: "b1",
  filledBase: "2",
  averagePriceUsd: "10000",
  refusedFor: [],
  oddity: null,
  route: null,
  updatedAtMs: 0,
};

const BUY: OpenEntry = {
  intentId: "i1",
  symbol: "BTCUSDT",
  side: "buy",
  choice: { firstStep: "maker", offsetTicks: 0 },
  referenceUsd: "10000",
  boundUsd: "10015",
  ownTouchUsd: "9999",
  filledBase: "2",
  paidUsd: "20002",
  restedBase: "1",
  restedUsd: "9999",
  feeUsd: "6",
  priceAfter1MinuteUsd: null,
  isUnknown: false,
};
const SELL: OpenEntry = {
  ...BUY,
  side: "sell",
  boundUsd: "9985",
  ownTouchUsd: "10001",
  paidUsd: "19998",
  restedUsd: "10001",
};

describe("the cost of an entry, in bps of its plan at the reference,", () => {
  it.each<readonly [string, OpenEntry, object]>([
    ["is what its orders paid beyond it, with their fees", BUY, { costBps: 4, filled: 1, rested: 0.5 }],
    ["of a short is what they got less", SELL, { costBps: 4, filled: 1, rested: 0.5 }],
    [
      "counts what is missing at the bound",
      { ...BUY, filledBase: "1", paidUsd: "9999", restedBase: "1", feeUsd: "2" },
      { costBps: 8, filled: 0.5, rested: 0.5 },
    ],
    [
      "of nothing filled is the bound",
      { ...SELL, filledBase: "0", paidUsd: "0", restedBase: "0", restedUsd: "0", feeUsd: "0" },
      { costBps: 15, filled: 0, rested: 0 },
    ],
  ])("%s", (_what, entry, expected) => {
    const { costBps, filled, rested } = sampleOf(entry, LEG) ?? {};
    expect({ costBps: costBps?.toNumber(), filled: filled?.toNumber(), rested: rested?.toNumber() }).toEqual(
      expected,
    );
  });

  it("keeps the part that rested apart", () => {
    expect(sampleOf(BUY, LEG)?.restedCostBps.toNumber()).toBe(-0.5);
    expect(sampleOf(SELL, LEG)?.restedCostBps.toNumber()).toBe(-0.5);
  });

  it("is not known where a figure of one of its orders is missing", () => {
    expect(sampleOf({ ...BUY, isUnknown: true }, LEG)).toBeNull();
  });
});

describe("begun the other way", () => {
  const fees = { makerBps: dec("2"), takerBps: dec("5") };
  const taken = (side: "buy" | "sell", after: string | null): OpenEntry => ({
    ...(side === "buy" ? BUY : SELL),
    choice: { firstStep: "market", offsetTicks: 0 },
    priceAfter1MinuteUsd: after,
  });
  it.each<readonly [string, OpenEntry, number | null]>([
    ["a resting entry costs the fee of taking", BUY, 5],
    ["a taken one rests where the price has come to it", taken("buy", "9999"), 1],
    ["a taken short, too", taken("sell", "10001"), 1],
    ["one that the price has left takes there", taken("buy", "10004"), 9],
    ["a short as well", taken("sell", "9996"), 9],
    ["and no further than its bound", taken("buy", "10400"), 20],
    ["of one without the market after it nothing is known", taken("buy", null), null],
  ])("%s", (_what, entry, expected) => {
    const sample = sampleOf(entry, LEG);
    if (sample === null) throw new Error("The entry has no sample");
    expect(replayedBps(sample, fees)?.toNumber() ?? null).toBe(expected);
  });

  it("nothing is known before a fee of taking was paid; the dearer fee stands in for one of resting", () => {
    const sample = sampleOf(taken("buy", "9999"), LEG);
    if (sample === null) throw new Error("The entry has no sample");
    expect(replayedBps(sample, { makerBps: null, takerBps: null })).toBeNull();
    expect(replayedBps(sample, { makerBps: null, takerBps: dec("5") })?.toNumber()).toBe(4);
  });
});

it.each([
  ["FILLED", true],
  ["ENDED", true],
  ["REROUTING", false],
  ["WORKING", false],
  ["WAITING", false],
] as const)("an entry whose leg is %s is over: %s", (status, expected) => {
  expect(isOver({ ...LEG, status })).toBe(expected);
});
