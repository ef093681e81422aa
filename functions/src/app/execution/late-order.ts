// An order that has ended in the books, and that the venue shows after all: withdrawn where it rests, then booked. Its
// fill goes into its group where that explains what the venue holds; where it does not, positions are compared as ever.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, withMarket } from "#app/books";
import { decode, UnusableDocumentError } from "#app/documents";
import { type AlertCondition, alertWrites, tellSetAside } from "#app/telling";
import { withAbsence } from "#domain/books/bookkeeping.ts";
import { acquireLease } from "#domain/books/lease.ts";
import { withUntriedClosing } from "#domain/decide/closing.ts";
import { belongsInGroup, signed } from "#domain/decide/late-order.ts";
import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { closingId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { isEnded, nextOrder, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { supersededBy } from "#domain/risk/supersession.ts";
import { partlyFor, type VenueOrder } from "#ports/venue.ts";
import { groupSchema, orderSchema } from "#schemas/books.ts";
import { storedIntentSchema } from "#schemas/signal.ts";
import { asAsked } from "./as-asked.ts";
import { recordOutcome } from "./record-outcome.ts";
import { marketOf, venueSaid } from "./send-order.ts";

interface Record {
  readonly order: Order;
  readonly group: Group;
}

/** Books after the order's last word. Unchanged while the venue does not give one: then the next look asks again. */
export async function bookLateOrder(
  deps: ExecutionDeps,
  given: Books,
  clientOrderId: string,
  actor: string,
): Promise<Books> {
  const record = await recordOf(deps, given, clientOrderId);
  if (record === null) return given;
  const books = await withMarket(deps, given, record.order.request.symbol);
  const said = await lastWord(deps, books, record.order);
  if (said === null) return given;
  const event = venueSaid(said, deps.clock.nowMs());
  const after = nextOrder(record.order, event);
  if (after === record.order) return given;
  const venue = await deps.venueFor(books.profile);
  const position = (await partlyFor(venue.fetchPositions(), said.symbol)).find(
    ({ symbol }) => symbol === said.symbol,
  );
  const isGroups = belongsInGroup(
    { before: record.order, after, group: record.group },
    books.control,
    signed(position),
  );
  const isLeft = isGroups && (await wasLeftSince(deps, books, { ...record, order: after }));
  const told = await commitRecord(deps, books, { ...record, event, isGroups, isLeft }, actor);
  return isGroups ? await intoGroup(deps, told, { ...record, event, isLeft }, actor) : told;
}

/** Null also where one of its documents cannot be read: it cannot be booked then, and the rest of the account goes on. */
async function recordOf(deps: ExecutionDeps, books: Books, id: string): Promise<Record | null> {
  try {
    return await readRecord(deps, books, id);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    await tellSetAside(deps, books.accountId, error, `The absent order ${id} is not looked for meanwhile`);
    return null;
  }
}

async function readRecord(deps: ExecutionDeps, { accountId }: Books, id: string): Promise<Record | null> {
  const [stored] = await deps.documents.getAll([paths.order(accountId, id)]);
  const order = stored === undefined ? null : decode(orderSchema, stored);
  if (order === null || !isEnded(order.status)) return null;
  const [kept] = await deps.documents.getAll([paths.group(accountId, order.groupId)]);
  const group = kept === undefined ? null : decode(groupSchema, kept);
  return group === null ? null : { order, group };
}

/** Final, since what rests is withdrawn first: an order of an ended record must not go on filling. */
async function lastWord(deps: ExecutionDeps, books: Books, order: Order): Promise<VenueOrder | null> {
  const { clientOrderId } = order.request;
  const market = marketOf(books, order);
  const venue = await deps.venueFor(books.profile);
  const found =
    (await venue.cancelOrder(market, clientOrderId)) ?? (await venue.findOrder(market, clientOrderId));
  if (found === null || !isEnded(found.status)) return null;
  return await asAsked(deps, order, found);
}

interface Late extends Record {
  readonly event: OrderEvent;
  /** The strategy has left the position that the order makes. */
  readonly isLeft: boolean;
}

/**
 * Whether an exit of the strategy is newer than the entry: while the venue showed nothing of it, that exit was refused, since
 * nothing was held. Of the order as the venue has it now.
 */
async function wasLeftSince(deps: ExecutionDeps, books: Books, { order, group }: Record): Promise<boolean> {
  const closing = (books.groups[group.groupId] ?? group).closing;
  if (order.request.reduceOnly || closing !== null || dec(order.filledQtyBase).isZero()) return false;
  const entry = await intentOf(deps, order);
  return entry !== null && supersededBy(books.control, entry) !== null;
}

/** Null where it cannot be told any more when its signal was made: then a person decides. */
async function intentOf(deps: ExecutionDeps, { accountId, intentId }: Order): Promise<Intent | null> {
  const [stored] = await deps.documents.getAll([paths.intent(accountId, intentId)]);
  try {
    return stored === undefined ? null : (decode(storedIntentSchema, stored)?.intent ?? null);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    await tellSetAside(deps, accountId, error, "The position of an order that appeared late is kept");
    return null;
  }
}

/** Stores the alert, and the order's own record where its fill is not its group's. */
async function commitRecord(
  deps: ExecutionDeps,
  books: Books,
  { order, event, isGroups, isLeft }: Late & { readonly isGroups: boolean },
  actor: string,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { control } = books;
  const after = nextOrder(order, event);
  const absentOrders = isGroups ? control.absentOrders : withAbsence(control.absentOrders, after, nowMs);
  return await commitBooks(deps, books, {
    kind: "ORDER_APPEARED",
    subject: order.request.clientOrderId,
    actor,
    control: { ...control, absentOrders, lease: acquireLease(control.lease, deps.holderId, nowMs) },
    ...(isGroups ? {} : { order: after }),
    showsOnOverview: !isGroups,
    also: alertWrites(appeared(order, after, { isLeft, journalSeq: control.journalSeq }), nowMs),
  });
}

async function intoGroup(
  deps: ExecutionDeps,
  books: Books,
  { order, group, event, isLeft }: Late,
  actor: string,
): Promise<Books> {
  const { clientOrderId } = order.request;
  const { accountId, groupId } = group;
  const known = books.groups[groupId] ?? group;
  const causeId = closingId(accountId, clientOrderId);
  const wish = { causeId, exitReason: "signal", targetBase: "0", sinceMs: deps.clock.nowMs() } as const;
  // The wish comes with the fill, in one commit: the pass that has booked the order carries it out, or any later one.
  const kept = isLeft ? withUntriedClosing(known, wish) : known;
  const reopened: Books = {
    ...books,
    orders: { ...books.orders, [clientOrderId]: order },
    groups: { ...books.groups, [groupId]: kept },
  };
  const context = { actor, mayRelease: false };
  const after = await recordOutcome(deps, reopened, { clientOrderId, event }, context);
  return after === reopened ? books : after;
}

function appeared(
  before: Order,
  after: Order,
  { isLeft, journalSeq }: { readonly isLeft: boolean; readonly journalSeq: number },
): AlertCondition {
  const { clientOrderId, side, symbol } = after.request;
  const since = isLeft ? ". Its strategy has left the position since, so it is closed" : "";
  return {
    accountId: after.accountId,
    severity: "critical",
    code: "ORDER_APPEARED",
    message: `The venue shows ${clientOrderId} (${side} ${symbol}), which the books had as ${before.status}: it has ended as ${after.status} with ${after.filledQtyBase} filled${since}`,
    remedy: isLeft
      ? "Look whether the position is gone"
      : "Look whether the position is wanted; it is in the books from now on",
    dedupeKey: `${clientOrderId}/${journalSeq}`,
  };
}
