// A withdrawal is no drawdown, and a drawdown shows through a deposit. A lost peak is rebuilt from its own
// baseline and says so. An unexplained change counts as a loss, never as a profit.
import { beforeEach, describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, Quarantined } from "#domain/documents/records.ts";
import { INCOME_LAG_LIMIT_MS } from "#domain/nav/peak.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import { ACCOUNT, createWorld, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const nav = () => world.read<Nav>(paths.nav(ACCOUNT));
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const peak = () => world.read<Peak>(paths.peak(ACCOUNT));
const codes = () => world.under<Alert>(`accounts/${ACCOUNT}/alerts`).map(({ code }) => code);
const lose = (lossUsd: string) => world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd });
const minutes = async (count = 1) => {
  for (let minute = 0; minute < count; minute++) {
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await world.tickNav();
  }
};
/** Changes the wallet's balance without an income that would explain it. */
const changeSilently = (amountUsd: string) => {
  const account = world.exchange.engine.state.accounts.get("local");
  if (account === undefined) throw new Error("There is no account");
  account.walletUsdE8 += BigInt(dec(amountUsd).mul("100000000").toFixed());
};
const incomeRequests = () => world.requests.filter((request) => request.endsWith("/income")).length;

describe("money that comes and goes", () => {
  it.each([
    ["withdraw", "45000", "52631.57894737"],
    ["deposit", "95000", "200000"],
  ] as const)(
    "a %s of %s USD changes neither drawdown nor the day's result",
    async (kind, amountUsd, peakUsd) => {
      lose("5000");
      await minutes();
      const before = peak();
      expect(before).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000" });
      world.exchange.admin(kind, { amountUsd });
      await minutes();
      expect(peak()).toMatchObject({
        baselineId: before?.baselineId,
        drawdownBps: 500,
        dayPnlUsd: "-5000",
        adjustments: [{ amountUsd: kind === "deposit" ? amountUsd : `-${amountUsd}` }],
      });
      expect(Number(peak()?.peakUsd)).toBeCloseTo(Number(peakUsd), 6);
      expect(codes()).toEqual(["BASELINE_ADJUSTED"]);
    },
  );

  it("in another asset counts at the venue's own bid", async () => {
    world.exchange.admin("deposit", { asset: "BNB", qty: "10" });
    await minutes();
    const [held] = nav()?.assets ?? [];
    expect(held).toMatchObject({ asset: "BNB", qty: "10", heldIn: "wallet" });
    expect(held?.priceUsd).toBe(nav()?.marks.BNBUSDT?.bidUsd);
    expect(nav()?.navUsd).toBe(decimalString(dec("100000").plus(dec(held?.valueUsd ?? ""))));
    expect(peak()).toMatchObject({ drawdownBps: 0, dayPnlUsd: "0" });
  });

  it.each([
    ["with nothing left", "99999", "5000"],
    ["below zero", "100400", "5000"],
  ])(
    "into an account %s hides no loss: its grade acts, and only a person ends that",
    async (_what, lossUsd, depositUsd) => {
      world = await createWorld({ config: { drawdown: { ...NO_DRAWDOWN_GRADES, haltBps: 5_000 } } });
      const before = peak();
      lose(lossUsd);
      world.exchange.admin("deposit", { amountUsd: depositUsd });
      await minutes();
      expect(peak()?.baselineId).not.toBe(before?.baselineId);
      expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "drawdown" });
      expect(codes()).toContain("BASELINE_BEGUN");
      await minutes(5);
      expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "drawdown" });
      expect(peak()).toMatchObject({ drawdownBps: 0, dayPnlUsd: `-${lossUsd}` });
    },
  );

  it("into an account that lost all is judged also when the run dies before it is stored", async () => {
    world = await createWorld({ config: { drawdown: { ...NO_DRAWDOWN_GRADES, haltBps: 5_000 } } });
    lose("100400");
    world.exchange.admin("deposit", { amountUsd: "5000" });
    const { documents } = world;
    documents.interceptor = {
      async before(call) {
        const isPeak = call.kind === "commit" && call.writes.some(({ path }) => path === paths.peak(ACCOUNT));
        if (isPeak) throw new Error("the process died");
      },
    };
    await expect(minutes()).rejects.toThrow("the process died");
    documents.interceptor = null;
    await minutes();
    expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "drawdown" });
    expect(peak()).toMatchObject({ peakUsd: "4600" });
  });

  it("into an empty account begins a new baseline", async () => {
    const before = peak();
    world.exchange.admin("withdraw", { amountUsd: "100000" });
    await minutes();
    expect(nav()).toMatchObject({ navUsd: "0", stale: false });
    expect(peak()).toEqual(before);
    world.exchange.admin("deposit", { amountUsd: "500" });
    await minutes();
    expect(peak()).toMatchObject({ peakUsd: "500", drawdownBps: 0 });
  });

  it("is told from profit, fees and funding in the sums of the day", async () => {
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", gainUsd: "120.5" });
    world.exchange.admin("income", { incomeType: "COMMISSION", lossUsd: "3.25" });
    world.exchange.admin("income", { incomeType: "FUNDING_FEE", lossUsd: "1.125" });
    world.exchange.admin("deposit", { amountUsd: "1000" });
    await minutes();
    const sums = { realizedUsd: "120.5", feesUsd: "-3.25", fundingUsd: "-1.125", transfersUsd: "1000" };
    expect(peak()).toMatchObject({ total: sums, dayPnlUsd: "116.125" });
    // The day's also has what came in before the baseline began.
    const ofDay = { ...sums, transfersUsd: "101000" };
    expect(peak()?.today).toMatchObject(ofDay);
    await minutes();
    expect(peak()?.today).toMatchObject(ofDay);
  });

  it("is asked for in the minute when a balance moved, and once in five however still it stands", async () => {
    await minutes(10);
    expect(incomeRequests()).toBe(2);
    lose("1");
    await minutes();
    const moved = incomeRequests();
    expect(moved).toBeGreaterThan(2);
    await minutes(5);
    expect(incomeRequests()).toBe(moved + 1);
  });
});

