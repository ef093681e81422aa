// A position at the venue that the books do not explain refuses entries in its symbol, and counts in every cap; a
// difference that live orders, a recent change or a rest below the smallest order explain does not.
// Proves: domain/risk/holdings.ts, domain/books/symbol-changes.ts, domain/risk/position-latch.ts
import { describe, expect, it } from "vitest";
import { KEPT_CHANGE_MS, withSymbolChanges } from "#domain/books/symbol-changes.ts";
import { dec } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Side } from "#domain/documents/words.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import { holdingsOf } from "#domain/risk/holdings.ts";
import { withPositionLatch } from "#domain/risk/position-latch.ts";
import { positionAccountedFor, venueBase } from "#domain/risk/venue-position.ts";
import { intent, latchWith, mark, NOW_MS, nav, riskContext } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const [BTC, ETH] = ["BTCUSDT", "ETHUSDT"];
const LONG_AGO_MS = NOW_MS - 300_000;

const slot = (qtyBase: string, side: Side = "long", symbol = BTC) =>
  ({ symbol, side, strategyId: "trend", qtyBase, sinceMs: LONG_AGO_MS }) as const;
const live = (side: "buy" | "sell", qtyBase: string, reduceOnly = false) =>
  ({ groupId: "g", symbol: BTC, side, reduceOnly, qtyBase, notionalUsd: reduceOnly ? "0" : "5000" }) as const;
const position = (signed: string, symbol = BTC): Nav["positions"][number] => ({
  symbol,
  side: dec(signed).isNegative() ? "short" : "long",
  qtyBase: dec(signed).abs().toFixed(),
  entryPriceUsd: "50000",
  markUsd: "50000",
  notionalUsd: "0",
  unrealizedPnlUsd: "0",
});
const marks = { [BTC]: mark(), [ETH]: mark({ symbol: ETH, bidUsd: "2000", askUsd: "2001" }) };
const atVenue = (...positions: Nav["positions"]) => nav({ positions, marks });

const denialOf = (control: Partial<ControlState>, known: Nav) =>
  positionAccountedFor(riskContext({ control: controlWith(control), nav: known }));

describe("an entry is refused in a symbol", () => {
  it.each<readonly [string, Partial<ControlState>, string, string, string, string]>([
    ["that only the venue holds", {}, "0.2", "POSITION_UNKNOWN", "0", "0.2"],
    ["that only the venue holds, short", {}, "-0.2", "POSITION_UNKNOWN", "0", "-0.2"],
    ["of which the venue holds more", { slots: { g: slot("0.1") } }, "0.3", "POSITION_DIFFERS", "0.1", "0.3"],
    ["of which it holds less", { slots: { g: slot("0.1") } }, "0.05", "POSITION_DIFFERS", "0.1", "0.05"],
    ["of which it holds nothing", { slots: { g: slot("0.1") } }, "0", "POSITION_DIFFERS", "0.1", "0"],
    [
      "of which it holds a little less",
      { slots: { g: slot("0.1") } },
      "0.0999",
      "POSITION_DIFFERS",
      "0.1",
      "0.0999",
    ],
    ["whose dust is gone", { dust: { [BTC]: "0.0009" } }, "0", "POSITION_DIFFERS", "0.0009", "0"],
    [
      "whose dust is less",
      { dust: { [BTC]: "-0.0009" } },
      "-0.0004",
      "POSITION_DIFFERS",
      "-0.0009",
      "-0.0004",
    ],
    [
      "that it holds on the other side",
      { slots: { g: slot("0.1") } },
      "-0.1",
      "POSITION_DIFFERS",
      "0.1",
      "-0.1",
    ],
    [
      "of which it holds more than live entries explain",
      { slots: { g: slot("0.1") }, reservations: { b: live("buy", "0.1") } },
      "0.201",
      "POSITION_DIFFERS",
      "0.1",
      "0.201",
    ],
  ])("%s", (_case, control, signed, code, limit, actual) => {
    expect(denialOf(control, atVenue(position(signed)))).toEqual({
      code,
      limit,
      actual,
      unit: "base",
      subject: BTC,
    });
  });

  it("and in no other", () => {
    expect(denialOf({}, atVenue(position("5", ETH)))).toBeNull();
    const context = riskContext({ nav: atVenue(position("0.1", ETH)) });
    expect(checkEntry({ ...context, intent: intent() })).toEqual([]);
  });
});

