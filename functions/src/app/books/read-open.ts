// Reads the open groups and orders of an account. One that is missing or unreadable takes its own group along and nothing
// else: the group is set aside with all of its orders, people are told which document it is and what is wrong with it.
// A document of a later release is no fault: it is thrown on, for an instance of that release.
import { decodeRequired, UnusableDocumentError } from "#app/documents";
import { tellSetAside } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { groupSchema, orderSchema } from "#schemas/books.ts";
import type { Books, LoadDeps, SetAside } from "./books.ts";

export type OpenBooks = Pick<Books, "groups" | "orders" | "setAside">;

/** Throws NewerDocumentError, DocumentError. */
export async function readOpen(deps: LoadDeps, control: ControlState): Promise<OpenBooks> {
  const { accountId } = control;
  const slots = Object.entries(control.slots).map(([groupId, { symbol }]) => ({ groupId, symbol }));
  const live = Object.entries(control.reservations);
  const wanted = [
    ...slots.map(({ groupId }) => paths.group(accountId, groupId)),
    ...live.map(([id]) => paths.order(accountId, id)),
  ];
  if (wanted.length === 0) return { groups: {}, orders: {}, setAside: [] };
  const snapshots = await deps.documents.getAll(wanted);
  const setAside: SetAside[] = [];
  const read = <T>(of: Pick<SetAside, "groupId" | "symbol">, decoded: () => T): T[] => {
    try {
      return [decoded()];
    } catch (error) {
      if (!(error instanceof UnusableDocumentError)) throw error;
      setAside.push({ ...of, path: error.path, fault: error.message });
      return [];
    }
  };
  const at = (index: number): DocumentSnapshot => snapshotAt(snapshots, index);
  const groups = slots.flatMap((slot, index) => read(slot, () => decodeRequired(groupSchema, at(index))));
  const orders = live.flatMap(([, { groupId, symbol }], index) =>
    read({ groupId, symbol }, () => decodeRequired(orderSchema, at(slots.length + index))),
  );
  const aside = new Set(setAside.map(({ groupId }) => groupId));
  const ready = orders.filter(({ groupId }) => !aside.has(groupId));
  return {
    groups: Object.fromEntries(
      groups.filter(({ groupId }) => !aside.has(groupId)).map((group) => [group.groupId, group]),
    ),
    orders: Object.fromEntries(ready.map((order) => [order.request.clientOrderId, order])),
    setAside,
  };
}

/** Once for each document, and again every hour while it lasts. `known` are the books of before, which have told theirs. */
export async function tellWhatIsSetAside(deps: LoadDeps, books: Books, known: Books | null): Promise<void> {
  const isSameHour = known !== null && utcHour(known.loadedAtMs) === utcHour(books.loadedAtMs);
  const told = new Set(isSameHour ? known.setAside.map(({ path, fault }) => `${path} ${fault}`) : []);
  for (const { path, fault, symbol } of books.setAside) {
    if (told.has(`${path} ${fault}`)) continue;
    await tellSetAside(
      deps,
      books.accountId,
      { path, message: fault },
      `${symbol} takes no entries and its exits wait until it is mended; its stops at the venue stay, a flatten closes what is held, and the rest of the account goes on`,
    );
  }
}

function snapshotAt(snapshots: readonly DocumentSnapshot[], index: number): DocumentSnapshot {
  const snapshot = snapshots[index];
  if (snapshot === undefined) throw new Error("The store answered with fewer documents than were asked for");
  return snapshot;
}
