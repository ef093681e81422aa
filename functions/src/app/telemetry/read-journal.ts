// Entries of an account's journal as telemetry needs them: when they were made, and the orders in them with their legs. An entry
// that is missing or cannot be read says so, and holds up none after it.
import type { ExecutionDeps } from "#app/books";
import { decode, UnusableDocumentError } from "#app/documents";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import { kindOf } from "#domain/documents/kinds.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { isOrderOf, isRouted, type RoutedLeg } from "#domain/lifecycle/route-lifecycle.ts";
import { isOver } from "#domain/telemetry/entry-samples.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { groupSchema, orderSchema } from "#schemas/books.ts";
import { journalEntrySchema } from "#schemas/records.ts";

/** A rebuild stores documents again as they were: nothing happened to their orders. */
const REBUILT = "STATE_REBUILT";

interface JournalOrder {
  readonly order: Order;
  /** Of an entry, as its group had it in the same commit; null where the group has none of it. */
  readonly leg: EntryLeg | null;
}

/** Also in the entries of the journal that follow, as long as its group has any. */
interface OverEntry {
  readonly leg: RoutedLeg;
  /** Its group is being left: the entry was given up, whatever its route would have done. */
  readonly isLeft: boolean;
}

export interface JournalNews {
  readonly seq: number;
  /** Null for an entry that is lost. */
  readonly atMs: number | null;
  readonly kind: string;
  readonly orders: readonly JournalOrder[];
  /** Entries of routes that are over, of every group in it. */
  readonly overEntries: readonly OverEntry[];
}

/** Entries from `fromSeq` up to `toSeq`, both included, in one round trip. Throws DocumentError, NewerDocumentError. */
export async function readJournal(
  deps: Pick<ExecutionDeps, "documents" | "logger">,
  accountId: string,
  fromSeq: number,
  toSeq: number,
): Promise<readonly JournalNews[]> {
  const wanted = Array.from({ length: toSeq - fromSeq + 1 }, (_, place) => fromSeq + place);
  if (wanted.length === 0) return [];
  const found = await deps.documents.getAll(wanted.map((seq) => paths.journal(accountId, seq)));
  return wanted.map((seq, place) => newsOf(deps, seq, found[place]));
}

function newsOf(
  deps: Pick<ExecutionDeps, "logger">,
  seq: number,
  snapshot: DocumentSnapshot | undefined,
): JournalNews {
  const lost: JournalNews = { seq, atMs: null, kind: "", orders: [], overEntries: [] };
  if (snapshot === undefined) return lost;
  try {
    const entry = decode(journalEntrySchema, snapshot);
    return entry === null ? lost : { seq, atMs: entry.atMs, kind: entry.kind, ...newsIn(entry) };
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    deps.logger.warn("An entry of the journal is left out of telemetry", {
      path: error.path,
      fault: error.message,
    });
    return lost;
  }
}

/** Throws UnusableDocumentError for an image that no schema accepts. */
function newsIn({ kind, images }: JournalEntry): Pick<JournalNews, "orders" | "overEntries"> {
  if (kind === REBUILT) return { orders: [], overEntries: [] };
  const of = (wanted: "order" | "group") =>
    Object.entries(images).flatMap(([path, data]) => (kindOf(path) === wanted ? [{ path, data }] : []));
  const groups = of("group").map(({ path, data }): Group => {
    const read = groupSchema.safeParse(data);
    if (!read.success) throw new UnusableDocumentError(path, read.error.message);
    return read.data;
  });
  const orders = of("order").map(({ path, data }) => {
    const read = orderSchema.safeParse(data);
    if (!read.success) throw new UnusableDocumentError(path, read.error.message);
    const { clientOrderId } = read.data.request;
    const legs = groups.flatMap((group) => group.legs);
    return { order: read.data, leg: legs.find((leg) => isOrderOf(leg, clientOrderId)) ?? null };
  });
  return { orders, overEntries: groups.flatMap(overEntriesOf) };
}

function overEntriesOf({ legs, closing }: Group): readonly OverEntry[] {
  const over = legs.filter(isRouted).filter(isOver);
  return over.map((leg) => ({ leg, isLeft: closing !== null || leg.route.cancelling === "exit" }));
}