describe("a difference is explained", () => {
  it.each<readonly [string, Partial<ControlState>, string]>([
    ["by none: both agree", { slots: { g: slot("0.1") } }, "0.1"],
    [
      "by a live entry that has filled in part",
      { slots: { g: slot("0.1") }, reservations: { b: live("buy", "0.1") } },
      "0.15",
    ],
    [
      "by a live reduction that has filled",
      { slots: { g: slot("0.1") }, reservations: { b: live("sell", "0.1", true) } },
      "0",
    ],
    ["by being less than the smallest order", {}, "0.0009"],
    ["by being dust, as the books say", { dust: { [BTC]: "0.0009" } }, "0.0009"],
    ["by being less than the smallest order beyond the dust", { dust: { [BTC]: "0.0004" } }, "0.0009"],
    ["by a change of the books after the NAV", { symbolChangedAtMs: { [BTC]: NOW_MS - 500 } }, "0.2"],
    [
      "by a change of the books just before the NAV, whose positions may follow late",
      { symbolChangedAtMs: { [BTC]: NOW_MS - 1_000 - 34_999 } },
      "0.2",
    ],
    ["by a group that was opened after the NAV", { slots: { g: { ...slot("0.1"), sinceMs: NOW_MS } } }, "0"],
  ])("%s", (_case, control, signed) => {
    expect(denialOf(control, atVenue(position(signed)))).toBeNull();
  });

  it("by a NAV that is older than the memory of changes", () => {
    const ground = { control: controlWith(), nowMs: NOW_MS };
    const aged = (asOfMs: number) => ({ ...atVenue(position("0.2")), asOfMs });
    expect(venueBase({ ...ground, nav: aged(NOW_MS - KEPT_CHANGE_MS) }, BTC)?.toFixed()).toBe("0.2");
    expect(venueBase({ ...ground, nav: aged(NOW_MS - KEPT_CHANGE_MS - 1) }, BTC)).toBeNull();
    expect(venueBase({ ...ground, nav: null }, BTC)).toBeNull();
  });

  it("no longer, once the NAV is young enough", () => {
    const control = { symbolChangedAtMs: { [BTC]: NOW_MS - 1_000 - 35_000 } };
    expect(denialOf(control, atVenue(position("0.2")))).toMatchObject({ code: "POSITION_UNKNOWN" });
  });
});

