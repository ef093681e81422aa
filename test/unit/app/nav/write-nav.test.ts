// Guarantees of NAV, peak and series: good values are never replaced by zero or by what a failed source left.
// Proves: app/nav/, domain/nav/, schemas/nav.ts, adapters/ccxt/binance-tops.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import { utcDay } from "#domain/nav/nav-book.ts";
import { MIN_NAV_AGE_LIMIT_MS, MIN_PEAK_AGE_LIMIT_MS } from "#domain/nav/nav-cadence.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { failAlertOnce } from "#test/support/store-faults.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const nav = () => world.read<Nav>(paths.nav(ACCOUNT));
const peak = () => world.read<Peak>(paths.peak(ACCOUNT));
const lose = (lossUsd: string) => world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd });
const nextMinute = () => world.clock.setMs(world.clock.nowMs() + MINUTE_MS);

describe("NAV", () => {
  it("is the wallet plus positions at the side of the book that they would close at", async () => {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    nextMinute();
    await world.tickNav();
    const [position] = nav()?.positions ?? [];
    const mark = nav()?.marks.BTCUSDT;
    expect(position).toMatchObject({ symbol: "BTCUSDT", side: "long", markUsd: mark?.bidUsd });
    const sum = Number(nav()?.walletUsd) + Number(nav()?.unrealizedPnlUsd);
    expect(Number(nav()?.navUsd)).toBeCloseTo(sum, 6);
  });

  it("carries the margin of what is held, as the venue has it, and its distance to liquidation", async () => {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    nextMinute();
    await world.tickNav();
    const [pool] = nav()?.margin ?? [];
    const { maintenanceUsd, balanceUsd, ratioBps, roomBps } = pool ?? {};
    expect(Number(maintenanceUsd)).toBeGreaterThan(0);
    expect(ratioBps).toBe(Math.ceil((10_000 * Number(maintenanceUsd)) / Number(balanceUsd)));
    expect(roomBps).toBeGreaterThan(0);
  });

  it.each([".*/account", ".*bookTicker"])(
    "keeps the last good value, dated and marked stale, when %s fails",
    async (path) => {
      const good = nav();
      world.exchange.addFault({
        effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
        match: { path },
      });
      nextMinute();
      await world.tickNav();
      expect(nav()).toMatchObject({ stale: true, navUsd: good?.navUsd, asOfMs: good?.asOfMs });
      expect(nav()?.checkedAtMs).toBe(world.clock.nowMs());
      expect(peak()?.asOfMs).toBe(good?.asOfMs);
      expect(world.under(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "NAV_STALE" }]);
    },
  );

  it("has no value before its first good run, and says why", async () => {
    world = await createWorld();
    const schedule = world.instance("schedules");
    await world.documents.commit([
      { op: "delete", path: paths.nav(ACCOUNT) },
      { op: "delete", path: paths.peak(ACCOUNT) },
    ]);
    world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
    });
    await writeNav(schedule, profile);
    expect(nav()).toMatchObject({
      navUsd: null,
      asOfMs: null,
      stale: true,
      sources: { balances: { ok: false } },
    });
    expect(peak()).toBeNull();
  });
});

describe("peak", () => {
  it("does not fall, and drawdown is judged from it", async () => {
    const before = peak();
    lose("10000");
    nextMinute();
    await world.tickNav();
    expect(peak()?.peakUsd).toBe(before?.peakUsd);
    expect(peak()?.drawdownBps).toBe(1_000);
    expect(Number(peak()?.dayPnlUsd)).toBeCloseTo(-10_000, 6);
  });

  it("is rebuilt from the stored series when it is missing, with an alert", async () => {
    for (let minute = 0; minute < 12; minute++) {
      nextMinute();
      await world.tickNav();
    }
    const before = peak();
    lose("10000");
    await world.documents.commit([{ op: "delete", path: paths.peak(ACCOUNT) }]);
    const restarted = world.instance("schedules");
    nextMinute();
    await writeNav(restarted, profile);
    expect(peak()?.peakUsd).toBe(before?.peakUsd);
    expect(peak()?.drawdownBps).toBe(1_000);
    expect(peak()).toMatchObject({ baselineId: before?.baselineId, source: { kind: "navSeries" } });
    expect(world.under(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "PEAK_REBUILT" }]);
  });

  it("is not rebuilt without the alert about it, should the store fail between", async () => {
    for (let minute = 0; minute < 6; minute++) {
      nextMinute();
      await world.tickNav();
    }
    await world.documents.commit([{ op: "delete", path: paths.peak(ACCOUNT) }]);
    failAlertOnce(world);
    const restarted = world.instance("schedules");
    nextMinute();
    await writeNav(restarted, profile).catch(() => undefined);
    nextMinute();
    await writeNav(restarted, profile);
    expect(peak()).not.toBeNull();
    expect(world.under(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "PEAK_REBUILT" }]);
  });
});

