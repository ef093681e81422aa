// The next order of an entry's route, and whether the one that rests is to be withdrawn. An order follows only one whose end the
// venue has told with its final fill; it is decided like any entry, with every check, on a touch that was read for it, and
// takes at most what is left of the plan, at no price beyond the bound. Pure.
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import { decisionBasis } from "#domain/documents/basis.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Market, TopOfBook, Touch } from "#domain/documents/market.ts";
import { isInPlan } from "#domain/documents/offset.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import type { Side } from "#domain/documents/words.ts";
import { nextLeg } from "#domain/lifecycle/leg-lifecycle.ts";
import { isPlaceable, type RoutedLeg, remainderBase } from "#domain/lifecycle/route-lifecycle.ts";
import type { SizedEntry } from "#domain/risk/context.ts";
import { supersededBy } from "#domain/risk/supersession.ts";
import { touchOf } from "#domain/risk/touch-answer.ts";
import type { DecisionGround } from "./decide-intent.ts";
import { withLeg } from "./entry-legs.ts";
import { denialsOfLeg, intentOfLeg } from "./leg-entry.ts";
import { unfilled } from "./new-route.ts";
import { type OrderCause, type PlacedOrder, placeOrder, SEND_WINDOW_MS } from "./place-order.ts";
import { isBeyondStop } from "./protective-stop.ts";
import { isWithinBound, makerUsd } from "./route-prices.ts";
import { sizedAt } from "./sizing.ts";

const BPS_PER_UNIT = 10_000;

/** Why a route ends before its plan is filled. */
export type RouteEnd =
  | "TRADING_STOPPED"
  | "CLOSING"
  | "EXIT_NEWER"
  | "OUT_OF_TIME"
  | "TOO_SMALL"
  | "BEYOND_BOUND"
  | "DENIED";

export type RouteDecision =
  | ({ readonly kind: "place" } & PlacedOrder)
  /** `group` with the leg ended. */
  | {
      readonly kind: "end";
      readonly group: Group;
      readonly why: RouteEnd;
      readonly denials: readonly Denial[];
    }
  /** The touch is not known: it is asked again, until the route's time is over. */
  | { readonly kind: "wait" };

/** `leg` is between two orders; `control` of the ground carries the lease under which the next one is stored and sent. */
export function decideRoute(
  ground: DecisionGround,
  group: Group,
  leg: RoutedLeg,
  nowMs: number,
): RouteDecision {
  const { control, universe } = ground;
  const { route } = leg;
  const end = (why: RouteEnd, denials: readonly Denial[] = []): RouteDecision => ({
    kind: "end",
    group: withLeg(group, leg, nextLeg(leg, "withdrawn", nowMs)),
    why,
    denials,
  });
  const over = endOf(control, group, route, nowMs);
  if (over !== null) return end(over);
  const touch = touchOf(ground.touch);
  const market = universe?.markets[group.symbol] ?? null;
  if (touch === null || market === null) return { kind: "wait" };
  const next = nextRoute(route, nowMs);
  const bound = dec(route.boundUsd);
  if (next.stage === "bounded" && !isWithinBound(group.side, touch, bound)) return end("BEYOND_BOUND");
  const priceUsd =
    next.stage === "bounded" ? bound : makerUsd(group.side, touch, route.choice, { bound, market });
  const left = remainderBase(leg);
  if (!isPlaceable(left, priceUsd, market)) return end("TOO_SMALL");
  const entry = entryOf(group.side, left, { priceUsd, bound, touch });
  const { intentId, signalId } = route;
  const intent = intentOfLeg(group, { intentId, signalId }, left, nowMs);
  const denials = denialsOfLeg(ground, group, { leg, intent, market, entry }, nowMs);
  if (denials.length > 0) return end("DENIED", denials);
  return placed(ground, { group, leg, next, entry, priceUsd, touch }, nowMs);
}

/** An end that comes whatever the market does. An exit that is newer than its signal wins. */
function endOf(control: ControlState, group: Group, route: LegRoute, nowMs: number): RouteEnd | null {
  if (control.flatten !== null || control.tradingState.state !== "ACTIVE") return "TRADING_STOPPED";
  if (group.closing !== null || isInPlan(control.offset, group.groupId)) return "CLOSING";
  if (isBeyondStop(group) || isBeingReduced(control, group)) return "CLOSING";
  const { strategyId, symbol, side } = group;
  const { signalledAtMs, receivedAtMs } = route;
  if (supersededBy(control, { strategyId, symbol, side, signalledAtMs, receivedAtMs }) !== null)
    return "EXIT_NEWER";
  return nowMs >= route.expiresAtMs ? "OUT_OF_TIME" : null;
}

/** By an order that is out, or in doubt. */
function isBeingReduced({ reservations }: ControlState, { groupId }: Group): boolean {
  return Object.values(reservations).some((each) => each.groupId === groupId && each.reduceOnly);
}

