// Rules 1 (stored before sent) and 2 (never beyond plan) of docs/RULES.md after a run: every order at the venue was
// stored, is there once and within plan, and is as its record says.
import { type Decimal, dec } from "#domain/decimal.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import type { Evidence, VenueOrderState } from "../evidence.ts";
import type { Check } from "./check.ts";

const STATUS_AT_VENUE: Readonly<Record<string, Order["status"]>> = {
  NEW: "ACCEPTED",
  PARTIALLY_FILLED: "PARTIALLY_FILLED",
  FILLED: "FILLED",
  CANCELED: "CANCELED",
  EXPIRED: "EXPIRED",
  EXPIRED_IN_MATCH: "EXPIRED",
  REJECTED: "REJECTED",
};

function recordOf(evidence: Evidence, { clientOrderId: id }: VenueOrderState): Order | undefined {
  return evidence.orders.get(paths.order(evidence.accountId, id));
}

function differs(order: Order, atVenue: VenueOrderState): boolean {
  const { request } = order;
  return (
    request.symbol !== atVenue.symbol ||
    request.side !== atVenue.side.toLowerCase() ||
    request.type !== atVenue.type.toLowerCase() ||
    request.reduceOnly !== atVenue.reduceOnly ||
    !dec(request.qtyBase).eq(dec(atVenue.origQty)) ||
    (request.priceUsd !== null && !dec(request.priceUsd).eq(dec(atVenue.price)))
  );
}

export const ordersAreStoredOnce: Check = {
  name: "ordersAreStoredOnce",
  says: "Every venue order has its stored record and its derived id, no id is at the venue twice, no step has two orders.",
  violations(evidence) {
    const found: string[] = [];
    const seen = new Set<string>();
    for (const atVenue of evidence.venue.orders) {
      const id = atVenue.clientOrderId;
      if (seen.has(id)) found.push(`the venue has ${id} twice`);
      seen.add(id);
      const order = recordOf(evidence, atVenue);
      if (order === undefined) found.push(`the venue has ${id}, of which there is no record`);
      else if (differs(order, atVenue)) found.push(`${id} is at the venue with other words than stored`);
    }
    const steps = new Set<string>();
    for (const [path, { accountId, intentId, step, request }] of evidence.orders) {
      const id = clientOrderId(accountId, intentId, step);
      if (request.clientOrderId !== id || path !== paths.order(accountId, id))
        found.push(`${path} does not bear the id of step ${step} of ${intentId}`);
      if (steps.has(`${intentId}/${step}`)) found.push(`step ${step} of ${intentId} has two orders`);
      steps.add(`${intentId}/${step}`);
    }
    return found;
  },
};

export const acceptedIsWithinPlan: Check = {
  name: "acceptedIsWithinPlan",
  says: "For every intent, the quantity that the venue accepted is at most the quantity planned.",
  violations(evidence) {
    const planned = new Map<string, Decimal>();
    for (const { intentId, request } of evidence.orders.values())
      planned.set(intentId, dec(request.qtyBase).plus(planned.get(intentId) ?? 0));
    const accepted = new Map<string, Decimal>();
    for (const atVenue of evidence.venue.orders) {
      const intentId = recordOf(evidence, atVenue)?.intentId ?? `order ${atVenue.clientOrderId}`;
      accepted.set(intentId, dec(atVenue.origQty).plus(accepted.get(intentId) ?? 0));
    }
    return [...accepted].flatMap(([intentId, qty]) => {
      const plan = planned.get(intentId) ?? dec("0");
      return qty.gt(plan) ? [`the venue accepted ${qty} for ${intentId}, planned were ${plan}`] : [];
    });
  },
};

export const ordersAgreeWithTheVenue: Check = {
  name: "ordersAgreeWithTheVenue",
  says: "Every order has ended, in doubt about none, with the status and the fills that the venue has.",
  violations(evidence) {
    const atVenueById = new Map(evidence.venue.orders.map((order) => [order.clientOrderId, order]));
    return [...evidence.orders.values()].flatMap((order) =>
      differences(order, atVenueById.get(order.request.clientOrderId)),
    );
  },
};

/** What an order says that the venue does not. */
function differences(
  { request, status, filledQtyBase, rejection }: Order,
  atVenue: VenueOrderState | undefined,
): readonly string[] {
  const id = request.clientOrderId;
  const found: string[] = [];
  if (!isEnded(status)) found.push(`${id} is still ${status}`);
  if (status === "REJECTED" && rejection === null) found.push(`${id} is rejected without a reason`);
  if (atVenue === undefined)
    return status === "ABSENT" || status === "REJECTED"
      ? found
      : [...found, `${id} is ${status}, unknown to the venue`];
  if (status !== STATUS_AT_VENUE[atVenue.status])
    found.push(`${id} is ${status}, at the venue ${atVenue.status}`);
  if (!dec(filledQtyBase).eq(dec(atVenue.executedQty)))
    found.push(`${id} is filled ${filledQtyBase}, at the venue ${atVenue.executedQty}`);
  return found;
}