describe("series", () => {
  it("holds every minute once, packed by day", async () => {
    for (let minute = 0; minute < 30; minute++) {
      nextMinute();
      await world.tickNav();
    }
    const day = utcDay(world.clock.nowMs());
    const packed = world.read<NavSeries>(paths.navSeries(ACCOUNT, day))?.atMs ?? [];
    const recent = nav()?.recent.map((sample) => sample.atMs) ?? [];
    expect(new Set([...packed, ...recent]).size).toBe(31);
    expect([...packed, ...recent]).toEqual([...packed, ...recent].toSorted((a, b) => a - b));
  });
});

describe("an idle account", () => {
  it("keeps its NAV and peak young enough to trade in every minute, under the smallest limits a config may have", async () => {
    world = await createWorld({
      config: {
        maxNavAgeMs: MIN_NAV_AGE_LIMIT_MS,
        maxMarkAgeMs: MIN_NAV_AGE_LIMIT_MS,
        maxPeakAgeMs: MIN_PEAK_AGE_LIMIT_MS,
      },
    });
    const executor = world.instance("executor");
    for (let minute = 0; minute < 12; minute++) {
      await executeIntent(executor, messageOf(world, givenIntent(world, { symbol: "NONEUSDT" })));
      nextMinute();
      await world.tickNav();
    }
    const stored = world.under<StoredIntent>(paths.intents(ACCOUNT));
    const codes = new Set(stored.flatMap((each) => each.denials.map((denial) => denial.code)));
    expect([...codes].toSorted()).toEqual(["MARKET_UNKNOWN", "SYMBOL_NOT_CONFIGURED", "TOUCH_MISSING"]);
  });

  it("costs at most two writes and three reads in any minute beside the three marks, the list of accounts included", async () => {
    const nav = world.instance("nav");
    const reconcile = world.instance("reconcile");
    const watchdog = world.instance("watchdog");
    const all = [nav, reconcile, watchdog];
    // Each schedule looks once a minute whether the list of accounts has changed, however many accounts there are.
    const marks = all.length;
    const minute = async () => {
      await nav.duties.writeEveryNav();
      await reconcile.duties.reconcileEveryAccount();
      await watchdog.duties.watchEveryAccount();
      return {
        reads: all.reduce((sum, { counts }) => sum + counts.reads, 0),
        writes: all.reduce((sum, { counts }) => sum + counts.writes, 0),
      };
    };
    // The first packing of a day reads that day's series once; from then on the process has it.
    let before = await minute();
    for (let warmUp = 0; warmUp < 6; warmUp++) {
      nextMinute();
      before = await minute();
    }
    for (let count = 0; count < 40; count++) {
      nextMinute();
      const after = await minute();
      expect(after.writes - before.writes, `writes of minute ${count}`).toBeLessThanOrEqual(2);
      expect(after.reads - before.reads, `reads of minute ${count}`).toBeLessThanOrEqual(3 + marks);
      before = after;
    }
  });
});

describe("reconcile", () => {
  it("believes the venue when a position was closed outside, and says so", async () => {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    nextMinute();
    world.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: "1" });
    nextMinute();
    await reconcileAccount(world.instance("reconcile"), profile);
    const [group] = world.under<Group>(paths.groups(ACCOUNT));
    const venue = world.exchange.dump() as { accounts: { positions: { qtyBase: string }[] }[] };
    const held = venue.accounts[0]?.positions[0]?.qtyBase ?? "0";
    expect(Number(group?.qtyBase)).toBe(Number(held));
  });
});
