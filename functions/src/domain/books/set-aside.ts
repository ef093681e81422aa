// Groups that are open by the control document and that the books lack, because a document of theirs cannot be read. Such a
// group is set aside: its symbol takes no entry, its exits wait, its stops at the venue stay. Pure. Must not be asked of
// books that were loaded in part.
import type { ControlState } from "#domain/documents/control.ts";

/** Groups and orders that have not ended and could be read, by id. */
export interface ReadableBooks {
  readonly control: Pick<ControlState, "slots">;
  readonly groups: Readonly<Record<string, unknown>>;
}

export function isGroupSetAside({ control, groups }: ReadableBooks, groupId: string): boolean {
  return control.slots[groupId] !== undefined && groups[groupId] === undefined;
}

export function isSymbolSetAside(books: ReadableBooks, symbol: string): boolean {
  return Object.entries(books.control.slots).some(
    ([groupId, slot]) => slot.symbol === symbol && isGroupSetAside(books, groupId),
  );
}
