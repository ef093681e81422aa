// An entry with a plan, and sizes that count from the account: a plan that does not fit the touch opens nothing, a size by
// risk loses no more than its share at the stop, and an entry that is fitted says to which cap.
// Proves: domain/risk/exit-levels.ts, domain/risk/exit-plan-check.ts, domain/risk/wanted-size.ts
// Proves: domain/risk/free-nav.ts, domain/decide/fit-to-caps.ts, schemas/denial.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecisionGround, decideIntent } from "#domain/decide/decide-intent.ts";
import { dec } from "#domain/decimal.ts";
import type { AccountConfig, StrategyConfig } from "#domain/documents/config.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Intent } from "#domain/documents/signal.ts";
import {
  group,
  intent,
  market,
  NOW_MS,
  nav,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const PLAN: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};
const stopAt = (bps: number): ExitPlan => ({ ...PLAN, stop: { kind: "bps", bps } });
const profitAt = (...prices: string[]): ExitPlan => ({
  ...PLAN,
  takeProfits: prices.map((priceUsd) => ({ level: { kind: "priceUsd", priceUsd }, shareBps: 100 })),
});

/** Room for everything, so that a case meets only the cap that it sets. */
function withStrategy(strategy: Partial<StrategyConfig>, config: Partial<AccountConfig> = {}): AccountConfig {
  const wide = configWith({
    maxOrderNotionalUsd: "1000000",
    maxSymbolExposureUsd: "1000000",
    maxGrossExposureUsd: "1000000",
    ...config,
  });
  const { trend } = wide.strategies;
  if (trend === undefined) throw new Error("There is no strategy");
  return { ...wide, strategies: { ...wide.strategies, trend: { ...trend, ...strategy } } };
}

function decide(config: AccountConfig, asked: Partial<Intent> = {}, ground: Partial<DecisionGround> = {}) {
  const books: DecisionGround = {
    control: controlWith(),
    config,
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    venueSettings: venueSettings(),
    groups: {},
    touch: touchRead({ bidUsd: "50000", askUsd: "50010" }),
    ...ground,
  };
  return decideIntent(books, intent(asked), NOW_MS);
}

function placed(...given: Parameters<typeof decide>) {
  const decision = decide(...given);
  if (decision.kind !== "place") throw new Error(JSON.stringify(decision));
  return decision.order;
}

const qtyOf = (...given: Parameters<typeof decide>) => placed(...given).request.qtyBase;

/** Books with half a bitcoin held long. */
function halfHeld() {
  const held = { symbol: "BTCUSDT", side: "long", strategyId: "trend", qtyBase: "0.5" } as const;
  return {
    control: controlWith({ slots: { "group-1": { ...held, sinceMs: NOW_MS } } }),
    groups: { "group-1": group({ status: "ACTIVE", qtyBase: "0.5", averageEntryUsd: "50000" }) },
  };
}

