// An entry that takes at once, on a whole account over the exchange: whatever the market does while its order is on its way, none
// of it is bought beyond the bound; what is not filled there ends, is told, and keeps no place.
// Proves: domain/decide/routing.ts, app/execution/route-alerts.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { quotedLadder } from "#local/exchange/engine/ladder.ts";
import { beforeOrders } from "#test/support/before-orders.ts";
import { createStopAccount, type StopAccount } from "#test/support/stop-account.ts";
import { ACCOUNT, givenIntent, messageOf } from "#test/support/world.ts";

/** Of the account's plain config. */
const BOUND_BPS = 15;
const BPS = 10_000;

let at: StopAccount;
beforeEach(async () => {
  at = await createStopAccount();
  at.world.exchange.admin("pause", {});
});

const order = () => at.world.under<Order>(paths.orders(ACCOUNT))[0];
const told = () =>
  at.world
    .under<Alert>(`accounts/${ACCOUNT}/alerts`)
    .filter(({ code }) => code === "ENTRY_ROUTE_ENDED")
    .map(({ message }) => message);

/** The price moves by that share once the order has left, and before it is there. */
async function enterWhilePriceMoves(side: "long" | "short", share: number): Promise<void> {
  const deps = beforeOrders(at.executor, () => at.movePrice(share));
  await executeIntent(deps, messageOf(at.world, givenIntent(at.world, { side })));
}

/** The worst of the matching engine's trades, in basis points beyond the reference of the entry. */
function worstSlippageBps(side: "long" | "short"): number {
  const { engine } = at.world.exchange;
  const tickUsd = engine.specs.get("BTCUSDT")?.tickUsd ?? 0;
  const referenceUsd = Number(at.groups()[0]?.legs[0]?.route?.referenceUsd);
  const away = engine.state.trades.map(({ priceTicks }) => (priceTicks * tickUsd) / referenceUsd - 1);
  return Math.max(...away.map((share) => share * (side === "long" ? 1 : -1))) * BPS;
}

describe("an entry that takes at once", () => {
  it.each([
    ["long", 1.001],
    ["short", 0.999],
  ] as const)("into a %s follows a price that moved within its bound", async (side, share) => {
    await enterWhilePriceMoves(side, share);
    expect(order()).toMatchObject({ status: "FILLED" });
    expect(worstSlippageBps(side)).toBeGreaterThan(5);
    expect(worstSlippageBps(side)).toBeLessThanOrEqual(BOUND_BPS);
    expect(told()).toEqual([]);
  });

  it.each([
    ["long", 1.003],
    ["short", 0.997],
  ] as const)("into a %s buys nothing beyond it, is told, and leaves its slot", async (side, share) => {
    await enterWhilePriceMoves(side, share);
    expect(order()).toMatchObject({ status: "EXPIRED", filledQtyBase: "0" });
    expect(at.world.exchange.engine.state.trades).toEqual([]);
    expect(at.groups()).toMatchObject([{ status: "FAILED", qtyBase: "0" }]);
    expect(at.control()?.slots).toEqual({});
    expect(told()[0]).toMatch(
      /ended with 0 of .* after 1 order: nothing more was to be had within its bound/,
    );
  });

  it("is told with the venue's own words where the venue refuses it", async () => {
    at.world.exchange.addFault({
      effect: {
        kind: "venueError",
        when: "before",
        status: 400,
        code: -2019,
        msg: "Margin is insufficient.",
      },
      match: { method: "POST", path: "/fapi/v1/order$" },
      count: 1,
    });
    await at.act();
    expect(order()).toMatchObject({ status: "REJECTED" });
    expect(told()[0]).toMatch(
      /the venue refused its order: the account lacks the margin for it \(.*-2019: Margin is insufficient\)\. It is not sent again$/,
    );
    expect(at.control()?.slots).toEqual({});
  });

  it("gets what a thin book has within the bound, and no more", async () => {
    leaveOnly(5);
    await at.act();
    expect(order()).toMatchObject({ status: "EXPIRED", filledQtyBase: "0.005" });
    expect(worstSlippageBps("long")).toBeLessThanOrEqual(BOUND_BPS);
    expect(at.groups()).toMatchObject([{ status: "ACTIVE", qtyBase: "0.005", legs: [{ status: "ENDED" }] }]);
    expect(Object.keys(at.control()?.slots ?? {})).toEqual([at.groups()[0]?.groupId]);
    expect(told()[0]).toMatch(/ended with 0\.005 of 0\.01 after 1 order: nothing more was to be had/);
    at.expectInStep();
  });
});

/** Of what is offered within the bound so many lots, all at the best price; beyond it the book is as it was. */
function leaveOnly(lots: number): void {
  const { engine } = at.world.exchange;
  const [symbol, spec] = [engine.state.symbols.get("BTCUSDT"), engine.specs.get("BTCUSDT")];
  if (symbol === undefined || spec === undefined) throw new Error("The exchange has no BTCUSDT");
  const boundTicks = symbol.askTicks * (1 + BOUND_BPS / BPS);
  symbol.takenAsks = quotedLadder(engine.state, spec, symbol, "asks").map((level, place) => {
    if (place === 0) return level.lots - lots;
    return level.ticks <= boundTicks ? level.lots : 0;
  });
}