describe("a loss that a deposit of the same amount made good between two looks", () => {
  it("is a drawdown and a loss of the day within five minutes, though the wallet is as it was", async () => {
    lose("5000");
    world.exchange.admin("deposit", { amountUsd: "5000" });
    await minutes(5);
    expect(nav()).toMatchObject({ navUsd: "100000", unexplained: null });
    expect(peak()).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000" });
  });

  it("ends the baseline where it was a loss of everything", async () => {
    const before = peak();
    lose("100000");
    world.exchange.admin("deposit", { amountUsd: "100000" });
    await minutes(5);
    expect(peak()?.baselineId).not.toBe(before?.baselineId);
    expect(peak()).toMatchObject({ peakUsd: "100000", dayPnlUsd: "-100000" });
    expect(codes()).toContain("BASELINE_BEGUN");
  });

  it("is found in the next minute where the income was refused when it was looked for", async () => {
    world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
      match: { path: ".*/income" },
    });
    lose("5000");
    world.exchange.admin("deposit", { amountUsd: "5000" });
    await minutes(7);
    expect(nav()).toMatchObject({ stale: true });
    world.exchange.clearFaults();
    await minutes();
    expect(nav()).toMatchObject({ stale: false });
    expect(peak()).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000" });
  });
});

describe("reserves", () => {
  const withReserve = (asset: string, qty: string) => {
    const stored = world.read<Record<string, never>>(paths.config(ACCOUNT)) ?? {};
    world.documents.seed(paths.config(ACCOUNT), { ...stored, reserves: [{ asset, qty }] });
  };

  it("count at the venue's bid, and changing them is a transfer, not a profit", async () => {
    withReserve("BTC", "2");
    await writeNav(world.instance("schedules"), profile);
    const [held] = nav()?.assets ?? [];
    expect(held).toMatchObject({
      asset: "BTC",
      qty: "2",
      heldIn: "reserve",
      priceUsd: nav()?.marks.BTCUSDT?.bidUsd,
    });
    expect(peak()).toMatchObject({
      drawdownBps: 0,
      dayPnlUsd: "0",
      adjustments: [{ adjustmentId: "reserves-v1" }],
    });
  });

  it("that never had a price count as nothing, and people are told", async () => {
    const good = nav();
    withReserve("NOCOIN", "5");
    await writeNav(world.instance("schedules"), profile);
    expect(nav()).toMatchObject({ stale: false, navUsd: good?.navUsd, assets: [] });
    expect(codes()).toEqual(["COIN_UNPRICED"]);
  });
});

