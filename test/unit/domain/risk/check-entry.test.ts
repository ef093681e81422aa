// Every entry check refuses what it must, reports limit against actual, and lets through what is exactly at its limit.
import { describe, expect, it } from "vitest";
import type { DenialCode } from "#domain/documents/denial.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import { checkReduction } from "#domain/risk/check-reduction.ts";
import type { RiskContext } from "#domain/risk/context.ts";
import {
  group,
  intent,
  latchWith,
  NOW_MS,
  nav,
  peak,
  riskContext,
  sizedEntry,
  throttlesWith,
  touchRead,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const latch = (state: "ACTIVE" | "REDUCING" | "HALTED") =>
  controlWith({ tradingState: latchWith({ state, actor: "t", reason: "t", atMs: NOW_MS }) });
const slot = (symbol: string, qtyBase: string, side: "long" | "short" = "long") => ({
  symbol,
  side,
  strategyId: "trend",
  qtyBase,
  sinceMs: NOW_MS,
});
const entry = (qtyBase: string, notionalUsd: string) => sizedEntry(qtyBase, notionalUsd);

const REFUSED: readonly (readonly [
  string,
  DenialCode,
  Partial<RiskContext>,
  { limit?: string | null; actual?: string | null },
])[] = [
  ["a halted account", "TRADING_HALTED", { control: latch("HALTED") }, { limit: "ACTIVE", actual: "HALTED" }],
  ["a reducing account", "TRADING_STATE_REDUCING", { control: latch("REDUCING") }, { actual: "REDUCING" }],
  [
    "a ban in force",
    "VENUE_BANNED",
    {
      control: controlWith({
        throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: NOW_MS + 5 }),
      }),
    },
    { actual: "5" },
  ],
  ["an expired intent", "INTENT_EXPIRED", { intent: intent({ expiresAtMs: NOW_MS - 1 }) }, {}],
  [
    "an unlisted symbol",
    "SYMBOL_NOT_CONFIGURED",
    { intent: intent({ symbol: "PEPEUSDT" }) },
    { actual: "PEPEUSDT" },
  ],
  [
    "an unknown strategy",
    "STRATEGY_NOT_CONFIGURED",
    { intent: intent({ strategyId: "x" }) },
    { actual: "x" },
  ],
  ["an unknown market", "MARKET_UNKNOWN", { market: null }, {}],
  ["no NAV", "NAV_MISSING", { nav: null }, {}],
  ["a NAV that never was good", "NAV_MISSING", { nav: nav({ navUsd: null, asOfMs: null }) }, {}],
  [
    "an old NAV",
    "NAV_STALE",
    { nav: nav({ asOfMs: NOW_MS - 150_001 }) },
    { limit: "150000", actual: "150001" },
  ],
  ["a NAV whose sources failed", "NAV_STALE", { nav: nav({ stale: true }) }, {}],
  ["no peak", "PEAK_MISSING", { peak: null }, {}],
  [
    "an old peak",
    "PEAK_STALE",
    { peak: peak({ asOfMs: NOW_MS - 600_001 }) },
    { limit: "600000", actual: "600001" },
  ],
  [
    "a peak of another baseline than the NAV",
    "PEAK_OF_OTHER_BASELINE",
    { peak: peak({ baselineId: "baseline-0" }) },
    { limit: "baseline-1", actual: "baseline-0" },
  ],
  ["no price", "TOUCH_MISSING", { touch: { kind: "missing" } }, {}],
  [
    "a price that could not be read",
    "TOUCH_UNREADABLE",
    { touch: { kind: "unreadable", code: "HTTP_503" } },
    { actual: "HTTP_503" },
  ],
  [
    "a price asked for too long ago",
    "TOUCH_STALE",
    { touch: touchRead({ askedAtMs: NOW_MS - 1_001 }) },
    { limit: "1000", actual: "1001" },
  ],
  [
    "an old price of the venue",
    "MARK_STALE",
    { touch: touchRead({ asOfMs: NOW_MS - 150_001 }) },
    { actual: "150001" },
  ],
  [
    "a position of the other side",
    "OPPOSITE_POSITION_OPEN",
    { control: controlWith({ slots: { g: slot("BTCUSDT", "1", "short") } }) },
    { limit: "short", actual: "long" },
  ],
  [
    "a full pool",
    "POOL_FULL",
    {
      config: configWith({ maxOpenGroups: 1 }),
      control: controlWith({ slots: { g: slot("ETHUSDT", "0") } }),
    },
    { limit: "1", actual: "1" },
  ],
  [
    "too many orders a minute",
    "RATE_LIMIT_EXCEEDED",
    {
      config: configWith({ maxOrdersPerMinute: 1 }),
      control: controlWith({
        throttles: throttlesWith({ orderSentAtMs: [NOW_MS - 59_999], venueBannedUntilMs: 0 }),
      }),
    },
    { limit: "1", actual: "2" },
  ],
  ["less than a step", "QUANTITY_BELOW_MINIMUM", { entry: entry("0", "0") }, { limit: "0.001", actual: "0" }],
  [
    "more than the venue takes",
    "QUANTITY_EXCEEDS_MAXIMUM",
    { entry: entry("121", "100") },
    { limit: "120", actual: "121" },
  ],
  [
    "too small a notional",
    "NOTIONAL_BELOW_MINIMUM",
    { entry: entry("0.001", "99.99") },
    { limit: "100", actual: "99.99" },
  ],
  [
    "too large an order",
    "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
    { entry: entry("0.1", "5000.01") },
    { limit: "5000", actual: "5000.01" },
  ],
  [
    "too much of a symbol",
    "SYMBOL_EXPOSURE_EXCEEDED",
    { control: controlWith({ slots: { g: slot("BTCUSDT", "0.38") } }) },
    { limit: "20000" },
  ],
  [
    "too much in all",
    "GROSS_EXPOSURE_EXCEEDED",
    { config: configWith({ maxGrossExposureUsd: "1000" }) },
    { limit: "1000", actual: "1000.02" },
  ],
  [
    "a held symbol without a price",
    "MARK_MISSING",
    { control: controlWith({ slots: { g: slot("SOLUSDT", "3") } }) },
    {},
  ],
];

