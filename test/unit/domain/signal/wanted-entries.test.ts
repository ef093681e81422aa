// An alert's safety entries and pyramids: each field has its unit, the plan stands whole, and one that contradicts itself is
// refused with a remedy. An exit leaves them unread.
// Proves: domain/signal/wanted-entries.ts
import { describe, expect, it } from "vitest";
import type { SignalFault } from "#domain/signal/fault.ts";
import { openBody, readSignal } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";

const AT = { ticker: "BTCUSDT.P", timenow: "2026-01-02T03:04:05Z" };

function read(fields: Readonly<Record<string, unknown>>) {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...AT, action: "buy", ...fields }));
  const opened = openBody(bytes, []);
  if ("fault" in opened) throw opened.fault;
  return readSignal(opened.body, readTradingViewAlert, null);
}

function entriesOf(fields: Readonly<Record<string, unknown>>) {
  const signal = read(fields);
  if (signal.kind !== "meant") throw signal.fault;
  return signal.meaning.entries;
}

function faultOf(fields: Readonly<Record<string, unknown>>): SignalFault {
  const signal = read(fields);
  if (signal.kind === "meant") throw new Error("It was read");
  return signal.fault;
}

const PLAIN = { deviationBps: 150, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" };

describe("an alert's further entries", () => {
  it.each([
    ["none", {}, null],
    [
      "safety entries in their shortest form",
      { safetyOrders: 3, safetyStepPct: "1.5" },
      { dca: { ...PLAIN, safetyOrders: 3 }, pyramid: null },
    ],
    [
      "every field of them",
      {
        safety_orders: 3,
        safetyStepBps: 150,
        safetyStepScale: 1.5,
        safetySizePct: 50,
        safetyVolumeScale: "2",
      },
      {
        dca: { safetyOrders: 3, deviationBps: 150, stepScale: "1.5", firstSizeBps: 5_000, volumeScale: "2" },
        pyramid: null,
      },
    ],
    ["pyramids anywhere", { pyramidMax: 0 }, { dca: null, pyramid: { maxEntries: 0, minDistanceBps: 0 } }],
    [
      "pyramids at a distance",
      { pyramidMax: 2, pyramidDistancePct: "0.5" },
      { dca: null, pyramid: { maxEntries: 2, minDistanceBps: 50 } },
    ],
  ] as const)("of %s", (_name, fields, plan) => {
    expect(entriesOf(fields)).toEqual(plan);
  });

  it.each([
    ["a ladder without a step", { safetyOrders: 3 }, "ENTRY_PLAN_INVALID", /one of them is missing/],
    ["a step without a ladder", { safetyStepPct: 1 }, "ENTRY_PLAN_INVALID", /one of them is missing/],
    ["a scale alone", { safetyVolumeScale: 2 }, "ENTRY_PLAN_INVALID", /one of them is missing/],
    ["a distance without a count", { pyramidDistanceBps: 50 }, "ENTRY_PLAN_INVALID", /number is not there/],
    [
      "two spellings that differ",
      { safetyOrders: 1, safetyStepBps: 100, safetyStepPct: 2 },
      "AMBIGUOUS_SIGNAL",
      /differ/,
    ],
    [
      "a depth of more than the price",
      { safetyOrders: 20, safetyStepPct: 6 },
      "ENTRY_PLAN_INVALID",
      /12000 bps/,
    ],
    [
      "a scale of eleven",
      { safetyOrders: 2, safetyStepPct: 1, safetyStepScale: 11 },
      "ENTRY_PLAN_INVALID",
      /step scale/,
    ],
    ["too many", { safetyOrders: 21, safetyStepPct: 1 }, "FIELD_INVALID", /from 1 to 20/],
    ["half a safety entry", { safetyOrders: 1.5, safetyStepPct: 1 }, "FIELD_INVALID", /whole number/],
    [
      "a scale of zero",
      { safetyOrders: 1, safetyStepPct: 1, safetyStepScale: 0 },
      "FIELD_INVALID",
      /above zero/,
    ],
    [
      "a ladder past a stated position",
      {
        action: undefined,
        orderAction: "buy",
        marketPosition: "long",
        marketPositionSize: "1",
        prevMarketPosition: "flat",
        prevMarketPositionSize: "0",
        sizeFrom: "target",
        safetyOrders: 1,
        safetyStepPct: 1,
      },
      "ENTRY_PLAN_INVALID",
      /whole position/,
    ],
  ] as const)("with %s are refused with a remedy", (_name, fields, code, message) => {
    const fault = faultOf(fields);
    expect(fault.code).toBe(code);
    expect(fault.faults.join()).toMatch(message);
    expect(fault.remedy).not.toBe("");
  });

  it("are left unread by an exit, which says so", () => {
    const signal = read({ action: "close", safetyOrders: 3, pyramidMax: 1 });
    if (signal.kind !== "meant") throw signal.fault;
    expect(signal.meaning.entries).toBeNull();
    expect(signal.unused.join()).toMatch(/safetyOrders, pyramidMax/);
  });
});
