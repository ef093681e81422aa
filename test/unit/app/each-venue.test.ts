// An account of each venue through the use cases, over the real adapter and an exchange that speaks the venue's API: entry,
// floor, NAV, a look at everything, the way out, and its accounts. The same expectations for all of them, read from the engine.
import { beforeEach, describe, expect, it } from "vitest";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { STOP_CONFIG } from "#test/support/stop-account.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

/** Past what a position list may lag, and what trades may follow their fills by. */
const LOOK_MS = 10_000;
const MINUTE_MS = 60_000;
const E8 = 1e8;

describe.each(VENUE_IDS)("an account at %s", (venue) => {
  const own: AccountProfile = { ...profile, venue };
  let world: World;
  let executor: Instance;
  beforeEach(async () => {
    world = await createWorld({ venue, config: STOP_CONFIG });
    executor = world.instance("executor");
  });

  const groups = () => world.under<Group>(paths.groups(ACCOUNT));
  const orders = () => world.under<Order>(paths.orders(ACCOUNT));
  const told = () =>
    world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code, message }) => `${code}: ${message}`);
  const act = (overrides: Parameters<typeof givenIntent>[1] = {}) =>
    executeIntent(executor, messageOf(world, givenIntent(world, overrides)));
  /** Signed quantities by symbol, as the matching engine has them. */
  const held = () => {
    const { specs, state } = world.exchange.engine;
    const positions = [...(state.accounts.get("local")?.positions ?? [])];
    return positions.flatMap(([symbol, { lots }]) =>
      lots === 0 ? [] : [[symbol, (lots * (specs.get(symbol)?.lotBase ?? 0)).toFixed(3)]],
    );
  };
  const look = async () => {
    await world.clock.advance(LOOK_MS);
    await followUpAccount(world.instance("followUp"), ACCOUNT);
  };
  const minute = async () => {
    await world.clock.advance(MINUTE_MS);
    await reconcileAccount(world.instance("reconcile"), own);
    await world.tickNav();
  };

  it("enters at once, and the books hold what the engine holds", async () => {
    await act();
    expect(orders()).toMatchObject([{ status: "FILLED" }]);
    const [group] = groups();
    expect(group).toMatchObject({ status: "ACTIVE", qtyBase: expect.stringMatching(/^0\.0\d+$/) });
    expect(held()).toEqual([["BTCUSDT", Number(group?.qtyBase).toFixed(3)]]);
    expect(told()).toEqual([]);
  });

  it("has a floor at the venue under its position, and all of it agrees a minute later", async () => {
    await act();
    expect(groups()).toMatchObject([{ stop: { status: "RESTING" } }]);
    await minute();
    expect(groups()).toMatchObject([{ status: "ACTIVE", stop: { status: "RESTING" } }]);
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.stopsToCancel).toEqual({});
    expect(told()).toEqual([]);
  });

  it("has a NAV that is the engine's worth to the last unit, beside a position", async () => {
    await act();
    await minute();
    const nav = world.read<Nav>(paths.nav(ACCOUNT));
    expect(nav).toMatchObject({ stale: false });
    const account = world.exchange.engine.state.accounts.get("local");
    expect(account).toBeDefined();
    expect(Number(nav?.navUsd)).toBeCloseTo(
      Number(account?.walletUsdE8 ?? 0n) / E8 + Number(nav?.unrealizedPnlUsd),
      6,
    );
  });

  it("rests a post-only entry, withdraws it for a close, and holds nothing then", async () => {
    await act({ strategyId: "patient" });
    expect(orders()).toMatchObject([{ status: "ACCEPTED" }]);
    await act({ strategyId: "patient", action: "close" });
    await look();
    expect(orders()).toMatchObject([{ status: "CANCELED" }]);
    expect(held()).toEqual([]);
    expect(told()).toEqual([expect.stringMatching(/^EXIT_DENIED: .*POSITION_NOT_OPEN/)]);
  });

  it("leaves by a close, withdraws its floor, and accounts for the trades of both", async () => {
    await act();
    await world.clock.advance(LOOK_MS);
    await act({ action: "close" });
    await look();
    await minute();
    expect(held()).toEqual([]);
    const [group] = groups();
    expect(group).toMatchObject({
      status: "CLOSED",
      qtyBase: "0",
      accounts: { settled: true, tradeCount: 2 },
    });
    const account = world.exchange.engine.state.accounts.get("local");
    const { realizedUsd, feesUsd, fundingUsd } = group?.accounts ?? {};
    const change = Number(realizedUsd) - Number(feesUsd) + Number(fundingUsd);
    expect(Number(account?.walletUsdE8 ?? 0n) / E8 - 100_000).toBeCloseTo(change, 8);
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.stopsToCancel).toEqual({});
    expect(told()).toEqual([]);
  });

  it("whose position the venue closes by force has it called so, with the venue's own profit", async () => {
    await act();
    await world.clock.advance(LOOK_MS);
    world.exchange.admin("adl", { symbol: "BTCUSDT" });
    await minute();
    await look();
    expect(held()).toEqual([]);
    expect(groups()).toMatchObject([{ status: "CLOSED", exitReason: "adl" }]);
    await minute();
    const account = world.exchange.engine.state.accounts.get("local");
    const { realizedUsd, feesUsd } = groups()[0]?.accounts ?? {};
    expect(Number(account?.walletUsdE8 ?? 0n) / E8 - 100_000).toBeCloseTo(
      Number(realizedUsd) - Number(feesUsd),
      8,
    );
  });

  it("is told of a clock that is off, once, and trades on by the venue's time", async () => {
    const watchdog = world.instance("watchdog");
    await act();
    world.exchange.addFault({ effect: { kind: "clockSkew", skewMs: 8_000 } });
    for (let looks = 0; looks < 3; looks += 1) {
      await world.clock.advance(MINUTE_MS);
      await watchdog.duties.watchEveryAccount();
    }
    expect(told().filter((text) => text.startsWith("WATCHDOG_CLOCK_DRIFT"))).toHaveLength(1);
    // The venue refuses the first order of the process, and by that tells the offset.
    await act({ action: "close" });
    for (let looks = 0; looks < 15; looks += 1) {
      await world.clock.advance(LOOK_MS);
      await followUpAccount(executor, ACCOUNT);
    }
    expect(held()).toEqual([]);
  });

  it("whose position falls through its floor is taken out by the venue, and the books hear of it", async () => {
    await act();
    await world.clock.advance(LOOK_MS);
    world.exchange.admin("jump", { symbol: "BTCUSDT", percent: -7 });
    await minute();
    await look();
    expect(held()).toEqual([]);
    expect(groups()).toMatchObject([{ status: "CLOSED", exitReason: "stoploss" }]);
  });
});
