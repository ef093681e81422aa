// An answer is taken whole or not at all: actions that the product knows, and that fit the open position.
import { describe, expect, it } from "vitest";
import { AnswerFault } from "#strategies/faults.ts";
import { readAnswer } from "#strategies/runtime/answer.ts";
import { openGroup } from "#strategies/testing/ask.ts";
import { NOTE, OPEN_LONG } from "../sample.ts";

const held = new Map([["BTCUSDT", openGroup({ side: "long", averageEntryUsd: "100" })]]);
const flat = new Map([["BTCUSDT", null]]);
const of = (...actions: readonly unknown[]) => actions.map((action) => ({ symbol: "BTCUSDT", action }));
const stop = { ...NOTE, kind: "stop", stop: { kind: "priceUsd", priceUsd: "90" } };
const add = { ...NOTE, kind: "add", size: { kind: "strategyDefault" }, stop: null, pyramid: null };
const ladder = { safetyOrders: 3, deviationBps: 100, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" };

describe("an answer", () => {
  it.each([
    ["nothing", [], held],
    ["an entry", of(OPEN_LONG), flat],
    ["an entry with a ladder", of({ ...OPEN_LONG, ladder }), flat],
    ["a reversal", of({ ...OPEN_LONG, side: "short" }), held],
    ["an addition and a moved stop", of(add, stop), held],
    ["a share", of({ ...NOTE, kind: "reduce", shareBps: 9_999 }), held],
    ["a target from flat", of({ ...NOTE, kind: "target", side: "long", targetBase: "1.5" }), flat],
    ["take-profits", of({ ...NOTE, kind: "takeProfits", takeProfits: [] }), held],
  ])("may be %s", (_, given, groups) => {
    expect(readAnswer(given, groups)).toEqual(given);
  });

  it.each([
    ["an entry where the same side is open", of(OPEN_LONG), held, "add to it"],
    ["an addition where nothing is open", of(add), flat, "nothing is open"],
    ["a stop where nothing is open", of(stop), flat, "nothing is open"],
    ["two signals of one symbol", of(add, { ...NOTE, kind: "close" }), held, "two actions"],
    ["another symbol", [{ symbol: "ETHUSDT", action: OPEN_LONG }], flat, "not asked about"],
    ["an action without a reason", of({ ...OPEN_LONG, reason: " " }), flat, "reason"],
    ["an unknown field", of({ ...OPEN_LONG, leverage: 20 }), flat, "leverage"],
    ["a price that is a number", of({ ...stop, stop: { kind: "priceUsd", priceUsd: 90 } }), held, "priceUsd"],
    ["a size of zero", of({ ...OPEN_LONG, size: { kind: "qtyBase", qtyBase: "0" } }), flat, "size"],
    ["a ladder below zero", of({ ...OPEN_LONG, ladder: { ...ladder, deviationBps: 4_000 } }), flat, "ladder"],
    ["a reduction to nothing", of({ ...NOTE, kind: "reduce", shareBps: 10_000 }), held, "shareBps"],
    ["no list", { symbol: "BTCUSDT" }, flat, "no actions"],
  ])("may not be %s", (_, given, groups, said) => {
    expect(() => readAnswer(given, groups)).toThrow(AnswerFault);
    expect(() => readAnswer(given, groups)).toThrow(said);
  });
});
