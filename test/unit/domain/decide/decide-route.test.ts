// The route of an entry, decided without a venue: where each order stands and that none is worse than the bound, when the one
// that rests is withdrawn, what ends a route, and that its orders together never pass its plan, whatever becomes of them.
// Proves: domain/decide/decide-route.ts, domain/decide/route-prices.ts, domain/lifecycle/route-lifecycle.ts
// Proves: domain/decide/new-route.ts, domain/documents/route.ts, domain/decide/leg-entry.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OrderBooks, settle } from "#domain/books/bookkeeping.ts";
import { decideIntent, type Placement } from "#domain/decide/decide-intent.ts";
import { decideRoute, withdrawalDue } from "#domain/decide/decide-route.ts";
import { boundUsd, isWithinBound, makerUsd } from "#domain/decide/route-prices.ts";
import { dec } from "#domain/decimal.ts";
import { type AccountConfig, DEFAULT_ROUTER } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { EntryLeg, Group, RestingExit } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import type { Side } from "#domain/documents/words.ts";
import { isEnded, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { isFlatAgain, isRerouting, type RoutedLeg } from "#domain/lifecycle/route-lifecycle.ts";
import type { TouchAnswer } from "#domain/risk/touch-answer.ts";
import { plainStrategy } from "#test/support/config.ts";
import {
  group,
  intent,
  mark,
  market,
  NOW_MS,
  nav,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { offsetLeg, offsetPlan } from "#test/support/offset-ground.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const ROUTER = { ...DEFAULT_ROUTER, makerMs: 20_000 };

const configOf = (router: Partial<AccountConfig["router"]> = {}): AccountConfig =>
  configWith({
    strategies: { trend: plainStrategy("trend", { orderNotionalUsd: "1000", entryRouting: "maker" }) },
    maxOrderNotionalUsd: "100000",
    maxSymbolExposureUsd: "100000",
    router: { ...ROUTER, ...router },
    workingLimitMs: 60_000,
  });

const groundOf = (control: ControlState, touch: TouchAnswer, config = configOf()) => ({
  control,
  config,
  nav: nav(),
  peak: peak(),
  universe: { asOfMs: NOW_MS, venue: "binance-usdm" as const, markets: { BTCUSDT: market() } },
  venueSettings: venueSettings(),
  groups: {},
  touch,
});

const AT = (bidUsd: string, askUsd: string, askedAtMs = NOW_MS): TouchAnswer =>
  touchRead({ bidUsd, askUsd, askedAtMs, asOfMs: askedAtMs });
const START = AT("49990", "50000");

/** The first order of a route, decided like any entry. */
function begun(side: Side = "long", config = configOf()): Placement {
  const wanted = intent({ side, size: { kind: "qtyBase", qtyBase: "0.1" } });
  const decision = decideIntent(groundOf(controlWith(), START, config), wanted, NOW_MS);
  if (decision.kind !== "place") throw new Error(`The entry was not placed: ${JSON.stringify(decision)}`);
  return decision;
}

const wouldTake = (atMs = NOW_MS + 50): OrderEvent => ({
  type: "venueRefused",
  rejection: { code: "-5022", message: "would take", reason: "wouldTake" },
  atMs,
});
const said = (
  status: "ACCEPTED" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED",
  filledQtyBase: string,
  atMs = NOW_MS + 50,
): OrderEvent => ({
  type: "venueSaid",
  evidence: {
    venueOrderId: "v1",
    status,
    filledQtyBase,
    averagePriceUsd: filledQtyBase === "0" ? null : "49990",
  },
  atMs,
});

const told = (books: OrderBooks, event: OrderEvent, config = configOf()): OrderBooks =>
  settle(books, event, market(), config);

function only(held: Group): RoutedLeg {
  const [leg] = held.legs;
  if (leg === undefined || leg.route === null) throw new Error("The group has no leg on its route");
  return { ...leg, route: leg.route };
}

/** Books whose leg is between two orders, and its route changed. */
function between(
  route: Partial<LegRoute> = {},
  side: Side = "long",
  event: OrderEvent = wouldTake(),
): OrderBooks {
  const books = told(begun(side), event);
  const leg = only(books.group);
  expect(leg.status).toBe("REROUTING");
  return { ...books, group: { ...books.group, legs: [{ ...leg, route: { ...leg.route, ...route } }] } };
}

const decide = (
  { control, group: held }: OrderBooks,
  touch = START,
  nowMs = NOW_MS + 100,
  config = configOf(),
) => decideRoute(groundOf(control, touch, config), held, only(held), nowMs);

describe("prices of a route", () => {
  const tick = market({ tickSizeUsd: "0.1" });
  it.each([
    ["long", "50000", 15, "50075"],
    ["long", "50000.03", 15, "50075"],
    ["short", "50000", 15, "49925"],
    ["short", "49999.97", 15, "49925"],
    ["long", "50000", 0, "50000"],
  ] as const)("the bound of a %s from %s at %i bps is %s", (side, reference, bps, expected) => {
    expect(boundUsd(side, dec(reference), bps, tick).toFixed()).toBe(expected);
  });

  it.each([
    ["long", "49990", "50000", 0, "49990"],
    ["long", "49990", "50000", 3, "49990.3"],
    ["long", "49990", "50000", 500, "49999.9"],
    ["long", "49999.9", "50000", 5, "49999.9"],
    ["long", "50080", "50090", 0, "50075"],
    ["short", "49990", "50000", 0, "50000"],
    ["short", "49990", "50000", 3, "49999.7"],
    ["short", "49990", "50000", 500, "49990.1"],
    ["short", "49900", "49910", 0, "49925"],
  ] as const)("a %s in %s/%s with %i ticks rests at %s", (side, bidUsd, askUsd, offsetTicks, expected) => {
    const bound = dec(side === "long" ? "50075" : "49925");
    expect(makerUsd(side, { bidUsd, askUsd }, { offsetTicks }, { bound, market: tick }).toFixed()).toBe(
      expected,
    );
  });

  it.each([
    ["long", "50075", true],
    ["long", "50075.1", false],
    ["short", "49925", true],
    ["short", "49924.9", false],
  ] as const)("a %s can take within its bound at %s: %s", (side, price, expected) => {
    const top = { bidUsd: price, askUsd: price };
    expect(isWithinBound(side, top, dec(side === "long" ? "50075" : "49925"))).toBe(expected);
  });
});

describe("an entry of the routing maker", () => {
  it("begins at its own touch, with reference, bound and budget stored on its leg, valued at the worst it may get", () => {
    const { group: held, order: first, control } = begun();
    expect(first.request).toMatchObject({ timeInForce: "GTX", priceUsd: "49990", qtyBase: "0.1" });
    expect(only(held).route).toMatchObject({
      stage: "maker",
      referenceUsd: "50000",
      boundUsd: "50075",
      repricesLeft: 1,
      repegsLeft: 4,
      restsUntilMs: NOW_MS + 20_000,
      expiresAtMs: NOW_MS + 60_000,
      nextStep: 1,
    });
    expect(control.reservations[first.request.clientOrderId]?.notionalUsd).toBe("5007.5");
  });

  it("keeps its slot, the room for its rest and its place in a target between two orders", () => {
    const books = between({}, "long", said("CANCELED", "0.04"));
    expect(books.group).toMatchObject({ status: "ACTIVE", qtyBase: "0.04" });
    expect(Object.values(books.control.slots)[0]).toMatchObject({ legsUsd: "3004.5", reroutingBase: "0.06" });
    expect(books.control.reservations).toEqual({});
  });

  it("that filled nothing keeps its group open between two orders", () => {
    expect(between().group.status).toBe("OPENING");
  });

  it.each([
    [
      "refused for another reason",
      { type: "venueRefused", rejection: { code: "-2019", message: "margin" }, atMs: NOW_MS + 50 },
    ],
    ["absent", { type: "absenceConfirmed", atMs: NOW_MS + 50 }],
    ["ended after its time", said("CANCELED", "0", NOW_MS + 60_000)],
    ["ended with a rest below the venue's smallest order", said("CANCELED", "0.0995")],
  ] as const)("that is %s is followed by no other", (_name, event) => {
    const { group: held } = told(begun(), event as OrderEvent);
    expect(held.legs[0]?.status).toBe("ENDED");
  });

  it("is followed by no other once trading is not ACTIVE, or its group is being closed", () => {
    const first = begun();
    const reducing = {
      ...first.control,
      tradingState: { ...first.control.tradingState, state: "REDUCING" as const },
    };
    expect(told({ ...first, control: reducing }, wouldTake()).group.legs[0]?.status).toBe("ENDED");
    const closing = {
      causeId: "w1",
      exitReason: "operator",
      targetBase: "0",
      sinceMs: NOW_MS,
      triedAtMs: NOW_MS,
      triedAtBase: "0",
      route: null,
    } as const;
    const closed = told({ ...first, group: { ...first.group, closing } }, wouldTake());
    expect(closed.group.legs[0]?.status).toBe("ENDED");
  });

  it("ends with its position, once an exit has taken that", () => {
    const flat = group({ averageEntryUsd: "50000", qtyBase: "0" });
    expect([isFlatAgain(flat), isFlatAgain({ ...flat, qtyBase: "1" })]).toEqual([true, false]);
  });
});

describe("the next order of a route", () => {
  it.each([
    ["after a refusal: priced again", {}, 100, "GTX", "49990", { repricesLeft: 0 }],
    ["without a re-price left: bounded", { repricesLeft: 0 }, 100, "IOC", "50075", { stage: "bounded" }],
    [
      "withdrawn to follow the touch",
      { cancelling: "repeg" },
      100,
      "GTX",
      "49990",
      { repegsLeft: 3, cancelling: null },
    ],
    ["withdrawn for its time: bounded", { cancelling: "time" }, 100, "IOC", "50075", { stage: "bounded" }],
    ["once its time for resting is over: bounded", {}, 20_000, "IOC", "50075", { stage: "bounded" }],
  ] as const)("%s", (_name, route, laterMs, timeInForce, priceUsd, expected) => {
    const nowMs = NOW_MS + laterMs;
    const decision = decide(between(route), AT("49990", "50000", nowMs), nowMs);
    if (decision.kind !== "place") throw new Error(JSON.stringify(decision));
    expect(decision.order.request).toMatchObject({
      type: "limit",
      timeInForce,
      priceUsd,
      reduceOnly: false,
      qtyBase: "0.1",
    });
    expect(decision.order).toMatchObject({ step: 1, intentId: begun().order.intentId });
    expect(only(decision.group)).toMatchObject({
      status: "SENT",
      clientOrderId: decision.order.request.clientOrderId,
    });
    expect(only(decision.group).route).toMatchObject(expected);
    expect(only(decision.group).route.steps).toHaveLength(2);
  });

  it("is of the rest exactly, and its room is its own", () => {
    const tight = configWith({ ...configOf(), maxSymbolExposureUsd: "5007.5" });
    const books = between({}, "long", said("CANCELED", "0.04"));
    const decision = decide(books, START, NOW_MS + 100, tight);
    expect(decision).toMatchObject({ kind: "place", order: { request: { qtyBase: "0.06" } } });
  });

  it.each([
    ["the price beyond the bound", { repricesLeft: 0 }, AT("50070", "50080"), 100, "BEYOND_BOUND"],
    ["its time", {}, START, 60_000, "OUT_OF_TIME"],
    ["a check that stands against it", {}, AT("49990", "50000", NOW_MS - 60_000), 100, "DENIED"],
  ] as const)("ends for %s", (_name, route, touch, laterMs, why) => {
    const decision = decide(between(route), touch, NOW_MS + laterMs);
    expect(decision).toMatchObject({ kind: "end", why });
    if (decision.kind === "end") expect(decision.group.legs[0]?.status).toBe("ENDED");
  });

  it("ends for a halt, an exit that is newer than its signal, a close, and an offset", () => {
    const books = between();
    const { tradingState } = books.control;
    const halted = {
      ...books,
      control: { ...books.control, tradingState: { ...tradingState, state: "HALTED" as const } },
    };
    expect(decide(halted)).toMatchObject({ kind: "end", why: "TRADING_STOPPED" });
    const left = { signalledAtMs: NOW_MS + 60_000, receivedAtMs: NOW_MS + 60_000 };
    const newestSignals = { "trend/BTCUSDT/long": { left, entered: null } };
    expect(decide({ ...books, control: { ...books.control, newestSignals } })).toMatchObject({
      why: "EXIT_NEWER",
    });
    const { groupId } = books.group;
    const offset = offsetPlan({ loser: offsetLeg({ groupId }) });
    expect(decide({ ...books, control: { ...books.control, offset } })).toMatchObject({ why: "CLOSING" });
  });

  it("ends for a group beyond its stop, and while an order that reduces it is out", () => {
    const books = between({}, "long", said("CANCELED", "0.04"));
    const beyond: RestingExit = {
      clientStopId: "p1",
      step: 0,
      status: "GONE",
      qtyBase: "0.04",
      triggerPriceUsd: "49900",
      sendDeadlineMs: NOW_MS,
      absences: { count: 0, lastAtMs: null },
      refusal: { code: "-2021", message: "would trigger", reason: "wouldFireNow" },
      updatedAtMs: NOW_MS,
    };
    expect(decide({ ...books, group: { ...books.group, stop: beyond } })).toMatchObject({
      kind: "end",
      why: "CLOSING",
    });
    const { groupId, symbol } = books.group;
    const closing = {
      groupId,
      symbol,
      side: "sell",
      reduceOnly: true,
      qtyBase: "0.04",
      notionalUsd: "0",
    } as const;
    const control = { ...books.control, reservations: { ...books.control.reservations, closing } };
    expect(decide({ ...books, control })).toMatchObject({ kind: "end", why: "CLOSING" });
  });

  it("waits for a touch that cannot be read", () => {
    expect(decide(between(), { kind: "unreadable", code: "TIMEOUT" })).toEqual({ kind: "wait" });
  });
});

describe("an order of a route that rests", () => {
  const resting = (route: Partial<LegRoute> = {}, side: Side = "long") => {
    const books = told(begun(side), said("ACCEPTED", "0"));
    const leg = only(books.group);
    return { group: books.group, order: books.order, leg: { ...leg, route: { ...leg.route, ...route } } };
  };
  it.each([
    ["is left alone at its touch", {}, "long", "49990", "50000", 100, null],
    ["is left alone below the drift", {}, "long", "50014.9", "50020", 100, null],
    ["follows its touch at the drift", {}, "long", "50015", "50020", 100, "repeg"],
    ["of a short follows it downwards", {}, "short", "49970", "49974", 100, "repeg"],
    ["of a short does not follow it upwards", {}, "short", "50030", "50040", 100, null],
    ["rests on without a re-peg left", { repegsLeft: 0 }, "long", "50100", "50110", 100, null],
    ["is withdrawn once its time is over", { repegsLeft: 0 }, "long", "49990", "50000", 20_000, "time"],
    ["goes on being withdrawn", { cancelling: "repeg" }, "long", "49990", "50000", 100, "repeg"],
    ["is never withdrawn as the bounded one", { stage: "bounded" }, "long", "50100", "50110", 30_000, null],
  ] as const)("%s", (_name, route, side, bidUsd, askUsd, laterMs, expected) => {
    const { group: held, ...at } = resting(route, side);
    const top = mark({ bidUsd, askUsd });
    const ground = { config: configOf(), market: market(), top, nowMs: NOW_MS + laterMs };
    expect(withdrawalDue(ground, held, at)).toBe(expected);
  });

  it("at its bound stays there, however far the touch goes", () => {
    const { group: held, order: first, leg } = resting();
    const atBound: Order = { ...first, request: { ...first.request, priceUsd: "50075" } };
    const top = mark({ bidUsd: "51000", askUsd: "51010" });
    const ground = { config: configOf(), market: market(), top, nowMs: NOW_MS + 100 };
    expect(withdrawalDue(ground, held, { leg, order: atBound })).toBeNull();
  });

  it("that is larger than what is left is withdrawn: an earlier order has filled after its end", () => {
    const { group: held, order: first, leg } = resting();
    const ground = { config: configOf(), market: market(), top: null, nowMs: NOW_MS + 100 };
    const filled: RoutedLeg = { ...leg, filledBase: "0.02" };
    expect(withdrawalDue(ground, held, { leg: filled, order: first })).toBe("repeg");
  });
});

describe("whatever becomes of its orders", () => {
  it("their fills with what is out never pass the plan, and none asks for more than the bound", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Side>("long", "short"),
        fc.array(fc.record({ kind: fc.nat(6), part: fc.nat(10), drift: fc.integer({ min: -30, max: 30 }) }), {
          maxLength: 25,
        }),
        (side, happenings) => live(side, happenings),
      ),
      { numRuns: 400 },
    );
  });
});

