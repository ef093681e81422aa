// Every configured limit denies with its own code and numbers exactly beyond its value, and the engine shows the same
// limit with the same measure.
// Proves: domain/risk/
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideIntent } from "#domain/decide/decide-intent.ts";
import { sizeEntry } from "#domain/decide/sizing.ts";
import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Side } from "#domain/documents/words.ts";
import type { RiskContext } from "#domain/risk/context.ts";
import { type RiskEngine, riskEngine } from "#domain/risk/engine.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import {
  group,
  intent,
  latchWith,
  mark,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  riskContext,
  sizedEntry,
  touch,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const BTC = "BTCUSDT";
const ETH = "ETHUSDT";
const marks = {
  [BTC]: mark({ bidUsd: "50000", askUsd: "50000" }),
  [ETH]: mark({ symbol: ETH, bidUsd: "2000", askUsd: "2000" }),
};
const slot = (symbol: string, qtyBase: string, side: Side, strategyId = "trend") => ({
  symbol,
  side,
  strategyId,
  qtyBase,
  sinceMs: NOW_MS,
});
/** 10,000 long BTC by trend, 4,000 short ETH by patient. */
const slots = { a: slot(BTC, "0.2", "long"), b: slot(ETH, "2", "short", "patient") };
const strategies = (trendUsd: string): AccountConfig["strategies"] => {
  const { trend, patient } = configWith().strategies;
  if (trend === undefined || patient === undefined) throw new Error("The test config lost its strategies");
  return { trend: { ...trend, maxExposureUsd: trendUsd }, patient };
};
const set = (
  symbols: readonly string[],
  maxExposureUsd: string | null,
  maxOpenGroups: number | null = null,
) => ({
  majors: { symbols, maxExposureUsd, maxOpenGroups },
});

/** An entry of 1,000 USD beside what is held. */
function given(config: Partial<AccountConfig>, overrides: Partial<RiskContext> = {}) {
  const entry = sizedEntry("0.02", "1000");
  const base = riskContext({
    control: controlWith({ slots }),
    nav: nav({ marks }),
    touch: touchRead(marks[BTC]),
    entry,
  });
  const context = { ...base, config: configWith(config), ...overrides };
  return { context, engine: riskEngine(context) };
}

const use = (engine: RiskEngine, { code, subject }: Pick<Denial, "code" | "subject">) =>
  engine.limits().find((each) => each.code === code && each.subject === subject);

describe("an entry of 1,000 beyond", () => {
  it.each<
    readonly [
      Denial["code"],
      string | null,
      Denial["unit"],
      (limit: string) => Partial<AccountConfig>,
      string,
      string,
    ]
  >([
    [
      "SYMBOL_EXPOSURE_EXCEEDED",
      BTC,
      "usd",
      (maxSymbolExposureUsd) => ({ maxSymbolExposureUsd }),
      "10000",
      "11000",
    ],
    [
      "TIER_EXPOSURE_EXCEEDED",
      "majors",
      "usd",
      (limit) => ({ tiers: set([BTC, ETH], limit) }),
      "14000",
      "15000",
    ],
    [
      "BUCKET_EXPOSURE_EXCEEDED",
      "majors",
      "usd",
      (limit) => ({ buckets: set([BTC], limit) }),
      "10000",
      "11000",
    ],
    [
      "STRATEGY_EXPOSURE_EXCEEDED",
      "trend",
      "usd",
      (limit) => ({ strategies: strategies(limit) }),
      "10000",
      "11000",
    ],
    [
      "LONG_EXPOSURE_EXCEEDED",
      null,
      "usd",
      (maxLongExposureUsd) => ({ maxLongExposureUsd }),
      "10000",
      "11000",
    ],
    ["NET_EXPOSURE_EXCEEDED", null, "usd", (maxNetExposureUsd) => ({ maxNetExposureUsd }), "6000", "7000"],
    [
      "GROSS_EXPOSURE_EXCEEDED",
      null,
      "usd",
      (maxGrossExposureUsd) => ({ maxGrossExposureUsd }),
      "14000",
      "15000",
    ],
    ["LEVERAGE_EXCEEDED", null, "ratio", (maxLeverage) => ({ maxLeverage }), "0.14", "0.15"],
  ])(
    "%s is denied, at it passes, and the engine shows the use",
    (code, subject, unit, config, used, after) => {
      const below = dec(after).minus(dec("0.001")).toFixed();
      const refused = given(config(below));
      expect(refused.engine.checkEntry(refused.context)).toEqual([
        { code, limit: below, actual: after, unit, subject },
      ]);
      const { engine, context } = given(config(after));
      expect(engine.checkEntry(context)).toEqual([]);
      expect(use(engine, { code, subject })).toEqual({
        code,
        subject,
        limit: after,
        used,
        unit,
        of: "account",
      });
    },
  );

  it("a limit on shorts does not concern a long, and an entry that lessens the net is not refused for it", () => {
    const limits = { maxShortExposureUsd: "1", maxNetExposureUsd: "5000" };
    const long = given({ maxShortExposureUsd: "1" });
    expect(long.engine.checkEntry(long.context)).toEqual([]);
    const short = given(limits, {
      intent: intent({ symbol: ETH, side: "short", strategyId: "patient" }),
      market: market({ symbol: ETH }),
    });
    expect(short.engine.checkEntry(short.context).map(({ code }) => code)).toEqual([
      "SHORT_EXPOSURE_EXCEEDED",
    ]);
  });

  it("leverage of a NAV that is not above zero is refused as unknown", () => {
    const { engine, context } = given({ maxLeverage: "5" }, { nav: nav({ marks, navUsd: "-1" }) });
    expect(engine.checkEntry(context)).toEqual([
      { code: "LEVERAGE_EXCEEDED", limit: "5", actual: null, unit: "ratio", subject: null },
    ]);
  });
});

