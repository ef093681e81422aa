// A NAV is of one moment: it equals the account's equity at an instant of its own run, or it says that it is none. A peak
// rises only on what two runs have seen.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import type { Venue } from "#ports/venue.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const pass = (world: World, ms = MINUTE_MS) => world.clock.setMs(world.clock.nowMs() + ms);
const nav = (world: World) => world.read<Nav>(paths.nav(ACCOUNT));
const peak = (world: World) => world.read<Peak>(paths.peak(ACCOUNT));
const GRADES = { ...configWith().drawdown, warnBps: 10, reduceBps: 20, haltBps: 40, flattenBps: 60 };

/** A world that holds 4,000 USD of BTC, at prices that stand still. */
async function holding(config: Parameters<typeof configWith>[0] = {}): Promise<World> {
  const world = await createWorld({ config });
  world.exchange.admin("pause");
  const size = { kind: "notionalUsd", notionalUsd: "4000" } as const;
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { size })));
  pass(world);
  await world.tickNav();
  return world;
}

/** An instance whose reads come one after the other, and to which something happens once `after` of them are answered. */
function interrupted(world: World, after: number, happens: () => void): Instance {
  const instance = world.instance("interrupted");
  let answered = 0;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const asked = last.then(ask).then((answer) => {
      answered += 1;
      if (answered === after) happens();
      return answer;
    });
    last = asked.catch(() => undefined);
    return asked;
  };
  const venueFor = async (of: Parameters<Instance["venueFor"]>[0]): Promise<Venue> => {
    const venue = await instance.venueFor(of);
    return {
      ...venue,
      fetchAccount: () => inTurn(() => venue.fetchAccount()),
      fetchPositions: () => inTurn(() => venue.fetchPositions()),
      fetchTopOfBook: (symbols) => inTurn(() => venue.fetchTopOfBook(symbols)),
    };
  };
  return { ...instance, venueFor };
}

function closeBtc(world: World): void {
  const held = world.exchange.engine.state.accounts.get("local")?.positions.get("BTCUSDT")?.lots ?? 0;
  const quantity = (held * 0.001).toFixed(3);
  orderByHand(world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity, reduceOnly: "true" });
}

describe("a close at the venue while a NAV is made", () => {
  it.each([
    [1, -10],
    [1, 10],
    [2, -10],
    [2, 10],
    [3, 10],
  ])(
    "after %s answers, %s %% from the entry, leaves no phantom peak, drawdown or halt",
    async (after, percent) => {
      const world = await holding({ drawdown: GRADES });
      world.exchange.admin("jump", { percent, symbol: "BTCUSDT" });
      pass(world);
      await world.tickNav();
      const open = nav(world);
      const before = peak(world);
      let wasClosed = false;
      const instance = interrupted(world, after, () => {
        wasClosed = true;
        closeBtc(world);
      });
      pass(world);
      await writeNav(instance, profile);
      expect(wasClosed).toBe(true);
      const closed = String(
        Number(world.exchange.engine.state.accounts.get("local")?.walletUsdE8 ?? 0n) / 1e8,
      );
      const during = nav(world);
      expect(during?.stale === true || [open?.navUsd, closed].includes(during?.navUsd ?? "")).toBe(true);
      for (let minute = 0; minute < 3; minute += 1) {
        pass(world);
        await world.tickNav();
      }
      const highest = Math.max(Number(open?.navUsd), Number(closed), 100_000);
      expect(Number(peak(world)?.peakUsd)).toBeLessThanOrEqual(highest);
      // The close itself costs the spread and the fee.
      expect(peak(world)?.drawdownBps).toBeLessThanOrEqual((before?.drawdownBps ?? 0) + 1);
      expect(nav(world)).toMatchObject({ stale: false, navUsd: closed });
      expect(world.read<ControlState>(paths.control(ACCOUNT))?.flatten).toBeNull();
    },
  );
});

