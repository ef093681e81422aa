// A loss guard cannot be switched off by what is unknown: a coin without a price, an income that is not told, a price list
// that does not come. Falls are judged by the lower bound; only a rise waits.
import { describe, expect, it } from "vitest";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { latchWith } from "#test/support/factories.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const REFUSED = { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" } as const;
const nav = (world: World) => world.read<Nav>(paths.nav(ACCOUNT));
const peak = (world: World) => world.read<Peak>(paths.peak(ACCOUNT));
const control = (world: World) => world.read<ControlState>(paths.control(ACCOUNT));
const changeControl = (world: World, changes: Partial<ControlState>) => {
  const present = control(world);
  if (present === null) throw new Error("There is no control document");
  world.documents.seed(paths.control(ACCOUNT), encode({ ...present, ...changes }));
};
const codes = (world: World) => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const minutes = async (world: World, count = 1) => {
  for (let minute = 0; minute < count; minute += 1) {
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await world.tickNav();
  }
};
const DRAWDOWN = { ...configWith().drawdown, warnBps: 100, reduceBps: 200, haltBps: 300, flattenBps: 400 };
const LIMITS = {
  maxOrderNotionalUsd: "50000",
  maxSymbolExposureUsd: "90000",
  maxGrossExposureUsd: "90000",
  maxDailyLossUsd: "1000",
  drawdown: DRAWDOWN,
} as const;

/** 40,000 USD of BTC in an account of 100,000, at prices that stand still. */
async function exposed(config: Partial<AccountConfig> = {}): Promise<World> {
  const world = await createWorld({ config: { ...LIMITS, ...config } });
  world.exchange.admin("pause");
  const size = { kind: "notionalUsd", notionalUsd: "40000" } as const;
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { size })));
  await minutes(world);
  return world;
}

/** About 12 % of the account. */
const fall = (world: World) => world.exchange.admin("jump", { percent: -30, symbol: "BTCUSDT" });
const fee = (world: World) => world.exchange.admin("income", { incomeType: "FUNDING_FEE", lossUsd: "1" });

const CAUSES: Readonly<Record<string, (world: World) => void>> = {
  "a coin without a market arrives": (world) =>
    world.exchange.admin("deposit", { asset: "FDUSD", qty: "0.01" }),
  "a large coin without a market arrives": (world) =>
    world.exchange.admin("deposit", { asset: "FDUSD", qty: "5000" }),
  "the income is refused": (world) => {
    fee(world);
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*/income" } });
  },
  "the wallet moves and no income says why": (world) => {
    const account = world.exchange.engine.state.accounts.get("local");
    if (account === undefined) throw new Error("There is no account");
    account.walletUsdE8 -= 100_000_000n;
  },
  "the income cannot be read": (world) => {
    fee(world);
    world.exchange.addFault({
      effect: { kind: "body", when: "after", content: "empty" },
      match: { path: ".*/income" },
    });
  },
  "the price list is refused": (world) =>
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*bookTicker" } }),
  "the held symbol's row is odd": (world) =>
    world.exchange.addFault({
      effect: { kind: "row", symbol: "BTCUSDT", how: "odd" },
      match: { path: ".*bookTicker" },
    }),
  "another symbol's row is odd": (world) =>
    world.exchange.addFault({
      effect: { kind: "row", symbol: "SOLUSDT", how: "empty" },
      match: { path: ".*bookTicker" },
    }),
  "prices stand still": (world) =>
    world.exchange.addFault({ effect: { kind: "stale" }, match: { path: ".*bookTicker" } }),
};

