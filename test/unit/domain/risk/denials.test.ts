// Denials are data for machines and screens: every one is held here to its whole shape, at the exact value where it
// begins; and checks that lack what they judge leave the refusal to the check whose business it is.
import { describe, expect, it } from "vitest";
import type { Denial } from "#domain/documents/denial.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import { checkReduction } from "#domain/risk/check-reduction.ts";
import type { RiskContext } from "#domain/risk/context.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import {
  group,
  intent,
  latchWith,
  mark,
  market,
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
const reservation = (notionalUsd: string, reduceOnly: boolean) =>
  ({ groupId: "g", symbol: "BTCUSDT", side: "buy", reduceOnly, qtyBase: "1", notionalUsd }) as const;
const entry = (qtyBase: string, notionalUsd: string) => sizedEntry(qtyBase, notionalUsd);
const banned = (untilMs: number) =>
  controlWith({ throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: untilMs }) });

const BTC = "BTCUSDT";
const ENTRY_DENIALS: readonly (readonly [Partial<RiskContext>, Denial])[] = [
  [
    { control: latch("HALTED") },
    { code: "TRADING_HALTED", limit: "ACTIVE", actual: "HALTED", unit: "state", subject: null },
  ],
  [
    { control: latch("REDUCING") },
    { code: "TRADING_STATE_REDUCING", limit: "ACTIVE", actual: "REDUCING", unit: "state", subject: null },
  ],
  [
    { control: banned(NOW_MS + 1) },
    { code: "VENUE_BANNED", limit: null, actual: "1", unit: "ms", subject: null },
  ],
  [
    { intent: intent({ signalledAtMs: NOW_MS - 501, expiresAtMs: NOW_MS - 1 }) },
    { code: "INTENT_EXPIRED", limit: "500", actual: "501", unit: "ms", subject: null },
  ],
  [
    { config: configWith({ maxIntentAgeMs: 499 }) },
    { code: "INTENT_EXPIRED", limit: "499", actual: "500", unit: "ms", subject: null },
  ],
  [
    { intent: intent({ symbol: "PEPEUSDT" }) },
    {
      code: "SYMBOL_NOT_CONFIGURED",
      limit: null,
      actual: "PEPEUSDT",
      unit: "symbol",
      subject: "PEPEUSDT",
    },
  ],
  [
    { intent: intent({ strategyId: "x" }) },
    { code: "STRATEGY_NOT_CONFIGURED", limit: null, actual: "x", unit: "strategy", subject: "x" },
  ],
  [{ market: null }, { code: "MARKET_UNKNOWN", limit: null, actual: BTC, unit: "symbol", subject: BTC }],
  [{ nav: null }, { code: "NAV_MISSING", limit: null, actual: null, unit: null, subject: null }],
  [
    { nav: nav({ asOfMs: null }) },
    { code: "NAV_MISSING", limit: null, actual: null, unit: null, subject: null },
  ],
  [
    { nav: nav({ navUsd: null }) },
    { code: "NAV_MISSING", limit: null, actual: null, unit: null, subject: null },
  ],
  [
    { nav: nav({ asOfMs: NOW_MS - 150_001 }) },
    { code: "NAV_STALE", limit: "150000", actual: "150001", unit: "ms", subject: null },
  ],
  [{ peak: null }, { code: "PEAK_MISSING", limit: null, actual: null, unit: null, subject: null }],
  [
    { peak: peak({ asOfMs: NOW_MS - 600_001 }) },
    { code: "PEAK_STALE", limit: "600000", actual: "600001", unit: "ms", subject: null },
  ],
  [
    { peak: peak({ baselineId: "baseline-0" }) },
    {
      code: "PEAK_OF_OTHER_BASELINE",
      limit: "baseline-1",
      actual: "baseline-0",
      unit: "baseline",
      subject: null,
    },
  ],
  [
    { nav: nav({ baseline: null }) },
    { code: "PEAK_OF_OTHER_BASELINE", limit: null, actual: "baseline-1", unit: "baseline", subject: null },
  ],
  [
    { touch: { kind: "missing" } },
    { code: "TOUCH_MISSING", limit: null, actual: null, unit: "symbol", subject: BTC },
  ],
  [
    { touch: { kind: "unreadable", code: "-1003" } },
    { code: "TOUCH_UNREADABLE", limit: null, actual: "-1003", unit: "code", subject: BTC },
  ],
  [
    { touch: touchRead({ askedAtMs: NOW_MS - 1_001 }) },
    { code: "TOUCH_STALE", limit: "1000", actual: "1001", unit: "ms", subject: BTC },
  ],
  [
    { touch: touchRead({ asOfMs: NOW_MS - 150_001 }) },
    { code: "MARK_STALE", limit: "150000", actual: "150001", unit: "ms", subject: BTC },
  ],
  [
    { control: controlWith({ slots: { g: slot("SOLUSDT", "3") } }) },
    { code: "MARK_MISSING", limit: null, actual: null, unit: "symbol", subject: "SOLUSDT" },
  ],
  [
    { control: controlWith({ slots: { g: slot(BTC, "0.01", "short") } }) },
    { code: "OPPOSITE_POSITION_OPEN", limit: "short", actual: "long", unit: "side", subject: BTC },
  ],
  [
    {
      config: configWith({ maxOpenGroups: 1 }),
      control: controlWith({ slots: { g: slot("ETHUSDT", "0") } }),
    },
    { code: "POOL_FULL", limit: "1", actual: "1", unit: "groups", subject: null },
  ],
  [
    {
      config: configWith({ maxOrdersPerMinute: 1 }),
      control: controlWith({
        throttles: throttlesWith({ orderSentAtMs: [NOW_MS - 59_999], venueBannedUntilMs: 0 }),
      }),
    },
    { code: "RATE_LIMIT_EXCEEDED", limit: "1", actual: "2", unit: "orders", subject: null },
  ],
  [
    { entry: entry("0.0009", "100"), market: market({ stepSizeBase: "0.0001" }) },
    { code: "QUANTITY_BELOW_MINIMUM", limit: "0.001", actual: "0.0009", unit: "base", subject: BTC },
  ],
  [
    { entry: entry("0", "100"), market: market({ minQtyBase: "0" }) },
    { code: "QUANTITY_BELOW_MINIMUM", limit: "0", actual: "0", unit: "base", subject: BTC },
  ],
  [
    { entry: entry("120.001", "100") },
    { code: "QUANTITY_EXCEEDS_MAXIMUM", limit: "120", actual: "120.001", unit: "base", subject: BTC },
  ],
  [
    { entry: entry("0.0015", "100") },
    { code: "QUANTITY_PRECISION_INVALID", limit: "0.001", actual: "0.0015", unit: "base", subject: BTC },
  ],
  [
    { entry: entry("0.002", "99.99") },
    { code: "NOTIONAL_BELOW_MINIMUM", limit: "100", actual: "99.99", unit: "usd", subject: BTC },
  ],
  [
    { entry: entry("0.1", "5000.01") },
    {
      code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
      limit: "5000",
      actual: "5000.01",
      unit: "usd",
      subject: BTC,
    },
  ],
  [
    { config: configWith({ maxSymbolExposureUsd: "1000" }) },
    { code: "SYMBOL_EXPOSURE_EXCEEDED", limit: "1000", actual: "1000.02", unit: "usd", subject: BTC },
  ],
  [
    { config: configWith({ maxGrossExposureUsd: "1000" }) },
    { code: "GROSS_EXPOSURE_EXCEEDED", limit: "1000", actual: "1000.02", unit: "usd", subject: null },
  ],
];

