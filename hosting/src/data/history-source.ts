// Reads the past of an account once, a page at a time, from the server alone: what is cached would pass for the whole. Nothing
// here is watched.
import {
  collection,
  type DocumentSnapshot,
  type Firestore,
  getDocsFromServer,
  limit,
  orderBy,
  query,
  where,
} from "firebase/firestore";
import type { Group } from "#domain/documents/group.ts";
import type { JournalOrder, JournalRow, Page } from "../model/history.ts";
import { groupReader } from "./documents.ts";
import { amount, nullable, number, type Reader, record, shape, text } from "./shape.ts";
import { shapeOf } from "./versioned.ts";

/** Groups that are read at once: two screens of a phone. */
const ENDED_A_PAGE = 20;
/** Entries of the account's journal that are read at once; those of other groups among them are not shown. */
const JOURNAL_A_PAGE = 100;

function readable<Row>(reader: Reader<Row>, documents: readonly DocumentSnapshot[]) {
  const rows: Row[] = [];
  let unreadable = 0;
  for (const one of documents) {
    const versioned = shapeOf(one.ref.path, one.data() ?? {});
    try {
      if (versioned.kind === "newer") unreadable += 1;
      else rows.push(reader(versioned.shape, ""));
    } catch {
      // Counted, and said beside the rows: one document must not hide the others.
      unreadable += 1;
    }
  }
  return { rows, unreadable };
}

/** Groups that ended before the time, or the newest; those that ended in its very millisecond go with the page before. */
export async function readEnded(
  db: Firestore,
  accountId: string,
  before: number | null,
): Promise<Page<Group>> {
  const groups = collection(db, `accounts/${accountId}/groups`);
  const bound = before === null ? where("endedAtMs", ">", 0) : where("endedAtMs", "<", before);
  const found = await getDocsFromServer(
    query(groups, bound, orderBy("endedAtMs", "desc"), limit(ENDED_A_PAGE)),
  );
  const last: unknown = found.docs.at(-1)?.get("endedAtMs");
  return {
    ...readable(groupReader, found.docs),
    before: typeof last === "number" ? last : before,
    isLast: found.docs.length < ENDED_A_PAGE,
  };
}

const orderReader = shape<JournalOrder & { readonly groupId: string }>({
  groupId: text,
  side: text,
  qtyBase: amount,
  status: text,
  filledQtyBase: amount,
  averagePriceUsd: nullable(amount),
});
const groupImage = shape<NonNullable<JournalRow["group"]>>({ status: text, qtyBase: amount });
const entryReader = shape({
  seq: number,
  atMs: number,
  actor: text,
  kind: text,
  images: record((value: unknown) => value),
});

/** The entry as far as it is about the group; null where it is about another. */
function rowReader(root: string, groupId: string): Reader<JournalRow | null> {
  return (value, path) => {
    const { images, ...entry } = entryReader(value, path);
    const own = images[`${root}/groups/${groupId}`];
    const orders = Object.entries(images)
      .filter(([at]) => at.startsWith(`${root}/orders/`))
      .map(([at, image]) => orderReader({ ...Object(image), ...Object(Object(image).request) }, at));
    const order = orders.find((one) => one.groupId === groupId) ?? null;
    if (own === undefined && order === null) return null;
    return { ...entry, order, group: own === undefined ? null : groupImage(own, "group") };
  };
}

/** Entries about the group among those with a number below `before`, the newest first. */
export async function readJournal(
  db: Firestore,
  accountId: string,
  groupId: string,
  before: number,
): Promise<Page<JournalRow>> {
  const root = `accounts/${accountId}`;
  const from = Math.max(0, before - JOURNAL_A_PAGE);
  const found = await getDocsFromServer(
    query(
      collection(db, `${root}/journal`),
      where("seq", ">=", from),
      where("seq", "<", before),
      orderBy("seq", "asc"),
    ),
  );
  const { rows, unreadable } = readable(rowReader(root, groupId), found.docs);
  return {
    rows: rows.filter((row) => row !== null).toReversed(),
    unreadable,
    before: from,
    isLast: from === 0 || found.docs.length === 0,
  };
}
