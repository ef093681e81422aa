// A holder's commit of what it learnt from the venue, decided again on fresh books when somebody wrote beside the lease.
// Keeps true that it stops writing as soon as another holder has the lease: that one resolves what is open.

import { commitDecision, RACES } from "#app/documents";
import { isHeldByOther } from "#domain/books/lease.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { loadBooks } from "./load-books.ts";

/** The lease ran out and another holder has it: this one must stop writing; the other resolves what is open. */
class LeaseLostError extends Error {
  constructor(accountId: string) {
    super(`The lease of ${accountId} was taken by another holder; it will resolve what is open`);
    this.name = "LeaseLostError";
  }
}

/** `attempt` decides on the books that it is given and commits once. Throws LeaseLostError, ContentionError. */
export async function commitAsHolder<Result>(
  deps: ExecutionDeps,
  given: Books,
  subject: string,
  attempt: (books: Books) => Promise<Result>,
): Promise<Result> {
  return await commitDecision(deps, RACES.outcome, {
    subject,
    attempt: async (isFirst) => await attempt(isFirst ? given : await freshAsHolder(deps, given.accountId)),
  });
}

async function freshAsHolder(deps: ExecutionDeps, accountId: string): Promise<Books> {
  const books = await loadBooks(deps, accountId);
  if (isHeldByOther(books.control.lease, deps.holderId, deps.clock.nowMs()))
    throw new LeaseLostError(accountId);
  return books;
}
