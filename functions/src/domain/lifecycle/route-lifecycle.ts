// A route between two of its orders: what its orders filled together, what is left of its plan, and whether another order may
// follow one that has ended. Only an end that the venue itself told is followed; an absent or doubtful order never is. Pure.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import type { LegRoute, RouteStep } from "#domain/documents/route.ts";

export type RoutedLeg = EntryLeg & { readonly route: LegRoute };

export function isRouted(leg: EntryLeg): leg is RoutedLeg {
  return leg.route !== null;
}

/** Between two orders: nothing of it is at the venue, and its remainder is still wanted. */
export function isRerouting(leg: EntryLeg): leg is RoutedLeg {
  return leg.status === "REROUTING" && isRouted(leg);
}

/** Of the plan, what no order has filled. Never below zero. */
export function remainderBase({ qtyBase, filledBase }: EntryLeg): Decimal {
  const left = dec(qtyBase).minus(dec(filledBase));
  return left.isNegative() ? dec("0") : left;
}

/** Quantity of the group that is between two orders. */
export function reroutingBase({ legs }: Pick<Group, "legs">): Decimal {
  return legs.filter(isRerouting).reduce((sum, leg) => sum.plus(remainderBase(leg)), dec("0"));
}

/** Whether the order is one of the leg's, the newest or an earlier one. */
export function isOrderOf(leg: EntryLeg, clientOrderId: string): boolean {
  if (leg.clientOrderId === clientOrderId) return true;
  return leg.route?.steps.some((step) => step.clientOrderId === clientOrderId) ?? false;
}

/** The leg with what the order has filled; of a route every order counts, an earlier one too. */
export function withFillsOf(leg: EntryLeg, { request, filledQtyBase, averagePriceUsd }: Order): EntryLeg {
  if (leg.route === null) return { ...leg, filledBase: filledQtyBase, averagePriceUsd };
  const steps = leg.route.steps.map((step) =>
    step.clientOrderId === request.clientOrderId
      ? { ...step, filledBase: filledQtyBase, averagePriceUsd }
      : step,
  );
  return { ...leg, route: { ...leg.route, steps }, ...sumOf(steps) };
}

/** The price is known only where that of every fill is. */
function sumOf(steps: readonly RouteStep[]): Pick<EntryLeg, "filledBase" | "averagePriceUsd"> {
  const filled = steps.filter(({ filledBase }) => !dec(filledBase).isZero());
  const sum = filled.reduce((total, { filledBase }) => total.plus(dec(filledBase)), dec("0"));
  const [only] = filled;
  const isPriced = filled.every(({ averagePriceUsd }) => averagePriceUsd !== null);
  const costUsd = filled.reduce(
    (total, step) => total.plus(dec(step.filledBase).mul(dec(step.averagePriceUsd ?? "0"))),
    dec("0"),
  );
  const mean = sum.isZero() || !isPriced ? null : decimalString(costUsd.div(sum).toDecimalPlaces(12));
  const averagePriceUsd = filled.length === 1 ? (only?.averagePriceUsd ?? null) : mean;
  return { filledBase: decimalString(sum), averagePriceUsd };
}

/** Circumstances of an order's end, as far as they decide about the next one. */
export interface RouteGround {
  /** Null when unknown: then nothing is known to be placeable. */
  readonly market: Market | null;
  readonly atMs: number;
  /** Trading is not `ACTIVE`, or everything is being flattened. */
  readonly routesEnd?: boolean;
}

/**
 * Whether another order may follow the one that has just ended, `leg` with its fills. The bounded order is the last of its
 * route, and so is one that the venue refused for another reason than that it would take.
 */
export function routeGoesOn(group: Group, leg: EntryLeg, order: Order, ground: RouteGround): boolean {
  const { market, atMs, routesEnd = false } = ground;
  const { route } = leg;
  if (route === null || route.stage !== "maker" || market === null || routesEnd) return false;
  if (route.cancelling === "exit") return false;
  if (group.closing !== null || isFlatAgain(group) || atMs >= route.expiresAtMs) return false;
  if (order.status === "REJECTED" && order.rejection?.reason !== "wouldTake") return false;
  return isPlaceable(remainderBase(leg), dec(route.referenceUsd), market);
}

/** It held something, and holds nothing any more. */
export function isFlatAgain({ averageEntryUsd, qtyBase }: Group): boolean {
  return averageEntryUsd !== null && dec(qtyBase).isZero();
}

/** Whether the venue takes an order of that size at about that price. */
export function isPlaceable(qtyBase: Decimal, priceUsd: Decimal, market: Market): boolean {
  return qtyBase.gte(dec(market.minQtyBase)) && qtyBase.mul(priceUsd).gte(dec(market.minNotionalUsd));
}
