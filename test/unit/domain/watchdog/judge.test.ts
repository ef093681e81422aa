// The watchdog's judgement: what closes at once, what only reduces, and that one stale signal alone never flattens,
// whatever it is, however often it is found and whatever was latched before.
// Proves: domain/watchdog/
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlState, LatchCause, TradingState } from "#domain/documents/control.ts";
import { HEALTHY_LOOKS_TO_RESUME, judge, mayResume, recordOf, verdictOf } from "#domain/watchdog/judge.ts";
import type { Finding, StaleSource, VenueLook, WatchdogRecord, WatchdogView } from "#domain/watchdog/view.ts";
import { latchWith, mark, NOW_MS, nav } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const POSITION = { symbol: "BTCUSDT", side: "long", qtyBase: "0.1", entryPriceUsd: "50000" } as const;
const SLOT = {
  symbol: "BTCUSDT",
  side: "long",
  strategyId: "trend",
  qtyBase: "0.1",
  sinceMs: NOW_MS - 60_000,
} as const;

function look(overrides: Partial<VenueLook> = {}): VenueLook {
  return {
    atMs: NOW_MS,
    serverTimeMs: NOW_MS,
    positions: [POSITION],
    quotes: [mark({ asOfMs: NOW_MS - 100 })],
    walletUsd: "10000",
    others: [],
    ...overrides,
  };
}

function view(overrides: Partial<WatchdogView> = {}, watchdog = {}): WatchdogView {
  const config = configWith();
  return {
    look: look(),
    control: controlWith({ slots: { g1: SLOT } }),
    config: { ...config, watchdog: { ...config.watchdog, ...watchdog } },
    nav: nav(),
    navStoredAtMs: (overrides.nav === undefined ? nav() : overrides.nav)?.checkedAtMs ?? null,
    reconciledAtMs: NOW_MS - 1_000,
    orders: [],
    before: null,
    ...overrides,
  };
}

const codes = (of: WatchdogView): readonly string[] => judge(of).findings.map(({ code }) => code);
const session = (horizonAtMs: number | null, stopLossNavUsd: string | null) => ({
  startedBy: "ada",
  startedAtMs: 0,
  horizonAtMs,
  stopLossNavUsd,
});
const latched = (
  state: TradingState,
  cause: LatchCause = "watchdog",
): Pick<ControlState, "tradingState"> => ({
  tradingState: latchWith({ state, cause }),
});

describe("a healthy account", () => {
  it("has no finding and no verdict", () => {
    expect(judge(view())).toEqual({ findings: [], verdict: { kind: "none", groupIds: [] } });
  });
});

describe("what closes everything at once", () => {
  it.each([
    ["a horizon that passed long ago", session(NOW_MS - 86_400_000, null), "flatten"],
    ["the horizon, to the millisecond", session(NOW_MS, null), "flatten"],
    ["not before the horizon", session(NOW_MS + 1, null), "none"],
    ["equity at the stop-loss", session(null, "10000"), "flatten"],
    ["not above the stop-loss", session(null, "9999.9"), "none"],
  ] as const)("%s", (_case, armed, kind) => {
    const control = controlWith({ slots: { g1: SLOT }, session: armed });
    expect(judge(view({ control })).verdict.kind).toBe(kind);
  });

  it("includes the horizon of an account that holds nothing", () => {
    const control = controlWith({ session: session(NOW_MS, null) });
    expect(judge(view({ control, look: look({ positions: [] }) })).verdict.kind).toBe("flatten");
  });

  it("marks longs at the bid and shorts at the ask", () => {
    const quotes = [mark({ bidUsd: "49000", askUsd: "51000", asOfMs: NOW_MS })];
    const control = controlWith({ session: session(null, "9900") });
    for (const side of ["long", "short"] as const) {
      const positions = [{ ...POSITION, side }];
      expect(codes(view({ control, look: look({ quotes, positions }) }))).toContain("SESSION_STOPLOSS");
    }
  });

  it("counts reserves and other coins of the wallet towards equity, at the prices of the NAV", () => {
    const control = controlWith({ slots: { g1: SLOT }, session: session(null, "10000") });
    const coin = { asset: "BNB", heldIn: "wallet", priceUsd: "700", valueUsd: "700", pricedAtMs: 0 } as const;
    const config = { ...configWith(), reserves: [{ asset: "BNB", qty: "0.5" }] };
    const others = [{ asset: "BNB", qty: "0.5" }];
    const priced = nav({ assets: [{ ...coin, qty: "1" }] });
    const of = (walletUsd: string) =>
      view({ control, config, nav: priced, look: look({ walletUsd, others }) });
    expect(codes(of("9300.1"))).toEqual([]);
    expect(codes(of("9300"))).toEqual(["SESSION_STOPLOSS"]);
  });
});

