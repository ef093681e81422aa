// How a leg of a group's plan moves, an entry or an exit: a table of (state, event), total over both. A pair that the real
// world makes out of turn has a name; a pair that only a fault of this program can make throws. Pure.
import { dec } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Order, OrderStatus } from "#domain/documents/order.ts";
import {
  isOrderOf,
  isRerouting,
  isRouted,
  type RoutedLeg,
  type RouteGround,
  routeGoesOn,
  withFillsOf,
} from "./route-lifecycle.ts";

export type LegStatus = EntryLeg["status"];
export type LegOddity = NonNullable<EntryLeg["oddity"]>;

/**
 * The first is ours, the next seven are the venue's words about the leg's newest order, then come those about its group. The
 * last two are of a route: an order of it has ended and another may follow; an order before the newest has filled more.
 */
export const LEG_EVENTS = [
  "stored",
  "unanswered",
  "accepted",
  "filledInPart",
  "filled",
  "canceled",
  "rejected",
  "absent",
  "withdrawn",
  "reducedOutside",
  "liquidated",
  "deleveraged",
  "siblingFilled",
  "stepEnded",
  "earlierFilled",
] as const;
export type LegEvent = (typeof LEG_EVENTS)[number];

export interface LegStep {
  readonly to: LegStatus;
  readonly oddity?: LegOddity;
}

/** No world makes this pair: an order of the leg was sent twice, or one is told of that was never sent. */
export const ILLEGAL = "illegal";

type Row = Readonly<Record<LegEvent, LegStep | typeof ILLEGAL>>;

const to = (status: LegStatus, oddity?: LegOddity): LegStep =>
  oddity === undefined ? { to: status } : { to: status, oddity };

/** The group's word about a leg whose order is out, or over: the order's own fate settles it. */
const staying = (
  status: LegStatus,
): Pick<Row, "withdrawn" | "reducedOutside" | "liquidated" | "deleveraged"> => ({
  withdrawn: to(status),
  reducedOutside: to(status),
  liquidated: to(status),
  deleveraged: to(status),
});

/** Before the venue has said anything of it. */
const OUT: Omit<Row, "unanswered" | "accepted" | "filledInPart" | "filled" | "earlierFilled"> = {
  stored: ILLEGAL,
  canceled: to("ENDED"),
  rejected: to("ENDED"),
  absent: to("ENDED"),
  siblingFilled: to("ENDED", "SIBLING_FILLED"),
  stepEnded: to("REROUTING"),
  ...staying("SENT"),
};

const NEVER_SENT: Pick<
  Row,
  | "unanswered"
  | "accepted"
  | "filledInPart"
  | "filled"
  | "canceled"
  | "rejected"
  | "absent"
  | "stepEnded"
  | "earlierFilled"
> = {
  unanswered: ILLEGAL,
  accepted: ILLEGAL,
  filledInPart: ILLEGAL,
  filled: ILLEGAL,
  canceled: ILLEGAL,
  rejected: ILLEGAL,
  absent: ILLEGAL,
  stepEnded: ILLEGAL,
  earlierFilled: ILLEGAL,
};