interface Happens {
  readonly kind: number;
  readonly part: number;
  readonly drift: number;
}

function live(side: Side, happenings: readonly Happens[]): void {
  const config = configOf({ maxReprices: 2, maxRepegs: 3 });
  const orders = new Map<string, Order>();
  let books: OrderBooks = begun(side, config);
  let nowMs = NOW_MS;
  for (const each of happenings) {
    nowMs += 100;
    const next = isRerouting(only(books.group))
      ? goesOn(books, orders, each, { nowMs, config })
      : isEnded(books.order.status)
        ? books
        : told(books, eventOf(books.order, each, nowMs), config);
    if (next === null) return;
    books = next;
    orders.set(books.order.request.clientOrderId, books.order);
    check(books.group, orders, side);
  }
}

interface Moment {
  readonly nowMs: number;
  readonly config: AccountConfig;
}

/** Between two orders: the next one, or a late fill of one before. Null: the route has ended. */
function goesOn(
  books: OrderBooks,
  orders: ReadonlyMap<string, Order>,
  each: Happens,
  moment: Moment,
): OrderBooks | null {
  if (each.kind === LATE_FILL) return lateFill(books, orders, each, moment);
  const bid = 50_000 + each.drift * 5;
  const touch = AT(String(bid), String(bid + 10), moment.nowMs);
  const decision = decide(books, touch, moment.nowMs, moment.config);
  if (decision.kind === "end") return null;
  return decision.kind === "place" ? decision : books;
}