describe("a price that is old or missing", () => {
  const fallen = { bidUsd: "25000", askUsd: "25001" };
  const atAge = (ageMs: number) => look({ quotes: [mark({ ...fallen, asOfMs: NOW_MS - ageMs })] });
  const losses = (of: WatchdogView): readonly string[] =>
    codes(of).filter((code) => code === "SESSION_STOPLOSS" || code === "GROUP_STOPLOSS");
  const armed = (overrides: Partial<WatchdogView>) => {
    const control = controlWith({ slots: { g1: SLOT }, session: session(null, "9000") });
    return view({ control, ...overrides }, { groupStopLossBps: 100 });
  };

  it.each([
    ["the price is as old as it may be", atAge(60_000), ["SESSION_STOPLOSS", "GROUP_STOPLOSS"]],
    ["the price is a millisecond older", atAge(60_001), []],
    ["the price is missing", look({ quotes: [] }), []],
    ["no price could be read", look({ quotes: null }), []],
    ["positions could not be read", { ...atAge(0), positions: null }, []],
    ["the wallet could not be read", { ...atAge(0), walletUsd: null, others: null }, ["GROUP_STOPLOSS"]],
  ] as const)("is no loss, of the session or of a group, when %s", (_case, seen, expected) => {
    expect(losses(armed({ look: seen }))).toEqual(expected);
  });

  it.each([
    ["no NAV", null],
    ["a NAV from before the coin came", nav({ assets: [] })],
  ])("of a coin in the wallet is no loss either: %s", (_case, known) => {
    const others = [{ asset: "BNB", qty: "2" }];
    expect(losses(armed({ look: look({ walletUsd: "8000", others }), nav: known }))).toEqual([]);
  });

  it("of one position leaves the loss of another group to be seen", () => {
    const eth = { ...SLOT, symbol: "ETHUSDT" };
    const control = controlWith({ slots: { g1: SLOT, g2: eth } });
    const positions = [POSITION, { ...POSITION, symbol: "ETHUSDT" }];
    const quotes = [
      mark({ ...fallen, asOfMs: NOW_MS - 61_000 }),
      mark({ ...fallen, symbol: "ETHUSDT", asOfMs: NOW_MS }),
    ];
    const found = judge(view({ control, look: look({ positions, quotes }) }, { groupStopLossBps: 100 }));
    expect(found.verdict).toEqual({ kind: "reduce", groupIds: ["g2"] });
  });
});