describe("a loss is judged within its minutes", () => {
  it.each(Object.keys(CAUSES))("while %s: grade, daily loss, and everything is closed", async (name) => {
    const world = await exposed();
    CAUSES[name]?.(world);
    await minutes(world);
    fall(world);
    // As long as a price may be taken for one of now.
    await minutes(world, 4);
    expect(control(world)).toMatchObject({ drawdownGrade: "FLATTEN", tradingState: { state: "HALTED" } });
    expect(control(world)?.flatten).not.toBeNull();
    expect(control(world)?.dailyLossDay).not.toBeNull();
    expect(codes(world)).toEqual(expect.arrayContaining(["DRAWDOWN_FLATTEN", "DAILY_LOSS"]));
  });

  it("also where the account is worth nothing any more", async () => {
    const world = await exposed({ maxDailyLossUsd: null });
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd: "100000" });
    fall(world);
    await minutes(world);
    expect(Number(nav(world)?.navUsd)).toBeLessThanOrEqual(0);
    expect(control(world)).toMatchObject({ drawdownGrade: "FLATTEN" });
    expect(peak(world)?.drawdownBps).toBe(10_000);
  });

  it("and is not softened by what is unknown afterwards: nothing loosens on a lower bound", async () => {
    const world = await exposed({
      drawdown: { ...DRAWDOWN, haltBps: null, flattenBps: null, resumeAfterMs: 1 },
    });
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*bookTicker" } });
    fall(world);
    await minutes(world);
    expect(control(world)).toMatchObject({ drawdownGrade: "REDUCE", tradingState: { state: "REDUCING" } });
    world.exchange.admin("jump", { percent: 50, symbol: "BTCUSDT" });
    await minutes(world, 3);
    expect(control(world)).toMatchObject({ drawdownGrade: "REDUCE", tradingState: { state: "REDUCING" } });
    const worst = peak(world)?.drawdownBps ?? 0;
    expect(worst).toBeGreaterThan(1_000);
    world.exchange.clearFaults();
    await minutes(world);
    expect(peak(world)?.drawdownBps).toBeLessThan(100);
  });
});

describe("money that came or went, and was not told", () => {
  it.each([
    ["withdraw", "50000"],
    ["deposit", "50000"],
  ] as const)("a %s is neither loss nor profit while the income is refused", async (kind, amountUsd) => {
    const world = await exposed();
    const before = peak(world)?.drawdownBps ?? 0;
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*/income" } });
    world.exchange.admin(kind, { amountUsd });
    await minutes(world, 2);
    expect(peak(world)?.drawdownBps).toBe(before);
    world.exchange.clearFaults();
    await minutes(world, 2);
    expect(peak(world)?.drawdownBps).toBe(before);
    expect(control(world)?.tradingState.state).toBe("ACTIVE");
  });

  it("counts as a loss once it has gone for longer than income may lag, and is a transfer once it is told", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*/income" } });
    world.exchange.admin("withdraw", { amountUsd: "50000" });
    await minutes(world, 5);
    expect(peak(world)?.drawdownBps).toBeGreaterThan(4_900);
    world.exchange.clearFaults();
    await minutes(world, 2);
    expect(peak(world)?.drawdownBps).toBeLessThan(10);
  });

  it("does not hide a fall of prices in the same minutes", async () => {
    const world = await exposed();
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*/income" } });
    world.exchange.admin("deposit", { amountUsd: "100000" });
    fall(world);
    await minutes(world);
    expect(control(world)?.drawdownGrade).toBe("FLATTEN");
  });
});

describe("more income than one reading takes", () => {
  it("is read on from where it was cut off, and the fall does not wait for it", async () => {
    const world = await exposed();
    const { incomes } = world.exchange.engine.state;
    const account = world.exchange.engine.state.accounts.get("local");
    const last = incomes.at(-1);
    if (account === undefined || last === undefined) throw new Error("There is no account");
    const sinceMs = world.clock.nowMs();
    for (let row = 0; row < 25_000; row += 1) {
      const timeMs = sinceMs + Math.floor(row / 10);
      incomes.push({ ...last, tranId: 1_000_000 + row, type: "COMMISSION", amountE8: -100_000n, timeMs });
    }
    account.walletUsdE8 -= 25_000n * 100_000n;
    await minutes(world);
    expect(nav(world)).toMatchObject({ stale: false });
    const caughtUp = peak(world)?.ledger.cursorMs ?? 0;
    expect(caughtUp).toBeGreaterThan(sinceMs);
    fall(world);
    await minutes(world, 2);
    expect(control(world)?.drawdownGrade).toBe("FLATTEN");
    expect(nav(world)?.unexplained).toBeNull();
    expect(peak(world)).toMatchObject({ total: { feesUsd: expect.stringMatching(/^-4\d\./) } });
    expect(codes(world)).not.toContain("WALLET_UNEXPLAINED");
  });
});

