// Guards that an odd row of one symbol is that symbol's alone: the books of the others are kept, a flatten closes the others,
// and what cannot be read is never taken for a position that is gone. People are told which symbol it is.
// Proves: app/reconcile/unread-rows.ts, app/stops/list-stops.ts, app/universe/refresh-universe.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Universe } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { refreshUniverse } from "#functions/app/universe/refresh-universe.ts";
import { askAccount } from "#functions/app/watchdog/look-at-venue.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

let world: World;
let executor: Instance;
beforeEach(async () => {
  world = await createWorld();
  executor = world.instance("executor");
});

const group = (symbol: string) =>
  world.under<Group>(paths.groups(ACCOUNT)).find((each) => each.symbol === symbol);
const told = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code, message }) => `${code} ${message}`);
const open = (symbol: string) => executeIntent(executor, messageOf(world, givenIntent(world, { symbol })));

function odd(path: string, subject: string, field: string, value: string | null = ""): void {
  world.exchange.addFault({
    effect: { kind: "oddRow", when: "after", subject, field, value },
    match: { path: `.*/${path}` },
  });
}

/** Buys a little more by hand. */
function buyByHand(symbol: string): void {
  orderByHand(world, { symbol, side: "BUY", type: "MARKET", quantity: "0.01" });
}

describe("an odd row of the position list", () => {
  beforeEach(async () => {
    await open("BTCUSDT");
    await open("ETHUSDT");
    await world.clock.advance(10_000);
    odd("positionRisk", "ETHUSDT", "positionAmt");
  });

  it("closes no group, holds up no other, and is told by name", async () => {
    const before = group("BTCUSDT")?.qtyBase;
    buyByHand("BTCUSDT");
    await reconcileAccount(executor, profile);
    expect(group("ETHUSDT")).toMatchObject({ status: "ACTIVE" });
    expect(group("BTCUSDT")?.qtyBase).not.toBe(before);
    expect(told()).toContainEqual(expect.stringMatching(/^VENUE_ROW_UNREADABLE .*ETHUSDT.*positionAmt/));
  });

  it("leaves one position to a person where everything is closed, and the flatten goes on once it can be read", async () => {
    // In both of the venue's answers: one that can be read is enough to close it.
    odd("account", "ETHUSDT", "positionAmt");
    await flattenOrdered(world, executor);
    for (let looks = 0; looks < 4; looks += 1) {
      await followUpAccount(executor, ACCOUNT);
      await world.clock.advance(6_000);
    }
    expect(group("BTCUSDT")).toMatchObject({ status: "CLOSED" });
    expect(group("ETHUSDT")).toMatchObject({ status: "ACTIVE" });
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.flatten).not.toBeNull();
    expect(told()).toContainEqual(
      expect.stringMatching(/^FLATTEN_BLOCKED ETHUSDT is held, but its position/),
    );
    world.exchange.clearFaults();
    for (let looks = 0; looks < 4; looks += 1) {
      await followUpAccount(executor, ACCOUNT);
      await world.clock.advance(6_000);
    }
    expect(group("ETHUSDT")).toMatchObject({ status: "CLOSED" });
    expect(world.read<ControlState>(paths.control(ACCOUNT))?.flatten).toBeNull();
  });
});

describe("an odd row that concerns nothing", () => {
  it("of a symbol that is not held changes nothing: position list, account and prices are read", async () => {
    await open("BTCUSDT");
    await world.clock.advance(10_000);
    for (const path of ["positionRisk", "account", "bookTicker"]) {
      odd(path, "SOLUSDT", "entryPrice");
      odd(path, "SOLUSDT", "unrealizedProfit");
    }
    odd("bookTicker", "DOGEUSDT", "bidPrice");
    await world.tickNav();
    await reconcileAccount(executor, profile);
    expect(world.read<Nav>(paths.nav(ACCOUNT))).toMatchObject({ stale: false });
    expect(told()).toEqual([]);
  });
});

describe("an odd row of the account", () => {
  const look = async () => {
    const watchdog = world.instance("watchdog");
    return await askAccount(watchdog, ACCOUNT, await watchdog.venueFor(profile));
  };

  it("of a coin leaves the rest as a lower bound of equity", async () => {
    world.exchange.admin("deposit", { asset: "BNB", qty: "10" });
    odd("account", "BNB", "walletBalance");
    const { account } = await look();
    expect(account).toMatchObject({ others: [] });
    expect(Number(account?.walletUsd)).toBeGreaterThan(0);
  });

  it("of a held position leaves no equity, and the other list as the witness of what is held", async () => {
    await open("BTCUSDT");
    await open("ETHUSDT");
    odd("account", "ETHUSDT", "unrealizedProfit");
    const { account, positions } = await look();
    expect(account).toBeNull();
    expect(positions?.map(({ symbol }) => symbol).sort()).toEqual(["BTCUSDT", "ETHUSDT"]);
  });

  it("in both lists is never taken for an account that holds nothing", async () => {
    await open("ETHUSDT");
    odd("account", "ETHUSDT", "positionAmt");
    odd("positionRisk", "ETHUSDT", "positionAmt");
    expect(await look()).toEqual({ account: null, positions: null });
  });

  it("makes no healthy NAV, and the message names the symbol", async () => {
    await open("ETHUSDT");
    odd("account", "ETHUSDT", "positionAmt");
    await world.tickNav();
    expect(world.read<Nav>(paths.nav(ACCOUNT))).toMatchObject({ stale: true });
    expect(told().join("\n")).toMatch(/NAV_STALE .*ETHUSDT/);
  });
});

describe("an odd market", () => {
  it("keeps the steps that it had, is told by name, and leaves all others to be renewed", async () => {
    const before = world.read<Universe>(paths.universe("binance-usdm"));
    odd("exchangeInfo", "ETHUSDT", "filters", null);
    await world.clock.advance(60_000);
    await refreshUniverse(executor, [profile]);
    const after = world.read<Universe>(paths.universe("binance-usdm"));
    expect(after?.asOfMs).toBeGreaterThan(before?.asOfMs ?? 0);
    expect(Object.keys(after?.markets ?? {}).sort()).toEqual(Object.keys(before?.markets ?? {}).sort());
    expect(told()).toContainEqual(expect.stringMatching(/^VENUE_ROW_UNREADABLE .*market ETHUSDT/));
  });

  it("of a symbol that no account trades is not mentioned", async () => {
    odd("exchangeInfo", "DOGEUSDT", "filters", null);
    await refreshUniverse(executor, [profile]);
    expect(told()).toEqual([]);
  });
});
