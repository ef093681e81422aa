// Commits an account's books in one batch: changed documents, control document, journal entries. The version of
// the control document is the precondition, so a write of an earlier holder fails.

import { encode, encodeWithTtl, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Overview } from "#domain/documents/views.ts";
import { failingSince } from "#domain/telling/telemetry-silence.ts";
import {
  type DocumentData,
  DocumentNotFoundError,
  DocumentRefusedError,
  type DocumentValue,
  type DocumentWrite,
  type FieldChange,
  type Increment,
} from "#ports/documents.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { type BooksChange, booksAfter, overviewAfter } from "./books-change.ts";
import { arrangeQueueLooks, withQueueEnds } from "./tell-queue.ts";

/** One change by itself: see commitChanges. */
export async function commitBooks(deps: ExecutionDeps, books: Books, change: BooksChange): Promise<Books> {
  return await commitChanges(deps, books, [change]);
}

/**
 * Commits and returns the books as they are then. Each change was decided on the books that the one before it leaves
 * (`booksAfter`); all of them land, or none. What people see goes in the same batch, unless the store refuses it: then the
 * books go without it, say so, and an alert with them. A receipt that is gone is left out. Throws DocumentError; on
 * PreconditionFailed nothing was written.
 */
export async function commitChanges(
  deps: ExecutionDeps,
  books: Books,
  changes: readonly BooksChange[],
): Promise<Books> {
  if (changes.length === 0) return books;
  await arrangeQueueLooks(deps, books, changes);
  return await commitTold(deps, books, withQueueEnds(books, changes, deps.clock.nowMs()));
}

/** Every document that tells of the changes is among their writes. */
async function commitTold(
  deps: ExecutionDeps,
  books: Books,
  changes: readonly BooksChange[],
): Promise<Books> {
  const { accountId } = books;
  const nowMs = deps.clock.nowMs();
  const shown = overviewAfter(books, changes, nowMs);
  const document =
    shown === null ? null : { accountId, path: paths.overview(accountId), data: encode(shown) };
  const isNewer = books.newer.includes(paths.overview(accountId));
  const write = document === null || isNewer ? null : deps.publisher.forBatch(document);
  try {
    return await commitWith(deps, books, changes, { document: shown, write, nowMs });
  } catch (error) {
    if (error instanceof DocumentNotFoundError) {
      const left = await withoutLostReceipts(deps, accountId, changes);
      if (left !== null) return await commitTold(deps, books, left);
    }
    if (write === null || !(error instanceof DocumentRefusedError)) throw error;
    deps.publisher.refused(accountId, error.message);
    return await commitWith(deps, books, changes, { document: shown, write: null, nowMs });
  }
}

/**
 * The changes without the receipts and intents that have outlived their retention or were removed by hand: the books must
 * not wait for them, or one such signal would fail every look at its account. Null where none of them is gone.
 */