describe("a coin that the venue has no market for", () => {
  it("is dust below the bound: it counts as nothing and raises nothing", async () => {
    const world = await exposed({ coinDustUsd: "1" });
    world.exchange.admin("deposit", { asset: "FDUSD", qty: "0.01" });
    await minutes(world, 5);
    expect(nav(world)).toMatchObject({ stale: false, assets: [], unexplained: null });
    expect(codes(world)).toEqual([]);
  });

  it("is told of once above it, and blocks neither NAV nor peak", async () => {
    const world = await exposed({ coinDustUsd: "1" });
    world.exchange.admin("deposit", { asset: "FDUSD", qty: "5000" });
    await minutes(world, 5);
    expect(nav(world)).toMatchObject({ stale: false, unexplained: null });
    expect(nav(world)?.bound?.coins).toMatchObject([{ asset: "FDUSD", counts: "nothing", priceUsd: null }]);
    expect(peak(world)?.asOfMs).toBeGreaterThan(world.clock.nowMs() - 6 * MINUTE_MS);
    expect(codes(world)).toEqual(["COIN_UNPRICED"]);
  });

  it("that gets one later is a transfer, not a profit", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    const fault = world.exchange.addFault({
      effect: { kind: "row", symbol: "BNBUSDT", how: "missing" },
      match: { path: ".*bookTicker" },
    });
    fall(world);
    world.exchange.admin("deposit", { asset: "BNB", qty: "50" });
    await minutes(world);
    const before = peak(world)?.drawdownBps;
    world.exchange.clearFaults(fault.id);
    await minutes(world, 6);
    expect(nav(world)).toMatchObject({ stale: false, assets: [{ asset: "BNB" }] });
    expect(Math.abs((peak(world)?.drawdownBps ?? 0) - (before ?? 0))).toBeLessThanOrEqual(1);
  });

  it("that the run's price list lacks is not priced by a later question: that would be a NAV of two moments", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    world.exchange.admin("deposit", { asset: "BNB", qty: "50" });
    world.exchange.addFault({
      effect: { kind: "row", symbol: "BNBUSDT", how: "missing" },
      match: { path: ".*bookTicker" },
      count: 1,
    });
    // The wallet moves too, so the run asks for the income, which tells of the coin.
    fee(world);
    await minutes(world);
    expect(nav(world)).toMatchObject({ assets: [], bound: { coins: [{ asset: "BNB", priceUsd: null }] } });
    await minutes(world);
    expect(nav(world)).toMatchObject({ stale: false, assets: [{ asset: "BNB" }] });
  });

  it("that had one counts at its last price and makes the NAV stale, and after an hour as nothing", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    world.exchange.admin("deposit", { asset: "BNB", qty: "50" });
    await minutes(world, 2);
    const good = nav(world);
    expect(good).toMatchObject({ stale: false, assets: [{ asset: "BNB" }] });
    world.exchange.addFault({
      effect: { kind: "row", symbol: "BNBUSDT", how: "missing" },
      match: { path: ".*bookTicker" },
    });
    await minutes(world);
    expect(nav(world)).toMatchObject({
      stale: true,
      navUsd: good?.navUsd,
      sources: { fx: { ok: false, error: "No fresh price for BNB" } },
      bound: { usd: good?.navUsd, coins: [{ asset: "BNB", counts: "lastPrice" }] },
    });
    await minutes(world, 61);
    expect(nav(world)).toMatchObject({ stale: false, assets: [] });
    expect(codes(world)).toContain("COIN_UNPRICED");
  });
});