describe("a refused entry says in whole, and nothing besides", () => {
  it.each(ENTRY_DENIALS.map(([context, denial]) => [denial.code, context, denial] as const))(
    "%s",
    (_code, context, denial) => {
      expect(checkEntry(riskContext(context))).toEqual([denial]);
    },
  );
});

describe("an entry passes exactly at", () => {
  it.each<readonly [string, Partial<RiskContext>]>([
    ["the peak's greatest age", { peak: peak({ asOfMs: NOW_MS - 600_000 }) }],
    ["the greatest age of the question for the price", { touch: touchRead({ askedAtMs: NOW_MS - 1_000 }) }],
    ["the greatest age of the venue's price", { touch: touchRead({ asOfMs: NOW_MS - 150_000 }) }],
    ["its own expiry", { intent: intent({ expiresAtMs: NOW_MS }) }],
    ["the venue's smallest quantity", { entry: entry("0.001", "100") }],
    ["the venue's largest quantity", { entry: entry("120", "100") }],
    ["its symbol's cap", { config: configWith({ maxSymbolExposureUsd: "1000.02" }) }],
    ["the account's cap", { config: configWith({ maxGrossExposureUsd: "1000.02" }) }],
  ])("%s", (_limit, context) => {
    expect(checkEntry(riskContext(context))).toEqual([]);
  });
});

