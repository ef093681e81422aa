// Commits what became known of resting exits, on fresh books when somebody stored into the inbox or changed the
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
import { exitKindOf } from "#domain/books/resting-exits.ts";
import { type ExitsToActOn, exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { applyStopFact, type StopFact } from "#domain/decide/stop-facts.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { alertId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import type { DocumentWrite } from "#ports/documents.ts";

/** Alert of a fill; it stands for the fill being booked, so an id has one under its own kind only. */
const FILL_CODE: Readonly<Record<ExitKind, string>> = {
  stop: "STOPPED_OUT",
  takeProfit: "TAKE_PROFIT_TAKEN",
};

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
  const mayRelease = (): boolean => context.mayRelease;
  return await commitStopChanges(deps, given, { ...context, mayRelease }, (books) => {
    const change = decide(books);
    return change === null ? [] : [change];
  });
}

/** Asked once the changes are decided. */
interface ChangesContext extends Omit<StopContext, "mayRelease"> {
  mayRelease(): boolean;
}

/** The same for several, each decided on the books that the one before it leaves, in one commit. */
async function commitStopChanges(
  deps: ExecutionDeps,
  given: Books,
  context: ChangesContext,
  decide: (books: Books) => readonly StopChange[],
): Promise<Books> {
  const subject = `A change of the exits of ${given.accountId}`;
  return await commitAsHolder(deps, given, subject, async (books) => {
    const changes = decide(books);
    const release = context.mayRelease() && inboxIsEmpty(books);
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
const PAST: readonly (readonly [StopFact["type"], string])[] = [
  ["filled", "FILLED"],
  ["refused", "REFUSED"],
  ["rests", "RESTED"],
  ["ended", "ENDED"],
  ["notKnown", "NOT_FOUND"],
];

/** Facts learnt about the exits of one group, or about exits that may have hit it. */
export interface LearntFacts {
  /** Null when the group has ended. */
  readonly groupId: string | null;
  readonly facts: readonly StopFact[];
}

interface FactsContext extends StopContext {
  /** Whether exits that follow from the facts are planned in the same commit; the caller then acts on them. */
  readonly plans: boolean;
}

/** Books after the facts of several groups, in one commit, and the exits that it planned or left behind. */
export interface CommittedFacts {
  readonly books: Books;
  readonly exits: readonly ExitsToActOn[];
}

/** Lets go of the lease in the same commit where that is allowed, also when no fact says anything new. */
export async function commitFacts(
  deps: ExecutionDeps,
  given: Books,
  learnt: readonly LearntFacts[],
  context: FactsContext,
): Promise<CommittedFacts> {
  const unbooked: LearntFacts[] = [];
  for (const { groupId, facts } of learnt)
    unbooked.push({ groupId, facts: await withoutBookedFills(deps, given.accountId, facts) });
  let exits: readonly ExitsToActOn[] = [];
  const mayRelease = (): boolean => context.mayRelease && exits.length === 0;
  const books = await commitStopChanges(deps, given, { ...context, mayRelease }, (current) => {
    const changes = changesOf(current, unbooked, { plans: context.plans, nowMs: deps.clock.nowMs() });
    exits = changes.flatMap(({ acts }) => (acts === null ? [] : [acts]));
    const control = changes.at(-1)?.control ?? current.control;
    const latched = withBan(control, context.venueBannedUntilMs ?? 0);
    const holds = current.control.lease.holderId === deps.holderId;
    const releases = mayRelease() && holds && inboxIsEmpty(current);
    const last = changes.at(-1);
    if (last !== undefined) return [...changes.slice(0, -1), { ...last, control: latched }];
    if (latched === control && !releases) return [];
    return [{ kind: "LEASE_RELEASED", subject: deps.holderId, group: null, control: latched }];
  });
  if (unbooked.some(({ facts }) => facts.some(({ type }) => type === "filled")))
    await scheduleFollowUp(deps, given.accountId, FOLLOW_UP_AFTER_MS);
  return { books, exits };
}

interface FactChange extends StopChange {
  readonly acts: ExitsToActOn | null;
}

interface Planning {
  readonly plans: boolean;
  readonly nowMs: number;
}

/** One for each group of which the facts say something new. */
function changesOf(given: Books, learnt: readonly LearntFacts[], planning: Planning): readonly FactChange[] {
  const changes: FactChange[] = [];
  let books = given;
  for (const each of learnt) {
    const { group, control, news, acts } = booksAfterFacts(books, each, planning);
    const name = nameOf(news);
    if (name === null) continue;
    const also = news.flatMap(({ fact, kind, isGroups }) =>
      fact.type === "filled"
        ? alertWrites(filledAlert(books, isGroups ? group : null, fact, kind), planning.nowMs)
        : [],
    );
    changes.push({ ...name, group, control, also, acts });
    books = booksAfter(books, { control, ...(group === null ? {} : { group }) }, planning.nowMs);
  }
  return changes;
}

/** A fact that moved the books, with the kind of its exit. */
interface News {
  readonly fact: StopFact;
  readonly kind: ExitKind;
  /** It moved the group; else it took from a position that is none of its. */
  readonly isGroups: boolean;
}

/**
 * Group and control after the facts, the facts that said something new, and the exits that follow: where something was taken
 * or has ended, the others are fitted to what is left in this very commit.
 */
function booksAfterFacts(books: Books, { groupId, facts }: LearntFacts, { plans, nowMs }: Planning) {
  const { accountId, universe } = books;
  const { protections, watchdog } = books.config;
  const before = groupId === null ? null : (books.groups[groupId] ?? null);
  const market = before === null ? null : (universe?.markets[before.symbol] ?? null);
  let group = before;
  let control = books.control;
  const news: News[] = [];
  for (const fact of facts) {
    const kind = exitKindOf(control, group, fact.clientStopId) ?? "stop";
    const after = applyStopFact({ group, control }, fact, { market, protections, nowMs });
    if (after.group === group && after.control === control) continue;
    news.push({ fact, kind, isGroups: after.group !== group });
    ({ group, control } = after);
  }
  if (before === null || group === null) return { group, control, news, acts: null };
  const moves = news.some(({ fact }) => fact.type === "filled" || fact.type === "ended");
  const rules = { accountId, stopBps: watchdog.protectiveStopBps, market, nowMs };
  const planned = plans && moves ? planExits({ group, control }, rules) : { group, control };
  const acts = exitsToActOn(group, planned.group) ?? leftBehind(books.control, planned.control, group);
  return { ...planned, news, acts };
}

/** A group that has ended left its exits behind in the step that ended it. */
function leftBehind(before: ControlState, after: ControlState, { groupId }: Group): ExitsToActOn | null {
  const isNew = Object.keys(after.stopsToCancel).some((id) => before.stopsToCancel[id] === undefined);
  return isNew ? { groupId, plannedIds: [] } : null;
}

function nameOf(news: readonly News[]): Pick<StopChange, "kind" | "subject"> | null {
  for (const [type, past] of PAST) {
    const found = news.find(({ fact }) => fact.type === type);
    if (found === undefined) continue;
    const noun = found.kind === "stop" ? "STOP" : "TAKE_PROFIT";
    return { kind: `${noun}_${past}`, subject: found.fact.clientStopId };
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
    ids.flatMap((id) =>
      Object.values(FILL_CODE).map((code) => paths.alert(accountId, alertId(accountId, code, id))),
    ),
  );
  const codes = Object.values(FILL_CODE).length;
  const isTold = (place: number): boolean =>
    told.slice(place * codes, (place + 1) * codes).some(({ data }) => data !== null);
  const booked = new Set(ids.filter((_, place) => isTold(place)));
  return facts.map((fact) =>
    booked.has(fact.clientStopId) ? { type: "ended", clientStopId: fact.clientStopId } : fact,
  );
}

const BOOKED_REMEDY = "Nothing to do: the books show it as a stop-loss";
const NO_GROUPS_REMEDY =
  "Compare the symbol's trades at the venue with the books: it took from what no open group holds";

function filledAlert(
  { accountId }: Books,
  group: Group | null,
  fact: Extract<StopFact, { type: "filled" }>,
  kind: ExitKind,
): AlertCondition {
  const { averagePriceUsd, triggerPriceUsd } = fact;
  const at =
    averagePriceUsd === null ? `near ${triggerPriceUsd}; its price is not told yet` : `at ${averagePriceUsd}`;
  const what = group === null ? "a position" : `${group.symbol} ${group.side}`;
  const isStop = kind === "stop";
  return {
    accountId,
    severity: isStop ? "warning" : "info",
    code: FILL_CODE[kind],
    message: `${isStop ? "The protective stop" : "A take-profit"} took ${fact.filledQtyBase} of ${what} ${at}`,
    remedy: group === null ? NO_GROUPS_REMEDY : isStop ? BOOKED_REMEDY : "Nothing to do",
    dedupeKey: fact.clientStopId,
  };
}
