// One change of an account's control document by somebody who does not hold the lease: a command, the watchdog, a
// drawdown grade. It moves the version, so whoever holds the lease meets the change at the next commit and decides
// anew; it never waits for a holder's venue call. Must not touch orders or groups: those are the holder's.

import { commitDecision, RACES } from "#app/documents";
import type { ControlState } from "#domain/documents/control.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { commitBooks } from "./commit-books.ts";
import { loadBooks } from "./load-books.ts";

export interface ControlChange {
  /** Past tense, for the journal: `TRADING_HALTED`. */
  readonly kind: string;
  readonly subject: string;
  readonly control: ControlState;
  readonly also?: readonly DocumentWrite[];
}

/**
 * Decides on fresh books and commits, again on fresher ones when somebody came between. `decide` is pure and gives
 * null when there is nothing to change. Returns the books as they are then. Throws DocumentError.
 */
export async function changeControl(
  deps: ExecutionDeps,
  accountId: string,
  actor: string,
  decide: (books: Books) => ControlChange | null,
): Promise<Books> {
  return await commitDecision(deps, RACES.control, {
    subject: `The control document of ${accountId}`,
    attempt: async () => {
      const books = await loadBooks(deps, accountId);
      const change = decide(books);
      return change === null
        ? books
        : await commitBooks(deps, books, { ...change, actor, showsOnOverview: true });
    },
  });
}
