// The watchdog's judgement: what closes at once, what only reduces, and that signs of one cause alone never flatten,
// whatever they are, however often they are found and whatever was latched before.
// Proves: domain/watchdog/
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlState, LatchCause, TradingState } from "#domain/documents/control.ts";
import { CAUSE_OF, STALE_SOURCES, type StaleSource } from "#domain/watchdog/causes.ts";
import { tellingOf, untold } from "#domain/watchdog/episodes.ts";
import { HEALTHY_LOOKS_TO_RESUME, judge, mayResume, recordOf, verdictOf } from "#domain/watchdog/judge.ts";
import type { Finding, SeenAccount, VenueLook, WatchdogRecord, WatchdogView } from "#domain/watchdog/view.ts";
import { latchWith, mark, NOW_MS, nav } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

/** Entered at 50,000; the venue's own profit is that of its mark price. */
const POSITION = {
  symbol: "BTCUSDT",
  side: "long",
  qtyBase: "0.1",
  notionalUsd: "5000",
  unrealizedPnlUsd: "0",
  entryCostUsd: "5000",
} as const;
const ETH = { ...POSITION, symbol: "ETHUSDT" };
const SLOT = {
  symbol: "BTCUSDT",
  side: "long",
  strategyId: "trend",
  qtyBase: "0.1",
  sinceMs: NOW_MS - 60_000,
} as const;

function account(overrides: Partial<SeenAccount> = {}): SeenAccount {
  return { walletUsd: "10000", others: [], positions: [POSITION], asOfMs: NOW_MS, ...overrides };
}

