// Closes a position whose price passed its stop before that could rest, as the stop would have done. Under a
// halt only an ordered flatten may shrink a position, so there it is one. The first closing takes its
// quantity from the books, each repetition from the venue. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp, withMarket } from "#app/books";
import { acquireLease } from "#domain/books/lease.ts";
import { closableQty, nextStep } from "#domain/decide/closing.ts";
import { isBeyondStop } from "#domain/decide/protective-stop.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import type { Group } from "#domain/documents/group.ts";
import { flattenId } from "#domain/documents/ids.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { heldAtVenue, sendClosing } from "./send-closing.ts";

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
  if (group.stop === null || given.control.throttles.venueBannedUntilMs > deps.clock.nowMs()) return given;
  const books = await withMarket(deps, given, group.symbol);
  const market = books.universe?.markets[group.symbol];
  const causeId = group.stop.clientStopId;
  const isFirst = nextStep(books.accountId, group, causeId) === 0;
  const heldBase = isFirst ? group.qtyBase : await heldAtVenue(deps, books, group);
  const qtyBase = market === undefined || heldBase === null ? null : closableQty(heldBase, market, false);
  if (qtyBase === null) return books;
  return await sendClosing(deps, books, {
    group,
    qtyBase,
    causeId,
    exitReason: "stoploss",
    kind: "STOP_ORDER_STORED",
    actor,
  });
}
