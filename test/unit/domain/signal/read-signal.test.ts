// Guards the way from a body to its meaning: exits are never entries; contradictions are never traded; faults
// name their fields; the fields are free of secrets.
import { describe, expect, it } from "vitest";
import { SignalFault } from "#domain/signal/fault.ts";
import type { DecidingFields } from "#domain/signal/meaning.ts";
import { meaningOf, openBody, readSignal, type SignalReading } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";
import { alertFixture, FIXTURE_TIME_MS } from "#test/support/alerts/fixtures.ts";

const meant = (fields: DecidingFields) => meaningOf({ symbol: "BTCUSDT", ...fields });
const DEFAULT = { kind: "strategyDefault" };

function faultOf(fields: DecidingFields): SignalFault {
  try {
    meaningOf(fields);
  } catch (error) {
    if (error instanceof SignalFault) return error;
    throw error;
  }
  throw new Error("These fields were understood");
}

/** Positions before and after, in the short form of this table. */
const positions = (
  prev: "long" | "short" | "flat" | undefined,
  now: "long" | "short" | "flat",
  sizes?: readonly [string, string],
): DecidingFields => ({
  strategyPrevMarketPosition: prev,
  strategyMarketPosition: now,
  strategyPrevMarketPositionSize: sizes?.[0],
  strategyMarketPositionSize: sizes?.[1],
});