describe("a single group", () => {
  it.each([
    ["its loss is at the limit", { groupStopLossBps: 200 }, "49000", "closeGroup"],
    ["its loss is short of the limit", { groupStopLossBps: 201 }, "49000", "none"],
    ["its age is at the limit", { groupTimeLimitMs: 60_000 }, "50000", "closeGroup"],
    ["its age is short of the limit", { groupTimeLimitMs: 60_001 }, "50000", "none"],
  ] as const)("is judged when %s", (_case, watchdog, bidUsd, kind) => {
    const quotes = [mark({ bidUsd, asOfMs: NOW_MS })];
    const { verdict } = judge(view({ look: look({ quotes }) }, watchdog));
    expect(verdict).toEqual({ kind, groupIds: kind === "closeGroup" ? ["g1"] : [] });
  });

  it("stays as it is under a halt", () => {
    const control = controlWith({ slots: { g1: SLOT }, ...latched("HALTED", "operator") });
    expect(judge(view({ control }, { groupTimeLimitMs: 1 })).verdict).toEqual({
      kind: "alert",
      groupIds: [],
    });
  });
});

describe("silence while something is held", () => {
  const old = mark({ asOfMs: NOW_MS - 61_000 });
  const seen = recordOf(view({ look: look({ quotes: [old], atMs: NOW_MS - 15_000 }) }), judge(view()));
  const unresolved = { status: "SUBMIT_UNKNOWN", updatedAtMs: NOW_MS - 60_001, createdAtMs: NOW_MS - 60_001 };
  it.each([
    ["no NAV", { nav: null }, ["NAV_MISSED"]],
    ["a NAV schedule that stopped", { nav: nav({ checkedAtMs: NOW_MS - 180_001 }) }, ["NAV_MISSED"]],
    ["a NAV that its schedule wrote as stale", { nav: nav({ stale: true, asOfMs: NOW_MS - 900_000 }) }, []],
    ["an old price", { look: look({ quotes: [old] }) }, ["MARKET_DATA_STALE"]],
    ["no price", { look: look({ quotes: [] }) }, ["MARKET_DATA_STALE"]],
    [
      "a price that did not move while the venue's clock did",
      { look: look({ quotes: [old] }), before: seen },
      ["MARKET_DATA_STALE", "QUOTES_FROZEN"],
    ],
    [
      "the same, with a venue that does not answer",
      { look: look({ quotes: [old], serverTimeMs: null }), before: seen },
      ["MARKET_DATA_STALE"],
    ],
    [
      "one quiet book among moving ones",
      { look: look({ quotes: [old, mark({ symbol: "ETHUSDT", asOfMs: NOW_MS })] }), before: seen },
      ["MARKET_DATA_STALE"],
    ],
    [
      "an order that nobody moves",
      { orders: [{ ...unresolved, request: { clientOrderId: "b1" } }] },
      ["EXECUTOR_STUCK"],
    ],
    [
      "the same, with a venue that does not answer",
      { orders: [{ ...unresolved, request: { clientOrderId: "b1" } }], look: look({ serverTimeMs: null }) },
      [],
    ],
    [
      "a reconcile that stopped",
      { reconciledAtMs: NOW_MS - 180_001, before: { ...seen, exposedSinceMs: NOW_MS - 200_000 } },
      ["RECONCILE_MISSED"],
    ],
    [
      "the rare heartbeat of books that are flat while the venue holds what no group accounts for",
      {
        control: controlWith(),
        reconciledAtMs: NOW_MS - 700_000,
        before: { ...seen, exposedSinceMs: NOW_MS - 900_000 },
      },
      [],
    ],
    [
      "a reconcile that stopped while the venue holds what no group accounts for",
      {
        control: controlWith(),
        reconciledAtMs: NOW_MS - 800_000,
        before: { ...seen, exposedSinceMs: NOW_MS - 900_000 },
      },
      ["RECONCILE_MISSED"],
    ],
    [
      "a rare heartbeat from before anything was held",
      { reconciledAtMs: NOW_MS - 280_000, before: { ...seen, exposedSinceMs: NOW_MS - 10_000 } },
      [],
    ],
  ] as const)("%s", (_case, overrides, expected) => {
    expect(codes(view(overrides as unknown as Partial<WatchdogView>))).toEqual(expected);
  });

  it("is nothing to an account that holds nothing", () => {
    const control = controlWith();
    const silent = view({
      control,
      nav: null,
      reconciledAtMs: null,
      look: look({ positions: [], quotes: null }),
    });
    expect(judge(silent).findings).toEqual([]);
  });

  it("first reduces, and flattens when a second source joins at a later look", () => {
    const frozen = { look: look({ quotes: [old] }), before: seen };
    expect(judge(view(frozen)).verdict.kind).toBe("reduce");
    const reduced = controlWith({ slots: { g1: SLOT }, ...latched("REDUCING") });
    const wasStale = { ...seen, findings: judge(view(frozen)).findings };
    expect(judge(view({ ...frozen, control: reduced, before: wasStale })).verdict.kind).toBe("flatten");
  });
});

