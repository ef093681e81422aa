// Resting orders of the account that the books do not have as live. One of ours is withdrawn and told: its fill would open
// an exposure that no book follows. One placed by hand, or by another program with the account's keys, is named once and left alone.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, withMarket } from "#app/books";
import { bookLateOrder } from "#app/execution";
import { type AlertCondition, alertWrites, raiseAlert } from "#app/telling";
import { acquireLease } from "#domain/books/lease.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { CLIENT_ORDER_ID } from "#domain/documents/ids.ts";
import type { Venue, VenueOrder } from "#ports/venue.ts";

/** Ours by their ids, and not live in the books. */
export function straysAmong(control: ControlState, open: readonly VenueOrder[]): readonly VenueOrder[] {
  return open.filter(
    ({ clientOrderId: id }) => CLIENT_ORDER_ID.test(id) && control.reservations[id] === undefined,
  );
}

/** One alert for each order that is not ours, as long as it rests. */
export async function nameForeign(
  deps: ExecutionDeps,
  accountId: string,
  open: readonly VenueOrder[],
): Promise<void> {
  for (const order of open) {
    const { clientOrderId, venueOrderId, symbol, side, qtyBase, priceUsd } = order;
    if (CLIENT_ORDER_ID.test(clientOrderId)) continue;
    await raiseAlert(deps, {
      accountId,
      severity: "warning",
      code: "FOREIGN_ORDER",
      message: `An order that is not Ballast's rests at the venue: ${side} ${qtyBase} ${symbol}${priceUsd === null ? "" : ` at ${priceUsd}`} (${clientOrderId})`,
      remedy: "It is left alone: cancel it at the venue if it is not wanted",
      dedupeKey: `${symbol}/${venueOrderId}`,
    });
  }
}

/**
 * Withdraws the strays of a list that is younger than the books: a commit under their version proves that none of them was
 * stored since. An ended order may be listed for a while after its end, so each is asked for by its id first.
 */
export async function withdrawStrays(
  deps: ExecutionDeps,
  given: Books,
  { venue, open }: { readonly venue: Venue; readonly open: readonly VenueOrder[] },
  actor: string,
): Promise<Books> {
  let books = given;
  for (const stray of straysAmong(given.control, open)) {
    const { clientOrderId, symbol } = stray;
    books = await withMarket(deps, books, symbol);
    const market = books.universe?.markets[symbol];
    if (market === undefined) continue;
    const now = await venue.findOrder(market, clientOrderId);
    const isListed = now === null ? await isStillListed(venue, market, clientOrderId) : isOpen(now);
    if (!isListed) continue;
    books = await tell(deps, books, stray, actor);
    books = await bookLateOrder(deps, books, clientOrderId, actor);
    await venue.cancelOrder(market, clientOrderId);
  }
  return books;
}

/** The look-up denies it, so the list is asked once more: of two words that differ the one that asks for care counts. */
async function isStillListed(
  venue: Venue,
  market: Parameters<Venue["findOrder"]>[0],
  id: string,
): Promise<boolean> {
  return (await venue.fetchOpenOrders([market])).some(({ clientOrderId }) => clientOrderId === id);
}

function isOpen({ status }: VenueOrder): boolean {
  return status === "ACCEPTED" || status === "PARTIALLY_FILLED";
}

async function tell(deps: ExecutionDeps, books: Books, stray: VenueOrder, actor: string): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { control } = books;
  return await commitBooks(deps, books, {
    kind: "STRAY_ORDER_FOUND",
    subject: stray.clientOrderId,
    actor,
    control: { ...control, lease: acquireLease(control.lease, deps.holderId, nowMs) },
    also: alertWrites(strayAlert(books, stray), nowMs),
  });
}

function strayAlert(
  { accountId, control }: Books,
  { clientOrderId, symbol, side, qtyBase }: VenueOrder,
): AlertCondition {
  return {
    accountId,
    severity: "critical",
    code: "STRAY_ORDER",
    message: `An order of Ballast's that its books do not have as live rested at the venue, and is withdrawn: ${side} ${qtyBase} ${symbol} (${clientOrderId})`,
    remedy: "Look into the journal for the order's id; a fill of it shows as a position that differs",
    dedupeKey: `${clientOrderId}/${control.journalSeq}`,
  };
}