describe("open groups", () => {
  it.each(["tiers", "buckets"] as const)("of %s are limited together, and shown", (kind) => {
    const code = kind === "tiers" ? "TIER_POOL_FULL" : "BUCKET_POOL_FULL";
    const control = controlWith({ slots: { b: slot(ETH, "2", "short") } });
    const { engine, context } = given({ [kind]: set([BTC, ETH], null, 1) }, { control });
    expect(engine.checkEntry(context)).toEqual([
      { code, limit: "1", actual: "1", unit: "groups", subject: "majors" },
    ]);
    expect(use(engine, { code, subject: "majors" })).toMatchObject({ limit: "1", used: "1" });
    const other = given({ [kind]: set([ETH], null, 1) }, { control });
    expect(other.engine.checkEntry(other.context)).toEqual([]);
  });
});

describe("losses", () => {
  it("stop entries at the day's limit, resumed or not", () => {
    const { engine, context } = given({ maxDailyLossUsd: "500" }, { peak: peak({ dayPnlUsd: "-500" }) });
    expect(engine.checkEntry(context)).toEqual([
      { code: "DAILY_LOSS_EXCEEDED", limit: "500", actual: "500", unit: "usd", subject: null },
    ]);
    const profit = given({ maxDailyLossUsd: "500" }, { peak: peak({ dayPnlUsd: "20" }) });
    expect(profit.engine.checkEntry(profit.context)).toEqual([]);
    expect(use(profit.engine, { code: "DAILY_LOSS_EXCEEDED", subject: null })?.used).toBe("0");
  });

  const drawdown = { ...NO_DRAWDOWN_GRADES, warnBps: 100, reduceBps: 200, haltBps: 400 };
  const refused = (drawdownBps: number, control: Partial<ControlState>) => {
    const { engine, context } = given(
      { drawdown },
      { peak: peak({ drawdownBps }), control: controlWith(control) },
    );
    return engine.checkEntry(context).filter(({ code }) => code === "DRAWDOWN_EXCEEDED");
  };

  it.each<readonly [string, number, Partial<ControlState>, number]>([
    ["a warning alone", 199, {}, 0],
    ["the REDUCE threshold, though it is still to be latched", 200, {}, 1],
    [
      "a latched grade that hysteresis still holds",
      150,
      { drawdownGrade: "REDUCE", tradingState: latchWith({ state: "REDUCING", cause: "drawdown" }) },
      1,
    ],
    [
      "a latched grade whose state something else than an operator lifted",
      150,
      { drawdownGrade: "REDUCE", tradingState: latchWith({ cause: "watchdog" }) },
      1,
    ],
    ["a latched grade that an operator lifted", 250, { drawdownGrade: "REDUCE" }, 0],
    ["a graver grade than the operator lifted", 400, { drawdownGrade: "REDUCE" }, 1],
  ])("a drawdown: %s", (_case, drawdownBps, control, count) => {
    expect(refused(drawdownBps, control)).toHaveLength(count);
  });

  it("says the drawdown against the threshold from which entries stop", () => {
    expect(refused(450, {})).toEqual([
      { code: "DRAWDOWN_EXCEEDED", limit: "200", actual: "450", unit: "bps", subject: null },
    ]);
  });
});

