// Wishes to close what has been held for as long as its plan allows. The pass that calls this goes on with the wish as with
// every other (continue-closings.ts). Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp } from "#app/books";
import { withClosings } from "#domain/books/bookkeeping.ts";
import { acquireLease } from "#domain/books/lease.ts";
import { isOverdue, timeLimitAtMs, withTimeLimitWish } from "#domain/decide/time-limit.ts";
import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";

/** A limit further away is left to the minute's pass alone: tasks cannot wait for longer than some weeks. */
const LONGEST_TASK_MS = 86_400_000;

export async function closeOverdue(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (const { groupId } of Object.values(given.groups)) {
    const nowMs = deps.clock.nowMs();
    const group = books.groups[groupId];
    if (group === undefined || books.control.flatten !== null || !isOverdue(group, nowMs)) continue;
    const wished = withTimeLimitWish(group, nowMs);
    const { control } = books;
    books = await commitBooks(deps, books, {
      kind: "TIME_LIMIT_REACHED",
      subject: groupId,
      actor,
      control: {
        ...control,
        closings: withClosings(control.closings, wished),
        lease: acquireLease(control.lease, deps.holderId, nowMs),
      },
      group: wished,
      showsOnOverview: true,
    });
  }
  return books;
}

/** A look at the moment of the limit of a group that has just begun to hold something. */
export async function followTimeLimit(deps: ExecutionDeps, before: Group, after: Group): Promise<void> {
  const atMs = timeLimitAtMs(after);
  if (atMs === null || !dec(before.qtyBase).isZero() || dec(after.qtyBase).isZero()) return;
  const inMs = Math.max(0, atMs - deps.clock.nowMs());
  if (inMs <= LONGEST_TASK_MS) await scheduleFollowUp(deps, after.accountId, inMs);
}
