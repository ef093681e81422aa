// An order that the venue's look-up does not show. Its denial is counted; then the order is withdrawn, sent again or ended
// by what other endpoints say of it, each only after longer than an incident of the look-up lasts.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, withMarket } from "#app/books";
import { acquireLease } from "#domain/books/lease.ts";
import { SEND_WINDOW_MS } from "#domain/decide/place-order.ts";
import {
  absenceCounts,
  isAbsentForGood,
  isOutdated,
  isResendDue,
  RESEND_LIMIT_MS,
  resendDenials,
  type Witnesses,
  witnessesAgree,
} from "#domain/decide/resend.ts";
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Order } from "#domain/documents/order.ts";
import {
  isUnresolved,
  nextOrder,
  type OrderEvent,
  type VenueEvidence,
} from "#domain/lifecycle/order-lifecycle.ts";
import { withSend } from "#domain/risk/order-rate.ts";
import { partlyFor, type Venue, type VenueFill } from "#ports/venue.ts";
import { asAsked } from "./as-asked.ts";
import { type OutcomeContext, recordOutcome } from "./record-outcome.ts";
import { marketOf, sendOrder, venueSaid } from "./send-order.ts";

/** Trades are asked for from this long before the order was made: the venue's clock is not ours. */
const CLOCK_MARGIN_MS = 5_000;

/** Books after the venue has denied the order once more. Throws VenueError when another endpoint cannot be asked. */
export async function resolveDoubt(
  deps: ExecutionDeps,
  given: Books,
  order: Order,
  context: OutcomeContext,
): Promise<Books> {
  const { clientOrderId, symbol } = order.request;
  if (isUnresolved(order.status) && order.openSends.length === 0)
    return await repeatOrEnd(deps, given, order, context);
  const nowMs = deps.clock.nowMs();
  if (!absenceCounts(order, nowMs)) return given;
  const shown = await lookElsewhere(deps, given, order);
  if (shown !== null) return await recordOutcome(deps, given, { clientOrderId, event: shown }, context);
  const denied = { clientOrderId, event: { type: "venueDoesNotKnow", atMs: nowMs } } as const;
  const noted = await recordOutcome(deps, given, denied, { ...context, mayRelease: false });
  const doubted = noted.orders[clientOrderId];
  if (doubted === undefined) return noted;
  const books = await withMarket(deps, noted, symbol); // they may have been loaded anew
  if (isResendDue(doubted, nowMs) && (await isWithoutTrace(deps, books, doubted)))
    return await resend(deps, books, doubted, context);
  if (!isAbsentForGood(doubted, nowMs)) return books;
  const event = isUnresolved(doubted.status)
    ? ({ type: "absenceConfirmed", atMs: nowMs } as const)
    : await endByFills(deps, books, doubted);
  return await recordOutcome(deps, books, { clientOrderId, event }, context);
}

/**
 * The order as another endpoint has it. An entry in doubt is withdrawn, and so is an exit that may only rest: the matching engine
 * answers that itself, and such an order that cannot be followed should not rest. One that was acknowledged is only looked for among the open ones.
 */
async function lookElsewhere(deps: ExecutionDeps, books: Books, order: Order): Promise<OrderEvent | null> {
  const { clientOrderId, reduceOnly, timeInForce } = order.request;
  const market = marketOf(books, order);
  const venue = await deps.venueFor(books.profile);
  const isDoubtful = isUnresolved(order.status);
  if (isDoubtful && reduceOnly && timeInForce !== "GTX") return null;
  const said = isDoubtful
    ? await venue.cancelOrder(market, clientOrderId)
    : (await venue.fetchOpenOrders([market])).find((each) => each.clientOrderId === clientOrderId);
  if (said === null || said === undefined) return null;
  return venueSaid(await asAsked(deps, order, said), deps.clock.nowMs());
}

/**
 * An exit that has certainly not been taken is sent again as soon as it may be, or given up: once its time is over, or
 * something newer was decided for its group, which would wait for it for nothing.
 */
