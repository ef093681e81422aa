// Starts an offset where the account's config asks for one. Looks at the books first, then at alarms and entries, and only
// then takes the lease and asks the venue for touches: an account without a loser that winners can pay for costs nothing.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, loadBooks } from "#app/books";
import { actForAccount } from "#app/execution";
import { decideOffset, findOffset, groundOf, readBeside, readNav, touchesOfNav } from "#app/offset-facts";
import { acquireLease } from "#domain/books/lease.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { continueOffset } from "./continue-offset.ts";

/** A loser and a winner. */
const LEAST_GROUPS = 2;

/** `control`: as the pass read it. Throws DocumentError. */
export async function startOffset(deps: ExecutionDeps, control: ControlState, actor: string): Promise<void> {
  const { accountId, offset, flatten, tradingState, slots } = control;
  if (offset !== null || flatten !== null || tradingState.state !== "ACTIVE") return;
  if (Object.keys(slots).length < LEAST_GROUPS) return;
  const books = await knownBooks(deps, control);
  if (books.config.offset === null) return;
  const nowMs = deps.clock.nowMs();
  const byMarks = groundOf(books, touchesOfNav(books, nowMs), nowMs);
  if (decideOffset(byMarks, actor).plan === null) return;
  const read = { ...byMarks, ...(await readBeside(deps, books)) };
  if (decideOffset(read, actor).plan === null) return;
  await actForAccount(deps, accountId, actor, { work: (fresh) => begin(deps, fresh, actor) });
}

/**
 * Those of this process while they stand on the config that the control document names, with the NAV of now: in a quiet account
 * nothing else reads it again. No plan is made on them, only dropped.
 */
async function knownBooks(deps: ExecutionDeps, { accountId, configVersion }: ControlState): Promise<Books> {
  const cached = deps.cache.get(accountId);
  if (cached?.config.version !== configVersion) return await loadBooks(deps, accountId);
  return cached.config.offset === null ? cached : { ...cached, nav: await readNav(deps, accountId) };
}

/** Under the lease: everything is read again, and the touches are the venue's of now. */
async function begin(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  if (given.config.offset === null || given.control.offset !== null || given.control.flatten !== null)
    return given;
  const { decision, books } = await findOffset(deps, given, actor);
  const plan = decision?.plan ?? null;
  if (plan === null) return books;
  const { control } = books;
  const planned = await commitBooks(deps, books, {
    kind: "OFFSET_PLANNED",
    subject: plan.offsetId,
    actor,
    control: {
      ...control,
      offset: plan,
      lease: acquireLease(control.lease, deps.holderId, deps.clock.nowMs()),
    },
  });
  deps.logger.info("An offset was planned", { accountId: books.accountId, offsetId: plan.offsetId });
  return await continueOffset(deps, planned, actor);
}
