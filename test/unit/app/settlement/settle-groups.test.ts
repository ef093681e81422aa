// The books of an ended group are the venue's own trades and incomes, to the last unit: realised profit, fees and funding,
// also of what was closed behind our back. Read after the fact, once, by whichever pass comes, and never in a decision's path.
// Proves: app/settlement/, domain/settlement/, adapters/ccxt/binance-minutes.ts
import { beforeEach, describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { VenueError } from "#ports/venue.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const E8 = dec("0.00000001");
let world: World;
async function begin(options: Parameters<typeof createWorld>[0] = {}): Promise<void> {
  world = await createWorld(options);
  world.exchange.admin("pause");
}
beforeEach(() => begin());

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const groups = (): readonly Group[] => world.under<Group>(paths.groups(ACCOUNT));
const alerts = (): readonly string[] => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const send = (wanted: Partial<Intent> = {}, deps: Instance = world.instance("executor")) =>
  executeIntent(deps, messageOf(world, givenIntent(world, wanted)));
const pass = (ms: number): void => world.clock.setMs(world.clock.nowMs() + ms);
const open = () => send({ size: { kind: "notionalUsd", notionalUsd: "4000" } });
const close = () => send({ action: "close", side: null });

/** A minute later, and its reconcile. */
async function reconcile(deps: Instance = world.instance("reconcile"), afterMs = 60_000): Promise<void> {
  pass(afterMs);
  await world.tickNav();
  await reconcileAccount(deps, profile);
}

/** The matching engine's own sums over the account's trades and incomes in BTC. */
function atVenue() {
  const { trades, incomes } = world.exchange.engine.state;
  const sum = (amounts: readonly bigint[]) =>
    decimalString(dec(String(amounts.reduce((total, amount) => total + amount, 0n))).mul(E8));
  const of = (type: string) =>
    sum(
      incomes
        .filter((each) => each.type === type && each.symbol === "BTCUSDT")
        .map(({ amountE8 }) => amountE8),
    );
  return {
    realizedUsd: sum(trades.map(({ realizedUsdE8 }) => realizedUsdE8)),
    feesUsd: sum(trades.map(({ commissionUsdE8 }) => commissionUsdE8)),
    fundingUsd: of("FUNDING_FEE"),
    otherUsd: of("INSURANCE_CLEAR"),
    tradeCount: trades.length,
  };
}

describe("an ended group", () => {
  it("has the venue's own profit and fees, soon after its end and without waiting for the minute", async () => {
    await open();
    world.exchange.admin("jump", { percent: 3, symbol: "BTCUSDT" });
    await close();
    expect(groups()[0]?.accounts).toBeNull();
    pass(2_500);
    for (const { queue } of world.tasks.takeDue(world.clock.nowMs()))
      if (queue === "followUp") await followUpAccount(world.instance("followUp"), ACCOUNT);
    const [group] = groups();
    expect(group?.accounts).toMatchObject({ ...atVenue(), settled: true });
    expect(control().accountsDue).toEqual({});
    const net = dec(group?.accounts?.realizedUsd ?? "0").minus(group?.accounts?.feesUsd ?? "0");
    expect(control().protections.trades).toMatchObject([{ realizedPnlUsd: decimalString(net) }]);
    expect(
      dec(group?.realizedPnlUsd ?? "0")
        .minus(group?.accounts?.realizedUsd ?? "0")
        .abs()
        .lt("0.001"),
    ).toBe(true);
    expect(alerts()).toEqual([]);
  });

  it("has the funding of the hours that it was held, once that can be told", async () => {
    await open();
    const hourMs = 3_600_000;
    const fundingMs = Math.ceil(world.clock.nowMs() / (8 * hourMs)) * 8 * hourMs;
    pass(fundingMs - world.clock.nowMs() + 1_000);
    await world.tickNav();
    await close();
    await reconcile();
    expect(groups()[0]?.accounts).toMatchObject({ settled: false });
    for (let minute = 0; minute < 4; minute += 1) await reconcile();
    const { accounts } = groups()[0] as Group;
    expect(accounts).toMatchObject({ ...atVenue(), settled: true });
    expect(accounts?.fundingUsd).not.toBe("0");
  });

  it("counts every trade once, whoever reads and however often", async () => {
    await open();
    await close();
    pass(2_500);
    await Promise.allSettled([
      followUpAccount(world.instance("one"), ACCOUNT),
      followUpAccount(world.instance("two"), ACCOUNT),
      reconcileAccount(world.instance("three"), profile),
    ]);
    await reconcile();
    expect(groups()[0]?.accounts).toMatchObject({ ...atVenue(), settled: true });
  });

  it("values a commission in another coin at the price of its minute, and waits for that price", async () => {
    await open();
    await close();
    const instance = world.instance("reconcile");
    const inCoin: Instance = {
      ...instance,
      venueFor: async (of) => {
        const venue = await instance.venueFor(of);
        return {
          ...venue,
          fetchFills: async (...asked) =>
            (await venue.fetchFills(...asked)).map((fill) => ({ ...fill, fee: "0.002", feeAsset: "BNB" })),
        };
      },
    };
    const tradedMs = world.exchange.engine.state.trades[0]?.timeMs ?? 0;
    // Within the minute of the trades: it has no last price yet.
    const endsInMs = 60_000 - (tradedMs % 60_000);
    await reconcile(inCoin, Math.min(2_000, endsInMs - 500));
    expect(groups()[0]?.accounts).toMatchObject({
      feesByAsset: { BNB: "0.004" },
      feesUsd: null,
      settled: false,
    });
    await reconcile(inCoin, 120_000);
    const candle = await (await instance.venueFor(profile)).fetchMinutePrices(
      "BNBUSDT",
      tradedMs - (tradedMs % 60_000),
    );
    const priceUsd = dec(candle[0]?.closeUsd ?? "0");
    expect(priceUsd.gt(100)).toBe(true);
    expect(groups()[0]?.accounts).toMatchObject({
      feesUsd: decimalString(priceUsd.mul("0.004")),
      settled: true,
    });
    expect(await (await instance.venueFor(profile)).fetchMinutePrices("NOPEUSDT", tradedMs)).toEqual([]);
  });

  it("stays due while the venue does not answer or lacks a trade, and is never settled on less", async () => {
    await open();
    await close();
    const instance = world.instance("reconcile");
    const silent: Instance = {
      ...instance,
      venueFor: async (of) => ({
        ...(await instance.venueFor(of)),
        fetchFills: async () => {
          throw new VenueError("retryable", "HTTP_503", "not now");
        },
      }),
    };
    await reconcile(silent);
    expect([groups()[0]?.accounts, Object.keys(control().accountsDue).length]).toEqual([null, 1]);
    const lacking: Instance = {
      ...instance,
      venueFor: async (of) => {
        const venue = await instance.venueFor(of);
        return { ...venue, fetchFills: async (...asked) => (await venue.fetchFills(...asked)).slice(0, -1) };
      },
    };
    await reconcile(lacking);
    expect(groups()[0]?.accounts).toMatchObject({ settled: false });
    await reconcile();
    expect(groups()[0]?.accounts).toMatchObject({ ...atVenue(), settled: true });
  });

  it("is told of when the venue's trades do not explain it for an hour, and given up as an estimate after a day", async () => {
    await open();
    await close();
    const instance = world.instance("reconcile");
    const lacking: Instance = {
      ...instance,
      venueFor: async (of) => ({ ...(await instance.venueFor(of)), fetchFills: async () => [] }),
    };
    for (let hours = 0; hours < 26; hours += 1) await reconcile(lacking, 3_600_000);
    expect(alerts().filter((code) => code === "ACCOUNTS_UNSETTLED")).toHaveLength(1);
    expect([groups()[0]?.accounts?.settled, control().accountsDue]).toEqual([false, {}]);
  });
});

describe("a group that goes on", () => {
  it("shows what it has cost so far, marked as no final word", async () => {
    await open();
    await reconcile();
    expect(groups()[0]?.accounts).toMatchObject({ ...atVenue(), settled: false });
  });

  it("costs a resting minute nothing", async () => {
    await open();
    await reconcile();
    world.requests.length = 0;
    for (let minute = 0; minute < 3; minute += 1) await reconcile();
    expect(world.requests.filter((request) => request.endsWith("userTrades"))).toEqual([]);
  });
});

describe("a position that others closed", () => {
  const guarded = { protections: { ...PLAIN_CONFIG.protections, stoplossGuard: null } };

  it("by hand ends as external with its true loss, also for the protections", async () => {
    await begin({ config: guarded });
    await open();
    world.exchange.admin("jump", { percent: -20, symbol: "BTCUSDT" });
    const [{ qtyBase } = { qtyBase: "" }] = groups();
    orderByHand(world, {
      symbol: "BTCUSDT",
      side: "SELL",
      type: "MARKET",
      quantity: qtyBase,
      reduceOnly: "true",
    });
    await reconcile();
    // Whether an income belongs to it can only be told minutes later.
    for (let minute = 0; minute < 4; minute += 1) await reconcile();
    expect(groups()[0]).toMatchObject({
      status: "CLOSED",
      exitReason: "external",
      accounts: { ...atVenue(), settled: true },
    });
    expect(Number(control().protections.trades[0]?.realizedPnlUsd)).toBeLessThan(-700);
    expect(control().protections.trades[0]).toMatchObject({ exitReason: "external" });
    expect(alerts()).toContain("POSITION_CLOSED_OUTSIDE");
  });

  it("by auto-deleveraging ends as such, at the venue's own price", async () => {
    await open();
    world.exchange.admin("jump", { percent: 4, symbol: "BTCUSDT" });
    world.exchange.admin("adl", { symbol: "BTCUSDT" });
    for (let minute = 0; minute < 5; minute += 1) await reconcile();
    expect(groups()[0]).toMatchObject({ exitReason: "adl", accounts: { ...atVenue(), settled: true } });
    expect(Number(groups()[0]?.accounts?.realizedUsd)).toBeGreaterThan(0);
    expect(alerts()).toContain("POSITION_DELEVERAGED");
  });

  it("by liquidation ends as such, with what the clearance took", async () => {
    await begin({
      config: {
        ...guarded,
        maxOrderNotionalUsd: "99000000",
        maxSymbolExposureUsd: "99000000",
        maxGrossExposureUsd: "99000000",
      },
    });
    const heldUsd = Number(world.exchange.engine.state.accounts.get("local")?.walletUsdE8 ?? 0n) / 1e8;
    world.exchange.admin("withdraw", { amountUsd: String(heldUsd - 2_000) });
    pass(60_000);
    await world.tickNav();
    await send({ size: { kind: "notionalUsd", notionalUsd: "15000" } });
    world.exchange.admin("jump", { percent: -60, symbol: "BTCUSDT" });
    await reconcile();
    for (let minute = 0; minute < 4; minute += 1) await reconcile();
    expect(groups()[0]).toMatchObject({
      exitReason: "liquidation",
      accounts: { ...atVenue(), settled: true },
    });
    expect(Number(groups()[0]?.accounts?.realizedUsd)).toBeLessThan(0);
    expect(alerts()).toContain("POSITION_LIQUIDATED");
  });
});

describe("a group beside a position that somebody opened by hand", () => {
  it.each(["BUY", "SELL"] as const)(
    "has the profit of its own prices, not the venue's word about both: by hand %s",
    async (side) => {
      const hand = { symbol: "BTCUSDT", type: "MARKET", quantity: "0.05" };
      orderByHand(world, { ...hand, side });
      const { trades } = world.exchange.engine.state;
      const strangers = trades.length;
      world.exchange.admin("jump", { percent: side === "BUY" ? 20 : -20, symbol: "BTCUSDT" });
      const wanted = side === "BUY" ? "long" : "short";
      await send({ side: wanted, size: { kind: "notionalUsd", notionalUsd: "4000" } });
      await close();
      const own = trades.slice(strangers);
      // The group is flat again: what it brought in less what it cost is its profit.
      const cashE8 = own.reduce(
        (total, trade) => total + (trade.side === "BUY" ? -trade.quoteUsdE8 : trade.quoteUsdE8),
        0n,
      );
      const venueE8 = own.reduce((total, { realizedUsdE8 }) => total + realizedUsdE8, 0n);
      expect(Number(venueE8 - cashE8) / 1e8).toBeGreaterThan(100);
      pass(2_500);
      for (const { queue } of world.tasks.takeDue(world.clock.nowMs()))
        if (queue === "followUp") await followUpAccount(world.instance("followUp"), ACCOUNT);
      expect(groups()[0]?.accounts).toMatchObject({
        realizedUsd: decimalString(dec(String(cashE8)).mul(E8)),
        settled: true,
      });
      expect(Number(control().protections.trades[0]?.realizedPnlUsd)).toBeLessThan(0);
      expect(alerts()).toContain("ACCOUNTS_DIFFER");
    },
  );

  it("has no part in what that person trades after it has ended", async () => {
    const hand = { symbol: "BTCUSDT", type: "MARKET", quantity: "0.05" };
    orderByHand(world, { ...hand, side: "BUY" });
    await open();
    await close();
    orderByHand(world, { ...hand, side: "SELL" });
    await reconcile();
    for (let minute = 0; minute < 4; minute += 1) await reconcile();
    expect(groups()[0]?.accounts).toMatchObject({ tradeCount: 2, settled: true });
  });
});

describe("a fill whose price the venue does not name", () => {
  /** Answers to orders without their average price, as a venue in trouble gives them. */
  function unpriced(): Instance {
    const instance = world.instance("executor");
    return {
      ...instance,
      venueFor: async (of) => {
        const venue = await instance.venueFor(of);
        return {
          ...venue,
          createOrder: async (...asked) => ({
            ...(await venue.createOrder(...asked)),
            averagePriceUsd: null,
          }),
        };
      },
    };
  }

  it("is guarded at a known price at once, and takes its price from the trades", async () => {
    await begin({ config: { watchdog: { ...PLAIN_CONFIG.watchdog, protectiveStopBps: 200 } } });
    await send({}, unpriced());
    const [first] = groups();
    expect(first).toMatchObject({ costEstimated: true, status: "ACTIVE" });
    expect(Number(first?.averageEntryUsd)).toBeGreaterThan(0);
    expect(first?.stop).toMatchObject({ status: "RESTING" });
    await reconcile();
    const [trade] = world.exchange.engine.state.trades;
    const [priced] = groups();
    expect(priced).toMatchObject({ costEstimated: false });
    const tickUsd = Number(world.exchange.engine.specs.get("BTCUSDT")?.tickUsd);
    expect(Number(priced?.averageEntryUsd)).toBeCloseTo((trade?.priceTicks ?? 0) * tickUsd, 4);
    expect(priced?.stop).toMatchObject({ status: "RESTING" });
    const [order] = world.under<Order>(paths.orders(ACCOUNT));
    expect(order?.averagePriceUsd).toBeNull();
  });
});