describe("the market", () => {
  it.each<readonly [string, Partial<AccountConfig>, Partial<RiskContext>, readonly Denial[]]>([
    [
      "with a spread beyond the limit",
      { maxSpreadBps: 10 },
      { touch: touchRead({ bidUsd: "49949", askUsd: "50000" }) },
      [{ code: "SPREAD_TOO_WIDE", limit: "10", actual: "11", unit: "bps", subject: BTC }],
    ],
    [
      "with a spread at the limit",
      { maxSpreadBps: 10 },
      { touch: touchRead({ bidUsd: "49975", askUsd: "50025" }) },
      [],
    ],
    [
      "too far above the signal's price",
      { maxPriceDeviationBps: 50 },
      { intent: intent({ signalPriceUsd: "49750" }) },
      [{ code: "PRICE_DEVIATION_EXCEEDED", limit: "50", actual: "51", unit: "bps", subject: BTC }],
    ],
    [
      "too far below the signal's price",
      { maxPriceDeviationBps: 50 },
      { intent: intent({ signalPriceUsd: "50300" }) },
      [{ code: "PRICE_DEVIATION_EXCEEDED", limit: "50", actual: "60", unit: "bps", subject: BTC }],
    ],
    [
      "at the signal's price",
      { maxPriceDeviationBps: 1 },
      { intent: intent({ signalPriceUsd: "50000" }) },
      [],
    ],
    ["of a signal without a price", { maxPriceDeviationBps: 1 }, {}, []],
  ])("%s", (_case, config, overrides, denials) => {
    const { engine, context } = given(config, overrides);
    expect(engine.checkEntry(context)).toEqual(denials);
  });
});

describe("a session", () => {
  const session = { startedBy: "t", startedAtMs: NOW_MS - 9, horizonAtMs: null, stopLossNavUsd: null };
  it.each<
    readonly [
      string,
      Partial<typeof session> | { horizonAtMs: number } | { stopLossNavUsd: string },
      readonly Denial["code"][],
    ]
  >([
    ["before its horizon", { horizonAtMs: NOW_MS + 1 }, []],
    ["at its horizon", { horizonAtMs: NOW_MS }, ["SESSION_HORIZON_PASSED"]],
    ["above its stop-loss", { stopLossNavUsd: "99999" }, []],
    ["at its stop-loss", { stopLossNavUsd: "100000" }, ["SESSION_STOP_LOSS_REACHED"]],
  ])("%s", (_case, overrides, codes) => {
    const control = controlWith({ session: { ...session, ...overrides } });
    const { engine, context } = given({}, { control });
    expect(engine.checkEntry(context).map(({ code }) => code)).toEqual(codes);
  });
});

describe("sizing", () => {
  it("values a resting short at the ask and holds the venue's minimum against the lowest price it may get", () => {
    const [known, top] = [market(), touch({ bidUsd: "50000", askUsd: "50010" })];
    const sized = (side: Side, strategyId: string) => {
      const entry = sizeEntry(
        intent({ side, strategyId, size: { kind: "qtyBase", qtyBase: "0.1" } }),
        configWith(),
        { market: known, touch: top, nav: nav(), freeUsd: null, missingBase: null },
      );
      return [entry?.notionalUsd.toFixed(), entry?.leastNotionalUsd.toFixed()];
    };
    expect(sized("long", "patient")).toEqual(["5001", "5000"]);
    expect(sized("short", "patient")).toEqual(["5001", "5000"]);
    // One that takes is a limit order at its bound, 15 bps below what it is valued at.
    expect(sized("short", "trend")).toEqual(["5000", "4992.5"]);
  });
});