async function withoutLostReceipts(
  deps: ExecutionDeps,
  accountId: string,
  changes: readonly BooksChange[],
): Promise<readonly BooksChange[] | null> {
  const below = [`${paths.receipts(accountId)}/`, `${paths.intents(accountId)}/`];
  const updated = changes.flatMap(({ also = [] }) =>
    also
      .filter(({ op, path }) => op === "update" && below.some((each) => path.startsWith(each)))
      .map(({ path }) => path),
  );
  const found = await deps.documents.getAll(updated);
  const gone = new Set(found.filter(({ version }) => version === null).map(({ path }) => path));
  if (gone.size === 0) return null;
  deps.logger.error("Receipts or intents of signals are missing", { accountId, missing: [...gone] });
  return changes.map((change) => ({
    ...change,
    also: change.also?.filter(({ path }) => !gone.has(path)) ?? [],
  }));
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
  given: Books,
  changes: readonly BooksChange[],
  { document, write, nowMs }: Shown,
): Promise<Books> {
  const { accountId } = given;
  const outcome = document === null ? "silent" : write === null ? "unshown" : "shown";
  const steps: Step[] = [];
  let books = given;
  let beginsToFail = false;
  for (const change of changes) {
    const before = change.control.telemetryFailingSinceMs;
    const telemetryFailingSinceMs = failingSince(before, outcome, nowMs);
    beginsToFail ||= before === null && telemetryFailingSinceMs !== null;
    books = booksAfter(books, { ...change, control: { ...change.control, telemetryFailingSinceMs } }, nowMs);
    steps.push({ change, control: books.control });
  }
  const writes = writesOf(given, steps, nowMs);
  if (write !== null) writes.push(write);
  if (beginsToFail) writes.push(...alertWrites(unshownAlert(accountId, nowMs), nowMs));
  let versions: readonly (string | null)[];
  try {
    versions = await deps.documents.commit(writes);
  } catch (error) {
    // Whatever is cached has been disproved, or its fate is unknown.
    deps.cache.delete(accountId);
    throw error;
  }
  if (write !== null) deps.publisher.stored(accountId);
  const next: Books = { ...books, controlVersion: versions[0] ?? "", overview: document ?? books.overview };
  deps.cache.set(accountId, next);
  return next;
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

/** A change with the control document that it leaves. */
interface Step {
  readonly change: BooksChange;
  readonly control: ControlState;
}

/** The control document comes first: its new version is the first answer of the commit. */
function writesOf(books: Books, steps: readonly Step[], nowMs: number): DocumentWrite[] {
  const { accountId } = books;
  const last = steps.at(-1)?.control ?? books.control;
  const path = paths.control(accountId);
  const writes = new Map<string, DocumentWrite>();
  writes.set(path, { op: "set", path, data: encode(last), version: books.controlVersion });
  for (const step of steps) {
    const documents = documentsOf(accountId, step, nowMs);
    for (const write of documents) writes.set(write.path, after(writes.get(write.path), write));
    const entry = entryOf(accountId, step, nowMs);
    writes.set(entry.path, entry);
  }
  for (const write of steps.flatMap(({ change }) => change.also ?? []))
    writes.set(write.path, after(writes.get(write.path), write));
  return [...writes.values()];
}

/**
 * Of several writes of one document the last counts, and a change counts on top of what it changes: an entry may join the
 * queue and end there in one commit. One that was to be created still must not exist before.
 */
function after(earlier: DocumentWrite | undefined, write: DocumentWrite): DocumentWrite {
  if (earlier === undefined || earlier.op === "delete") return write;
  if (write.op === "update")
    return earlier.op === "update"
      ? { ...earlier, changes: { ...earlier.changes, ...write.changes } }
      : { ...earlier, data: { ...earlier.data, ...valuesOf(write) } };
  return earlier.op === "create" && write.op === "set" ? { ...write, op: "create" } : write;
}

/** Throws RangeError for a change that only the store can make: it does not go with a write of the whole document. */
function valuesOf({ path, changes }: Extract<DocumentWrite, { op: "update" }>): DocumentData {
  const values: Record<string, DocumentValue> = {};
  for (const [name, value] of Object.entries(changes)) {
    if (typeof value === "symbol" || isIncrement(value) || name.includes("."))
      throw new RangeError(`${name} of ${path} cannot be changed by the commit that writes the document`);
    values[name] = value;
  }
  return values;
}

function isIncrement(value: FieldChange): value is Increment {
  return typeof value === "object" && value !== null && "incrementBy" in value;
}

function documentsOf(accountId: string, { change }: Step, nowMs: number): readonly DocumentWrite[] {
  const { order, createsOrder, group, config } = change;
  const writes: DocumentWrite[] = [];
  if (order !== undefined) {
    const path = paths.order(accountId, order.request.clientOrderId);
    const data = encodeWithTtl(order, order.createdAtMs, RETENTION_MS.orders);
    writes.push(createsOrder ? { op: "create", path, data } : { op: "set", path, data });
  }
  if (group !== undefined) {
    const path = paths.group(accountId, group.groupId);
    writes.push({ op: "set", path, data: encodeWithTtl(group, nowMs, RETENTION_MS.groups) });
  }
  if (config !== undefined) {
    const data = encode(config);
    writes.push({ op: "set", path: paths.config(accountId), data });
    writes.push({ op: "create", path: paths.configVersion(accountId, config.version), data });
  }
  return writes;
}

function entryOf(accountId: string, { change, control }: Step, nowMs: number): DocumentWrite {
  const images: Record<string, Record<string, unknown>> = { [paths.control(accountId)]: { ...control } };
  const { order, group } = change;
  if (order !== undefined) images[paths.order(accountId, order.request.clientOrderId)] = { ...order };
  if (group !== undefined) images[paths.group(accountId, group.groupId)] = { ...group };
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
  return {
    op: "create",
    path: paths.journal(accountId, entry.seq),
    data: encodeWithTtl(entry, nowMs, RETENTION_MS.journal),
  };
}