const source = fc.constantFrom<StaleSource>("nav", "marketData", "venueClock", "executor", "reconcile");
const staleOf = (from: StaleSource, subject: string): Finding => ({
  code: "MARKET_DATA_STALE",
  subject,
  message: "m",
  calls: "stale",
  source: from,
});
const state = fc.constantFrom<TradingState>("ACTIVE", "REDUCING", "HALTED");

describe("signals", () => {
  it("one alone never flattens, with however many findings, in any state, after any look", () => {
    fc.assert(
      fc.property(
        source,
        fc.array(fc.string(), { maxLength: 6 }),
        state,
        fc.array(source),
        (from, subjects, now, past) => {
          const findings = subjects.map((subject) => staleOf(from, subject));
          const before = { findings: past.map((each) => staleOf(each, "")) };
          expect(verdictOf(findings, latched(now), before).kind).not.toBe("flatten");
        },
      ),
    );
  });

  it("flatten only when two agree, after a look that had already reduced", () => {
    fc.assert(
      fc.property(fc.uniqueArray(source), state, fc.array(source), (sources, now, past) => {
        const findings = sources.map((from) => staleOf(from, ""));
        const before = { findings: past.map((each) => staleOf(each, "")) };
        const flattens = verdictOf(findings, latched(now), before).kind === "flatten";
        expect(flattens).toBe(sources.length >= 2 && now !== "ACTIVE" && past.length > 0);
      }),
    );
  });

  it("any of them keeps entries closed", () => {
    fc.assert(
      fc.property(fc.uniqueArray(source, { minLength: 1 }), (sources) => {
        const findings = sources.map((from) => staleOf(from, ""));
        expect(verdictOf(findings, latched("ACTIVE"), null).kind).toBe("reduce");
      }),
    );
  });
});

describe("the watchdog's own REDUCING", () => {
  const enough: Pick<WatchdogRecord, "healthyLooks"> = { healthyLooks: HEALTHY_LOOKS_TO_RESUME };
  it.each([
    ["ends after enough healthy looks", latched("REDUCING"), enough, true],
    ["not before", latched("REDUCING"), { healthyLooks: HEALTHY_LOOKS_TO_RESUME - 1 }, false],
    ["not when an operator paused", latched("REDUCING", "operator"), enough, false],
    ["never a halt", latched("HALTED"), enough, false],
    ["not under a drawdown's grade", { ...latched("REDUCING"), drawdownGrade: "REDUCE" }, enough, false],
    [
      "not on a day whose loss limit was reached",
      { ...latched("REDUCING"), dailyLossDay: "2026-01-02" },
      enough,
      false,
    ],
  ] as const)("%s", (_case, overrides, record, expected) => {
    expect(mayResume(controlWith(overrides as Partial<ControlState>), record, NOW_MS)).toBe(expected);
  });

  it("counts looks anew after anything stale", () => {
    const before = { ...recordOf(view(), judge(view())), healthyLooks: 3 };
    expect(recordOf(view({ before }), judge(view({ before }))).healthyLooks).toBe(4);
    const stale = view({ before, nav: null });
    expect(recordOf(stale, judge(stale)).healthyLooks).toBe(0);
  });
});
