// The act after a commit that planned exits or left some behind: new ones are sent, what they replace is withdrawn, and the
// outcomes are stored together, with the lease let go. A fill among them plans anew in its own commit, which is acted on in
// turn. Must only send what was just committed.

import type { Books, ExecutionDeps } from "#app/books";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "#app/books";
import { liveExits } from "#domain/books/resting-exits.ts";
import { dueWithdrawals, type ExitsToActOn } from "#domain/decide/plan-exits.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import { type PlannedExit, type StopAnswer, sendStop } from "./ask-stops.ts";
import { commitFacts, type LearntFacts, type StopContext } from "./commit-stops.ts";
import { hasOpenStops, stopGround } from "./open-stops.ts";
import { raiseMerged, raiseRefusals } from "./tell-exits.ts";
import { withdrawOne } from "./withdraw-stop.ts";

/** A position beyond an exit is closed by a task of its own; a second later, since tasks are named by theirs. */
const CLOSE_AFTER_MS = 1_000;

/**
 * Commits in one act: what is left behind goes, what comes instead is sent, and either may turn out to have fired. What is
 * still open then is the next pass's.
 */
const MOST_ROUNDS = 4;

/** Books after acting for each group, side by side. Throws LeaseLostError and DocumentError, never a venue's refusal. */
export async function actOnStops(
  deps: ExecutionDeps,
  given: Books,
  exits: readonly ExitsToActOn[],
  context: StopContext,
): Promise<Books> {
  return await act(deps, given, exits, { ...context, rounds: MOST_ROUNDS });
}

/** Books with the facts of one group, or of exits that may have hit it, and with what follows from them done. */
export async function recordStopFacts(
  deps: ExecutionDeps,
  given: Books,
  learnt: LearntFacts,
  context: StopContext,
): Promise<Books> {
  const { books, exits } = await commitFacts(deps, given, [learnt], { ...context, plans: true });
  return exits.length === 0 ? books : await actOnStops(deps, books, exits, context);
}

async function act(
  deps: ExecutionDeps,
  given: Books,
  acting: readonly ExitsToActOn[],
  context: StopContext & { readonly rounds: number },
): Promise<Books> {
  const rounds = context.rounds - 1;
  const acted = await Promise.all(acting.map((each) => actOnExitsOf(deps, given, each)));
  const venueBannedUntilMs = Math.max(0, ...acted.map((each) => each.venueBannedUntilMs));
  const plans = rounds > 0 && venueBannedUntilMs === 0;
  const { books, exits } = await commitFacts(deps, given, acted, { ...context, venueBannedUntilMs, plans });
  for (const { groupId, facts } of acted) await raiseRefusals(deps, books, groupId, facts);
  for (const each of acting) await raiseMerged(deps, books, each);
  if (exits.length > 0) return await act(deps, books, exits, { ...context, rounds });
  await followStops(
    deps,
    books,
    acted.flatMap(({ facts }) => facts),
  );
  return books;
}

interface Acted extends LearntFacts {
  readonly groupId: string;
  readonly venueBannedUntilMs: number;
}

async function actOnExitsOf(
  deps: ExecutionDeps,
  given: Books,
  { groupId, plannedIds }: ExitsToActOn,
): Promise<Acted> {
  const facts: StopFact[] = [];
  let venueBannedUntilMs = 0;
  for (const id of plannedIds) {
    const said = await sendPlanned(deps, given, groupId, id);
    if (said.fact !== null) facts.push(said.fact);
    venueBannedUntilMs = Math.max(venueBannedUntilMs, said.venueBannedUntilMs);
  }
  facts.push(...(await withdrawReplaced(deps, given, groupId, facts)));
  return { groupId, facts, venueBannedUntilMs };
}

async function sendPlanned(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
  plannedId: string,
): Promise<StopAnswer> {
  const planned = plannedExit(books, groupId, plannedId);
  const market = planned === null ? undefined : books.universe?.markets[planned.group.symbol];
  if (planned === null || market === undefined) return { fact: null, venueBannedUntilMs: 0 };
  return await sendStop(deps, books, planned, market);
}

function plannedExit({ groups }: Books, groupId: string, id: string): PlannedExit | null {
  const group = groups[groupId];
  const exit = group === undefined ? undefined : liveExits(group).find((each) => each.clientStopId === id);
  if (group === undefined || exit === undefined || exit.status !== "SENDING") return null;
  return { group, exit, kind: group.stop?.clientStopId === id ? "stop" : "takeProfit" };
}

/** Withdraws all of the group that is due once the facts just learnt count: a floor that rests by now frees the one before. */
async function withdrawReplaced(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
  learnt: readonly StopFact[],
): Promise<readonly StopFact[]> {
  const { control, groups } = books;
  const stop = groups[groupId]?.stop ?? null;
  const rests = learnt.some(
    ({ type, clientStopId }) => type === "rests" && clientStopId === stop?.clientStopId,
  );
  const now = dueWithdrawals(control, groups, stopGround(books));
  const facts: StopFact[] = [];
  for (const [id, left] of Object.entries(control.stopsToCancel)) {
    if (left.groupId !== groupId || !(now.includes(id) || rests)) continue;
    const fact = await withdrawOne(deps, books, left.symbol, id);
    if (fact !== null) facts.push(fact);
  }
  return facts;
}

/** Arranges the next look: soon while an exit's fate is open, at once when something has to be closed. */
async function followStops(deps: ExecutionDeps, books: Books, facts: readonly StopFact[]): Promise<void> {
  const beyond = facts.some((fact) => fact.type === "refused" && fact.refusal.reason === "wouldFireNow");
  if (!beyond && !hasOpenStops(books)) return;
  await scheduleFollowUp(deps, books.accountId, beyond ? CLOSE_AFTER_MS : FOLLOW_UP_AFTER_MS);
}