const LATE_FILL = 6;

/** The venue's word on the order that is out; its fills only grow. */
function eventOf({ request, filledQtyBase }: Order, { kind, part }: Happens, nowMs: number): OrderEvent {
  const left = dec(request.qtyBase).minus(dec(filledQtyBase));
  const filled = dec(filledQtyBase).plus(left.mul(part).div(10).toDecimalPlaces(3, 1)).toFixed();
  if (kind === 0 && filledQtyBase === "0") return wouldTake(nowMs);
  if (kind <= 2) return said("CANCELED", filled, nowMs);
  if (kind === 3) return said("EXPIRED", filled, nowMs);
  if (kind === 4) return said("FILLED", request.qtyBase, nowMs);
  return filled === "0" ? said("ACCEPTED", "0", nowMs) : said("PARTIALLY_FILLED", filled, nowMs);
}

/** An ended order turns out to have filled more, before another one is out. */
function lateFill(
  books: OrderBooks,
  orders: ReadonlyMap<string, Order>,
  { part }: Happens,
  { nowMs, config }: Moment,
): OrderBooks {
  const ended = [...orders.values()].at(part % orders.size);
  if (ended === undefined || ended.status === "REJECTED") return books;
  const left = Number(only(books.group).qtyBase) - Number(only(books.group).filledBase);
  const more = Math.min(
    left,
    Number(ended.request.qtyBase) - Number(ended.filledQtyBase),
    0.005 * (part + 1),
  );
  const filled = (Number(ended.filledQtyBase) + Math.floor(more * 1_000) / 1_000).toFixed(3);
  return told({ ...books, order: ended }, said("CANCELED", dec(filled).toFixed(), nowMs), config);
}

function check(held: Group, orders: ReadonlyMap<string, Order>, side: Side): void {
  const leg: EntryLeg = only(held);
  const all = [...orders.values()];
  const filled = all.reduce((sum, { filledQtyBase }) => sum.plus(dec(filledQtyBase)), dec("0"));
  const out = all
    .filter(({ status }) => !isEnded(status))
    .reduce(
      (sum, { request, filledQtyBase }) => sum.plus(dec(request.qtyBase)).minus(dec(filledQtyBase)),
      dec("0"),
    );
  expect(dec(leg.filledBase).eq(filled)).toBe(true);
  expect(dec(held.enteredBase).eq(filled)).toBe(true);
  expect(filled.plus(out).lte(dec(leg.qtyBase))).toBe(true);
  const bound = dec(leg.route?.boundUsd ?? "0");
  for (const { request } of all) {
    const priceUsd = dec(request.priceUsd ?? "0");
    expect(side === "long" ? priceUsd.lte(bound) : priceUsd.gte(bound)).toBe(true);
  }
}
