// Commits an account's books in one batch: changed documents, control document, journal entry. The version of
// the control document is the precondition, so a write of an earlier holder fails.

import { encode, encodeWithTtl, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites } from "#app/telling";
import { nextOverview, rebuiltOverview } from "#domain/books/overview.ts";
import { withSymbolChanges } from "#domain/books/symbol-changes.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Overview } from "#domain/documents/views.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { failingSince } from "#domain/telling/telemetry-silence.ts";
import { DocumentRefusedError, type DocumentWrite } from "#ports/documents.ts";
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
  /** Comes into force: `control.configVersion` is its version. */
  readonly config?: AccountConfig;
  /** Whether the first screen changes with this commit. */
  readonly showsOnOverview?: boolean;
  /** Further writes of the same batch (stored intent, receipt). */
  readonly also?: readonly DocumentWrite[];
}

/**
 * Commits and returns the books as they are then. What people see goes in the same batch, unless the store refuses it:
 * then the books go without it, say so, and an alert with them. Throws DocumentError; on PreconditionFailed nothing was
 * written.
 */
export async function commitBooks(deps: ExecutionDeps, books: Books, change: BooksChange): Promise<Books> {
  const { accountId } = books;
  const nowMs = deps.clock.nowMs();
  const shown = change.showsOnOverview ? overviewOf(books, change, nowMs) : null;
  const document =
    shown === null ? null : { accountId, path: paths.overview(accountId), data: encode(shown) };
  const isNewer = books.newer.includes(paths.overview(accountId));
  const write = document === null || isNewer ? null : deps.publisher.forBatch(document);
  try {
    return await commitWith(deps, books, change, { document: shown, write, nowMs });
  } catch (error) {
    if (write === null || !(error instanceof DocumentRefusedError)) throw error;
    deps.publisher.refused(accountId, error.message);
    return await commitWith(deps, books, change, { document: shown, write: null, nowMs });
  }
}

/**
 * The overview that people see from this moment on, and its write; null when it stays as it is or is left
 * unstored.
 */
interface Shown {
  readonly nowMs: number;
  readonly document: Overview | null;
  readonly write: DocumentWrite | null;
}

async function commitWith(
  deps: ExecutionDeps,
  books: Books,
  change: BooksChange,
  { document, write, nowMs }: Shown,
): Promise<Books> {
  const { accountId } = books;
  const before = change.control.telemetryFailingSinceMs;
  const outcome = document === null ? "silent" : write === null ? "unshown" : "shown";
  const control: ControlState = {
    ...withSymbolChanges(books.control, change.control, nowMs),
    telemetryFailingSinceMs: failingSince(before, outcome, nowMs),
    journalSeq: books.control.journalSeq + 1,
    updatedAtMs: nowMs,
  };
  const writes = writesOf(books, change, control, nowMs);
  if (write !== null) writes.push(write);
  if (before === null && control.telemetryFailingSinceMs !== null)
    writes.push(...alertWrites(unshownAlert(accountId, nowMs), nowMs));
  let versions: readonly (string | null)[];
  try {
    versions = await deps.documents.commit(writes);
  } catch (error) {
    // Whatever is cached has been disproved, or its fate is unknown.
    deps.cache.delete(accountId);
    throw error;
  }
  if (write !== null) deps.publisher.stored(accountId);
  const next: Books = {
    ...books,
    control,
    controlVersion: versions[0] ?? "",
    config: change.config ?? books.config,
    configFault: change.config === undefined ? books.configFault : null,
    overview: document ?? books.overview,
    groups: change.group === undefined ? books.groups : withGroup(books.groups, change.group),
    orders: change.order === undefined ? books.orders : withOrder(books.orders, change.order),
  };
  deps.cache.set(accountId, next);
  return next;
}

function overviewOf(books: Books, change: BooksChange, nowMs: number): Overview {
  const control = { ...change.control, updatedAtMs: nowMs };
  const { group = null, order = null, config = books.config } = change;
  return nextOverview(shownBefore(books), { control, slotLimit: config.maxOpenGroups, group, order });
}

/** The overview before this change; while it could not be stored, the one that people should have seen. */
function shownBefore({ overview, control, groups, orders }: Books): Parameters<typeof nextOverview>[0] {
  if (overview !== null && control.telemetryFailingSinceMs === null) return overview;
  return rebuiltOverview(overview, Object.values(groups), Object.values(orders));
}

function unshownAlert(accountId: string, nowMs: number): AlertCondition {
  return {
    accountId,
    severity: "critical",
    code: "TELEMETRY_FAILING",
    message: "The account's overview cannot be stored: the store refuses it, or a later release owns it",
    remedy: "The operator's log has the cause; past maxTelemetrySilenceMs trading halts",
    dedupeKey: String(nowMs),
  };
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
  if (change.config !== undefined) {
    const { version } = change.config;
    const data = encode(change.config);
    writes.push({ op: "set", path: paths.config(accountId), data });
    writes.push({ op: "create", path: paths.configVersion(accountId, version), data });
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
