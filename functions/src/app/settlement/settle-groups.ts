// Reads what the venue has of the groups that moved, and books it: realised profit, fees and funding to the last unit. All
// trades of a group are summed anew each time, so a kill between two steps changes nothing. A venue that does not answer
// leaves the group due; one that says too little leaves it an estimate, and says so.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, lastCommitted, latchBan, withMarket } from "#app/books";
import { decode, UnusableDocumentError } from "#app/documents";
import { actOnStops } from "#app/stops";
import { type AlertCondition, alertWrites, raiseAlert, tellSetAside } from "#app/telling";
import { acquireLease } from "#domain/books/lease.ts";
import { isGroupSetAside } from "#domain/books/set-aside.ts";
import { exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import {
  accountGroup,
  dueGroups,
  dueUnread,
  nextDue,
  withNextDue,
} from "#domain/settlement/account-group.ts";
import { isComplete } from "#domain/settlement/group-accounts.ts";
import { VenueError } from "#ports/venue.ts";
import { groupSchema } from "#schemas/books.ts";
import { readGround } from "./read-ground.ts";
import { accountsDiffer, endedOutside, unsettled } from "./settlement-alerts.ts";

/** Groups that one pass reads: each costs the venue 5, and what waits is due again in a minute. */
const MOST_GROUPS = 5;
/** An ended group without settled accounts after this is told to a person. */
const TELL_AFTER_MS = 3_600_000;

export async function settleGroups(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (const groupId of dueGroups(given.control, deps.clock.nowMs()).slice(0, MOST_GROUPS)) {
    if (books.control.throttles.venueBannedUntilMs > deps.clock.nowMs()) break;
    try {
      books = isGroupSetAside(books, groupId)
        ? await waitForMending(deps, books, groupId, actor)
        : await settleGroup(deps, books, groupId, actor);
    } catch (error) {
      if (error instanceof UnusableDocumentError) {
        books = await leftAsEstimate(deps, books, groupId, { error, actor });
        continue;
      }
      if (!(error instanceof VenueError)) throw error;
      const { kind, code } = error;
      deps.logger.warn("A group's trades could not be read", { groupId, kind, code });
      books = await latchBan(deps, books, error, actor);
      books = await putOff(deps, books, groupId, actor);
    }
  }
  return books;
}

/** Until its document is mended; the accounts of other groups go on. */
async function leftAsEstimate(
  deps: ExecutionDeps,
  given: Books,
  groupId: string,
  { error, actor }: { readonly error: UnusableDocumentError; readonly actor: string },
): Promise<Books> {
  const consequence = `The profit, fees and funding of group ${groupId} stay an estimate until it is mended`;
  await tellSetAside(deps, given.accountId, error, consequence);
  return await waitForMending(deps, lastCommitted(deps, given), groupId, actor);
}

async function waitForMending(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
  actor: string,
): Promise<Books> {
  const due = books.control.accountsDue[groupId];
  if (due === undefined) return books;
  const next = dueUnread(due, deps.clock.nowMs());
  const control = { ...books.control, accountsDue: withNextDue(books.control.accountsDue, groupId, next) };
  return await commitBooks(deps, books, { kind: "ACCOUNTS_PUT_OFF", subject: groupId, actor, control });
}

async function storedGroup(deps: ExecutionDeps, books: Books, groupId: string): Promise<Group | null> {
  const open = books.groups[groupId];
  if (open !== undefined) return open;
  const [snapshot] = await deps.documents.getAll([paths.group(books.accountId, groupId)]);
  return snapshot === undefined ? null : decode(groupSchema, snapshot);
}

async function settleGroup(
  deps: ExecutionDeps,
  given: Books,
  groupId: string,
  actor: string,
): Promise<Books> {
  const group = await storedGroup(deps, given, groupId);
  const books = group === null ? given : await withMarket(deps, given, group.symbol);
  const market = group === null ? undefined : books.universe?.markets[group.symbol];
  if (group === null) return await forget(deps, books, groupId, actor);
  if (market === undefined) return await putOff(deps, books, groupId, actor);
  const ground = await readGround(deps, books, group, market);
  const accounted = accountGroup(group, ground);
  const isWhole = isComplete(group, ground.walk, ground.orders) && accounted.accounts?.feesUsd !== null;
  const after = await commitAccounts(deps, books, { before: group, accounted, isWhole }, actor);
  const differs = accountsDiffer(accounted, ground);
  if (differs !== null) await raiseAlert(deps, differs);
  await tellUnsettled(deps, accounted);
  return after;
}

interface Accounted {
  readonly before: Group;
  readonly accounted: Group;
  readonly isWhole: boolean;
}

/** The stop follows an entry price that is known only now. */
async function commitAccounts(
  deps: ExecutionDeps,
  books: Books,
  { before, accounted, isWhole }: Accounted,
  actor: string,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { accountId, config, control } = books;
  const due = nextDue(accounted, isWhole, nowMs);
  const accountsDue = withNextDue(control.accountsDue, accounted.groupId, due);
  const protections = withGroupEnded(control.protections, before, accounted, config.protections);
  const counted = { group: accounted, control: { ...control, accountsDue, protections } };
  const rules = {
    accountId,
    stopBps: config.watchdog.protectiveStopBps,
    market: books.universe?.markets[accounted.symbol] ?? null,
    nowMs,
  };
  const planned = isGroupEnded(accounted.status) ? counted : planExits(counted, rules);
  const stops = exitsToActOn(accounted, planned.group);
  const lease = stops === null ? control.lease : acquireLease(control.lease, deps.holderId, nowMs);
  const alert = endedOutside(before, accounted, control.journalSeq);
  const after = await commitBooks(deps, books, {
    kind: accounted.accounts?.settled ? "GROUP_SETTLED" : "GROUP_ACCOUNTED",
    subject: accounted.groupId,
    actor,
    control: { ...planned.control, lease },
    group: planned.group,
    showsOnOverview: !isGroupEnded(accounted.status),
    also: alert === null ? [] : alertWrites(alert, nowMs),
  });
  return stops === null ? after : await actOnStops(deps, after, [stops], { actor, mayRelease: false });
}

/** The group's document has outlived its retention. */
async function forget(deps: ExecutionDeps, books: Books, groupId: string, actor: string): Promise<Books> {
  const accountsDue = withNextDue(books.control.accountsDue, groupId, null);
  const control = { ...books.control, accountsDue };
  return await commitBooks(deps, books, { kind: "GROUP_FORGOTTEN", subject: groupId, actor, control });
}

/** Tried again later; given up, as an estimate, when the venue has had a day. */
async function putOff(deps: ExecutionDeps, books: Books, groupId: string, actor: string): Promise<Books> {
  const group = await storedGroup(deps, books, groupId);
  if (group === null) return books;
  await tellUnsettled(deps, group);
  const due = nextDue(group, false, deps.clock.nowMs());
  const accountsDue = withNextDue(books.control.accountsDue, groupId, due);
  const control = { ...books.control, accountsDue };
  return await commitBooks(deps, books, { kind: "ACCOUNTS_PUT_OFF", subject: groupId, actor, control });
}

async function tellUnsettled(deps: ExecutionDeps, group: Group): Promise<void> {
  const { endedAtMs, accounts } = group;
  if (endedAtMs === null || accounts?.settled || deps.clock.nowMs() - endedAtMs < TELL_AFTER_MS) return;
  const alert: AlertCondition = unsettled(group);
  await raiseAlert(deps, alert);
}
