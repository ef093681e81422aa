// When the venue's silence about an order is absence, and which order may be sent again then. An entry never is. A timer
// alone resends nothing, and neither does one endpoint of the venue, however often it is asked.

import { dec } from "#domain/decimal.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Universe } from "#domain/documents/market.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import { isUnresolved, mayBeSentAgain, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { denial, type RiskCheck, type RiskState } from "#domain/risk/context.ts";
import { tradingStateAllowsReduction, venueNotBanned } from "#domain/risk/permission.ts";
import { TOUCH_NOT_ASKED } from "#domain/risk/touch-answer.ts";

/** After the send deadline: what a request may still take inside the venue before a look-up can see it. */
export const ARRIVAL_MARGIN_MS = 1_000;
/** Denials of knowledge needed, and their smallest distance: one may come from a lagging read replica. */
export const ABSENCES_NEEDED = 2;
export const ABSENCE_GAP_MS = 1_500;
/**
 * Age of the last send from which an exit that no witness has seen is sent again. Reported lags of Binance's read side:
 * 40 s of an ended order still listed as open (python-binance 690), look-ups that fail after one or two minutes
 * (node-binance-api 581). A protective stop guards the position meanwhile.
 */
export const EXIT_ABSENCE_MS = 120_000;
/**
 * Age from which an order that the venue does not show has ended. More than twice the longest reported lag of the
 * look-up; nothing is sent on the strength of it, and the order is watched for a day after it.
 */
export const ABSENT_AFTER_MS = 300_000;
/** Sends of which the fate may be open at once: with a third, a fill could not be told to one of them any more. */
const MOST_OPEN_SENDS = 2;
/** An exit this old is not sent again: its sender has been told by now that it failed. */
export const RESEND_LIMIT_MS = 600_000;

/**
 * Whether a "does not know" at `nowMs` counts: the request can no longer arrive, and the last denial is far
 * enough back.
 */
export function absenceCounts(order: Pick<Order, "sendDeadlineMs" | "absences">, nowMs: number): boolean {
  if (nowMs < order.sendDeadlineMs + ARRIVAL_MARGIN_MS) return false;
  return order.absences.lastAtMs === null || nowMs - order.absences.lastAtMs >= ABSENCE_GAP_MS;
}

export function isAbsenceConfirmed(order: Pick<Order, "absences">): boolean {
  return order.absences.count >= ABSENCES_NEEDED;
}

/**
 * Whether an order that closes may be planned beside this one: no send of it can still arrive, and the venue does not show
 * it. Waiting for its end would leave a position open; both being reduce-only, the venue lets them flip nothing.
 */
export function isPassedOver(order: Order): boolean {
  return isUnresolved(order.status) && (order.openSends.length === 0 || isAbsenceConfirmed(order));
}

/**
 * Whether the venue has not shown the order for longer than an incident lasts. One that it had has been shown until the
 * first denial, however long ago it was acknowledged.
 */
export function isAbsentForGood(order: Order, nowMs: number): boolean {
  const sinceMs = isUnresolved(order.status) ? order.sendDeadlineMs : order.deniedSinceMs;
  return isAbsenceConfirmed(order) && sinceMs !== null && nowMs >= sinceMs + ABSENT_AFTER_MS;
}

/**
 * Whether an event still says something about the order as it is now, when somebody else has written between. `sends`
 * is which sending the event is about. The venue's word on the order always holds; what became of one sending says
 * nothing about a later one, and two looks at the same moment are one denial.
 */
export function stillHolds(event: OrderEvent, sends: number, order: Order): boolean {
  if (event.type === "venueSaid") return true;
  if (order.sends !== sends) return false;
  return event.type !== "venueDoesNotKnow" || absenceCounts(order, event.atMs);
}

/**
 * Whether the order can be sent again, as far as its record says: at once where no send can have arrived, else once the
 * look-up has denied it for longer than an incident lasts. Then the other witnesses are asked (see `witnessesAgree`).
 */
export function isResendDue(order: Order, nowMs: number): boolean {
  if (!isUnresolved(order.status) || !mayBeSentAgain(order)) return false;
  if (nowMs - order.createdAtMs > RESEND_LIMIT_MS) return false;
  if (order.openSends.length === 0) return true;
  if (order.openSends.length >= MOST_OPEN_SENDS || !isAbsenceConfirmed(order)) return false;
  return nowMs >= order.sendDeadlineMs + EXIT_ABSENCE_MS;
}

/** Answers of other endpoints than the look-up, all asked now. */
export interface Witnesses {
  /** The symbol's position; null when the venue holds none. */
  readonly position: { readonly side: Side; readonly qtyBase: string } | null;
  /** The symbol's open orders have the id. */
  readonly rests: boolean;
  /** Trades of the symbol on the order's side since it was made. */
  readonly trades: number;
}

/** Whether nothing at the venue shows a trace of an exit: the position is as booked, nothing rests, nothing traded. */
export function witnessesAgree({ position, rests, trades }: Witnesses, group: Group): boolean {
  const isUnchanged =
    position !== null && position.side === group.side && dec(position.qtyBase).eq(dec(group.qtyBase));
  return isUnchanged && !rests && trades === 0;
}

/** The books as far as a resend asks. */
export interface ResendBooks extends Omit<RiskState, "nowMs"> {
  readonly universe: Universe | null;
  readonly groups: Readonly<Record<string, Group>>;
}

/** No age limit of the intent among them: the exit was decided in time, and what it is to close is still held. */
const RESEND_CHECKS: readonly RiskCheck[] = [tradingStateAllowsReduction, venueNotBanned];

/** The denials that stand against sending the reduction again now. */
export function resendDenials(books: ResendBooks, order: Order, nowMs: number): readonly Denial[] {
  const intent = intentBehind(order);
  const market = books.universe?.markets[order.request.symbol] ?? null;
  const denials = RESEND_CHECKS.flatMap(
    (check) =>
      check({
        ...books,
        nowMs,
        intent,
        market,
        touch: TOUCH_NOT_ASKED,
        venueSettings: null,
        entry: null,
        queued: null,
      }) ?? [],
  );
  return [
    ...denials,
    ...(market === null ? [denial("MARKET_UNKNOWN", { subject: intent.symbol })] : []),
    ...(isOutdated(books, order) ? [denial("ORDER_IN_FLIGHT", { subject: intent.symbol })] : []),
  ];
}

/** Whether something newer was decided for the group: the order is not of now, and is never sent again. */
export function isOutdated({ groups }: Pick<ResendBooks, "groups">, { groupId, request }: Order): boolean {
  return groups[groupId]?.orderIds.at(-1) !== request.clientOrderId;
}

function intentBehind(order: Order): Intent {
  return {
    intentId: order.intentId,
    signalId: order.signalId,
    accountId: order.accountId,
    strategyId: order.strategyId,
    symbol: order.request.symbol,
    action: "reduce",
    side: null,
    size: { kind: "qtyBase", qtyBase: order.request.qtyBase },
    reduceBps: null,
    signalPriceUsd: null,
    exits: null,
    entries: null,
    signalledAtMs: order.signalReceivedAtMs,
    receivedAtMs: order.signalReceivedAtMs,
    expiresAtMs: order.intentExpiresAtMs,
  };
}