describe("a wallet that nothing explains", () => {
  it("holds judgement while the venue's income may lag, and is then a loss", async () => {
    changeSilently("-2000");
    await minutes();
    expect(peak()?.drawdownBps).toBe(0);
    expect(nav()).toMatchObject({ stale: false, unexplained: { amountUsd: "-2000" } });
    await minutes(INCOME_LAG_LIMIT_MS / MINUTE_MS);
    expect(peak()).toMatchObject({ drawdownBps: 200, dayPnlUsd: "-2000" });
    expect(nav()?.unexplained).toBeNull();
    expect(codes()).toContain("WALLET_UNEXPLAINED");
  });

  it("that grew is a transfer, not a profit: it hides no drawdown", async () => {
    lose("10000");
    await minutes();
    changeSilently("90000");
    await minutes(1 + INCOME_LAG_LIMIT_MS / MINUTE_MS);
    expect(peak()).toMatchObject({ drawdownBps: 1_000, dayPnlUsd: "-10000" });
  });

  it("is explained as soon as the income arrives, however late within its limit", async () => {
    world.exchange.addFault({ effect: { kind: "stale" }, match: { path: ".*/income" } });
    await minutes();
    world.exchange.admin("withdraw", { amountUsd: "50000" });
    await minutes();
    world.exchange.clearFaults();
    await minutes();
    expect(peak()).toMatchObject({ drawdownBps: 0, dayPnlUsd: "0" });
  });

  it("makes the NAV stale when the income cannot be asked for", async () => {
    world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
      match: { path: ".*/income" },
    });
    lose("10");
    await minutes();
    expect(nav()).toMatchObject({
      stale: true,
      navUsd: "100000",
      sources: { fees: { ok: false }, funding: { ok: false }, balances: { ok: true } },
    });
  });
});

