// Commits what became known of protective stops, on fresh books when somebody stored into the inbox or changed the
// control document between. Facts count once, so computing them again is safe.

import type { Books, ExecutionDeps } from "#app/books";
import {
  booksAfter,
  commitAsHolder,
  commitChanges,
  FOLLOW_UP_AFTER_MS,
  inboxIsEmpty,
  scheduleFollowUp,
  withBan,
} from "#app/books";
import { type AlertCondition, alertWrites } from "#app/telling";
import { acquireLease, releaseLease } from "#domain/books/lease.ts";
import { planStop } from "#domain/decide/protective-stop.ts";
import { applyStopFact, type StopFact } from "#domain/decide/stop-facts.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { alertId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { DocumentWrite } from "#ports/documents.ts";

const STOPPED_OUT_CODE = "STOPPED_OUT";

export interface StopContext {
  readonly actor: string;
  /** Whether to let go of the lease with this commit, if the inbox is empty in the version that it replaces. */
  readonly mayRelease: boolean;
  /** Venue ban to latch with the facts; 0 for none. */
  readonly venueBannedUntilMs?: number;
}

export interface StopChange {
  readonly kind: string;
  readonly subject: string;
  readonly group: Group | null;
  readonly control: ControlState;
  readonly also?: readonly DocumentWrite[];
}

/** Books after the change that `decide` sees in them; unchanged when it sees none. Throws LeaseLostError. */
export async function commitStopChange(
  deps: ExecutionDeps,
  given: Books,
  context: StopContext,
  decide: (books: Books) => StopChange | null,
): Promise<Books> {
  return await commitStopChanges(deps, given, context, (books) => {
    const change = decide(books);
    return change === null ? [] : [change];
  });
}

/** The same for several, each decided on the books that the one before it leaves, in one commit. */
async function commitStopChanges(
  deps: ExecutionDeps,
  given: Books,
  context: StopContext,
  decide: (books: Books) => readonly StopChange[],
): Promise<Books> {
  const subject = `A change of the stops of ${given.accountId}`;
  return await commitAsHolder(deps, given, subject, async (books) => {
    const changes = decide(books);
    const release = context.mayRelease && inboxIsEmpty(books);
    const { lease } = books.control;
    const held = acquireLease(lease, deps.holderId, deps.clock.nowMs());
    return await commitChanges(
      deps,
      books,
      changes.map(({ group, control, ...rest }, index) => ({
        ...rest,
        actor: context.actor,
        control: {
          ...control,
          lease: release && index === changes.length - 1 ? releaseLease(held) : held,
        },
        ...(group === null ? {} : { group }),
        showsOnOverview: group !== null,
      })),
    );
  });
}

/** Past tense, for the journal; the first that applies names the commit. */
const KINDS: readonly (readonly [StopFact["type"], string])[] = [
  ["filled", "STOP_FILLED"],
  ["refused", "STOP_REFUSED"],
  ["rests", "STOP_RESTED"],
  ["ended", "STOP_ENDED"],
  ["notKnown", "STOP_NOT_FOUND"],
];

/** Facts learnt about the stops of one group, or about stops that may have hit it. */
interface LearntFacts {
  /** Null when the group has ended. */
  readonly groupId: string | null;
  readonly facts: readonly StopFact[];
}

/** Lets go of the lease in the same commit where that is allowed, also when no fact says anything new. */
export async function recordStopFacts(
  deps: ExecutionDeps,
  given: Books,
  learnt: LearntFacts,
  context: StopContext,
): Promise<Books> {
  return await recordFactsOfGroups(deps, given, [learnt], context);
}

