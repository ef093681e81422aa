// The way of an exit that rests before it takes: each stage has one order, whatever is unclear takes at any price, and an order
// that rests is withdrawn as soon as its wish does not want it any more.
import { describe, expect, it } from "vitest";
import { type DecisionGround, decideIntent } from "#domain/decide/decide-intent.ts";
import {
  isHurried,
  isLeftBehind,
  isRestOver,
  newExitRoute,
  nextExitStep,
} from "#domain/decide/exit-route.ts";
import type { ClosingWish, Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { ExitRoute } from "#domain/documents/route.ts";
import { plainStrategy } from "#test/support/config.ts";
import {
  group,
  intent,
  mark,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const REST_MS = 10_000;
const top = mark({ bidUsd: "50000.05", askUsd: "50000.15" });
const thick = market({ tickSizeUsd: "0.1", stepSizeBase: "0.001", minQtyBase: "0.001" });
const config = configWith({
  strategies: { trend: plainStrategy("trend", { exitRouting: "maker" }) },
});
const ROUTE: ExitRoute = { stage: "due", referenceUsd: null, boundBps: 15, restsUntilMs: NOW_MS + REST_MS };
const maker: ExitRoute = { ...ROUTE, stage: "maker", referenceUsd: "50000" };

describe("the next order of an exit", () => {
  const at = { market: thick, top, nowMs: NOW_MS };
  it.each([
    ["of a long rests at the ask, rounded away from it", ROUTE, "long", at, ["50000.2", true, "maker"]],
    ["of a short rests at the bid", ROUTE, "short", at, ["50000", true, "maker"]],
    ["after one that rested takes within the bound", maker, "long", at, ["49925.1", false, "bounded"]],
    ["of a short takes within the bound above", maker, "short", at, ["50075.1", false, "bounded"]],
    [
      "that was not due in its time rests no more",
      ROUTE,
      "long",
      { ...at, nowMs: NOW_MS + REST_MS },
      ["49925.1", false, "bounded"],
    ],
    [
      "after the bounded one takes at any price",
      { ...maker, stage: "bounded" },
      "long",
      at,
      [null, false, null],
    ],
    ["without a touch takes at any price", maker, "long", { ...at, top: null }, [null, false, null]],
    ["without a route takes at any price", null, "long", at, [null, false, null]],
  ] as const)("%s", (_, route, side, ground, [limitUsd, rests, stage]) => {
    const step = nextExitStep(route, side, ground);
    expect([step.limitUsd, step.rests, step.route?.stage ?? null]).toEqual([limitUsd, rests, stage]);
  });

  it("never goes back: every way ends at any price after two orders at most", () => {
    let route: ExitRoute | null = ROUTE;
    const stages: (string | null)[] = [];
    for (let orders = 0; orders < 3; orders += 1) {
      route = nextExitStep(route, "long", at).route;
      stages.push(route?.stage ?? null);
    }
    expect(stages).toEqual(["maker", "bounded", null]);
  });

  it("keeps the reference of its first", () => {
    const first = nextExitStep(ROUTE, "long", at).route;
    expect(first?.referenceUsd).toBe("50000.05");
    const later = nextExitStep(first, "long", { ...at, top: mark({ bidUsd: "49990", askUsd: "49991" }) });
    expect([later.route?.referenceUsd, later.limitUsd]).toEqual(["50000.05", "49915.1"]);
  });
});

const wish = (changes: Partial<ClosingWish> = {}): ClosingWish => ({
  causeId: "w1",
  exitReason: "signal",
  targetBase: "0",
  sinceMs: NOW_MS,
  triedAtMs: NOW_MS,
  triedAtBase: "0.01",
  route: maker,
  ...changes,
});
const held = (changes: Partial<Group> = {}): Group =>
  group({ status: "REDUCING", qtyBase: "0.01", averageEntryUsd: "50000", closing: wish(), ...changes });
const resting = (changes: Partial<Order> = {}): Order => {
  const plain = order();
  const request = { ...plain.request, qtyBase: "0.01", reduceOnly: true, timeInForce: "GTX" as const };
  return { ...plain, status: "ACCEPTED", filledQtyBase: "0", request, ...changes };
};
const ground = { control: controlWith({}), nowMs: NOW_MS };
const stateOf = (state: "REDUCING" | "HALTED") => ({
  control: controlWith({ tradingState: { ...ground.control.tradingState, state } }),
  nowMs: NOW_MS,
});

describe("an exit that rests", () => {
  it.each([
    ["in its time stays", held(), ground, false],
    ["is over with its time", held(), { ...ground, nowMs: NOW_MS + REST_MS }, true],
    ["without a wish is over", held({ closing: null }), ground, true],
    ["of a wish that takes at any price is over", held({ closing: wish({ route: null }) }), ground, true],
    [
      "before which a later one was sent is over",
      held({ closing: wish({ route: { ...maker, stage: "bounded" } }) }),
      ground,
      true,
    ],
    ["of more than is left to shrink is over", held({ qtyBase: "0.009" }), ground, true],
    ["of more than its share is over", held({ closing: wish({ targetBase: "0.001" }) }), ground, true],
    ["while trading only shrinks is over", held(), stateOf("REDUCING"), true],
    ["under a halt is over", held(), stateOf("HALTED"), true],
  ] as const)("%s", (_, of, on, isOver) => {
    expect(isRestOver(of, resting(), on)).toBe(isOver);
  });

  it("counts what it has filled", () => {
    expect(isRestOver(held({ qtyBase: "0.006" }), resting({ filledQtyBase: "0.004" }), ground)).toBe(false);
  });

  it.each([
    ["15 bps of a long", "long", "49925", "49925.1", false],
    ["more than 15 bps of a long", "long", "49924.9", "49925.1", true],
    ["15 bps of a short", "short", "50074.9", "50075", false],
    ["more than 15 bps of a short", "short", "50075", "50075.1", true],
  ] as const)("is left behind by its bound: %s", (_, side, bidUsd, askUsd, isLeft) => {
    expect(isLeftBehind(held({ side }), mark({ bidUsd, askUsd }))).toBe(isLeft);
  });

  it("is left behind by a touch that is not known", () => {
    expect(isLeftBehind(held(), null)).toBe(true);
  });

  it("is hurried by the time limit of its plan", () => {
    const plan = { stop: null, takeProfits: [], breakEvenAfter: null, trailing: null, timeLimitMs: 60_000 };
    const aged = held({ plan, openedAtMs: NOW_MS - 60_000 });
    expect([isHurried(held(), ground), isHurried(aged, ground)]).toEqual([false, true]);
  });
});

const books = (changes: Partial<DecisionGround> = {}, of: Partial<Group> = {}): DecisionGround => ({
  touch: touchRead(),
  venueSettings: venueSettings(),
  control: controlWith({
    slots: {
      "group-1": { symbol: "BTCUSDT", side: "long", strategyId: "trend", qtyBase: "0.01", sinceMs: NOW_MS },
    },
  }),
  config,
  nav: nav(),
  peak: peak(),
  universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: thick } },
  groups: { "group-1": held({ status: "ACTIVE", closing: null, ...of }) },
  ...changes,
});
const close = intent({ action: "close", side: null });

