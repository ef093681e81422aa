// One commit of an account's books: every changed document, the control document under its version, and the journal
// entry, all or nothing. Keeps true that no write of an old holder lands: the version is the fence.
import type { ControlState } from "../../domain/control.ts";
import type { Group } from "../../domain/group.ts";
import { isGroupEnded } from "../../domain/groupLifecycle.ts";
import type { Order } from "../../domain/order.ts";
import { isEnded } from "../../domain/orderLifecycle.ts";
import { nextOverview } from "../../domain/overview.ts";
import { paths } from "../../domain/paths.ts";
import type { JournalEntry } from "../../domain/records.ts";
import type { DocumentWrite } from "../../ports/documents.ts";
import { encode, encodeWithTtl, RETENTION_MS } from "../codec.ts";
import type { Books, ExecutionDeps } from "./books.ts";

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
  /** Whether the first screen changes with this commit. */
  readonly showsOnOverview?: boolean;
  /** Further writes of the same batch (stored intent, receipt). */
  readonly also?: readonly DocumentWrite[];
}

/** Commits and returns the books as they are then. Throws DocumentError; on PreconditionFailed nothing was written. */
export async function commitBooks(deps: ExecutionDeps, books: Books, change: BooksChange): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const control: ControlState = {
    ...change.control,
    journalSeq: books.control.journalSeq + 1,
    updatedAtMs: nowMs,
  };
  const overview = change.showsOnOverview
    ? nextOverview(
        books.overview,
        control,
        books.config.maxOpenGroups,
        change.group ?? null,
        change.order ?? null,
      )
    : books.overview;
  const writes = writesOf(books, change, control, nowMs);
  if (change.showsOnOverview && overview !== null) {
    writes.push({ op: "set", path: paths.overview(books.accountId), data: encode(overview) });
  }
  let versions: readonly (string | null)[];
  try {
    versions = await deps.documents.commit(writes);
  } catch (error) {
    // Whatever is cached has been disproved, or its fate is unknown.
    deps.cache.delete(books.accountId);
    throw error;
  }
  const next: Books = {
    ...books,
    control,
    controlVersion: versions[0] ?? "",
    overview,
    groups: change.group === undefined ? books.groups : withGroup(books.groups, change.group),
    orders: change.order === undefined ? books.orders : withOrder(books.orders, change.order),
  };
  deps.cache.set(books.accountId, next);
  return next;
}

/** The control document comes first: its new version is the first answer of the commit. */
function writesOf(books: Books, change: BooksChange, control: ControlState, nowMs: number): DocumentWrite[] {
  const { accountId } = books;
  const images: Record<string, Record<string, unknown>> = { [paths.control(accountId)]: { ...control } };
  const writes: DocumentWrite[] = [
    { op: "set", path: paths.control(accountId), data: encode(control), version: books.controlVersion },
  ];
  if (change.order !== undefined) {
    const path = paths.order(accountId, change.order.request.clientOrderId);
    const data = encodeWithTtl(change.order, change.order.createdAtMs, RETENTION_MS.orders);
    writes.push(change.createsOrder ? { op: "create", path, data } : { op: "set", path, data });
    images[path] = { ...change.order };
  }
  if (change.group !== undefined) {
    const path = paths.group(accountId, change.group.groupId);
    writes.push({ op: "set", path, data: encodeWithTtl(change.group, nowMs, RETENTION_MS.groups) });
    images[path] = { ...change.group };
  }
  const entry: JournalEntry = {
    seq: control.journalSeq,
    accountId,
    atMs: nowMs,
    fence: control.lease.fence,
    actor: change.actor,
    kind: change.kind,
    subject: change.subject,
    images,
  };
  writes.push({
    op: "create",
    path: paths.journal(accountId, entry.seq),
    data: encodeWithTtl(entry, nowMs, RETENTION_MS.journal),
  });
  return [...writes, ...(change.also ?? [])];
}

function withGroup(groups: Books["groups"], group: Group): Books["groups"] {
  const { [group.groupId]: _previous, ...others } = groups;
  return isGroupEnded(group.status) ? others : { ...others, [group.groupId]: group };
}

function withOrder(orders: Books["orders"], order: Order): Books["orders"] {
  const { [order.request.clientOrderId]: _previous, ...others } = orders;
  return isEnded(order.status) ? others : { ...others, [order.request.clientOrderId]: order };
}