/** The same for the stops of several groups, in one commit. */
export async function recordFactsOfGroups(
  deps: ExecutionDeps,
  given: Books,
  learnt: readonly LearntFacts[],
  context: StopContext,
): Promise<Books> {
  const unbooked: LearntFacts[] = [];
  for (const { groupId, facts } of learnt)
    unbooked.push({ groupId, facts: await withoutBookedFills(deps, given.accountId, facts) });
  const after = await commitStopChanges(deps, given, context, (books) => {
    const nowMs = deps.clock.nowMs();
    const changes = changesOf(books, unbooked, nowMs);
    const control = changes.at(-1)?.control ?? books.control;
    const latched = withBan(control, context.venueBannedUntilMs ?? 0);
    const holds = books.control.lease.holderId === deps.holderId;
    const releases = context.mayRelease && holds && inboxIsEmpty(books);
    const last = changes.at(-1);
    if (last !== undefined) return [...changes.slice(0, -1), { ...last, control: latched }];
    if (latched === control && !releases) return [];
    return [{ kind: "LEASE_RELEASED", subject: deps.holderId, group: null, control: latched }];
  });
  if (unbooked.some(({ facts }) => facts.some(({ type }) => type === "filled")))
    await scheduleFollowUp(deps, given.accountId, FOLLOW_UP_AFTER_MS);
  return after;
}

/** One for each group of which the facts say something new. */
function changesOf(given: Books, learnt: readonly LearntFacts[], nowMs: number): readonly StopChange[] {
  const changes: StopChange[] = [];
  let books = given;
  for (const each of learnt) {
    const { group, control, news } = booksAfterFacts(books, each, nowMs);
    const name = nameOf(news);
    if (name === null) continue;
    const fills = news.filter((fact) => fact.type === "filled");
    const also = fills.flatMap((fact) => alertWrites(stoppedOut(books, group, fact), nowMs));
    changes.push({ ...name, group, control, also });
    books = booksAfter(books, { control, ...(group === null ? {} : { group }) }, nowMs);
  }
  return changes;
}

/** Group and control after the facts, and those of the facts that said something new. */
function booksAfterFacts(books: Books, { groupId, facts }: LearntFacts, nowMs: number) {
  const { accountId, universe } = books;
  const { protections } = books.config;
  let group = groupId === null ? null : (books.groups[groupId] ?? null);
  let control = books.control;
  const news: StopFact[] = [];
  for (const fact of facts) {
    const market = group === null ? null : (universe?.markets[group.symbol] ?? null);
    const after = applyStopFact({ group, control }, fact, { market, protections, nowMs });
    if (after.group === group && after.control === control) continue;
    news.push(fact);
    ({ group, control } = after);
  }
  if (group === null || !isGroupEnded(group.status)) return { group, control, news };
  // A stop that still rests for it guards an empty position.
  const rules = { accountId, stopBps: null, market: null, nowMs };
  return { ...planStop({ group, control }, rules), news };
}

function nameOf(news: readonly StopFact[]): Pick<StopChange, "kind" | "subject"> | null {
  for (const [type, kind] of KINDS) {
    const fact = news.find((each) => each.type === type);
    if (fact !== undefined) return { kind, subject: fact.clientStopId };
  }
  return null;
}

/**
 * A fill is booked in the commit that creates its alert, so a fill with an alert has been booked: a stop that
 * the books have forgotten since must not take from the group that holds its symbol now.
 */
async function withoutBookedFills(
  deps: ExecutionDeps,
  accountId: string,
  facts: readonly StopFact[],
): Promise<readonly StopFact[]> {
  const ids = facts.flatMap(({ type, clientStopId }) => (type === "filled" ? [clientStopId] : []));
  if (ids.length === 0) return facts;
  const told = await deps.documents.getAll(
    ids.map((id) => paths.alert(accountId, alertId(accountId, STOPPED_OUT_CODE, id))),
  );
  const booked = new Set(ids.filter((_, index) => told[index]?.data !== null));
  return facts.map((fact) =>
    booked.has(fact.clientStopId) ? { type: "ended", clientStopId: fact.clientStopId } : fact,
  );
}

function stoppedOut(
  { accountId }: Books,
  group: Group | null,
  fact: Extract<StopFact, { type: "filled" }>,
): AlertCondition {
  const { averagePriceUsd, triggerPriceUsd } = fact;
  const at =
    averagePriceUsd === null ? `near ${triggerPriceUsd}; its price is not told yet` : `at ${averagePriceUsd}`;
  const what = group === null ? "a position" : `${group.symbol} ${group.side}`;
  return {
    accountId,
    severity: "warning",
    code: STOPPED_OUT_CODE,
    message: `The protective stop took ${fact.filledQtyBase} of ${what} ${at}`,
    remedy: "Nothing to do: the books show it as a stop-loss",
    dedupeKey: fact.clientStopId,
  };
}
