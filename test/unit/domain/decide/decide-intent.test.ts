// The decision: sized within caps, rounded so that exposure never rises; reductions stay within the position.
// Proves: domain/decide/routing.ts, domain/decide/shadow.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecisionGround, decideIntent } from "#domain/decide/decide-intent.ts";
import { routeEntry } from "#domain/decide/routing.ts";
import { sizeEntry } from "#domain/decide/sizing.ts";
import { dec } from "#domain/decimal.ts";
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import type { Market } from "#domain/documents/market.ts";
import {
  group,
  intent,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  restingChoice,
  touch,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const universeOf = (known: Market) => ({
  asOfMs: NOW_MS,
  venue: "binance-usdm",
  markets: { [known.symbol]: known },
});

function books(overrides: Partial<DecisionGround> = {}): DecisionGround {
  return {
    control: controlWith(),
    config: configWith(),
    nav: nav(),
    peak: peak(),
    universe: universeOf(market()),
    venueSettings: venueSettings(),
    groups: {},
    touch: touchRead(),
    ...overrides,
  };
}

const held = (qtyBase: string) => ({
  control: controlWith({
    slots: { "group-1": { symbol: "BTCUSDT", side: "long", strategyId: "trend", qtyBase, sinceMs: NOW_MS } },
  }),
  groups: { "group-1": group({ status: "ACTIVE", qtyBase, averageEntryUsd: "50000" }) },
});

describe("an entry", () => {
  it("reserves its slot, its exposure and its send in the control document that is committed before it", () => {
    const decision = decideIntent(books(), intent(), NOW_MS);
    if (decision.kind !== "place") throw new Error(`expected a placement, got ${JSON.stringify(decision)}`);
    const { order, control } = decision;
    expect(order).toMatchObject({
      status: "SUBMITTING",
      sends: 1,
      request: { type: "limit", priceUsd: "50076", timeInForce: "IOC", side: "buy", qtyBase: "0.019" },
    });
    expect(control.reservations[order.request.clientOrderId]).toMatchObject({
      notionalUsd: "950.019",
      qtyBase: "0.019",
    });
    expect(control.slots[decision.group.groupId]).toMatchObject({ symbol: "BTCUSDT", qtyBase: "0" });
    expect(control.throttles.orderSentAtMs).toEqual([NOW_MS]);
  });

  it("adds to the open group of its symbol", () => {
    const decision = decideIntent(books(held("0.01")), intent(), NOW_MS);
    expect(decision).toMatchObject({ kind: "place", group: { groupId: "group-1" } });
  });

  it.each([
    ["notionalUsd", { kind: "notionalUsd", notionalUsd: "2500" }, "0.049"],
    ["qtyBase", { kind: "qtyBase", qtyBase: "0.0159" }, "0.015"],
    ["navBps", { kind: "navBps", navBps: 150 }, "0.029"],
  ] as const)("is sized by %s, rounded down to the step", (_kind, size, qtyBase) => {
    expect(decideIntent(books(), intent({ size }), NOW_MS)).toMatchObject({
      order: { request: { qtyBase } },
    });
  });

  it("is stamped with what the decision used", () => {
    expect(decideIntent(books(), intent(), NOW_MS)).toMatchObject({
      order: {
        basis: {
          decidedAtMs: NOW_MS,
          configVersion: 1,
          nav: { navUsd: "100000", asOfMs: NOW_MS - 1_000, ageMs: 1_000, stale: false },
          peak: { baselineId: "baseline-1", source: "nav", asOfMs: NOW_MS - 1_000, ageMs: 1_000 },
          touch: {
            bidUsd: "50000",
            askUsd: "50001",
            askedAtMs: NOW_MS - 200,
            asOfMs: NOW_MS - 100,
            ageMs: 200,
          },
          mark: { bidUsd: "50000", askUsd: "50001", ageMs: 1_000 },
        },
      },
    });
  });

  it("is never larger than asked, whatever the price and the step", () => {
    const amounts = fc
      .bigInt({ min: 1n, max: 10n ** 12n })
      .map((units) => dec(`${units}`).div(1_000_000).toFixed());
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.constantFrom("0.001", "0.1", "1", "0.00001"),
        (notionalUsd, priceUsd, stepSizeBase) => {
          const known = market({ stepSizeBase });
          const quote = touch({ bidUsd: priceUsd, askUsd: priceUsd });
          const sized = sizeEntry(intent({ size: { kind: "notionalUsd", notionalUsd } }), configWith(), {
            market: known,
            touch: quote,
            nav: nav(),
            freeUsd: null,
            missingBase: null,
          });
          expect(sized?.notionalUsd.lte(dec(notionalUsd))).toBe(true);
          expect(sized?.qtyBase.mod(dec(stepSizeBase)).isZero()).toBe(true);
        },
      ),
    );
  });
});