describe("a lost peak", () => {
  const restart = async () => {
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(world.instance("schedules"), profile);
  };
  const losePeak = () => world.documents.commit([{ op: "delete", path: paths.peak(ACCOUNT) }]);

  it("keeps its drawdown over a withdrawal in its series", async () => {
    lose("5000");
    await minutes(6);
    world.exchange.admin("withdraw", { amountUsd: "45000" });
    await minutes(2);
    await losePeak();
    await restart();
    expect(peak()).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000", source: { kind: "navSeries" } });
  });

  it("keeps it over a withdrawal while it was lost", async () => {
    lose("5000");
    await minutes(6);
    await losePeak();
    world.clock.setMs(world.clock.nowMs() + 1_000);
    world.exchange.admin("withdraw", { amountUsd: "45000" });
    await restart();
    expect(peak()).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000" });
  });

  it("is rebuilt over one transfer before it was lost and another since, whatever their shares of the NAV", async () => {
    lose("5000.12345678");
    await minutes(6);
    world.exchange.admin("deposit", { amountUsd: "10000" });
    await minutes(2);
    await losePeak();
    world.clock.setMs(world.clock.nowMs() + 1_000);
    world.exchange.admin("deposit", { amountUsd: "50000" });
    await restart();
    expect(peak()).toMatchObject({ drawdownBps: 501, dayPnlUsd: "-5000.12345678" });
    expect(peak()?.peakUsd).toMatch(/^\d+\.\d{1,8}$/);
  });

  it("is rebuilt from the venue's income where there is no series", async () => {
    lose("8000");
    await minutes();
    const stored = world.read<Record<string, never>>(paths.nav(ACCOUNT)) ?? {};
    world.documents.seed(paths.nav(ACCOUNT), { ...stored, recent: [] as never });
    const [day] = world.under<NavSeries>(`accounts/${ACCOUNT}/navSeries`);
    if (day !== undefined)
      await world.documents.commit([{ op: "delete", path: paths.navSeries(ACCOUNT, day.day) }]);
    await losePeak();
    await restart();
    expect(peak()).toMatchObject({ peakUsd: "100000", drawdownBps: 800, source: { kind: "income" } });
    expect(codes()).toContain("PEAK_REBUILT");
  });

  it("takes no sample of another baseline", async () => {
    await minutes(6);
    world.exchange.admin("withdraw", { amountUsd: "100000" });
    await minutes();
    world.exchange.admin("deposit", { amountUsd: "500" });
    await minutes();
    await losePeak();
    await restart();
    expect(peak()).toMatchObject({ peakUsd: "500", drawdownBps: 0 });
  });

  it("of another baseline than the NAV is not judged on, but kept as evidence and rebuilt", async () => {
    const real = peak();
    await minutes(6);
    world.documents.seed(paths.peak(ACCOUNT), {
      ...(real as unknown as Record<string, never>),
      baselineId: "baseline-1",
      peakUsd: "900000",
    });
    await restart();
    expect(peak()).toMatchObject({ baselineId: real?.baselineId, peakUsd: "100000", drawdownBps: 0 });
    const [evidence] = world.under<Quarantined>("quarantine");
    expect(evidence).toMatchObject({ code: "PEAK_UNUSABLE", accountId: ACCOUNT });
    expect(evidence?.body).toContain("900000");
  });

  it("that cannot be read is kept as evidence and rebuilt, with an alert", async () => {
    lose("5000");
    await minutes(6);
    world.documents.seed(paths.peak(ACCOUNT), { peakUsd: 12 });
    await restart();
    expect(peak()).toMatchObject({ peakUsd: "100000", drawdownBps: 500 });
    expect(world.under<Quarantined>("quarantine")[0]?.body).toContain('"peakUsd":12');
    expect(world.under<Alert>(`accounts/${ACCOUNT}/alerts`)).toContainEqual(
      expect.objectContaining({ code: "PEAK_REBUILT", severity: "critical" }),
    );
  });

  it("that cannot be rebuilt stays missing, with an alert, and the NAV goes on", async () => {
    await minutes(6);
    const [day] = world.under<NavSeries>(`accounts/${ACCOUNT}/navSeries`);
    world.documents.seed(paths.navSeries(ACCOUNT, day?.day ?? ""), { broken: true });
    await losePeak();
    await restart();
    expect(peak()).toBeNull();
    expect(nav()).toMatchObject({ stale: false, asOfMs: world.clock.nowMs() });
    expect(codes()).toEqual(["PEAK_MISSING"]);
  });
});

describe("an instance whose memory is of before", () => {
  const asOperator = (): Promise<unknown> => {
    const state = {
      ...control()?.tradingState,
      state: "ACTIVE",
      cause: "operator",
      atMs: world.clock.nowMs(),
    };
    const changes = { tradingState: state as never };
    return world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes }]);
  };

  it("acts on no loss of a baseline that others have ended, and that a person has dealt with", async () => {
    world = await createWorld({ config: { drawdown: { ...NO_DRAWDOWN_GRADES, haltBps: 5_000 } } });
    const old = world.instance("schedules");
    await writeNav(old, profile);
    lose("100400");
    world.exchange.admin("deposit", { amountUsd: "5000" });
    await minutes(2);
    expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "drawdown" });
    const { baselineId } = peak() ?? {};
    await asOperator();
    await minutes(5);
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(old, profile);
    expect(control()).toMatchObject({ drawdownGrade: "NONE", tradingState: { state: "ACTIVE" } });
    expect(peak()).toMatchObject({ baselineId });
  });

  it("tells of no stale peak that others judge every minute", async () => {
    const old = world.instance("schedules");
    await writeNav(old, profile);
    await minutes(20);
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(old, profile);
    expect(codes()).toEqual([]);
  });
});

describe("a peak that stood still", () => {
  it("is told of, and takes in the high that was missed", async () => {
    world.clock.setMs(world.clock.nowMs() + 20 * MINUTE_MS);
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", gainUsd: "25000" });
    world.clock.setMs(world.clock.nowMs() + 20 * MINUTE_MS);
    lose("25000");
    await minutes();
    expect(codes()).toEqual(["PEAK_STALE"]);
    expect(peak()).toMatchObject({ peakUsd: "125000", drawdownBps: 2_000 });
  });
});