/** The account's positions, unless the case says otherwise. */
function look(overrides: Partial<VenueLook> = {}): VenueLook {
  const seen = overrides.account === undefined ? account() : overrides.account;
  return {
    atMs: NOW_MS,
    serverTimeMs: NOW_MS,
    clockDriftMs: 0,
    account: seen,
    positions: seen?.positions ?? null,
    quotes: [mark({ asOfMs: NOW_MS - 100 })],
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

  it("does not include a margin ratio at its limit, which people are told of", () => {
    const pool = { symbol: null, balanceUsd: "100", maintenanceUsd: "50", notionalUsd: "1000" };
    const { config } = view();
    const limited = { ...config, venueAccount: { ...config.venueAccount, maxMarginRatioBps: 5_000 } };
    const seen = view({ config: limited, look: look({ account: account({ margin: [pool] }) }) });
    expect(judge(seen)).toMatchObject({ findings: [{ code: "MARGIN_RATIO" }], verdict: { kind: "alert" } });
  });

  it("includes the horizon of an account that holds nothing", () => {
    const control = controlWith({ session: session(NOW_MS, null) });
    expect(judge(view({ control, look: look({ account: account({ positions: [] }) }) })).verdict.kind).toBe(
      "flatten",
    );
  });

  it("marks longs at the bid and shorts at the ask", () => {
    const quotes = [mark({ bidUsd: "49000", askUsd: "51000", asOfMs: NOW_MS })];
    const control = controlWith({ session: session(null, "9900") });
    for (const side of ["long", "short"] as const) {
      const seen = account({ positions: [{ ...POSITION, side }] });
      expect(codes(view({ control, look: look({ quotes, account: seen }) }))).toContain("SESSION_STOPLOSS");
    }
  });

  it("counts reserves and other coins of the wallet towards equity, at the prices of the NAV", () => {
    const control = controlWith({ slots: { g1: SLOT }, session: session(null, "10000") });
    const coin = { asset: "BNB", heldIn: "wallet", priceUsd: "700", valueUsd: "700", pricedAtMs: 0 } as const;
    const config = { ...configWith(), reserves: [{ asset: "BNB", qty: "0.5" }] };
    const others = [{ asset: "BNB", qty: "0.5" }];
    const priced = nav({ assets: [{ ...coin, qty: "1" }] });
    const of = (walletUsd: string) =>
      view({ control, config, nav: priced, look: look({ account: account({ walletUsd, others }) }) });
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
  const BOTH = ["SESSION_STOPLOSS", "GROUP_STOPLOSS"];
  /** The venue's own valuation of a fall by half. */
  const lost = account({ positions: [{ ...POSITION, notionalUsd: "2500", unrealizedPnlUsd: "-2500" }] });

  it.each([
    ["the touch is as old as it may be", atAge(60_000), BOTH],
    ["the touch is a millisecond older, and the venue sees no loss", atAge(60_001), []],
    ["the touch is old", look({ account: lost, quotes: [mark({ asOfMs: NOW_MS - 60_001 })] }), BOTH],
    ["the touch is missing", look({ account: lost, quotes: [] }), BOTH],
    ["no touch could be read", look({ account: lost, quotes: null }), BOTH],
  ] as const)(
    "silences no loss, of the session or of a group: the venue's own profit counts when %s",
    (_case, seen, expected) => {
      expect(losses(armed({ look: seen }))).toEqual(expected);
    },
  );

  it.each([
    ["no NAV", null],
    ["a NAV from before the coin came", nav({ assets: [] })],
  ])("of a coin in the wallet counts it as nothing, and silences no loss: %s", (_case, known) => {
    const seen = account({ walletUsd: "8000", others: [{ asset: "FDUSD", qty: "0.01" }] });
    expect(losses(armed({ look: look({ account: seen }), nav: known }))).toEqual(["SESSION_STOPLOSS"]);
  });

  it("of a coin is that of now, where the venue has one, before that of the NAV", () => {
    const coin = {
      asset: "BNB",
      qty: "1",
      heldIn: "wallet",
      priceUsd: "9999",
      valueUsd: "9999",
      pricedAtMs: 0,
    } as const;
    const seen = account({ walletUsd: "8000", others: [{ asset: "BNB", qty: "1" }] });
    const of = (bidUsd: string) =>
      armed({
        nav: nav({ assets: [coin] }),
        look: look({
          account: seen,
          quotes: [mark({ asOfMs: NOW_MS }), mark({ symbol: "BNBUSDT", bidUsd, asOfMs: NOW_MS })],
        }),
      });
    expect(losses(of("1000.1"))).toEqual([]);
    expect(losses(of("1000"))).toEqual(["SESSION_STOPLOSS"]);
  });

  it("of one position leaves the loss of another group to be seen", () => {
    const control = controlWith({ slots: { g1: SLOT, g2: { ...SLOT, symbol: "ETHUSDT" } } });
    const quotes = [
      mark({ ...fallen, asOfMs: NOW_MS - 61_000 }),
      mark({ ...fallen, symbol: "ETHUSDT", asOfMs: NOW_MS }),
    ];
    const seen = look({ account: account({ positions: [POSITION, ETH] }), quotes });
    const found = judge(view({ control, look: seen }, { groupStopLossBps: 100 }));
    expect(found.verdict).toEqual({ kind: "reduce", groupIds: ["g2"] });
    const stale = found.findings.filter(({ calls }) => calls === "stale");
    expect(stale).toMatchObject([{ code: "MARKET_DATA_STALE", subject: "BTCUSDT" }]);
  });

  it("is not needed for the exact cost of what is open, which rounding of an entry price would miss", () => {
    const odd = account({ positions: [{ ...POSITION, entryCostUsd: "5050.505" }] });
    const of = (groupStopLossBps: number) =>
      codes(view({ look: look({ account: odd }) }, { groupStopLossBps }));
    expect(of(99)).toEqual(["GROUP_STOPLOSS"]);
    expect(of(100)).toEqual([]);
  });
});

describe("an account that does not answer", () => {
  const heldSince = NOW_MS - 600_000;
  const record = (overrides: Partial<WatchdogRecord> = {}): WatchdogRecord => ({
    ...recordOf(view(), judge(view())),
    exposedSinceMs: heldSince,
    account: account({ walletUsd: "9300", asOfMs: NOW_MS - 15_000 }),
    ...overrides,
  });
  const silent = (overrides: Partial<VenueLook> = {}) => look({ account: null, ...overrides });
  const armed = (overrides: Partial<WatchdogView>) => {
    const control = controlWith({ slots: { g1: SLOT }, session: session(null, "9300") });
    return view({ control, before: record(), ...overrides });
  };
  const blindFor = (ageMs: number, overrides: Partial<WatchdogView> = {}) =>
    armed({ look: silent(), before: record({ blindSinceMs: NOW_MS - ageMs }), ...overrides });

  it("is judged by its last answer while the other list of positions and every touch agree with it", () => {
    const seen = silent({ positions: [POSITION] });
    expect(codes(armed({ look: seen }))).toEqual(["SESSION_STOPLOSS", "ACCOUNT_SILENT"]);
    expect(recordOf(armed({ look: seen }), judge(armed({ look: seen }))).blindSinceMs).toBeNull();
  });

  it.each([
    ["no list of positions", silent()],
    ["another quantity", silent({ positions: [{ ...POSITION, qtyBase: "0.2" }] })],
    ["the other side", silent({ positions: [{ ...POSITION, side: "short" }] })],
    ["a position more", silent({ positions: [POSITION, ETH] })],
    ["an old touch", silent({ positions: [POSITION], quotes: [mark({ asOfMs: NOW_MS - 60_001 })] })],
    ["no touch", silent({ positions: [POSITION], quotes: null })],
  ] as const)("leaves what is held unseen, from this look on: %s", (_case, seen) => {
    const of = armed({ look: seen });
    expect(codes(of)).not.toContain("SESSION_STOPLOSS");
    expect(recordOf(of, judge(of)).blindSinceMs).toBe(NOW_MS);
  });

  it("is not judged by an answer from before this was held", () => {
    const old = record({ account: account({ asOfMs: heldSince - 1 }) });
    expect(codes(armed({ look: silent({ positions: [POSITION] }), before: old }))).toEqual([
      "ACCOUNT_SILENT",
    ]);
  });

  it.each([
    ["at the limit", 180_000, "flatten"],
    ["a millisecond short of it", 179_999, "reduce"],
  ] as const)("is flattened for blindness %s", (_case, ageMs, kind) => {
    expect(judge(blindFor(ageMs)).verdict.kind).toBe(kind);
  });

  it("keeps the age of blindness over looks, and loses it with the first sight", () => {
    const on = blindFor(100_000);
    expect(recordOf(on, judge(on)).blindSinceMs).toBe(NOW_MS - 100_000);
    const seen = blindFor(100_000, { look: look() });
    expect(recordOf(seen, judge(seen)).blindSinceMs).toBeNull();
  });

  it.each([
    ["the look that stored it", NOW_MS - 195_000, NOW_MS - 200_000],
    ["the account's answer, which a look that stood still stored late", NOW_MS - 200_000, NOW_MS - 195_000],
  ] as const)("is blind since a look was due after the last sight: %s", (_case, lookedAtMs, asOfMs) => {
    const before = record({ lookedAtMs, account: account({ asOfMs }), blindSinceMs: null });
    const of = armed({ look: silent(), before });
    expect(recordOf(of, judge(of)).blindSinceMs).toBe(NOW_MS - 180_000);
    expect(judge(of).verdict.kind).toBe("flatten");
  });

  it("is blind since the last good NAV where no look is remembered", () => {
    const stale = nav({ stale: true, asOfMs: NOW_MS - 180_000 });
    expect(codes(blindFor(0, { before: null, nav: stale }))).toContain("BLIND");
    expect(codes(blindFor(0, { before: null, nav: { ...stale, stale: false } }))).not.toContain("BLIND");
  });

  it("does not count from a blindness of before the account was flat", () => {
    const flat = record({ exposedSinceMs: null, blindSinceMs: NOW_MS - 900_000 });
    expect(codes(blindFor(0, { before: flat }))).not.toContain("BLIND");
  });

  it("holds what it held, though no group accounts for it", () => {
    const control = controlWith({ session: session(null, null) });
    const of = blindFor(180_000, { control });
    expect(codes(of)).toContain("BLIND");
    expect(recordOf(of, judge(of)).exposedSinceMs).toBe(heldSince);
  });

  it("is flat where the other list of positions is empty, and the books are", () => {
    const empty = silent({ positions: [] });
    expect(codes(blindFor(900_000, { look: empty, control: controlWith() }))).toEqual([]);
    expect(codes(blindFor(900_000, { look: empty }))).toContain("BLIND");
  });

  it("is no healthy look, whatever is held", () => {
    const flat = { look: silent({ positions: [] }), control: controlWith() };
    const of = blindFor(0, { ...flat, before: record({ healthyLooks: 3 }) });
    expect(recordOf(of, judge(of)).healthyLooks).toBe(0);
  });

  const moved = account({ positions: [{ ...POSITION, unrealizedPnlUsd: "-0.1" }] });
  it.each([
    ["that moves", moved, null, ["MARKET_DATA_STALE"]],
    ["that stands still while no touch is fresh", account(), null, ["BLIND", "MARKET_DATA_STALE"]],
    ["that stands still under a fresh touch", account(), [mark({ asOfMs: NOW_MS })], []],
  ] as const)(
    "would be blind without the venue's own profit, and is seen by one %s",
    (_case, seen, quotes, expected) => {
      const before = record({ blindSinceMs: NOW_MS - 900_000 });
      expect(codes(armed({ look: look({ account: seen, quotes }), before }))).toEqual(expected);
    },
  );

  it("judges losses by a valuation that stands still, too", () => {
    const lost = account({ walletUsd: "9300" });
    const before = record({ account: lost });
    expect(codes(armed({ look: look({ account: lost, quotes: null }), before }))).toContain(
      "SESSION_STOPLOSS",
    );
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
  const heldSince = (agoMs: number) => ({ ...seen, quotes: {}, exposedSinceMs: NOW_MS - agoMs });
  const unresolved = { status: "SUBMIT_UNKNOWN", updatedAtMs: NOW_MS - 60_001, createdAtMs: NOW_MS - 60_001 };
  it.each([
    ["no NAV for longer than one may be old", { nav: null, before: heldSince(180_001) }, ["NAV_MISSED"]],
    ["no NAV yet in the first minutes of what is held", { nav: null, before: heldSince(180_000) }, []],
    ["no NAV at the first look of all", { nav: null }, []],
    ["a NAV schedule that stopped", { nav: nav({ checkedAtMs: NOW_MS - 180_001 }) }, ["NAV_MISSED"]],
    [
      "a NAV that its schedule writes as stale for longer than it may be old",
      { nav: nav({ stale: true, asOfMs: NOW_MS - 180_001 }) },
      ["NAV_STALE"],
    ],
    ["a NAV that has been stale for less", { nav: nav({ stale: true, asOfMs: NOW_MS - 180_000 }) }, []],
    ["a NAV that was never good", { nav: nav({ stale: true, asOfMs: null }) }, ["NAV_STALE"]],
    [
      "a stale NAV whose schedule stopped, as one sign",
      { nav: nav({ stale: true, asOfMs: NOW_MS - 900_000, checkedAtMs: NOW_MS - 180_001 }) },
      ["NAV_MISSED"],
    ],
    ["no prices at all", { look: look({ quotes: null }) }, ["MARKET_DATA_STALE"]],
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
      "an order that stands still",
      { orders: [{ ...unresolved, request: { clientOrderId: "b1" } }] },
      ["EXECUTOR_STUCK"],
    ],
    [
      "an old order that ended while the look read of it",
      { orders: [{ status: "ABSENT", createdAtMs: NOW_MS - 3_600_000, request: { clientOrderId: "b1" } }] },
      [],
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
      look: look({ account: account({ positions: [] }), quotes: null }),
    });
    expect(judge(silent).findings).toEqual([]);
  });

  it("first reduces, and flattens when a second cause joins at a later look", () => {
    const frozen = { look: look({ quotes: [old] }), before: seen };
    expect(judge(view(frozen)).verdict.kind).toBe("reduce");
    const reduced = controlWith({ slots: { g1: SLOT }, ...latched("REDUCING") });
    const wasStale = { ...seen, findings: judge(view(frozen)).findings };
    const later = { ...frozen, control: reduced, before: wasStale };
    expect(judge(view(later)).verdict.kind).toBe("alert");
    const stopped = nav({ checkedAtMs: NOW_MS - 180_001 });
    expect(judge(view({ ...later, nav: stopped })).verdict.kind).toBe("flatten");
  });

  it.each([
    ["one scheduler runs NAV and reconcile", ["NAV_MISSED", "RECONCILE_MISSED"]],
    [
      "one venue gives prices, their clock, the account and what NAV is made of",
      ["NAV_STALE", "ACCOUNT_SILENT", "MARKET_DATA_STALE", "QUOTES_FROZEN"],
    ],
  ] as const)("never flattens for signs that share a cause: %s", (_case, together) => {
    const findings = SIGNS.filter(({ code }) => together.some((each) => each === code));
    expect(findings).toHaveLength(together.length);
    expect(verdictOf(findings, latched("REDUCING"), { findings }).kind).toBe("alert");
  });
});

const source = fc.constantFrom<StaleSource>(...STALE_SOURCES);
const SIGNS = (
  [
    ["NAV_MISSED", "nav"],
    ["NAV_STALE", "navValues"],
    ["ACCOUNT_SILENT", "account"],
    ["MARKET_DATA_STALE", "marketData"],
    ["QUOTES_FROZEN", "venueClock"],
    ["EXECUTOR_STUCK", "executor"],
    ["RECONCILE_MISSED", "reconcile"],
  ] as const
).map(([code, from]): Finding => ({ code, subject: "", message: "m", calls: "stale", source: from }));
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

  it("flatten only when two causes agree, after a look that had already reduced", () => {
    fc.assert(
      fc.property(fc.uniqueArray(source), state, fc.array(source), (sources, now, past) => {
        const findings = sources.map((from) => staleOf(from, ""));
        const before = { findings: past.map((each) => staleOf(each, "")) };
        const flattens = verdictOf(findings, latched(now), before).kind === "flatten";
        const causes = new Set(sources.map((each) => CAUSE_OF[each]));
        expect(flattens).toBe(causes.size >= 2 && now !== "ACTIVE" && past.length > 0);
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
    const stale = view({ before, nav: nav({ checkedAtMs: NOW_MS - 180_001 }) });
    expect(recordOf(stale, judge(stale)).healthyLooks).toBe(0);
  });
});

describe("a day of looks at one fault", () => {
  const LOOK_MS = 15_000;
  const LOOKS = 86_400_000 / LOOK_MS;
  /** Alert keys of a day in which prices are missing wherever `isDown` says so. */
  function tellings(isDown: (count: number) => boolean): readonly (string | null)[] {
    const keys: (string | null)[] = [];
    let before: WatchdogRecord | null = null;
    for (let count = 0; count < LOOKS; count += 1) {
      const atMs = NOW_MS + count * LOOK_MS;
      const quotes = isDown(count) ? null : [mark({ asOfMs: atMs })];
      const fresh = { nav: nav({ checkedAtMs: atMs }), navStoredAtMs: atMs, reconciledAtMs: atMs };
      const seen = account({ positions: [{ ...POSITION, unrealizedPnlUsd: String(count) }] });
      const of: WatchdogView = view({ look: look({ atMs, quotes, account: seen }), ...fresh, before });
      const judgement = judge(of);
      const now = recordOf(of, judgement);
      keys.push(...untold(judgement.findings, before, now).map((finding) => tellingOf(finding, now)));
      before = now;
    }
    return keys;
  }

  it.each([
    ["that lasts", () => true],
    ["that flickers", (count: number) => count % 3 === 0],
  ])("%s is told of every four hours", (_case, isDown) => {
    const keys = tellings(isDown);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeLessThanOrEqual(7);
    expect(keys.length).toBeGreaterThanOrEqual(6);
  });

  it("in two parts with an hour between them is told of once for each", () => {
    expect(tellings((count) => count < 10 || (count > 250 && count < 260))).toHaveLength(2);
  });

  it("is told of once an hour where no look leaves a memory", () => {
    const hour = Math.floor(NOW_MS / 3_600_000) * 3_600_000;
    const keys = [1, 2, 3_500_000].map((afterMs) => {
      const of = view({ look: look({ atMs: hour + afterMs, quotes: null }), nav: null, navStoredAtMs: null });
      const judgement = judge(of);
      const now = recordOf(of, judgement);
      return untold(judgement.findings, null, now).map(
        (finding) => `${finding.code} ${tellingOf(finding, now)}`,
      );
    });
    expect(new Set(keys.flat().filter((key) => key.startsWith("MARKET_DATA_STALE"))).size).toBe(1);
  });
});