export const LEG_TRANSITIONS: Readonly<Record<LegStatus, Row>> = {
  WAITING: {
    ...NEVER_SENT,
    stored: to("SENT"),
    withdrawn: to("WITHDRAWN"),
    // Somebody who makes the position smaller by hand, or the venue that does, wants no more of it.
    reducedOutside: to("WITHDRAWN", "REDUCED_OUTSIDE"),
    liquidated: to("WITHDRAWN", "LIQUIDATED"),
    deleveraged: to("WITHDRAWN", "DELEVERAGED"),
    // Nothing of it is at the venue that could be cancelled there.
    siblingFilled: to("WAITING"),
  },
  SENT: {
    ...OUT,
    unanswered: to("DOUBT"),
    accepted: to("WORKING"),
    filledInPart: to("WORKING"),
    filled: to("FILLED"),
    earlierFilled: to("SENT", "FILL_AFTER_CANCEL"),
  },
  DOUBT: {
    ...OUT,
    ...staying("DOUBT"),
    unanswered: to("DOUBT"),
    accepted: to("WORKING"),
    filledInPart: to("WORKING", "FILL_NEVER_ANSWERED"),
    filled: to("FILLED", "FILL_NEVER_ANSWERED"),
    earlierFilled: to("DOUBT", "FILL_AFTER_CANCEL"),
  },
  WORKING: {
    ...staying("WORKING"),
    stored: ILLEGAL,
    // A look whose reply was lost puts an order that the venue has shown into no doubt.
    unanswered: to("WORKING", "LATE_WORD"),
    accepted: to("WORKING"),
    filledInPart: to("WORKING"),
    filled: to("FILLED"),
    canceled: to("ENDED"),
    rejected: to("ENDED"),
    absent: to("ENDED"),
    // The venue cancels a reduce-only order once another has taken the position.
    siblingFilled: to("ENDED", "SIBLING_FILLED"),
    stepEnded: to("REROUTING"),
    earlierFilled: to("WORKING", "FILL_AFTER_CANCEL"),
  },
  REROUTING: {
    stored: to("SENT"),
    unanswered: to("REROUTING", "LATE_WORD"),
    // Refused, and there after all.
    accepted: to("WORKING", "SHOWN_AFTER_ALL"),
    filledInPart: to("REROUTING", "FILL_AFTER_CANCEL"),
    filled: to("FILLED", "FILL_AFTER_CANCEL"),
    canceled: to("ENDED"),
    rejected: to("ENDED"),
    absent: to("ENDED"),
    // Something of it was sent: it has ended, and was not only planned.
    withdrawn: to("ENDED"),
    reducedOutside: to("ENDED", "REDUCED_OUTSIDE"),
    liquidated: to("ENDED", "LIQUIDATED"),
    deleveraged: to("ENDED", "DELEVERAGED"),
    siblingFilled: to("REROUTING"),
    stepEnded: to("REROUTING"),
    earlierFilled: to("REROUTING", "FILL_AFTER_CANCEL"),
  },
  FILLED: {
    ...staying("FILLED"),
    stored: ILLEGAL,
    unanswered: to("FILLED", "LATE_WORD"),
    accepted: to("FILLED", "LATE_WORD"),
    filledInPart: to("FILLED", "LATE_WORD"),
    filled: to("FILLED"),
    canceled: to("FILLED", "CANCEL_OF_FILLED"),
    rejected: to("FILLED", "LATE_WORD"),
    absent: to("FILLED", "LATE_WORD"),
    siblingFilled: to("FILLED"),
    stepEnded: to("FILLED", "LATE_WORD"),
    earlierFilled: to("FILLED", "FILL_AFTER_CANCEL"),
  },
  ENDED: {
    ...staying("ENDED"),
    stored: ILLEGAL,
    unanswered: to("ENDED", "LATE_WORD"),
    // Absent, or refused, and there after all.
    accepted: to("WORKING", "SHOWN_AFTER_ALL"),
    filledInPart: to("ENDED", "FILL_AFTER_CANCEL"),
    filled: to("FILLED", "FILL_AFTER_CANCEL"),
    canceled: to("ENDED"),
    rejected: to("ENDED"),
    absent: to("ENDED"),
    siblingFilled: to("ENDED"),
    stepEnded: to("ENDED"),
    earlierFilled: to("ENDED", "FILL_AFTER_CANCEL"),
  },
  WITHDRAWN: {
    ...NEVER_SENT,
    ...staying("WITHDRAWN"),
    stored: ILLEGAL,
    siblingFilled: to("WITHDRAWN"),
  },
};

/** A pair of state and event that only a fault of this program can make. */
export class LegTransitionError extends Error {
  override readonly name = "LegTransitionError";
  constructor({ kind, place, status }: Pick<EntryLeg, "kind" | "place" | "status">, event: LegEvent) {
    super(`The leg ${kind} ${place} is ${status}, and was told ${event}`);
  }
}

/** The leg after the event; the same object when nothing changes. Throws LegTransitionError. */
export function nextLeg(leg: EntryLeg, event: LegEvent, atMs: number): EntryLeg {
  const step = LEG_TRANSITIONS[leg.status][event];
  if (step === ILLEGAL) throw new LegTransitionError(leg, event);
  const oddity = step.oddity ?? leg.oddity;
  if (step.to === leg.status && oddity === leg.oddity) return leg;
  return { ...leg, status: step.to, oddity, updatedAtMs: atMs };
}

