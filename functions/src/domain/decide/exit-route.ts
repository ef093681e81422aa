// The way of an exit that rests before it takes: which order comes next, and whether the one that rests is to be withdrawn. Each
// stage has one order, so that every way ends at the market. Whatever is unclear, and every exit that must be, goes there at once.
// Pure.
import { ceilToStep, type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { ClosingWish, Group } from "#domain/documents/group.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import { isInPlan } from "#domain/documents/offset.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import type { ExitRoute } from "#domain/documents/route.ts";
import type { Side } from "#domain/documents/words.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { boundedPrice } from "./closing.ts";
import { isBeyondStop } from "./protective-stop.ts";
import { isPassedOver } from "./resend.ts";
import { timeLimitAtMs } from "./time-limit.ts";

const BPS_PER_UNIT = 10_000;

/** The route of an exit that a signal or an operator asks for now; null: it takes at once. */
export function newExitRoute(
  { strategies, router }: Pick<AccountConfig, "strategies" | "router">,
  strategyId: string,
  nowMs: number,
): ExitRoute | null {
  if (strategies[strategyId]?.exitRouting !== "maker") return null;
  return {
    stage: "due",
    referenceUsd: null,
    boundBps: router.exitBoundBps,
    restsUntilMs: nowMs + router.exitMakerMs,
  };
}

export interface HurryGround {
  readonly control: Pick<ControlState, "tradingState" | "flatten" | "offset">;
  readonly nowMs: number;
}

/** Whether the group has to be left at once, whatever its wish says: a stop, a time limit, an offset, or trading that stops. */
export function isHurried(group: Group, { control, nowMs }: HurryGround): boolean {
  const { tradingState, flatten, offset } = control;
  const limitMs = timeLimitAtMs(group);
  if (tradingState.state !== "ACTIVE" || flatten !== null || isInPlan(offset, group.groupId)) return true;
  return isBeyondStop(group) || (limitMs !== null && nowMs >= limitMs);
}

/** An exit that rests in the book. A take-profit is none: it waits outside the book, and is no order. */
export function isRestingExit({ request, status }: Order): boolean {
  return request.reduceOnly && request.timeInForce === "GTX" && !isEnded(status);
}

/** Exits of the group that rest, as far as the venue may still have them. */
export function restingExitIds(
  orders: Readonly<Record<string, Order>> | undefined,
  { groupId }: Pick<Group, "groupId">,
): readonly string[] {
  return Object.values(orders ?? {})
    .filter((order) => order.groupId === groupId && isRestingExit(order) && !isPassedOver(order))
    .map(({ request }) => request.clientOrderId);
}

export interface ExitStep {
  /** Null: at any price. */
  readonly limitUsd: string | null;
  readonly rests: boolean;
  /** Of the wish, once this order is stored. */
  readonly route: ExitRoute | null;
}

/** The reduction with the price of the step. */
export function reductionAt(request: OrderRequest, { limitUsd, rests }: ExitStep): OrderRequest {
  if (limitUsd === null) return request;
  return { ...request, type: "limit", priceUsd: limitUsd, timeInForce: rests ? "GTX" : "IOC" };
}

const AT_ANY_PRICE: ExitStep = { limitUsd: null, rests: false, route: null };

export interface StepGround {
  readonly market: Market;
  /** Null where it is not known, or not of now. */
  readonly top: TopOfBook | null;
  readonly nowMs: number;
}

/** The order that follows, after `route` as it is stored and no order of it is out. */
export function nextExitStep(
  route: ExitRoute | null,
  side: Side,
  { market, top, nowMs }: StepGround,
): ExitStep {
  if (route === null || top === null || route.stage === "bounded") return AT_ANY_PRICE;
  const referenceUsd = route.referenceUsd ?? takenUsd(side, top);
  if (route.stage === "due" && nowMs < route.restsUntilMs)
    return {
      limitUsd: ownTouchUsd(side, top, market),
      rests: true,
      route: { ...route, stage: "maker", referenceUsd },
    };
  return {
    limitUsd: boundedPrice(side, top, route.boundBps, market),
    rests: false,
    route: { ...route, stage: "bounded", referenceUsd },
  };
}

/** The first order of a wish: it rests only where nothing else shrinks the group, or wants it left at once. */
export function firstExitStep(
  route: ExitRoute | null,
  group: Group,
  freeBase: Decimal,
  ground: StepGround & HurryGround,
): ExitStep {
  const isAlone = freeBase.eq(dec(group.qtyBase)) && group.closing === null;
  return nextExitStep(isAlone && !isHurried(group, ground) ? route : null, group.side, ground);
}

/** The price that an order which takes gets: a long sells at the bid. */
function takenUsd(side: Side, { bidUsd, askUsd }: TopOfBook): string {
  return side === "long" ? bidUsd : askUsd;
}

function ownTouchUsd(side: Side, { bidUsd, askUsd }: TopOfBook, { tickSizeUsd }: Market): string {
  const tick = dec(tickSizeUsd);
  return decimalString(side === "long" ? ceilToStep(dec(askUsd), tick) : floorToStep(dec(bidUsd), tick));
}

/**
 * Whether the exit that rests is to be withdrawn whatever the price is, so that the next one takes: its time is over, or its wish
 * takes at any price, or wants less than the order has left.
 */
export function isRestOver(group: Group, order: Order, ground: HurryGround): boolean {
  const { closing } = group;
  const route = closing?.route ?? null;
  if (closing === null || route === null || route.stage !== "maker" || isHurried(group, ground)) return true;
  return ground.nowMs >= route.restsUntilMs || isTooMuch(order, group, closing);
}

/** The same for its price: the one that is to be had has left by the bound, or is not known. */
export function isLeftBehind({ side, closing }: Group, top: TopOfBook | null): boolean {
  const route = closing?.route ?? null;
  return route === null || top === null || hasLeft(side, route, top);
}

function isTooMuch({ request, filledQtyBase }: Order, { qtyBase }: Group, { targetBase }: ClosingWish) {
  return dec(request.qtyBase)
    .minus(dec(filledQtyBase))
    .gt(dec(qtyBase).minus(dec(targetBase)));
}

function hasLeft(side: Side, { referenceUsd, boundBps }: ExitRoute, top: TopOfBook): boolean {
  if (referenceUsd === null) return true;
  const [reference, now] = [dec(referenceUsd), dec(takenUsd(side, top))];
  const lost = side === "long" ? reference.minus(now) : now.minus(reference);
  return lost.mul(BPS_PER_UNIT).gt(reference.mul(boundBps));
}