/** The route with its next step begun: a re-peg, a re-price while there are some, else the bounded step. */
function nextRoute(route: LegRoute, nowMs: number): LegRoute {
  const { cancelling, repegsLeft, repricesLeft, restsUntilMs } = route;
  const begun: LegRoute = { ...route, cancelling: null, nextStep: route.nextStep + 1 };
  if (cancelling === "time" || nowMs >= restsUntilMs) return { ...begun, stage: "bounded" };
  if (cancelling === "repeg" && repegsLeft > 0) return { ...begun, repegsLeft: repegsLeft - 1 };
  if (repricesLeft > 0) return { ...begun, repricesLeft: repricesLeft - 1 };
  return { ...begun, stage: "bounded" };
}

interface Prices {
  readonly priceUsd: Decimal;
  readonly bound: Decimal;
  readonly touch: Touch;
}

/** A long is valued at the bound, as when its route began; a short at the ask, as every short that rests. */
function entryOf(side: Side, left: Decimal, { priceUsd, bound, touch }: Prices): SizedEntry {
  const worst = side === "long" ? Decimal.max(bound, priceUsd) : Decimal.max(dec(touch.askUsd), priceUsd);
  return sizedAt({ priceUsd: worst, lowestPriceUsd: priceUsd, fitted: null }, left);
}

interface ReadyStep {
  readonly group: Group;
  readonly leg: RoutedLeg;
  readonly next: LegRoute;
  readonly entry: SizedEntry;
  readonly priceUsd: Decimal;
  readonly touch: Touch;
}

function placed(
  { control, config, nav, peak }: DecisionGround,
  { group, leg, next, entry, priceUsd, touch }: ReadyStep,
  nowMs: number,
): RouteDecision {
  const { route } = leg;
  const id = clientOrderId(group.accountId, route.intentId, route.nextStep);
  const request: OrderRequest = {
    clientOrderId: id,
    symbol: group.symbol,
    side: group.side === "long" ? "buy" : "sell",
    type: "limit",
    qtyBase: decimalString(entry.qtyBase),
    priceUsd: decimalString(priceUsd),
    timeInForce: next.stage === "bounded" ? "IOC" : "GTX",
    reduceOnly: false,
  };
  const cause: OrderCause = {
    intentId: route.intentId,
    signalId: route.signalId,
    strategyId: group.strategyId,
    step: route.nextStep,
    exitReason: null,
    signalReceivedAtMs: route.receivedAtMs,
    intentExpiresAtMs: nowMs + SEND_WINDOW_MS,
  };
  const mark = nav?.marks[group.symbol] ?? null;
  const basis = decisionBasis(config.version, { nav, peak, touch, mark, fitted: null }, nowMs);
  const sent: EntryLeg = {
    ...nextLeg(leg, "stored", nowMs),
    clientOrderId: id,
    route: { ...next, steps: [...route.steps, unfilled(id)] },
  };
  const planned = { request, cause, group: withLeg(group, leg, sent), basis };
  const notionalUsd = decimalString(entry.notionalUsd);
  return { kind: "place", ...placeOrder(control, { ...planned, notionalUsd }, nowMs) };
}

/** `top` is null where the price is not known. */
interface RestingGround {
  readonly config: AccountConfig;
  readonly market: Market | null;
  readonly top: TopOfBook | null;
  readonly nowMs: number;
}

/**
 * Why the order of a leg that rests is to be withdrawn; null: it rests on. It follows its own touch once that has moved away
 * from it, as often as it may, and only to another price. An order that was marked before goes on being withdrawn.
 */
export function withdrawalDue(
  { config, market, top, nowMs }: RestingGround,
  { side }: Pick<Group, "side">,
  { leg, order }: { readonly leg: RoutedLeg; readonly order: Order },
): LegRoute["cancelling"] {
  const { route } = leg;
  if (route.stage !== "maker") return null;
  if (route.cancelling !== null) return route.cancelling;
  if (nowMs >= route.restsUntilMs) return "time";
  // An earlier order has filled after its end: the one that is out is larger than what is left.
  const openBase = dec(order.request.qtyBase).minus(dec(order.filledQtyBase));
  if (openBase.gt(remainderBase(leg))) return "repeg";
  const { priceUsd } = order.request;
  if (route.repegsLeft === 0 || top === null || market === null || priceUsd === null) return null;
  const resting = dec(priceUsd);
  const away = side === "long" ? dec(top.bidUsd).minus(resting) : resting.minus(dec(top.askUsd));
  if (away.mul(BPS_PER_UNIT).lt(resting.mul(config.router.repegDriftBps))) return null;
  const next = makerUsd(side, top, route.choice, { bound: dec(route.boundUsd), market });
  return next.eq(resting) ? null : "repeg";
}