describe("a check without what it judges", () => {
  it("leaves an entry that could not be sized to the checks that say why", () => {
    expect(checkEntry(riskContext({ entry: null }))).toEqual([]);
    const codes = checkEntry(
      riskContext({ entry: null, market: null, touch: { kind: "missing" }, nav: null, peak: null }),
    );
    expect(codes.map(({ code }) => code)).toEqual([
      "MARKET_UNKNOWN",
      "NAV_MISSING",
      "PEAK_MISSING",
      "TOUCH_MISSING",
    ]);
  });

  it("says that NAV is missing once, also for a sized entry beside positions", () => {
    const control = controlWith({ slots: { g: slot("ETHUSDT", "1") } });
    expect(checkEntry(riskContext({ nav: null, control })).map(({ code }) => code)).toEqual(["NAV_MISSING"]);
  });

  it("does not judge the side of an intent that names none", () => {
    const control = controlWith({ slots: { g: slot(BTC, "0.01", "short") } });
    expect(checkEntry(riskContext({ intent: intent({ side: null }), control }))).toEqual([]);
  });
});

describe("exposure", () => {
  const marks = { [BTC]: mark(), ETHUSDT: mark({ symbol: "ETHUSDT", bidUsd: "2000", askUsd: "2001" }) };
  const exposureOf = (control: RiskContext["control"], overrides: Partial<RiskContext> = {}) =>
    riskEngine({ ...riskContext({ control, nav: nav({ marks }), ...overrides }) }).exposure();

  it("is what is held at the ask and what entries in flight reserve, side by side", () => {
    const control = controlWith({
      slots: { a: slot(BTC, "0.1"), b: slot("ETHUSDT", "2", "short") },
      reservations: { x: reservation("500", false), y: reservation("700", true) },
    });
    expect(exposureOf(control)).toEqual({
      longUsd: "5500.1",
      shortUsd: "4002",
      grossUsd: "9502.1",
      netUsd: "1498.1",
      leverage: "0.0951",
    });
  });

  it("needs no price for a slot that holds nothing yet", () => {
    const control = controlWith({ slots: { a: slot("SOLUSDT", "0") } });
    expect(exposureOf(control)).toMatchObject({ grossUsd: "0" });
  });

  it("is unknown, not zero, when something held has no price", () => {
    expect(exposureOf(controlWith({ slots: { a: slot("SOLUSDT", "1") } }))).toBeNull();
  });

  it("of all symbols together counts against the account's cap", () => {
    const control = controlWith({ slots: { b: slot("ETHUSDT", "2") } });
    const config = configWith({ maxGrossExposureUsd: "5002.01" });
    expect(checkEntry(riskContext({ control, config, nav: nav({ marks }) }))).toEqual([
      { code: "GROSS_EXPOSURE_EXCEEDED", limit: "5002.01", actual: "5002.02", unit: "usd", subject: null },
    ]);
  });
});

describe("a refused reduction says in whole, and nothing besides", () => {
  it.each<readonly [Denial, Partial<RiskContext>, ReturnType<typeof group> | null]>([
    [
      { code: "TRADING_HALTED", limit: "REDUCING", actual: "HALTED", unit: "state", subject: null },
      { control: latch("HALTED") },
      group(),
    ],
    [
      { code: "VENUE_BANNED", limit: null, actual: "7", unit: "ms", subject: null },
      { control: banned(NOW_MS + 7) },
      group(),
    ],
    [{ code: "POSITION_NOT_OPEN", limit: null, actual: null, unit: "symbol", subject: BTC }, {}, null],
    [
      { code: "OPPOSITE_POSITION_OPEN", limit: "long", actual: "short", unit: "side", subject: BTC },
      { intent: intent({ action: "close", side: "short" }) },
      group(),
    ],
  ])("$code", (denial, context, open) => {
    expect(checkReduction(riskContext(context), open)).toEqual([denial]);
  });
});