describe("the last gate of a reduction", () => {
  const held = group({ status: "ACTIVE", qtyBase: "1", averageEntryUsd: "50000" });
  const reservation = {
    groupId: "group-1",
    symbol: BTC,
    side: "sell",
    reduceOnly: true,
    qtyBase: "0.4",
    notionalUsd: "0",
  } as const;
  const { engine } = given({}, { control: controlWith({ reservations: { x: reservation } }) });
  const gate = (request: Parameters<typeof order>[0]) => engine.checkReduceOnly(order(request).request, held);

  it.each([
    ["what is held and free", { side: "sell", reduceOnly: true, qtyBase: "0.6" }, 0],
    ["more than is free", { side: "sell", reduceOnly: true, qtyBase: "0.601" }, 1],
    ["the position's own side", { side: "buy", reduceOnly: true, qtyBase: "0.1" }, 1],
    ["an order that is not reduce-only", { side: "sell", reduceOnly: false, qtyBase: "0.1" }, 1],
    ["another symbol", { side: "sell", reduceOnly: true, qtyBase: "0.1", symbol: ETH }, 1],
  ] as const)("%s", (_case, request, count) => {
    expect(gate({ request })).toHaveLength(count);
  });

  it("says what would have been too much", () => {
    expect(gate({ request: { side: "sell", reduceOnly: true, qtyBase: "2" } })).toEqual([
      { code: "REDUCE_ONLY_WOULD_INCREASE_POSITION", limit: "0.6", actual: "2", unit: "base", subject: BTC },
    ]);
  });
});

describe("whatever is held and asked for", () => {
  const amount = fc.integer({ min: 2_000, max: 20_000 }).map(String);
  const orderUsd = fc.integer({ min: 100, max: 3_000 }).map(String);
  const limits = fc.record({
    maxOrderNotionalUsd: amount,
    maxSymbolExposureUsd: amount,
    maxGrossExposureUsd: amount,
    maxNetExposureUsd: fc.option(amount),
    maxLongExposureUsd: fc.option(amount),
    maxShortExposureUsd: fc.option(amount),
    maxLeverage: fc.option(fc.constantFrom("0.01", "0.05", "0.2")),
    maxOpenGroups: fc.integer({ min: 1, max: 3 }),
    tiers: fc.option(amount).map((limit) => set([BTC, ETH], limit, 2)),
    buckets: fc.option(amount).map((limit) => set([ETH], limit, 1)),
  });
  const held = fc.record({
    btc: fc.integer({ min: 0, max: 100 }).map((units) => String(units / 1_000)),
    eth: fc.integer({ min: 0, max: 2_000 }).map((units) => String(units / 1_000)),
    btcSide: fc.constantFrom("long" as const, "short" as const),
    ethSide: fc.constantFrom("long" as const, "short" as const),
  });
  const asked = fc.record({
    symbol: fc.constantFrom(BTC, ETH),
    side: fc.constantFrom("long" as const, "short" as const),
    strategyId: fc.constantFrom("trend", "patient"),
    size: fc.oneof(
      orderUsd.map((notionalUsd) => ({ kind: "notionalUsd" as const, notionalUsd })),
      fc.integer({ min: 10, max: 300 }).map((navBps) => ({ kind: "navBps" as const, navBps })),
    ),
  });

  it("an order that is placed leaves every measure within its limit, or smaller than it was", () => {
    let placed = 0;
    fc.assert(
      fc.property(limits, held, asked, (caps, { btc, eth, btcSide, ethSide }, wanted) => {
        const control = controlWith({
          slots: { a: slot(BTC, btc, btcSide), b: slot(ETH, eth, ethSide, "patient") },
        });
        const groups = {
          a: group({ groupId: "a", symbol: BTC, side: btcSide, qtyBase: btc, status: "ACTIVE" }),
          b: group({ groupId: "b", symbol: ETH, side: ethSide, qtyBase: eth, status: "ACTIVE" }),
        };
        const markets = { [BTC]: market(), [ETH]: market({ symbol: ETH }) };
        const books = {
          control,
          groups,
          config: configWith(caps),
          nav: nav({ marks }),
          peak: peak(),
          universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets },
          venueSettings: venueSettings(),
        };
        const decision = decideIntent(
          { ...books, touch: touchRead({ ...marks[wanted.symbol] }) },
          intent(wanted),
          NOW_MS,
        );
        if (decision.kind !== "place") return;
        placed += 1;
        const before = riskEngine({ ...books, nowMs: NOW_MS });
        const after = riskEngine({ ...books, control: decision.control, nowMs: NOW_MS });
        for (const { code, subject, limit, used } of after.limits().filter((each) => each.of === "account")) {
          const was = use(before, { code, subject })?.used ?? "0";
          expect(used).not.toBeNull();
          expect(dec(used ?? "0").lte(dec(limit)) || dec(used ?? "0").lte(dec(was))).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(placed).toBeGreaterThan(20);
  });
});