describe("an exit plan at the touch", () => {
  const invalid = (limit: string, actual: string) => ({
    kind: "deny",
    denials: expect.arrayContaining([
      { code: "EXIT_PLAN_INVALID", limit, actual, unit: "usd", subject: "BTCUSDT" },
    ]),
  });

  it.each<[string, Partial<Intent>, ReturnType<typeof invalid> | null]>([
    [
      "a stop just below the bid",
      { exits: { ...PLAN, stop: { kind: "priceUsd", priceUsd: "49999.9" } } },
      null,
    ],
    [
      "a stop at the bid, which closes a long",
      { exits: { ...PLAN, stop: { kind: "priceUsd", priceUsd: "50000" } } },
      invalid("50000", "50000"),
    ],
    [
      "a short's stop at the ask",
      { side: "short", exits: { ...PLAN, stop: { kind: "priceUsd", priceUsd: "50010" } } },
      invalid("50010", "50010"),
    ],
    ["a stop within the spread", { exits: stopAt(1) }, invalid("50000", "50004.999")],
    [
      "a stop by ATR below zero",
      { exits: { ...PLAN, stop: { kind: "distanceUsd", distanceUsd: "50010" } } },
      invalid("0", "0"),
    ],
    ["a take-profit at the entry price", { exits: profitAt("50010") }, invalid("50010", "50010")],
    ["a take-profit just above it", { exits: profitAt("50010.1") }, null],
    [
      "a short's take-profit at the bid",
      { side: "short", exits: profitAt("50000") },
      invalid("50000", "50000"),
    ],
    [
      "a short's take-profit below zero",
      {
        side: "short",
        exits: { ...PLAN, takeProfits: [{ level: { kind: "bps", bps: 10_000 }, shareBps: 100 }] },
      },
      invalid("0", "0"),
    ],
    [
      "levels of two kinds, the further one first",
      {
        exits: {
          ...PLAN,
          takeProfits: [
            { level: { kind: "bps", bps: 200 }, shareBps: 100 },
            { level: { kind: "priceUsd", priceUsd: "50500" }, shareBps: 100 },
          ],
        },
      },
      invalid("51010.2", "50500"),
    ],
    [
      "multiples of the stop's distance, in their order",
      {
        exits: {
          ...stopAt(100),
          takeProfits: [
            { level: { kind: "riskMultiple", riskMultiple: "1" }, shareBps: 100 },
            { level: { kind: "bps", bps: 101 }, shareBps: 100 },
          ],
        },
      },
      null,
    ],
  ])("%s", (_name, asked, expected) => {
    const decision = decide(withStrategy({}), asked);
    if (expected === null) expect(decision.kind).toBe("place");
    else expect(decision).toMatchObject(expected);
  });

  it("of the strategy counts where the signal has none, and a signal's own stands in its place whole", () => {
    const config = withStrategy({ exits: profitAt("40000") });
    expect(decide(config)).toMatchObject(invalid("50010", "40000"));
    expect(decide(config, { exits: stopAt(200) }).kind).toBe("place");
  });

  it("keeps no exit back", () => {
    const config = withStrategy({ exits: profitAt("40000") });
    expect(decide(config, { action: "close", side: null }, halfHeld()).kind).toBe("place");
  });

  it("stands in for the account's stop before liquidation, where the account has none", () => {
    const far = { config: withStrategy({ exits: stopAt(9_000), orderNotionalUsd: "150000" }) };
    expect(decide(far.config)).toMatchObject({ denials: [{ code: "STOP_BEYOND_LIQUIDATION" }] });
    expect(decide(withStrategy({ exits: stopAt(1_000), orderNotionalUsd: "150000" })).kind).toBe("place");
  });
});

describe("a size by risk", () => {
  const size = { kind: "riskBps", riskBps: 100 } as const;

  it("is NAV × share ÷ distance of the stop, rounded down", () => {
    // 1 % of 100,000 USD over 2 % of 50,010 USD.
    expect(qtyOf(withStrategy({}), { size, exits: stopAt(200) })).toBe("0.999");
    expect(qtyOf(withStrategy({ entryShare: size, exits: stopAt(200) }))).toBe("0.999");
  });

  it("counts from the stop that fires first: the account's own lies beneath every plan", () => {
    const { watchdog } = configWith();
    const config = withStrategy({}, { watchdog: { ...watchdog, protectiveStopBps: 100 } });
    expect(qtyOf(config, { size })).toBe("1.999");
    expect(qtyOf(config, { size, exits: stopAt(200) })).toBe("1.999");
    expect(qtyOf(config, { size, exits: stopAt(50) })).toBe("3.999");
  });

  it("is denied without any stop", () => {
    expect(decide(withStrategy({}), { size })).toMatchObject({
      denials: [{ code: "SIZE_NEEDS_STOP", limit: null, actual: null, unit: "symbol", subject: "BTCUSDT" }],
    });
  });

  it("never loses more than its share at the stop, whatever price, stop and side", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 9_000_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 2, max: 9_999 }),
        fc.constantFrom("long", "short"),
        (cents, riskBps, stopBps, side) => {
          const priceUsd = dec(`${cents}`).div(100).toFixed();
          const known = market({
            stepSizeBase: "0.00001",
            tickSizeUsd: "0.01",
            maxMarketQtyBase: "1000000000",
          });
          const ground = {
            touch: touchRead({ bidUsd: priceUsd, askUsd: priceUsd }),
            universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: known } },
          };
          const config = withStrategy(
            {},
            {
              maxOrderNotionalUsd: "1000000000000",
              maxSymbolExposureUsd: "1000000000000",
              maxGrossExposureUsd: "1000000000000",
            },
          );
          const decision = decide(
            config,
            { side, size: { kind: "riskBps", riskBps }, exits: stopAt(stopBps) },
            ground,
          );
          if (decision.kind !== "place") return;
          const lossUsd = dec(decision.order.request.qtyBase).mul(dec(priceUsd)).mul(stopBps).div(10_000);
          expect(lossUsd.lte(dec("100000").mul(riskBps).div(10_000))).toBe(true);
        },
      ),
    );
  });
});