describe("a signal means", () => {
  it.each<[string, DecidingFields, object]>([
    ["buy by itself", { action: "buy" }, { action: "open", side: "long" }],
    ["sell by itself", { action: "sell" }, { action: "open", side: "short" }],
    ["long", { action: "long" }, { action: "open", side: "long" }],
    ["open with a side", { action: "open", side: "sell" }, { action: "open", side: "short" }],
    ["close", { action: "close" }, { action: "close", side: null }],
    ["exit of a side", { action: "exit", side: "short" }, { action: "close", side: "short" }],
    ["flat", { action: "flat" }, { action: "close", side: null }],
    ["reduce", { action: "reduce", reduceBps: 2_500 }, { action: "reduce", side: null, reduceBps: 2_500 }],
    ["an entry from flat", { action: "buy", ...positions("flat", "long") }, { action: "open", side: "long" }],
    [
      "an exit whose word is sell",
      { action: "sell", ...positions("long", "flat") },
      { action: "close", side: "long" },
    ],
    [
      "a cover whose word is buy",
      { strategyOrderAction: "buy", ...positions("short", "flat") },
      { action: "close", side: "short" },
    ],
    ["a position without an order word", positions(undefined, "short"), { action: "open", side: "short" }],
    ["flat without a past", positions(undefined, "flat"), { action: "close", side: null }],
    ["an addition", { action: "buy", ...positions("long", "long") }, { action: "open", side: "long" }],
    ["growth by the sizes alone", positions("long", "long", ["1", "1.5"]), { action: "open", side: "long" }],
    [
      "a third given up",
      { action: "sell", ...positions("long", "long", ["3", "2"]) },
      { action: "reduce", side: "long", reduceBps: 3_333 },
    ],
    [
      "almost all given up",
      { action: "buy", ...positions("short", "short", ["100000", "1"]) },
      { action: "reduce", side: "short", reduceBps: 9_999 },
    ],
    [
      "a reduction of stated share",
      { action: "sell", reducePct: 5_000, ...positions("long", "long") },
      { action: "reduce", side: "long", reduceBps: 5_000 },
    ],
    ["a reversal", { action: "buy", ...positions("short", "long") }, { action: "open", side: "long" }],
    [
      "the larger of two exits",
      { action: "reduce", reduceBps: 2_500, ...positions("long", "flat") },
      { action: "close", side: "long" },
    ],
    [
      "all, where the strategy says close and still holds a part",
      { action: "close", ...positions("long", "long", ["2", "1"]) },
      { action: "close", side: "long" },
    ],
    [
      "all, whatever share stands beside close",
      { action: "close", reduceBps: 2_500 },
      { action: "close", side: null },
    ],
    [
      "an explicit close that the positions confirm",
      { action: "close", ...positions("long", "flat") },
      { action: "close", side: "long" },
    ],
  ])("%s", (_name, fields, expected) => {
    const unsaid = { size: DEFAULT, reduceBps: null, signalPriceUsd: null, exits: null, entries: null };
    expect(meant(fields)).toEqual({ symbol: "BTCUSDT", ...unsaid, ...expected });
  });

  it.each<[string, DecidingFields, string | null]>([
    ["its own", { priceUsd: "10", strategyOrderPrice: "11", close: "12" }, "10"],
    ["that of the order", { strategyOrderPrice: "11", close: "12" }, "11"],
    ["that of the bar", { close: "12" }, "12"],
    ["that of the bar where the order's is zero", { strategyOrderPrice: "0", close: "12" }, "12"],
    ["none that is not above zero", { close: "-1" }, null],
  ])("a price: %s", (_which, fields, signalPriceUsd) => {
    expect(meant({ action: "buy", ...fields })).toMatchObject({ signalPriceUsd });
  });

  it.each<[string, DecidingFields, object]>([
    ["notional", { notionalUsd: "100.10" }, { kind: "notionalUsd", notionalUsd: "100.10" }],
    ["quantity", { qtyBase: "0.00100" }, { kind: "qtyBase", qtyBase: "0.00100" }],
    ["share of NAV", { navBps: 150 }, { kind: "navBps", navBps: 150 }],
    [
      "contracts, when asked for",
      { sizeFrom: "contracts", strategyOrderContracts: "0.15" },
      { kind: "qtyBase", qtyBase: "0.15" },
    ],
    [
      "the strategy's default, when asked for beside contracts",
      { sizeFrom: "strategy", strategyOrderContracts: "0.15" },
      DEFAULT,
    ],
  ])("an entry's size: %s", (_name, fields, size) => {
    expect(meant({ action: "buy", ...fields })).toMatchObject({ size });
  });

  it("all of a position when it closes, whatever size a shared template carries", () => {
    expect(meant({ action: "close", notionalUsd: "100" })).toMatchObject({
      action: "close",
      size: DEFAULT,
    });
  });

  it.each<[string, DecidingFields, string, RegExp]>([
    ["no action", {}, "ACTION_MISSING", /action/],
    [
      "an order word of the strategy alone",
      { strategyOrderAction: "sell" },
      "AMBIGUOUS_SIGNAL",
      /strategy\.order\.action sell/,
    ],
    [
      "action against order",
      { action: "buy", strategyOrderAction: "sell" },
      "AMBIGUOUS_SIGNAL",
      /action buy.*strategy\.order\.action sell/,
    ],
    [
      "action against side",
      { action: "long", side: "short" },
      "AMBIGUOUS_SIGNAL",
      /action long contradicts side short/,
    ],
    [
      "buy against side",
      { action: "buy", side: "short" },
      "AMBIGUOUS_SIGNAL",
      /action buy contradicts side short/,
    ],
    ["open without a side", { action: "open" }, "AMBIGUOUS_SIGNAL", /no side/],
    [
      "close against a held position",
      { action: "close", ...positions("flat", "long") },
      "AMBIGUOUS_SIGNAL",
      /action means close/,
    ],
    [
      "long against a short position",
      { action: "long", ...positions("flat", "short") },
      "AMBIGUOUS_SIGNAL",
      /mean long/,
    ],
    [
      "side against positions",
      { side: "short", ...positions("flat", "long") },
      "AMBIGUOUS_SIGNAL",
      /side short/,
    ],
    ["flat before and after", positions("flat", "flat"), "AMBIGUOUS_SIGNAL", /nothing changes/],
    [
      "a buy that flattens a long",
      { action: "buy", ...positions("long", "flat") },
      "AMBIGUOUS_SIGNAL",
      /cannot flatten/,
    ],
    [
      "a sell that enters long",
      { action: "sell", ...positions("flat", "long") },
      "AMBIGUOUS_SIGNAL",
      /contradicts/,
    ],
    [
      "a sell that may have reduced",
      { action: "sell", ...positions(undefined, "long") },
      "AMBIGUOUS_SIGNAL",
      /prev_market_position/,
    ],
    [
      "a buy that shrank",
      { action: "buy", ...positions("long", "long", ["2", "1"]) },
      "AMBIGUOUS_SIGNAL",
      /contradicts/,
    ],
    ["equal sizes", positions("long", "long", ["2", "2.0"]), "AMBIGUOUS_SIGNAL", /nothing changes/],
    [
      "the same side without sizes or order",
      positions("long", "long"),
      "AMBIGUOUS_SIGNAL",
      /whether it grew/,
    ],
    ["reduce without a share", { action: "reduce" }, "REDUCE_SHARE_MISSING", /how much/],
    ["a share on an entry", { action: "buy", reduceBps: 1 }, "AMBIGUOUS_SIGNAL", /reduceBps/],
    ["two shares", { action: "reduce", reduceBps: 1, reducePct: 2 }, "AMBIGUOUS_SIGNAL", /differ/],
    ["two sizes", { action: "buy", qtyBase: "1", notionalUsd: "1" }, "AMBIGUOUS_SIGNAL", /more than one/],
    ["contracts that are not there", { action: "buy", sizeFrom: "contracts" }, "FIELD_INVALID", /contracts/],
    [
      "contracts, and no word whether they are the size",
      { action: "buy", strategyOrderContracts: "0.15" },
      "SIZE_UNIT_MISSING",
      /strategy\.order\.contracts/,
    ],
    [
      "contracts beside a size",
      { action: "buy", strategyOrderContracts: "0.15", notionalUsd: "100" },
      "SIZE_UNIT_MISSING",
      /strategy\.order\.contracts/,
    ],
    [
      "zero contracts",
      { action: "buy", sizeFrom: "contracts", strategyOrderContracts: "0.0" },
      "FIELD_INVALID",
      /above zero/,
    ],
  ])("nothing, with the fields named: %s", (_name, fields, code, message) => {
    const fault = faultOf({ symbol: "BTCUSDT", ...fields });
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.remedy).not.toBe("");
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function reading(text: string, sentAtMs: number | null = null): SignalReading {
  const opened = openBody(bytes(text), []);
  if ("fault" in opened) throw opened.fault;
  return readSignal(opened.body, readTradingViewAlert, sentAtMs);
}

const NOON_MS = Date.parse("2026-01-02T12:00:00Z");

describe("a whole alert", () => {
  it.each<[string, string, object]>([
    ["an entry written by hand", alertFixture("manual-buy.alert"), { action: "open", side: "long" }],
    ["a strategy's exit", alertFixture("strategy-exit.alert"), { action: "close" }],
    [
      "key=value text",
      'action=sell symbol="BINANCE:ETHUSDT.P" notionalUsd=100 timenow=2026-01-02T12:00:00Z',
      { symbol: "ETHUSDT", action: "open", side: "short", size: { kind: "notionalUsd", notionalUsd: "100" } },
    ],
  ])("%s is read from its bytes to its meaning", (_name, text, meaning) => {
    expect(reading(text)).toMatchObject({ kind: "meant", meaning });
  });

  it("keeps its fields for the receipt when its meaning is refused, and says why", () => {
    const contradiction = reading(
      '{"symbol":"BTCUSDT","action":"long","side":"short","timenow":"1767355200"}',
    );
    expect(contradiction).toMatchObject({
      kind: "unreadable",
      fields: { known: { action: "long", side: "short" } },
      fault: { code: "AMBIGUOUS_SIGNAL" },
    });
    expect(reading(alertFixture("unfilled.alert"))).toMatchObject({
      fault: { code: "PLACEHOLDER_UNFILLED" },
      fields: { known: expect.any(Object) },
    });
    expect(reading('{"size":"1"}')).toMatchObject({
      fields: { unknown: [{ name: "size", value: "1" }] },
      fault: { code: "SIZE_UNIT_MISSING" },
    });
  });

  it("fired when it says, else when it was signed, else when its bar opened", () => {
    const at = (times: string, sentAtMs: number | null) =>
      reading(`{"symbol":"BTCUSDT","action":"buy"${times}}`, sentAtMs);
    const both = ',"timenow":"2026-01-02T12:00:00Z","time":"2026-01-02T11:00:00Z"';
    const bar = ',"time":"2026-01-02T12:00:00Z"';
    expect(at(both, 1)).toMatchObject({ signalledAtMs: NOON_MS });
    expect(at(bar, 7)).toMatchObject({ signalledAtMs: 7 });
    expect(at(bar, null)).toMatchObject({ signalledAtMs: NOON_MS });
    expect(at("", null)).toMatchObject({ kind: "unreadable", fault: { code: "TIMESTAMP_MISSING" } });
    expect(reading(alertFixture("manual-buy.alert"))).toMatchObject({ signalledAtMs: FIXTURE_TIME_MS });
  });
});

describe("a body", () => {
  it("that is no text, or neither JSON nor key=value, is a fault and not an exception", () => {
    expect(openBody(new Uint8Array([0xff, 0xfe]), [])).toMatchObject({ fault: { code: "BODY_UNREADABLE" } });
    expect(openBody(bytes("buy some bitcoin"), [])).toMatchObject({ fault: { code: "BODY_UNREADABLE" } });
  });

  it("gives up its token, and no secret of the request is left in fields or faults", () => {
    const secret = "correct-horse-battery";
    const opened = openBody(bytes(`{"token":"in-the-body","id":"${secret}","note":"in-the-body"}`), [secret]);
    expect(opened).toMatchObject({ body: { token: "in-the-body" } });
    expect(JSON.stringify("body" in opened ? opened.body.sent : null)).not.toMatch(
      /correct-horse|in-the-body/,
    );
    const twice = openBody(bytes(`{"${secret}":1,"${secret}":2}`), [secret]);
    const said = "body" in twice ? readSignal(twice.body, readTradingViewAlert, null) : null;
    expect(said).toMatchObject({ fault: { code: "AMBIGUOUS_SIGNAL" } });
    expect(JSON.stringify(said)).not.toContain(secret);
  });
});