describe("a signal's exit", () => {
  const wayOf = (on: DecisionGround, of = close) => {
    const decision = decideIntent(on, of, NOW_MS);
    return decision.kind === "place" ? decision.order.request.timeInForce : decision.kind;
  };
  it.each([
    ["of the routing maker rests", books(), close, "GTX"],
    ["of the routing market does not", books({ config: configWith() }), close, null],
    ["does not without a touch", books({ touch: { kind: "missing" } }), close, null],
    ["does not beside another wish", books({}, { closing: wish({ targetBase: "0.005" }) }), close, null],
    ["by a share rests", books(), intent({ action: "reduce", side: null, reduceBps: 5_000 }), "GTX"],
    ["of a reversal does not", books(), intent({ action: "open", side: "short" }), null],
  ] as const)("%s", (_, on, of, way) => {
    expect(wayOf(on, of)).toBe(way);
  });

  it("stores its way with its wish, and hurries with the wish of another", () => {
    const decision = decideIntent(books(), close, NOW_MS);
    const after = decision.kind === "place" ? decision.group.closing : null;
    expect(after).toMatchObject({
      targetBase: "0",
      route: { stage: "maker", restsUntilMs: NOW_MS + REST_MS },
    });
  });

  it("that finds another in the way clears it first where nothing is free", () => {
    const exit = resting();
    const id = exit.request.clientOrderId;
    const control = {
      ...books().control,
      reservations: {
        [id]: {
          groupId: "group-1",
          symbol: "BTCUSDT",
          side: "sell" as const,
          reduceOnly: true,
          qtyBase: "0.01",
          notionalUsd: "0",
        },
      },
    };
    const orders = { [id]: { ...exit, groupId: "group-1" } };
    const decision = decideIntent(books({ control, orders }, { closing: wish() }), close, NOW_MS);
    expect(decision).toEqual({ kind: "clearFirst", clientOrderIds: [id], routesOf: "group-1" });
  });
});

it("an operator's close has the route of the strategy", () => {
  expect(newExitRoute(config, "trend", NOW_MS)).toEqual(ROUTE);
  expect(newExitRoute(config, "other", NOW_MS)).toBeNull();
  expect(newExitRoute(configWith(), "trend", NOW_MS)).toBeNull();
});