/** Every leg of the group after an event that concerns the whole of it; the same group when none changes. */
export function withLegEvent(group: Group, event: LegEvent, atMs: number): Group {
  const legs = group.legs.map((leg) => nextLeg(leg, event, atMs));
  return legs.every((leg, place) => leg === group.legs[place]) ? group : { ...group, legs };
}

const EVENT_OF: Readonly<Record<OrderStatus, LegEvent | null>> = {
  SUBMITTING: null,
  SUBMIT_UNKNOWN: "unanswered",
  ACCEPTED: "accepted",
  PARTIALLY_FILLED: "filledInPart",
  FILLED: "filled",
  CANCELED: "canceled",
  EXPIRED: "canceled",
  REJECTED: "rejected",
  ABSENT: "absent",
};

/** The group whose legs between two orders get no further one; the same group where there are none. */
export function withRoutesEnded(group: Group, atMs: number): Group {
  if (!group.legs.some(isRerouting)) return group;
  return {
    ...group,
    legs: group.legs.map((leg) => (isRerouting(leg) ? nextLeg(leg, "withdrawn", atMs) : leg)),
  };
}

/**
 * The group that is being left: legs between two orders get no further one, and after the order of one that is out none
 * follows, however that one ends. An exit on its way takes at any price next. The same group where there is no route.
 */
export function withRoutesLeft(given: Group, atMs: number): Group {
  const group = withExitHurried(given, atMs);
  const ended = withRoutesEnded(group, atMs);
  const isOut = (leg: EntryLeg): leg is RoutedLeg =>
    isRouted(leg) && OUT_OF_ROUTE.has(leg.status) && leg.route.cancelling !== "exit";
  if (!ended.legs.some(isOut)) return ended;
  const legs = ended.legs.map((leg) =>
    isOut(leg) ? { ...leg, route: { ...leg.route, cancelling: "exit" as const }, updatedAtMs: atMs } : leg,
  );
  return { ...ended, legs };
}

/** Nothing was tried at any price yet, so that the next pass does at once. */
function withExitHurried(group: Group, atMs: number): Group {
  const { closing } = group;
  if (closing === null || closing.route === null) return group;
  return { ...group, closing: { ...closing, route: null, triedAtBase: "0" }, updatedAtMs: atMs };
}

const OUT_OF_ROUTE: ReadonlySet<LegStatus> = new Set(["SENT", "DOUBT", "WORKING"]);

/** The group with the leg of an order that became `next`; the same group where none of its legs is meant. */
export function withOrderOfLeg(group: Group, previous: Order, next: Order, ground: RouteGround): Group {
  const { clientOrderId: id } = next.request;
  const legs = group.legs.map((leg) =>
    isOrderOf(leg, id) ? legAfter(group, leg, { previous, next }, ground) : leg,
  );
  return legs.every((leg, place) => leg === group.legs[place]) ? group : { ...group, legs };
}

interface Moved {
  readonly previous: Order;
  readonly next: Order;
}

function legAfter(group: Group, leg: EntryLeg, moved: Moved, ground: RouteGround): EntryLeg {
  const { atMs } = ground;
  const counted = withFillsOf(leg, moved.next);
  const isSame = counted.filledBase === leg.filledBase && counted.averagePriceUsd === leg.averagePriceUsd;
  const filled = isSame ? leg : { ...counted, updatedAtMs: atMs };
  const event = eventOf(group, filled, moved, ground);
  return event === null ? filled : nextLeg(filled, event, atMs);
}

/** Null: nothing that the leg has to follow. */
function eventOf(
  group: Group,
  leg: EntryLeg,
  { previous, next }: Moved,
  ground: RouteGround,
): LegEvent | null {
  const hasMore = dec(next.filledQtyBase).gt(dec(previous.filledQtyBase));
  if (leg.clientOrderId !== next.request.clientOrderId) return hasMore ? "earlierFilled" : null;
  if (previous.status === next.status) return hasMore ? "filledInPart" : null;
  const event = EVENT_OF[next.status];
  const hasEnded = event === "canceled" || event === "rejected";
  // Where its look-ups were denied, the end may be put together from a list of trades that lags: nothing follows it.
  const isTold = previous.absences.count === 0;
  return hasEnded && isTold && routeGoesOn(group, leg, next, ground) ? "stepEnded" : event;
}