async function repeatOrEnd(
  deps: ExecutionDeps,
  books: Books,
  order: Order,
  context: OutcomeContext,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { clientOrderId } = order.request;
  if (nowMs - order.createdAtMs > RESEND_LIMIT_MS || isOutdated(books, order)) {
    const rejection = order.rejection ?? { code: "NOT_SENT", message: "It never left" };
    const event: OrderEvent = { type: "venueRefused", rejection, atMs: nowMs };
    return await recordOutcome(deps, books, { clientOrderId, event }, context);
  }
  if (!isResendDue(order, nowMs) || resendDenials(books, order, nowMs).length > 0) return books;
  return await resend(deps, books, order, context);
}

/** Whether nothing forbids the resend, and no other endpoint shows a trace of the first send. */
async function isWithoutTrace(deps: ExecutionDeps, books: Books, order: Order): Promise<boolean> {
  const group = books.groups[order.groupId];
  if (group === undefined || resendDenials(books, order, deps.clock.nowMs()).length > 0) return false;
  const venue = await deps.venueFor(books.profile);
  return witnessesAgree(await askWitnesses(venue, books, order), group);
}

async function askWitnesses(venue: Venue, books: Books, order: Order): Promise<Witnesses> {
  const { clientOrderId, symbol, side } = order.request;
  const market = marketOf(books, order);
  const positions = await partlyFor(venue.fetchPositions(), symbol);
  const open = await venue.fetchOpenOrders([market]);
  const fills = await venue.fetchFills(market, order.createdAtMs - CLOCK_MARGIN_MS);
  return {
    position: positions.find((position) => position.symbol === symbol) ?? null,
    rests: open.some((each) => each.clientOrderId === clientOrderId),
    trades: fills.filter((fill) => fill.side === side).length,
  };
}

/**
 * The end of an order that the venue had and has forgotten: it keeps no unfilled ended order for longer than days, and
 * every trade for longer. So what it traded is what it came to.
 */
async function endByFills(deps: ExecutionDeps, books: Books, order: Order): Promise<OrderEvent> {
  const venue = await deps.venueFor(books.profile);
  const fills = await venue.fetchFills(marketOf(books, order), order.createdAtMs - CLOCK_MARGIN_MS);
  const own = fills.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
  return { type: "venueSaid", evidence: evidenceOf(order, own), atMs: deps.clock.nowMs() };
}

function evidenceOf({ venueOrderId }: Order, fills: readonly VenueFill[]): VenueEvidence {
  const qty = fills.reduce((sum, fill) => sum.plus(dec(fill.qtyBase)), new Decimal(0));
  const costUsd = fills.reduce(
    (sum, fill) => sum.plus(dec(fill.qtyBase).mul(dec(fill.priceUsd))),
    new Decimal(0),
  );
  return {
    venueOrderId: venueOrderId ?? "",
    status: "CANCELED",
    filledQtyBase: decimalString(qty),
    averagePriceUsd: qty.isZero() ? null : decimalString(costUsd.div(qty).toDecimalPlaces(12)),
  };
}

/** Stores the new sending before it happens, under the same id, as for a first one. */
async function resend(
  deps: ExecutionDeps,
  books: Books,
  order: Order,
  context: OutcomeContext,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const lease = acquireLease(books.control.lease, deps.holderId, nowMs);
  const sendDeadlineMs = nowMs + SEND_WINDOW_MS;
  const { throttles } = books.control;
  const { clientOrderId } = order.request;
  const stored = await commitBooks(deps, books, {
    kind: "ORDER_RESENT",
    subject: clientOrderId,
    actor: context.actor,
    control: {
      ...books.control,
      lease,
      throttles: { ...throttles, orderSentAtMs: withSend(throttles.orderSentAtMs, nowMs) },
    },
    order: nextOrder(order, { type: "resent", sendDeadlineMs, fence: lease.fence, atMs: nowMs }),
  });
  return await sendOrder(deps, stored, clientOrderId, context);
}