describe("a resting entry", () => {
  it.each([
    ["long", "50000.05", "50000"],
    ["short", "50000.05", "50000.1"],
  ] as const)("of a %s is priced on the tick that gives up nothing", (side, quoteUsd, priceUsd) => {
    const quote = touch({ bidUsd: quoteUsd, askUsd: quoteUsd });
    const ground = { choice: restingChoice(), router: DEFAULT_ROUTER };
    const wanted = { side, qtyBase: dec("1"), routing: "postOnly", ...ground } as const;
    expect(routeEntry("b1", wanted, market(), quote)).toMatchObject({
      priceUsd,
      timeInForce: "GTX",
      type: "limit",
    });
  });
});

describe("a reduction", () => {
  it.each([
    ["close", { action: "close", side: null }, "0.5"],
    ["reduce by a third", { action: "reduce", reduceBps: 3_333 }, "0.166"],
    ["reduce by all", { action: "reduce", reduceBps: 10_000 }, "0.5"],
  ] as const)("%s gives up what was asked and no more", (_case, overrides, qtyBase) => {
    expect(decideIntent(books(held("0.5")), intent(overrides), NOW_MS)).toMatchObject({
      kind: "place",
      order: { request: { reduceOnly: true, side: "sell", qtyBase } },
      group: { status: "REDUCING" },
    });
  });

  it("asks first for the fate of entries in flight", () => {
    const base = held("0.5");
    const reservation = {
      groupId: "group-1",
      symbol: "BTCUSDT",
      side: "buy",
      reduceOnly: false,
      qtyBase: "0.1",
      notionalUsd: "5000",
    } as const;
    const control = { ...base.control, reservations: { bentry: reservation } };
    expect(decideIntent(books({ ...base, control }), intent({ action: "close" }), NOW_MS)).toEqual({
      kind: "clearFirst",
      clientOrderIds: ["bentry"],
      routesOf: null,
    });
  });

  it.each([
    ["a close", intent({ action: "close" })],
    ["a share", intent({ action: "reduce", reduceBps: 5_000 })],
    [
      "a reduction to a target",
      intent({ action: "reduce", size: { kind: "targetBase", targetBase: "0.2", beforeBase: "0.3" } }),
    ],
  ])("waits for the fate of an entry that may have filled, where nothing else is held: %s", (_says, exit) => {
    const base = held("0");
    const entry = {
      groupId: "group-1",
      symbol: "BTCUSDT",
      side: "buy",
      reduceOnly: false,
      qtyBase: "0.3",
      notionalUsd: "15000",
    } as const;
    const control = { ...base.control, reservations: { bentry: entry } };
    const doubted = order({ status: "SUBMIT_UNKNOWN", openSends: [] });
    const ground = books({ ...base, control, orders: { bentry: doubted } });
    expect(decideIntent(ground, exit, NOW_MS)).toMatchObject({
      kind: "wait",
      denials: [{ code: "ORDER_IN_FLIGHT", actual: "0.3", unit: "base" }],
    });
  });

  it("never gives up what another reduction already is giving up", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 10_000 }),
        (heldMilli, reservedMilli, reduceBps) => {
          const qty = (milli: number) => dec(String(milli)).div(1_000).toFixed();
          const base = held(qty(heldMilli));
          const reserved = Math.min(heldMilli, reservedMilli);
          const reservation = {
            groupId: "group-1",
            symbol: "BTCUSDT",
            side: "sell",
            reduceOnly: true,
            qtyBase: qty(reserved),
            notionalUsd: "0",
          } as const;
          const control = { ...base.control, reservations: reserved === 0 ? {} : { bout: reservation } };
          const decision = decideIntent(
            books({ ...base, control }),
            intent({ action: "reduce", reduceBps }),
            NOW_MS,
          );
          if (decision.kind !== "place") return;
          expect(dec(decision.order.request.qtyBase).lte(dec(qty(heldMilli - reserved)))).toBe(true);
        },
      ),
    );
  });
});
