// The alerts of exits that are not carried out, and of decisions that leave an account on another side than the sender
// wants. Each says what is still held, because that is what a person has to act on. Builds them; the decision's own batch
// stores them, so that neither is stored without the other.

import type { Books } from "#app/books";
import type { AlertCondition } from "#app/telling";
import { dustIn } from "#domain/books/dust.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { slotOfSymbol } from "#domain/risk/pool.ts";
import { missedBefore } from "#domain/risk/position-target.ts";
import { refusalRemedy, refusalText } from "#domain/telling/refusal-words.ts";
import { type Arrival, stepOf } from "./stored-intent.ts";

const LOOK_AT_VENUE = "Close the position at the venue or by a flatten, if it is not wanted any more";
const REST_GOES_WITH_NEXT =
  "It is closed with the next position of its symbol; close it at the venue if it is not wanted until then";

/** In words: the quantity that the books hold of a symbol, of whichever strategy, dust too. */
export function heldText({ control }: Pick<Books, "control">, symbol: string): string {
  const slot = slotOfSymbol(control, symbol)?.slot;
  if (slot !== undefined && !dec(slot.qtyBase).isZero())
    return `Still held: ${slot.side} ${slot.qtyBase} ${symbol} of ${slot.strategyId}`;
  const restBase = dustIn(control.dust, symbol);
  if (restBase.isZero()) return `Nothing of ${symbol} is held`;
  const side = restBase.isPositive() ? "long" : "short";
  return `Still held: ${side} ${decimalString(restBase.abs())} ${symbol}, too little for an order`;
}

/** The alert of a final denial; null for an entry that leaves no position against it. */
export function alertOfDenial(
  books: Books,
  arrival: Arrival,
  denials: readonly Denial[],
): AlertCondition | null {
  const { intent } = arrival;
  if (intent.action !== "open") return exitDenied(books, arrival, denials);
  if (stepOf(arrival) > 0) return reversalCutShort(books, arrival, denials);
  const slot = slotOfSymbol(books.control, intent.symbol)?.slot;
  if (slot === undefined || slot.side === intent.side || isSuperseded(denials)) return null;
  return {
    ...about(books, arrival, "OPPOSITE_SIDE_HELD"),
    severity: "warning",
    message: `${intent.strategyId} wants to be ${intent.side} in ${intent.symbol} and was denied (${codesOf(denials)}). ${heldText(books, intent.symbol)}`,
    remedy: LOOK_AT_VENUE,
  };
}

/** A strategy says that it held something else than is held for it: an alert between was missed, or not carried out. */
export function alertOfMissed(books: Books, arrival: Arrival): AlertCondition | null {
  const { intent } = arrival;
  const market = books.universe?.markets[intent.symbol] ?? null;
  const missed = stepOf(arrival) > 0 ? null : missedBefore(intent, books.control, market);
  if (missed === null) return null;
  const isRepaired = books.config.strategies[intent.strategyId]?.repairMissedAlerts === true;
  return {
    ...about(books, arrival, "ALERT_MISSED"),
    severity: "warning",
    message: `${intent.strategyId} held ${missed.statedBase} ${intent.symbol} before this signal, and here ${missed.heldBase} was held: an alert between was missed or not carried out`,
    remedy: isRepaired
      ? "Look at the receipts before it; this signal goes to the position that the strategy states"
      : "Look at the receipts before it; repairMissedAlerts in the strategy's config lets a signal make good what was missed",
  };
}

function exitDenied(books: Books, arrival: Arrival, denials: readonly Denial[]): AlertCondition {
  const { action, symbol, strategyId } = arrival.intent;
  const slot = slotOfSymbol(books.control, symbol)?.slot;
  const base = {
    ...about(books, arrival, "EXIT_DENIED"),
    message: `The ${action} of ${symbol} by ${strategyId} was not carried out (${codesOf(denials)}). ${heldText(books, symbol)}`,
  };
  if (slot === undefined && !dustIn(books.control.dust, symbol).isZero())
    return { ...base, severity: "warning", remedy: REST_GOES_WITH_NEXT };
  if (slot === undefined)
    return { ...base, severity: "info", remedy: "Nothing: there is no position that it could leave" };
  if (slot.strategyId !== strategyId || isSuperseded(denials))
    return {
      ...base,
      severity: "warning",
      remedy: "The position belongs to another signal; close it by a command if it is not wanted",
    };
  return { ...base, severity: "critical", remedy: LOOK_AT_VENUE };
}

function reversalCutShort(books: Books, arrival: Arrival, denials: readonly Denial[]): AlertCondition {
  const { side, symbol, strategyId } = arrival.intent;
  const slot = slotOfSymbol(books.control, symbol)?.slot;
  const isOpposite = slot !== undefined && slot.side !== side;
  return {
    ...about(books, arrival, "REVERSAL_CUT_SHORT"),
    severity: isOpposite ? "critical" : "warning",
    message: `${strategyId} turned ${symbol} to ${side}: the other side was closed, and the entry was denied (${codesOf(denials)}). ${heldText(books, symbol)}`,
    remedy: isOpposite
      ? LOOK_AT_VENUE
      : "The strategy believes that it holds a position; send its entry again if it is wanted",
  };
}

/** An order of a signal's exit that ended without taking all that it was for; null for every other order. */
export function alertOfEndedExit(
  before: Order,
  after: Order,
  group: Group,
  journalSeq: number,
): AlertCondition | null {
  const { request, filledQtyBase, rejection, status } = after;
  if (!request.reduceOnly || isEnded(before.status) || !isEnded(status) || status === "FILLED") return null;
  // A closing of the system is told of by its own part, and after one that rested the next takes.
  if (!isFromSignal(after) || isFollowed(after, group)) return null;
  const { accountId, strategyId } = after;
  const cause = rejection === null ? "" : `: ${refusalText(rejection)}`;
  const held = dec(group.qtyBase).isZero() ? "nothing" : `${group.side} ${group.qtyBase} ${group.symbol}`;
  return {
    accountId,
    severity: "critical",
    code: "EXIT_ORDER_FAILED",
    message: `The order ${request.clientOrderId} that reduces ${request.symbol} of ${strategyId} ended ${status} with ${filledQtyBase} of ${request.qtyBase}${cause}. Still held: ${held}`,
    remedy: refusalRemedy(rejection, LOOK_AT_VENUE),
    // A late word of the venue may end the same order again.
    dedupeKey: `${request.clientOrderId}/${journalSeq}`,
  };
}

/**
 * An order with a price has others of its wish behind it. Absence is told of whatever follows, and so is a refusal, but for
 * that of an order which would have taken.
 */
function isFollowed({ request, status, rejection }: Order, { closing }: Group): boolean {
  const isRefused = rejection !== null && rejection.reason !== "wouldTake";
  return request.priceUsd !== null && closing !== null && status !== "ABSENT" && !isRefused;
}

function isSuperseded(denials: readonly Denial[]): boolean {
  return denials.some(({ code }) => code === "SUPERSEDED");
}

function codesOf(denials: readonly Denial[]): string {
  return denials.map(({ code }) => code).join(", ");
}

function about({ accountId }: Books, { intent }: Arrival, code: string) {
  return { accountId, code, dedupeKey: intent.intentId } as const;
}