describe("a held price that has stood for longer than its limit", () => {
  it("is a failed source of its symbol, and the loss rules go on with the venue's own profit", async () => {
    const world = await holding();
    const healthy = nav(world);
    world.exchange.addFault({ effect: { kind: "stale" }, match: { path: ".*bookTicker" } });
    await world.tickNav();
    pass(world, configWith().maxMarkAgeMs + MINUTE_MS);
    world.exchange.admin("jump", { percent: -10, symbol: "BTCUSDT" });
    await world.tickNav();
    expect(nav(world)).toMatchObject({
      stale: true,
      navUsd: healthy?.navUsd,
      sources: { marks: { ok: false, error: "No price of now for held BTCUSDT" }, balances: { ok: true } },
      bound: { venueValued: ["BTCUSDT"], atMs: world.clock.nowMs() },
    });
    expect(Number(nav(world)?.bound?.usd)).toBeCloseTo(100_000 - 400, -1);
    expect(peak(world)?.drawdownBps).toBeGreaterThanOrEqual(39);
  });
});

describe("a price row", () => {
  it.each(["missing", "empty", "odd"] as const)(
    "that is %s spoils its own symbol and no other: NAV stays good where it is not held",
    async (how) => {
      const world = await holding();
      world.exchange.addFault({
        effect: { kind: "row", symbol: "SOLUSDT", how },
        match: { path: ".*bookTicker" },
      });
      pass(world);
      await world.tickNav();
      expect(nav(world)).toMatchObject({ stale: false, asOfMs: world.clock.nowMs() });
      expect(Object.keys(nav(world)?.marks ?? {})).toEqual(["BTCUSDT", "ETHUSDT"]);
    },
  );

  it("of a held symbol makes the NAV stale and names the symbol", async () => {
    const world = await holding();
    const effect = { kind: "row", symbol: "BTCUSDT", how: "odd" } as const;
    world.exchange.addFault({ effect, match: { path: ".*bookTicker" } });
    pass(world);
    await world.tickNav();
    expect(nav(world)).toMatchObject({ stale: true, bound: { venueValued: ["BTCUSDT"] } });
    expect(world.under<Alert>(paths.alerts(ACCOUNT)).at(-1)?.message).toContain("BTCUSDT");
  });
});

describe("a peak", () => {
  const gain = (world: World, gainUsd: string) =>
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", gainUsd });
  const lose = (world: World, lossUsd: string) =>
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd });
  const minute = async (world: World) => {
    pass(world);
    await world.tickNav();
  };

  it("rises to the lower of two runs, never on one", async () => {
    const world = await createWorld();
    gain(world, "10000");
    await minute(world);
    expect(peak(world)).toMatchObject({ peakUsd: "100000", candidate: { usd: "110000" }, drawdownBps: 0 });
    gain(world, "5000");
    await minute(world);
    expect(peak(world)).toMatchObject({ peakUsd: "110000", candidate: { usd: "115000" }, drawdownBps: 0 });
    lose(world, "20000");
    await minute(world);
    expect(peak(world)).toMatchObject({ peakUsd: "110000", candidate: null, drawdownBps: 1_364 });
  });

  it("keeps what one run has seen over a restart, and scales it by a transfer", async () => {
    const world = await createWorld();
    gain(world, "10000");
    await minute(world);
    world.exchange.admin("withdraw", { amountUsd: "55000" });
    pass(world);
    await writeNav(world.instance("schedules"), profile);
    expect(peak(world)).toMatchObject({ peakUsd: "55000", candidate: null, drawdownBps: 0 });
  });

  it("that is lost is not rebuilt from a high that one sample alone has seen", async () => {
    const world = await createWorld();
    for (const usd of ["10000", "30000"]) {
      gain(world, usd);
      await minute(world);
    }
    lose(world, "35000");
    await minute(world);
    const before = peak(world);
    expect(before?.peakUsd).toBe("110000");
    await world.documents.commit([{ op: "delete", path: paths.peak(ACCOUNT) }]);
    pass(world);
    await writeNav(world.instance("schedules"), profile);
    expect(peak(world)).toMatchObject({ peakUsd: "110000", source: { kind: "navSeries" } });
    const samples = world.under<NavSeries>(`accounts/${ACCOUNT}/navSeries`).flatMap(({ navUsd }) => navUsd);
    const highest = [...samples, ...(nav(world)?.recent ?? []).map(({ navUsd }) => navUsd)].map((usd) =>
      dec(usd),
    );
    expect(highest.some((usd) => usd.eq(dec("140000")))).toBe(true);
  });
});