describe("a share of what is free", () => {
  const size = { kind: "freeBps", freeBps: 1_000 } as const;
  const slot = (symbol: string, qtyBase: string) =>
    ({ symbol, side: "short", strategyId: "trend", qtyBase, sinceMs: NOW_MS }) as const;
  const marks = nav().marks;
  const eth = { symbol: "ETHUSDT", bidUsd: "2999", askUsd: "3000", asOfMs: NOW_MS - 1_000 };

  it("is one of NAV while nothing is held", () => {
    expect(qtyOf(withStrategy({}), { size })).toBe("0.199");
  });

  it("leaves out the margin of what is held, by the leverage of its symbol", () => {
    const ground = {
      control: controlWith({ slots: { other: slot("ETHUSDT", "200") } }),
      nav: nav({ marks: { ...marks, ETHUSDT: eth } }),
    };
    // 200 ETH at 3,000 USD and a leverage of 20 bind 30,000 USD; a tenth of the other 70,000 is 0.1399 BTC.
    expect(qtyOf(withStrategy({}), { size }, ground)).toBe("0.139");
  });

  it("counts what is on its way, and a symbol without a known leverage whole", () => {
    const reservation = {
      groupId: "g",
      symbol: "XRPUSDT",
      side: "buy",
      reduceOnly: false,
      qtyBase: "1",
    } as const;
    const ground = {
      control: controlWith({ reservations: { x: { ...reservation, notionalUsd: "50000" } } }),
    };
    expect(qtyOf(withStrategy({}), { size }, ground)).toBe("0.099");
  });

  it("is nothing, and denied as too small, once more is bound than NAV is worth", () => {
    const ground = {
      control: controlWith({ slots: { other: slot("ETHUSDT", "800") } }),
      nav: nav({ marks: { ...marks, ETHUSDT: eth } }),
    };
    const config = withStrategy({}, { maxGrossExposureUsd: "10000000" });
    expect(decide(config, { size }, ground)).toMatchObject({
      denials: [
        { code: "QUANTITY_BELOW_MINIMUM", limit: "0.001", actual: "0" },
        { code: "NOTIONAL_BELOW_MINIMUM" },
      ],
    });
  });

  it("is denied where something held has no price", () => {
    const ground = { control: controlWith({ slots: { other: slot("ETHUSDT", "1") } }) };
    expect(decide(withStrategy({}), { size }, ground)).toMatchObject({
      denials: [{ code: "MARK_MISSING", subject: "ETHUSDT" }],
    });
  });
});