describe("an entry is refused for", () => {
  it.each(REFUSED)("%s: %s", (_case, code, context, numbers) => {
    expect(checkEntry(riskContext(context))).toContainEqual(expect.objectContaining({ code, ...numbers }));
  });
});

describe("an entry passes", () => {
  it("when nothing speaks against it", () => {
    expect(checkEntry(riskContext())).toEqual([]);
  });

  it.each([
    ["NAV at its age limit", { nav: nav({ asOfMs: NOW_MS - 150_000 }) }],
    ["an order at its cap", { entry: entry("0.1", "5000") }],
    [
      "a send that has just left the window",
      {
        config: configWith({ maxOrdersPerMinute: 1 }),
        control: controlWith({
          throttles: throttlesWith({ orderSentAtMs: [NOW_MS - 60_000], venueBannedUntilMs: 0 }),
        }),
      },
    ],
    [
      "a ban that has just ended",
      {
        control: controlWith({ throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: NOW_MS }) }),
      },
    ],
    [
      "a full pool, adding to the symbol's own group",
      {
        config: configWith({ maxOpenGroups: 1 }),
        control: controlWith({ slots: { g: slot("BTCUSDT", "0.01") } }),
      },
    ],
  ] as const)("with %s", (_case, context) => {
    expect(checkEntry(riskContext(context))).toEqual([]);
  });
});

describe("orders in flight count as held", () => {
  it("so that two cannot use the same room", () => {
    const reservation = {
      groupId: "g",
      symbol: "BTCUSDT",
      side: "buy",
      reduceOnly: false,
      qtyBase: "0.39",
      notionalUsd: "19500",
    } as const;
    const denials = checkEntry(riskContext({ control: controlWith({ reservations: { b: reservation } }) }));
    expect(denials).toContainEqual(
      expect.objectContaining({ code: "SYMBOL_EXPOSURE_EXCEEDED", actual: "20500.02" }),
    );
  });
});

describe("a reduction", () => {
  it.each([
    ["stale NAV and peak", { nav: null, peak: null, touch: { kind: "missing" } }],
    ["REDUCING", { control: latch("REDUCING") }],
    [
      "a full rate window",
      {
        config: configWith({ maxOrdersPerMinute: 1 }),
        control: controlWith({
          throttles: throttlesWith({ orderSentAtMs: [NOW_MS], venueBannedUntilMs: 0 }),
        }),
      },
    ],
  ] as const)("passes with %s", (_case, context) => {
    expect(
      checkReduction(riskContext({ intent: intent({ action: "close", side: null }), ...context }), group()),
    ).toEqual([]);
  });

  it.each([
    ["TRADING_HALTED", { control: latch("HALTED") }, group()],
    ["POSITION_NOT_OPEN", {}, null],
    ["OPPOSITE_POSITION_OPEN", { intent: intent({ action: "close", side: "short" }) }, group()],
    ["MARKET_UNKNOWN", { market: null }, group()],
  ] as const)("is refused with %s", (code, context, open) => {
    expect(checkReduction(riskContext(context), open)).toContainEqual(expect.objectContaining({ code }));
  });
});
