// Closes a position whose price passed its stop before that could rest, as the stop would have done. Under a
// halt only an ordered flatten may shrink a position, so there it is one. The first closing takes its
// quantity from the books, each repetition from the venue. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp, withMarket } from "#app/books";
import { acquireLease } from "#domain/books/lease.ts";
import { closableQty, placeClosing } from "#domain/decide/closing.ts";
import { isBeyondStop } from "#domain/decide/protective-stop.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, flattenId } from "#domain/documents/ids.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { VenueError } from "#ports/venue.ts";
import { sendOrder } from "./send-order.ts";

/** A second later: tasks are named by theirs. */
const FLATTEN_AFTER_MS = 1_000;

export async function closeBeyondStops(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (const { groupId } of Object.values(given.groups).filter(isBeyondStop)) {
    const group = books.groups[groupId];
    if (group === undefined || books.control.flatten !== null || isBeingReduced(books, group)) continue;
    books =
      books.control.tradingState.state === "HALTED"
        ? await flatten(deps, books, group, actor)
        : await close(deps, books, group, actor);
  }
  return books;
}

/** An order that may still shrink it is under way: two at once would be sized from the same position. */
function isBeingReduced({ orders }: Books, { groupId }: Group): boolean {
  return Object.values(orders).some(
    (order) => order.groupId === groupId && order.request.reduceOnly && !isPassedOver(order),
  );
}

async function flatten(deps: ExecutionDeps, books: Books, group: Group, actor: string): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { control, accountId } = books;
  const wish = {
    flattenId: flattenId(accountId, control.journalSeq),
    orderedBy: "protectiveStop",
    reason: `The price of ${group.symbol} has passed the group's stop, and trading is halted`,
    cause: control.tradingState.cause,
  };
  const after = await commitBooks(deps, books, {
    kind: "FLATTEN_ORDERED",
    subject: wish.flattenId,
    actor,
    control: {
      ...orderFlatten(control, wish, nowMs),
      lease: acquireLease(control.lease, deps.holderId, nowMs),
    },
    showsOnOverview: true,
  });
  await scheduleFollowUp(deps, accountId, FLATTEN_AFTER_MS);
  return after;
}

async function close(deps: ExecutionDeps, given: Books, group: Group, actor: string): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  if (group.stop === null || given.control.throttles.venueBannedUntilMs > nowMs) return given;
  const books = await withMarket(deps, given, group.symbol);
  const market = books.universe?.markets[group.symbol];
  const causeId = group.stop.clientStopId;
  const step = nextStep(books.accountId, group, causeId);
  const heldBase = step === 0 ? group.qtyBase : await heldAtVenue(deps, books, group);
  const qtyBase = market === undefined || heldBase === null ? null : closableQty(heldBase, market, false);
  if (market === undefined || qtyBase === null) return books;
  const control = { ...books.control, lease: acquireLease(books.control.lease, deps.holderId, nowMs) };
  const placed = placeClosing(
    control,
    {
      group,
      qtyBase,
      limitUsd: null,
      causeId,
      step,
      exitReason: "stoploss",
      configVersion: books.config.version,
      mark: null,
    },
    nowMs,
  );
  const { clientOrderId: id } = placed.order.request;
  const stored = await commitBooks(deps, books, {
    kind: "STOP_ORDER_STORED",
    subject: id,
    actor,
    control: placed.control,
    order: placed.order,
    createsOrder: true,
    group: placed.group,
  });
  return await sendOrder(deps, stored, id, { actor, mayRelease: false });
}

/**
 * Quantity that the venue holds of the group, if it answers; else reconcile finds the difference, or the next
 * look asks again.
 */
async function heldAtVenue(deps: ExecutionDeps, books: Books, group: Group): Promise<string | null> {
  const { symbol, side, qtyBase } = group;
  try {
    const positions = await (await deps.venueFor(books.profile)).fetchPositions();
    const position = positions.find((each) => each.symbol === symbol && each.side === side);
    return position === undefined ? null : decimalString(Decimal.min(dec(position.qtyBase), dec(qtyBase)));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { groupId } = group;
    deps.logger.warn("A position beyond its stop could not be looked up", { groupId, code: error.code });
    return null;
  }
}

/** Closing orders that the stop has had: each has an id of its own, and none is sent under another's. */
function nextStep(accountId: string, { orderIds }: Group, causeId: string): number {
  let step = 0;
  while (orderIds.includes(clientOrderId(accountId, causeId, step))) step += 1;
  return step;
}
