// The decision on an offset as of now: alarms and entries read anew, and the venue's touches of this moment. Stores nothing.

import type { Books, ExecutionDeps } from "#app/books";
import { offsetId } from "#domain/documents/ids.ts";
import type { OffsetDecision } from "#domain/documents/offset.ts";
import type { OffsetGround } from "#domain/offset/ground.ts";
import { planOffset } from "#domain/offset/plan-offset.ts";
import { readEntries } from "./read-entries.ts";
import { askTouches, groundOf, readAlarms } from "./read-facts.ts";

export interface FoundOffset {
  /** Null: the venue gave no prices. */
  readonly decision: OffsetDecision | null;
  /** A ban that the question met is latched in them. */
  readonly books: Books;
}

/** The plan, where there is one, bears the id that the next commit of these books uses up. */
export async function findOffset(deps: ExecutionDeps, given: Books, startedBy: string): Promise<FoundOffset> {
  const beside = await readBeside(deps, given);
  const symbols = Object.values(given.groups).map(({ symbol }) => symbol);
  const asked =
    symbols.length === 0 ? { touches: {}, books: given } : await askTouches(deps, given, symbols, startedBy);
  const { touches, books } = asked;
  if (touches === null) return { decision: null, books };
  const ground = { ...groundOf(books, touches, deps.clock.nowMs()), ...beside };
  return { decision: decideOffset(ground, startedBy), books };
}

export function decideOffset(ground: OffsetGround, startedBy: string): OffsetDecision {
  const { accountId, journalSeq } = ground.control;
  return planOffset(ground, { offsetId: offsetId(accountId, journalSeq), startedBy });
}

export async function readBeside(
  deps: ExecutionDeps,
  books: Books,
): Promise<Pick<OffsetGround, "alarms" | "entries">> {
  const [alarms, entries] = await Promise.all([readAlarms(deps, books.accountId), readEntries(deps, books)]);
  return { alarms, entries };
}
