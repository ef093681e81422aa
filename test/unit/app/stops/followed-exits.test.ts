// Guarantees of exits that the venue cannot follow by itself: a stop that trails the price, and a time limit.
// Proves: app/stops/look-at-prices.ts, app/execution/close-overdue.ts, app/watchdog/trail-stops.ts
import { beforeEach, describe, expect, it } from "vitest";
import { trailStops } from "#functions/app/watchdog/trail-stops.ts";
import { watchAccount } from "#functions/app/watchdog/watch-account.ts";
import { freshList } from "#test/support/account-list.ts";
import { createStopAccount, NEXT_LOOK_MS, NO_EXITS, type StopAccount } from "#test/support/stop-account.ts";
import { profile } from "#test/support/world.ts";

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
});

const trigger = () => Number(at.resting().find(({ orderType }) => orderType === "STOP_MARKET")?.triggerPrice);
const entry = () => Number(at.groups()[0]?.averageEntryUsd);
const TRAILING = { trailing: { activationBps: 100, distanceBps: 200 } };

async function reconciled(): Promise<void> {
  at.pass(NEXT_LOOK_MS);
  await at.reconcile();
}

describe("a trailing stop", () => {
  beforeEach(async () => {
    await at.act();
    await at.plan(TRAILING);
    await reconciled();
  });

  it("rests at the floor before its profit, follows from it on, and never comes back", async () => {
    const floor = trigger();
    expect(floor).toBeLessThan(entry() * 0.96);
    at.movePrice(1.02);
    await reconciled();
    const first = trigger();
    expect(first).toBeGreaterThan(entry() * 0.995);
    at.movePrice(1.02);
    await reconciled();
    const second = trigger();
    expect(second).toBeGreaterThan(first);
    at.movePrice(0.99);
    await reconciled();
    expect(trigger()).toBe(second);
    expect(at.resting()).toHaveLength(1);
    expect(at.control()?.stopsToCancel).toEqual({});
  });

  it("follows no price of before its group, which a look had read that stood still", async () => {
    const watchdog = { ...at.world.instance("watchdog"), accountList: freshList(at.world) };
    const venue = await watchdog.venueFor(profile);
    at.movePrice(1.02);
    const before = await venue.fetchTopOfBook(["BTCUSDT", "ETHUSDT"]);
    const eth = before.find(({ symbol }) => symbol === "ETHUSDT");
    at.pass(1_000);
    at.world.exchange.admin("price", { symbol: "ETHUSDT", priceUsd: Number(eth?.bidUsd) * 0.9 });
    await at.world.tickNav();
    await at.act({ symbol: "ETHUSDT", exits: { ...NO_EXITS, ...TRAILING } });
    const control = at.control();
    if (control === null) throw new Error("There is no control document");
    await trailStops(watchdog, control, before);
    const best = Object.fromEntries(at.groups().map(({ symbol, bestPriceUsd }) => [symbol, bestPriceUsd]));
    expect(best).toEqual({ BTCUSDT: expect.any(String), ETHUSDT: null });
  });

  it("ends the group once the price has turned by its distance", async () => {
    at.movePrice(1.03);
    await reconciled();
    at.movePrice(0.978);
    await reconciled();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "stoploss" }]);
    expect(Number(at.groups()[0]?.realizedPnlUsd)).toBeGreaterThan(0);
    expect(at.resting()).toEqual([]);
  });

  it("costs no write and no request about stops while the price moves by less than a step", async () => {
    at.movePrice(1.02);
    await reconciled();
    const before = [at.control()?.journalSeq, at.stopPosts()];
    at.movePrice(1.0008);
    await reconciled();
    expect([at.control()?.journalSeq, at.stopPosts()]).toEqual(before);
  });

  it("follows at the watchdog's look, too", async () => {
    const floor = trigger();
    at.movePrice(1.02);
    const watchdog = at.world.instance("watchdog");
    await watchAccount(watchdog, profile, { alsoWhenFlat: false });
    const first = trigger();
    expect(first).toBeGreaterThan(floor);
    at.movePrice(1.02);
    at.pass(NEXT_LOOK_MS);
    await watchAccount(watchdog, profile, { alsoWhenFlat: false });
    expect(trigger()).toBeGreaterThan(first);
  });

  it("stays where it rests while prices cannot be read", async () => {
    at.movePrice(1.02);
    await reconciled();
    const before = trigger();
    at.world.exchange.addFault({
      effect: { kind: "httpError", when: "before", status: 500, body: "" },
      match: { path: ".*bookTicker" },
      count: 20,
    });
    at.movePrice(1.02);
    await reconciled();
    expect(trigger()).toBe(before);
    expect(at.resting()).toHaveLength(1);
  });
});

describe("a time limit", () => {
  const LIMIT_MS = 3_600_000;

  it.each(["reconcile", "followUp"] as const)("closes the position at its moment, by %s", async (pass) => {
    await at.act();
    await at.plan({ timeLimitMs: LIMIT_MS });
    at.pass(LIMIT_MS - 10_000);
    await at[pass]();
    expect(at.groups()).toMatchObject([{ status: "ACTIVE" }]);
    at.pass(10_000);
    await at[pass]();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0", exitReason: "timeLimit" }]);
    expect(at.resting()).toEqual([]);
    expect(at.control()).toMatchObject({ slots: {}, stopsToCancel: {}, closings: [] });
  });

  it("waits under a halt, and closes once that is lifted", async () => {
    await at.act();
    await at.plan({ timeLimitMs: LIMIT_MS });
    await at.halt();
    at.pass(LIMIT_MS);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "ACTIVE", closing: { exitReason: "timeLimit" } }]);
    const state = { ...at.control()?.tradingState, state: "ACTIVE" };
    const path = `accounts/${profile.accountId}/control/state`;
    await at.world.documents.commit([{ op: "update", path, changes: { tradingState: state } }]);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(at.groups()).toMatchObject([{ status: "CLOSED", exitReason: "timeLimit" }]);
  });
});