describe("an entry over its caps", () => {
  const fits: Partial<StrategyConfig> = { fitToCaps: true, orderNotionalUsd: "50010" };

  it("is denied without fitToCaps, and made as small as the cap with it, stamped with the cap", () => {
    const caps = { maxSymbolExposureUsd: "10002" };
    expect(decide(withStrategy({ ...fits, fitToCaps: false }, caps))).toMatchObject({
      denials: [{ code: "SYMBOL_EXPOSURE_EXCEEDED" }],
    });
    const order = placed(withStrategy(fits, caps));
    expect(order.request.qtyBase).toBe("0.2");
    expect(order.basis.fitted).toEqual({
      cap: {
        code: "SYMBOL_EXPOSURE_EXCEEDED",
        limit: "10002",
        actual: "50010",
        unit: "usd",
        subject: "BTCUSDT",
      },
      wantedBase: "1",
    });
  });

  it("keeps the size that was wanted, without a stamp, while it meets none", () => {
    const order = placed(withStrategy(fits));
    expect([order.request.qtyBase, order.basis.fitted]).toEqual(["1", null]);
  });

  it.each<[string, Partial<AccountConfig>, Partial<Intent>, string, string]>([
    ["an order", { maxOrderNotionalUsd: "25005" }, {}, "NOTIONAL_EXCEEDS_MAX_PER_ORDER", "0.5"],
    ["gross exposure", { maxGrossExposureUsd: "20004" }, {}, "GROSS_EXPOSURE_EXCEEDED", "0.4"],
    ["longs", { maxLongExposureUsd: "15003" }, {}, "LONG_EXPOSURE_EXCEEDED", "0.3"],
    ["shorts", { maxShortExposureUsd: "15003" }, { side: "short" }, "SHORT_EXPOSURE_EXCEEDED", "0.3"],
    ["leverage", { maxLeverage: "0.1" }, {}, "LEVERAGE_EXCEEDED", "0.199"],
    ["net, for a long", { maxNetExposureUsd: "15003" }, {}, "NET_EXPOSURE_EXCEEDED", "0.3"],
    ["net, for a short", { maxNetExposureUsd: "15003" }, { side: "short" }, "NET_EXPOSURE_EXCEEDED", "0.3"],
    [
      "the lowest of several",
      { maxOrderNotionalUsd: "25005", maxSymbolExposureUsd: "5001", maxGrossExposureUsd: "20004" },
      {},
      "SYMBOL_EXPOSURE_EXCEEDED",
      "0.1",
    ],
  ])("is fitted to the cap of %s", (_name, caps, asked, code, qtyBase) => {
    const order = placed(withStrategy(fits, caps), asked);
    expect([order.request.qtyBase, order.basis.fitted?.cap.code]).toEqual([qtyBase, code]);
  });

  it("is fitted to the venue's largest market order", () => {
    const markets = { BTCUSDT: market({ maxMarketQtyBase: "0.25" }) };
    const order = placed(
      withStrategy(fits),
      {},
      { universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets } },
    );
    expect([order.request.qtyBase, order.basis.fitted?.cap.code]).toEqual([
      "0.25",
      "QUANTITY_EXCEEDS_MAXIMUM",
    ]);
  });

  it("is denied with the venue's minimum and its cap where too little room is left", () => {
    const decision = decide(withStrategy(fits, { maxSymbolExposureUsd: "80" }));
    expect(decision).toMatchObject({
      kind: "deny",
      denials: [
        { code: "NOTIONAL_BELOW_MINIMUM", limit: "100", actual: "50" },
        { code: "SYMBOL_EXPOSURE_EXCEEDED", limit: "80", actual: "50010" },
      ],
      basis: { fitted: { wantedBase: "1" } },
    });
  });

  it("is denied where the room is used up already, and no smaller entry would help", () => {
    const decision = decide(withStrategy(fits, { maxSymbolExposureUsd: "20000" }), {}, halfHeld());
    if (decision.kind !== "deny") throw new Error(decision.kind);
    const codes = decision.denials.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["QUANTITY_BELOW_MINIMUM", "SYMBOL_EXPOSURE_EXCEEDED"]));
  });
});
