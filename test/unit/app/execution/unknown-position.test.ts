// A position that no group accounts for, on the real matching engine: no entry is netted against it, every cap counts
// it, and by config it latches REDUCING, once. What our own orders and stops explain raises no such alarm.
// Proves: app/execution/adjust-group.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { latchWith } from "#test/support/factories.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  messageOf,
  profile,
  type World,
  type WorldOptions,
} from "#test/support/world.ts";

const BTC = "BTCUSDT";
const LATCHING: WorldOptions = { config: { unknownPositionLatchesReducing: true } };

let world: World;
async function given(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  world.exchange.admin("pause");
}
beforeEach(() => given());

const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const groups = () => world.under<Group>(paths.groups(ACCOUNT));
const alerts = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const byHand = (side: "BUY" | "SELL", quantity: string, symbol = BTC) =>
  orderByHand(world, { symbol, side, type: "MARKET", quantity });
const reconcile = () => reconcileAccount(world.instance("reconcile"), profile);

async function minute(): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + 60_000);
  await world.tickNav();
}

async function refusedBy(overrides: Partial<Intent> = {}) {
  const intent = givenIntent(world, overrides);
  await executeIntent(world.instance("executor"), messageOf(world, intent));
  const stored = world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
  return stored?.denials.map(({ code, limit, actual }) => [code, limit, actual]);
}

describe("a position by hand", () => {
  it("is not netted by an entry on the other side, and other symbols trade on", async () => {
    byHand("SELL", "0.2");
    await minute();
    expect(await refusedBy({ side: "long" })).toEqual([["POSITION_UNKNOWN", "0", "-0.2"]]);
    expect(await refusedBy({ symbol: "ETHUSDT" })).toEqual([]);
    expect(groups().map(({ symbol }) => symbol)).toEqual(["ETHUSDT"]);
  });

  it("counts in the caps of every symbol", async () => {
    await given({ config: { maxGrossExposureUsd: "3000" } });
    byHand("SELL", "0.2");
    await minute();
    expect(await refusedBy({ symbol: "ETHUSDT" })).toMatchObject(
      [["GROSS_EXPOSURE_EXCEEDED", "3000"]].map((each) => [...each, expect.any(String)]),
    );
  });

  it("on top of a group's refuses to add to it", async () => {
    expect(await refusedBy()).toEqual([]);
    const booked = groups()[0]?.qtyBase;
    byHand("BUY", "0.105");
    await minute();
    const actual = (Number(booked) + 0.105).toFixed(3);
    expect(await refusedBy()).toEqual([["POSITION_DIFFERS", booked, actual]]);
  });

  it("refuses no exit of the group beside it", async () => {
    expect(await refusedBy()).toEqual([]);
    byHand("BUY", "0.2");
    await minute();
    expect(await refusedBy({ action: "close", side: null })).toEqual([]);
    expect(groups()).toMatchObject([{ status: "CLOSED" }]);
  });
});

describe("our own orders raise no alarm", () => {
  it("right after a fill, a close and another fill, with a NAV of before each", async () => {
    await given({ config: { maxSymbolExposureUsd: "1500", unknownPositionLatchesReducing: true } });
    await minute();
    expect(await refusedBy()).toEqual([]);
    await world.tickNav();
    world.clock.setMs(world.clock.nowMs() + 1_000);
    expect(await refusedBy({ action: "close", side: null })).toEqual([]);
    world.clock.setMs(world.clock.nowMs() + 1_000);
    // The NAV still shows the position that was just closed.
    expect(await refusedBy({ side: "short" })).toEqual([]);
    await minute();
    await reconcile();
    expect(await refusedBy({ symbol: "ETHUSDT" })).toEqual([]);
    expect(control()?.tradingState.state).toBe("ACTIVE");
  });

  it("when a resting entry has filled and the books do not know it yet", async () => {
    await given(LATCHING);
    await refusedBy({ strategyId: "patient" });
    world.exchange.admin("jump", { percent: -1, symbol: BTC });
    await minute();
    expect(world.venueOrders()).toMatchObject([{ status: "FILLED" }]);
    expect(groups()).toMatchObject([{ qtyBase: "0" }]);
    expect(await refusedBy({ strategyId: "patient" })).toEqual([]);
    expect(control()?.tradingState.state).toBe("ACTIVE");
  });
});

describe("a position that the books do not explain, where the config latches", () => {
  beforeEach(() => given(LATCHING));
  const latches = () =>
    world
      .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
      .filter(({ kind }) => kind.startsWith("POSITION"));

  it("reduces trading with the alert, in one commit", async () => {
    byHand("SELL", "0.2");
    await minute();
    await reconcile();
    expect(control()?.tradingState).toMatchObject({ state: "REDUCING", cause: "position", resumeAtMs: null });
    expect(alerts()).toEqual(["POSITION_UNKNOWN"]);
    expect(await refusedBy({ symbol: "ETHUSDT" })).toMatchObject([
      ["TRADING_STATE_REDUCING", "ACTIVE", "REDUCING"],
    ]);
  });

  it("does so once: an operator who resumes is not overruled by the same position", async () => {
    byHand("SELL", "0.2");
    await minute();
    await reconcile();
    const resumed = { ...control(), tradingState: latchWith({ actor: "operator" }) };
    world.documents.seed(paths.control(ACCOUNT), JSON.parse(JSON.stringify(resumed)));
    await minute();
    await reconcile();
    expect(control()?.tradingState.state).toBe("ACTIVE");
    expect(latches()).toHaveLength(1);
    byHand("SELL", "0.1");
    await minute();
    await reconcile();
    expect(control()?.tradingState.state).toBe("REDUCING");
  });

  it("reduces trading too when a group's quantity had to be made the venue's", async () => {
    expect(await refusedBy()).toEqual([]);
    byHand("SELL", "0.005");
    await minute();
    await reconcile();
    expect(alerts()).toEqual(["POSITION_ADJUSTED"]);
    expect(control()?.tradingState).toMatchObject({ state: "REDUCING", cause: "position" });
  });
});

describe("a position that the books do not explain, where the config does not latch", () => {
  it("is not told of on books that another instance has moved since: its order may have filled", async () => {
    const reconciling = world.instance("reconcile");
    const { venueFor } = reconciling;
    let looks = 0;
    const slow: typeof reconciling = {
      ...reconciling,
      async venueFor(of) {
        const venue = await venueFor(of);
        const fetchPositions: typeof venue.fetchPositions = async () => {
          looks += 1;
          // The second look is that of the pass with its books; a position is too young to be compared for some seconds.
          if (looks === 2) {
            expect(await refusedBy()).toEqual([]);
            world.clock.setMs(world.clock.nowMs() + 20_000);
          }
          return await venue.fetchPositions();
        };
        return { ...venue, fetchPositions };
      },
    };
    orderByHand(world, { symbol: "ETHUSDT", side: "SELL", type: "MARKET", quantity: "0.2" });
    await minute();
    await reconcileAccount(slow, profile);
    expect(looks).toBe(2);
    expect(groups()).toMatchObject([{ symbol: BTC, status: "ACTIVE" }]);
    expect(alerts()).not.toContain("POSITION_UNKNOWN");
    await minute();
    await reconcile();
    const messages = world.under<Alert>(paths.alerts(ACCOUNT)).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining("ETHUSDT")]);
  });

  it("is told, and the account goes on", async () => {
    byHand("SELL", "0.2");
    await minute();
    await reconcile();
    expect(alerts()).toEqual(["POSITION_UNKNOWN"]);
    expect(control()?.tradingState.state).toBe("ACTIVE");
  });
});