describe("caps count by symbol the larger of books and venue", () => {
  const held = (control: Partial<ControlState>, ...positions: Nav["positions"]) =>
    holdingsOf({ control: controlWith(control), nav: atVenue(...positions), nowMs: NOW_MS }).map(
      ({ symbol, side, strategyId, notionalUsd }) => [symbol, side, strategyId, notionalUsd?.toFixed()],
    );

  it.each<readonly [string, Partial<ControlState>, string, readonly unknown[]]>([
    ["books alone", { slots: { g: slot("0.1") } }, "0", [[BTC, "long", "trend", "5000.1"]]],
    ["the venue alone", {}, "-0.2", [[BTC, "short", null, "10000.2"]]],
    [
      "the venue beyond the books",
      { slots: { g: slot("0.1") } },
      "0.3",
      [
        [BTC, "long", "trend", "5000.1"],
        [BTC, "long", null, "10000.2"],
      ],
    ],
    ["the books beyond the venue", { slots: { g: slot("0.3") } }, "0.1", [[BTC, "long", "trend", "15000.3"]]],
    [
      "a live entry that the venue has filled already, once",
      { slots: { g: slot("0.1") }, reservations: { b: live("buy", "0.1") } },
      "0.2",
      [
        [BTC, "long", "trend", "5000.1"],
        [BTC, "long", "trend", "5000"],
      ],
    ],
    [
      "the other side, where it is larger",
      { slots: { g: slot("0.1") } },
      "-0.3",
      [[BTC, "short", null, "15000.3"]],
    ],
    [
      "the books, where the other side is smaller",
      { slots: { g: slot("0.3") } },
      "-0.1",
      [[BTC, "long", "trend", "15000.3"]],
    ],
    ["no NAV of before", { symbolChangedAtMs: { [BTC]: NOW_MS } }, "0.2", []],
  ])("%s", (_case, control, signed, expected) => {
    expect(held(control, position(signed))).toEqual(expected);
  });

  it("at the position's own mark where the NAV has no price for the symbol", () => {
    expect(held({}, position("2", "SOLUSDT"))).toEqual([["SOLUSDT", "long", null, "100000"]]);
  });

  it("at the touch in the symbol of the entry, and at the NAV's marks elsewhere", () => {
    const control = controlWith({ slots: { a: slot("1"), b: slot("1", "long", ETH) } });
    const touch = { ...mark({ bidUsd: "60000", askUsd: "60001" }), askedAtMs: NOW_MS };
    const valued = holdingsOf({ control, nav: nav({ marks }), nowMs: NOW_MS }, touch);
    expect(valued.map(({ notionalUsd }) => notionalUsd?.toFixed())).toEqual(["60001", "2001"]);
  });

  it("in denials and on the screen alike", () => {
    const config = configWith({ maxGrossExposureUsd: "3000" });
    const context = riskContext({ config, nav: atVenue(position("1", ETH)) });
    expect(checkEntry(context)).toMatchObject([{ code: "GROSS_EXPOSURE_EXCEEDED", actual: "3001.02" }]);
    expect(riskEngine(context).exposure()).toMatchObject({ grossUsd: "2001", longUsd: "2001" });
    const gross = riskEngine(context)
      .limits()
      .find(({ code }) => code === "GROSS_EXPOSURE_EXCEEDED");
    expect(gross?.used).toBe("2001");
  });
});

describe("the time of a symbol's last change", () => {
  const before = controlWith({ slots: { g: slot("0.1") }, symbolChangedAtMs: { [ETH]: NOW_MS - 5 } });

  it.each<readonly [string, Partial<ControlState>]>([
    ["a slot that grew", { slots: { g: slot("0.2") } }],
    ["a slot that is gone", { slots: {} }],
    ["an order that was stored", { reservations: { b: live("buy", "1") } }],
  ])("is that of %s", (_case, after) => {
    const next = withSymbolChanges(before, { ...before, ...after }, NOW_MS);
    expect(next.symbolChangedAtMs).toEqual({ [BTC]: NOW_MS, [ETH]: NOW_MS - 5 });
  });

  it("stays as it is when something else changes, and is dropped after its time", () => {
    const after = { ...before, journalSeq: 9 };
    expect(withSymbolChanges(before, after, NOW_MS)).toBe(after);
    const muchLater = NOW_MS - 5 + KEPT_CHANGE_MS;
    expect(withSymbolChanges(before, after, muchLater).symbolChangedAtMs).toEqual({ [ETH]: NOW_MS - 5 });
    expect(withSymbolChanges(before, after, muchLater + 1).symbolChangedAtMs).toEqual({});
  });
});

describe("a position that the books do not explain", () => {
  const on = configWith({ unknownPositionLatchesReducing: true });
  const found = { actor: "reconcile", reason: "found" };
  const latched = (latch: Parameters<typeof latchWith>[0], config = on) => {
    const control = controlWith({ tradingState: latchWith(latch) });
    const next = withPositionLatch(control, config, found, NOW_MS);
    return next === control ? "as it was" : next.tradingState;
  };
  const reducing = { state: "REDUCING", cause: "position", resumeAtMs: null, atMs: NOW_MS, ...found };

  it("latches REDUCING until an operator has looked, where the config says so", () => {
    expect(latched({})).toEqual(reducing);
    expect(latched({}, configWith())).toBe("as it was");
  });

  it("takes the place of a REDUCING that would end by itself, and of no other state", () => {
    expect(latched({ state: "REDUCING", cause: "dailyLoss", resumeAtMs: NOW_MS + 1 })).toEqual(reducing);
    expect(latched({ state: "REDUCING", cause: "drawdown" })).toEqual(reducing);
    expect(latched({ state: "REDUCING", cause: "operator" })).toBe("as it was");
    expect(latched({ state: "HALTED", cause: "drawdown" })).toBe("as it was");
  });
});
