// One change of an account's books, and the books that it leaves. Pure: several changes are folded one on the other, so that
// one commit can store them all, each with the journal entry that it would have had in a commit of its own.

import { nextOverview, rebuiltOverview, showsAsTheyAre } from "#domain/books/overview.ts";
import { withSymbolChanges } from "#domain/books/symbol-changes.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Overview } from "#domain/documents/views.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { type LeftQueue, tendQueue } from "#domain/queue/tend-queue.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Books } from "./books.ts";

export interface BooksChange {
  /** Past tense, for the journal: `ORDER_STORED`. */
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly control: ControlState;
  readonly order?: Order;
  /** The order must not exist yet. */
  readonly createsOrder?: boolean;
  readonly group?: Group;
  /** Comes into force: `control.configVersion` is its version. */
  readonly config?: AccountConfig;
  /** Whether the first screen changes with this commit. */
  readonly showsOnOverview?: boolean;
  /** Queued entries that this change took out of the queue undecided: each one's intent and receipt tell so with it. */
  readonly leftQueue?: readonly LeftQueue[];
  /** Further writes of the same batch (stored intent, receipt). */
  readonly also?: readonly DocumentWrite[];
}

/** As far as a change changes books in memory; the rest is what the store keeps of it. */
type ChangedBooks = Pick<BooksChange, "control" | "config" | "group" | "order">;

/** The books after the change, under the version that they still have in the store. */
export function booksAfter(books: Books, change: ChangedBooks, nowMs: number): Books {
  return stepAfter(books, change, nowMs).books;
}

/** The books after the change, and the queued entries that ended with it: an exit, a halt, their time. */
export function stepAfter(
  books: Books,
  change: ChangedBooks,
  nowMs: number,
): { readonly books: Books; readonly leftQueue: readonly LeftQueue[] } {
  const moved: ControlState = {
    ...withSymbolChanges(books.control, change.control, nowMs),
    journalSeq: books.control.journalSeq + 1,
    updatedAtMs: nowMs,
  };
  const config = change.config ?? books.config;
  const groups = change.group === undefined ? books.groups : withGroup(books.groups, change.group);
  const { queue, left } = tendQueue(moved, { config, groups, marks: books.nav?.marks ?? {} }, nowMs);
  const after = {
    ...books,
    control: { ...moved, queue },
    config,
    configFault: change.config === undefined ? books.configFault : null,
    groups,
    orders: change.order === undefined ? books.orders : withOrder(books.orders, change.order),
  };
  return { books: after, leftQueue: left };
}

/** The first screen after the changes; null when none of them shows there. */
export function overviewAfter(books: Books, changes: readonly BooksChange[], nowMs: number): Overview | null {
  let shown: Overview | null = null;
  for (const change of changes) {
    if (change.showsOnOverview !== true) continue;
    const control = { ...change.control, updatedAtMs: nowMs };
    const { group = null, order = null, config = books.config } = change;
    const before = shown ?? shownBefore(books);
    shown = nextOverview(before, { control, slotLimit: config.maxOpenGroups, group, order });
  }
  return shown;
}

/** The overview before these changes; where it is not whole, the one that people should have seen. */
function shownBefore(books: Books): Parameters<typeof nextOverview>[0] {
  const { overview, control, groups, orders } = books;
  if (overview !== null && control.telemetryFailingSinceMs === null && isShownWhole(books)) return overview;
  return rebuiltOverview(overview, Object.values(groups), Object.values(orders));
}

/**
 * Whether the stored overview shows the open groups as they are. It does not after a change that shows nothing by itself and
 * whose process died before the one that does; nor for a group that was set aside when documents for people, which had been
 * refused, were taken again, and can be read now.
 */
export function isShownWhole({ overview, groups }: Pick<Books, "overview" | "groups">): boolean {
  const open = Object.values(groups);
  return overview === null ? open.length === 0 : showsAsTheyAre(overview, open);
}

function withGroup(groups: Books["groups"], group: Group): Books["groups"] {
  const { [group.groupId]: _previous, ...others } = groups;
  return isGroupEnded(group.status) ? others : { ...others, [group.groupId]: group };
}

function withOrder(orders: Books["orders"], order: Order): Books["orders"] {
  const { [order.request.clientOrderId]: _previous, ...others } = orders;
  return isEnded(order.status) ? others : { ...others, [order.request.clientOrderId]: order };
}