describe("the config in force", () => {
  it("acts on drawdown and the day's loss with the next run, whatever the minute", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    fall(world);
    await minutes(world);
    expect(control(world)).toMatchObject({ drawdownGrade: "NONE", tradingState: { state: "ACTIVE" } });
    for (let minute = 0; minute < 4; minute += 1) {
      const version = 2 + minute;
      const haltBps = 300 - minute;
      const config = configWith({ ...LIMITS, version, drawdown: { ...DRAWDOWN, haltBps, flattenBps: null } });
      world.documents.seed(paths.config(ACCOUNT), encode(config));
      changeControl(world, {
        configVersion: version,
        drawdownGrade: "NONE",
        drawdownBaselineId: null,
        dailyLossDay: null,
      });
      await minutes(world);
      expect(control(world), `minute ${minute}`).toMatchObject({ drawdownGrade: "HALT" });
      expect(control(world)?.dailyLossDay).not.toBeNull();
    }
  });

  it("is not what somebody put into config/current: the version that control names judges", async () => {
    const world = await exposed();
    const loose = configWith({ version: 9, drawdown: configWith().drawdown });
    world.documents.seed(paths.configVersion(ACCOUNT, 1), encode(configWith(LIMITS)));
    world.documents.seed(paths.config(ACCOUNT), encode(loose));
    fall(world);
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(world.instance("schedules"), profile);
    expect(control(world)?.drawdownGrade).toBe("FLATTEN");
  });

  it("is asked for also where the account does not answer", async () => {
    const world = await exposed({ drawdown: configWith().drawdown, maxDailyLossUsd: null });
    fall(world);
    await minutes(world);
    world.exchange.addFault({ effect: REFUSED });
    world.documents.seed(paths.config(ACCOUNT), encode(configWith({ ...LIMITS, version: 2 })));
    changeControl(world, { configVersion: 2 });
    await minutes(world);
    expect(control(world)?.drawdownGrade).toBe("FLATTEN");
  });
});

describe("a flatten by drawdown that an operator resumed", () => {
  it("is not repeated for the same drawdown, and is for as deep a fall again", async () => {
    const world = await exposed({ maxDailyLossUsd: null });
    fall(world);
    await minutes(world);
    expect(control(world)?.drawdownGrade).toBe("FLATTEN");
    const resumedAtBps = peak(world)?.drawdownBps ?? 0;
    changeControl(world, { flatten: null, drawdownAcknowledgedBps: resumedAtBps, tradingState: latchWith() });
    await minutes(world, 3);
    expect(control(world)).toMatchObject({ flatten: null, tradingState: { state: "ACTIVE" } });
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd: "4000" });
    await minutes(world);
    expect(control(world)).toMatchObject({
      drawdownAcknowledgedBps: null,
      tradingState: { state: "HALTED" },
    });
    expect(control(world)?.flatten).not.toBeNull();
    expect(codes(world)).toContain("DRAWDOWN_FLATTEN_AGAIN");
  });
});

describe("what made a NAV stale", () => {
  it("is told of for each set of sources that fails, also within the hour", async () => {
    const world = await exposed();
    const prices = world.exchange.addFault({ effect: REFUSED, match: { path: ".*bookTicker" } });
    await minutes(world, 2);
    world.exchange.clearFaults(prices.id);
    world.exchange.addFault({ effect: REFUSED, match: { path: ".*account" } });
    await minutes(world, 2);
    expect(codes(world)).toEqual(["NAV_STALE", "NAV_STALE"]);
  });
});

describe("an order by hand", () => {
  it("does not unsettle a NAV beyond its own minute", async () => {
    const world = await exposed();
    orderByHand(world, { symbol: "ETHUSDT", side: "BUY", type: "MARKET", quantity: "1" });
    await minutes(world);
    expect(nav(world)).toMatchObject({
      stale: false,
      positions: [{ symbol: "BTCUSDT" }, { symbol: "ETHUSDT" }],
    });
  });
});
