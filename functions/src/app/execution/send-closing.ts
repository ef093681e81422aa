// Stores one closing order and sends it: the end of every closing without a decision of its own. Must only be called
// under the lease, for a group that no live reduction shrinks.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { acquireLease } from "#domain/books/lease.ts";
import { type Closing, nextStep, placeClosing } from "#domain/decide/closing.ts";
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { partlyFor, VenueError } from "#ports/venue.ts";
import { sendOrder } from "./send-order.ts";

/** The part in which closings differ; the step is the next under the cause. */
export interface WantedClosing extends Pick<Closing, "group" | "qtyBase" | "causeId" | "exitReason"> {
  /** Past tense, for the journal. */
  readonly kind: string;
  readonly actor: string;
  /** The worst price that is taken, null for any, and the touch that it was decided on; without it any price is. */
  readonly bound?: { readonly limitUsd: string | null; readonly touch: TopOfBook; readonly rests?: boolean };
}

export async function sendClosing(
  deps: ExecutionDeps,
  books: Books,
  { kind, actor, bound, ...wanted }: WantedClosing,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const control = { ...books.control, lease: acquireLease(books.control.lease, deps.holderId, nowMs) };
  const step = nextStep(books.accountId, wanted.group, wanted.causeId);
  const prices = {
    limitUsd: bound?.limitUsd ?? null,
    rests: bound?.rests ?? false,
    mark: bound?.touch ?? null,
  };
  const closing = { ...wanted, ...prices, step, configVersion: books.config.version };
  const placed = placeClosing(control, closing, nowMs);
  const { clientOrderId: id } = placed.order.request;
  const stored = await commitBooks(deps, books, {
    kind,
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
 * Quantity that both the books and the venue hold of the group, if the venue answers; else reconcile finds the
 * difference, or the next look asks again.
 */
export async function heldAtVenue(deps: ExecutionDeps, books: Books, group: Group): Promise<string | null> {
  const { symbol, side, qtyBase, groupId } = group;
  try {
    const venue = await deps.venueFor(books.profile);
    const positions = await partlyFor(venue.fetchPositions(), symbol);
    const position = positions.find((each) => each.symbol === symbol && each.side === side);
    return position === undefined ? null : decimalString(Decimal.min(dec(position.qtyBase), dec(qtyBase)));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("A position that is to be closed could not be looked up", { groupId, code: error.code });
    return null;
  }
}
